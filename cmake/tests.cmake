# SPDX-License-Identifier: BSD-3-Clause
#
# Tests, run by CTest in the order of this file, quick ones first.
#
#   breakeven_test(name LINK library... [TIMEOUT seconds])    tests/test_<name>.c, a Criterion suite
#
#   breakeven_script(name [PROGRAMS target...] [ARGUMENTS argument...] [TIMEOUT seconds])
#                                                            tests/<name>.py with the paths of programs of ours
#
# A new suite is one such line at the end of this file. Each runs with its own cache folders, apart from the user's.
pkg_check_modules(CRITERION QUIET IMPORTED_TARGET criterion)
if(CRITERION_FOUND)
  message(STATUS "Tests: on (Criterion ${CRITERION_VERSION})")
else()
  message(STATUS "Tests: off, Criterion was not found (Debian, Ubuntu: libcriterion-dev; ./setup test installs it)")
  return()
endif()

# Further arguments are environment variables, NAME=value.
function(breakeven_test_environment name timeout)
  set(cache ${CMAKE_BINARY_DIR}/test_cache/${name})
  file(MAKE_DIRECTORY ${cache}/pocl)
  set(environment BREAKEVEN_CACHE=${cache} POCL_CACHE_DIR=${cache}/pocl ${ARGN})
  if(BREAKEVEN_SANITIZE)
    # Criterion does not look at how a worker ends after it reported, so a leak is found by its text.
    set_tests_properties(${name} PROPERTIES FAIL_REGULAR_EXPRESSION "ERROR: LeakSanitizer")
    list(APPEND environment ASAN_OPTIONS=handle_segv=0:handle_abort=0:allocator_may_return_null=1
                            LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/sanitizer.supp)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} ENVIRONMENT "${environment}")
endfunction()

function(breakeven_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LINK" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(test_${name} tests/test_${name}.c)
  target_link_libraries(test_${name} PRIVATE ${ARG_LINK} PkgConfig::CRITERION)
  add_test(NAME ${name} COMMAND test_${name} --verbose)
  breakeven_test_environment(${name} ${ARG_TIMEOUT})
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "Tested: 0 . Passing: 0 . Failing: 0 . Crashing: 0")
endfunction()

