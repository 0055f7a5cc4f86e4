# SPDX-License-Identifier: BSD-3-Clause
#
# breakeven_page(TARGET): the sources of the HTML pages in reports/page/ as constants in a library, with Chart.js as it is
# installed (Debian, Ubuntu: libjs-chart.js). -DCHART_JS=FILE names another copy, version 3 or 4, in the form for a
# <script> element (UMD). Without it the report has tables and no figures.
find_file(CHART_JS NAMES chart.umd.min.js chart.umd.js chart.min.js Chart.min.js NO_DEFAULT_PATH
          DOC "Chart.js for the HTML report, the UMD form"
          PATHS /usr/share/javascript/chart.js /usr/share/nodejs/chart.js/dist /usr/local/share/javascript/chart.js)
if(CHART_JS)
  message(STATUS "HTML report: with figures (${CHART_JS})")
else()
  message(STATUS "HTML report: tables only, Chart.js was not found (Debian, Ubuntu: libjs-chart.js; or -DCHART_JS=FILE)")
endif()

# One constant page_<name> of the files given, joined; "" of none.
function(breakeven_page_part target name)
  set(folder ${CMAKE_BINARY_DIR}/generated/${target})
  set(joined ${folder}/page_${name}.txt)
  set(out ${folder}/page_${name}.c)
  file(MAKE_DIRECTORY ${folder})
  set(join ${CMAKE_COMMAND} -E cat ${ARGN} > ${joined})
  if(NOT ARGN)
    set(join ${CMAKE_COMMAND} -E touch ${joined})
  endif()
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${joined}
    COMMAND ${join}
    COMMAND ${CMAKE_COMMAND} -DSYMBOL=page_${name} -DSOURCE=${joined} -DOUT=${out} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()

function(breakeven_page target)
  set(folder ${PROJECT_SOURCE_DIR}/reports/page)
  set(shared columns format elements tables scale figures curves)
  set(report ${shared} data state report_tables heat charts shares tiles main)
  set(compare ${shared} compare_data compare_tables compare_main)
  foreach(page report compare)
    list(TRANSFORM ${page} REPLACE "(.+)" "${folder}/\\1.js" OUTPUT_VARIABLE scripts)
    breakeven_page_part(${target} ${page}_script ${scripts})
  endforeach()
  breakeven_page_part(${target} frame ${folder}/frame.html)
  breakeven_page_part(${target} style ${folder}/page.css)
  set(chart "")
  if(CHART_JS)
    set(chart ${CHART_JS})
  endif()
  breakeven_page_part(${target} chart ${chart})
endfunction()