# Debian's Python first: the libraries to compare with are its packages. A script that lacks one of them ends with 77.
find_program(PYTHON python3 HINTS /usr/bin)
function(breakeven_script name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "PROGRAMS;ARGUMENTS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  if(NOT PYTHON)
    message(STATUS "Tests: without ${name}.py, python3 was not found")
    return()
  endif()
  list(TRANSFORM ARG_PROGRAMS REPLACE "(.+)" "$<TARGET_FILE:\\1>")
  add_test(NAME ${name} COMMAND ${PYTHON} ${PROJECT_SOURCE_DIR}/tests/${name}.py ${ARG_PROGRAMS} ${ARG_ARGUMENTS})
  breakeven_test_environment(${name} ${ARG_TIMEOUT})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

# The operations that are wrong, crash and hang on purpose, beside a sound one, and the command line with them.
breakeven_ops(ops_planted OPS add_scalar PLANTED planted_wrong planted_crash planted_hang)
add_executable(breakeven_planted ${BREAKEVEN_MAIN})
target_link_libraries(breakeven_planted PRIVATE bench ops_planted build_info)

# A driver with devices and faults from a file, loaded by the OpenCL loader as any vendor's is.
add_library(fake_opencl MODULE tests/fake_opencl/fake_commands.c tests/fake_opencl/fake_config.c tests/fake_opencl/fake_icd.c
                               tests/fake_opencl/fake_info.c tests/fake_opencl/fake_objects.c)
target_link_libraries(fake_opencl PRIVATE options PkgConfig::JANSSON)
target_compile_options(fake_opencl PRIVATE -fvisibility=hidden)
target_link_options(fake_opencl PRIVATE -Wl,-Bsymbolic)

# Every header compiles alone, and twice in one file.
function(breakeven_header_check target)
  set(sources "")
  foreach(header ${ARGN})
    string(MAKE_C_IDENTIFIER ${header} name)
    set(source ${CMAKE_BINARY_DIR}/generated/${target}/${name}.c)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
    list(APPEND sources ${source})
  endforeach()
  add_library(${target} OBJECT EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(${target} PRIVATE bench)
  target_compile_options(${target} PRIVATE -Wno-unused-function) # parts of one operation, static in its headers
  add_test(NAME ${target} COMMAND ${CMAKE_COMMAND} --build ${CMAKE_BINARY_DIR} --target ${target})
  set_tests_properties(${target} PROPERTIES TIMEOUT 120)
endfunction()

file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} hardware/*.h images/*.h ops/*.h tiles/*.h bench/*.h
                                                                   reports/*.h)
breakeven_header_check(headers ${headers})
breakeven_header_check(headers_planted tests/planted/incomplete.h)
set_tests_properties(headers_planted PROPERTIES PASS_REGULAR_EXPRESSION "unknown type name .*size_t")

# Every operation has its kernel file and the reverse; with a list that misses one, the check must say so.
function(breakeven_pairs_check name)
  list(JOIN ARGN "," ops)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DOPS=${ops}
                                -P ${PROJECT_SOURCE_DIR}/tests/kernel_pairs.cmake)
  set_tests_properties(${name} PROPERTIES TIMEOUT 60)
endfunction()

breakeven_pairs_check(kernel_pairs ${OPS})
set(fewer ${OPS})
list(REMOVE_ITEM fewer flip)
breakeven_pairs_check(kernel_pairs_planted ${fewer} nowhere)
set_tests_properties(kernel_pairs_planted PROPERTIES
  PASS_REGULAR_EXPRESSION "missing: ops/nowhere.c, missing: kernels/nowhere.cl, not in set.OPS.: flip")

breakeven_test(status LINK hardware)
breakeven_test(devices LINK hardware)
breakeven_test(args LINK ops)
breakeven_test(cpu LINK hardware)
add_executable(test_cpu_bound tests/test_cpu_bound.c)
target_link_libraries(test_cpu_bound PRIVATE hardware)
add_test(NAME cpu_bound COMMAND test_cpu_bound)
breakeven_test_environment(cpu_bound 60 OMP_PROC_BIND=true OMP_PLACES=threads)
breakeven_test(machine LINK hardware)
breakeven_test(environment LINK hardware)
breakeven_test(plan LINK hardware)
breakeven_test(program_cache LINK hardware)
breakeven_test(check LINK bench ops_planted TIMEOUT 120)
breakeven_test(image LINK images)
breakeven_test(fit LINK images)
breakeven_test(synthetic LINK images)
breakeven_test(tiff LINK images)
breakeven_test(tiff_layout LINK images)
breakeven_test(tiff_write LINK images)
breakeven_test(tiff_damaged LINK images TIMEOUT 120)
breakeven_test(point_ops LINK ops)
breakeven_test(auto_threshold LINK ops)
breakeven_test(binary_morphology LINK bench ops TIMEOUT 120)
breakeven_test(mean LINK bench ops TIMEOUT 120)
breakeven_test(label LINK bench ops TIMEOUT 120)
breakeven_test(detect_maxima LINK bench ops)
breakeven_test(median LINK bench ops TIMEOUT 120)
breakeven_test(median_networks LINK hardware)
breakeven_test(rotate LINK bench ops)
breakeven_test(radial_reslice LINK ops)
breakeven_test(gaussian_blur LINK ops TIMEOUT 120)
breakeven_test(gaussian_background LINK ops)
breakeven_test(grow_labels LINK ops)
breakeven_test(programs LINK ops TIMEOUT 120)
breakeven_test(large LINK ops TIMEOUT 240)
breakeven_test(rank_filters LINK bench ops TIMEOUT 120)
breakeven_test(statistics LINK bench ops)
breakeven_test(store LINK bench ops)
breakeven_test(store_file LINK bench ops TIMEOUT 120)
breakeven_test(csv LINK reports)
breakeven_test(break_even LINK reports)
breakeven_test(order LINK reports)
breakeven_test(format LINK reports)
breakeven_test(headline LINK reports)
breakeven_test(table LINK reports)
breakeven_test(saved_machines LINK hardware)
target_compile_definitions(test_saved_machines PRIVATE MACHINES="${PROJECT_SOURCE_DIR}/tests/machines")
breakeven_script(test_gather PROGRAMS breakeven fake_opencl)
breakeven_script(test_bad_drivers PROGRAMS breakeven fake_opencl TIMEOUT 300)
breakeven_script(test_command_line PROGRAMS breakeven TIMEOUT 300)
breakeven_script(test_run PROGRAMS breakeven breakeven_planted TIMEOUT 300)
breakeven_script(compare_libraries PROGRAMS breakeven TIMEOUT 1200)
breakeven_script(real_images PROGRAMS breakeven TIMEOUT 120)
breakeven_script(add_operation ARGUMENTS ${CMAKE_COMMAND} TIMEOUT 600)
