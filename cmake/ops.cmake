# SPDX-License-Identifier: BSD-3-Clause
#
# breakeven_ops(TARGET FOLDER... OPS name...): a static library of operations. Each ops/<name>.c is compiled once per pixel
# type and CPU level; each <name>.cl is embedded; the lists that the registry and the operations include are generated.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(CPU_LEVELS v2 v3 v4)
else()
  set(CPU_LEVELS v2)
endif()

# breakeven_embed(TARGET FOLDER name...): <folder>/<name>.cl as the text kernel_<name> in a library.
function(breakeven_embed target folder)
  foreach(name ${ARGN})
    set(kernel ${PROJECT_SOURCE_DIR}/${folder}/${name}.cl)
    set(out ${CMAKE_BINARY_DIR}/generated/${target}/${name}_kernel.c)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/${target})
    add_custom_command(OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DSOURCE=${kernel} -DOUT=${out} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
      DEPENDS ${kernel} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
    target_sources(${target} PRIVATE ${out})
  endforeach()
endfunction()

function(breakeven_ops target)
  cmake_parse_arguments(ARG "" "" "OPS;PLANTED" ${ARGN})
  set(generated ${CMAKE_BINARY_DIR}/generated/${target})
  set(names ${ARG_OPS} ${ARG_PLANTED})
  file(GLOB kernel_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/kernels/*.clh)

  set(list "")
  set(kernels "")
  foreach(name ${names})
    string(APPEND list " X(${name})")
    string(APPEND kernels "extern const char kernel_${name}[];\n")
  endforeach()
  file(CONFIGURE OUTPUT ${generated}/ops/list.h CONTENT "#define OPS_LIST(X)${list}\n")
  file(CONFIGURE OUTPUT ${generated}/ops/kernels.h CONTENT "${kernels}")

  set(sources "")
  set(embedded "")
  foreach(name ${names})
    if(name IN_LIST ARG_PLANTED)
      set(folder_c tests/planted)
      set(folder_cl tests/planted)
    else()
      set(folder_c ops)
      set(folder_cl kernels)
    endif()
    list(APPEND sources ${PROJECT_SOURCE_DIR}/${folder_c}/${name}.c)
    set(kernel ${PROJECT_SOURCE_DIR}/${folder_cl}/${name}.cl)
    set(out ${generated}/${name}_kernel.c)
    add_custom_command(OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DPRELUDE=${PROJECT_SOURCE_DIR}/kernels/pixel.clh -DSOURCE=${kernel}
              -DOUT=${out} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
      DEPENDS ${kernel} ${kernel_headers} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
    list(APPEND embedded ${out})
  endforeach()

  add_library(${target} STATIC ops/args.c ops/chain.c ops/chain_device.c ops/chain_memory.c ops/chain_run.c
                               ops/execution.c ops/extremum_launch.c ops/extremum_plan.c ops/gaussian.c ops/grow_labels.c ops/histogram_threshold.c ops/op.c
                               ops/registry.c ops/rotation.c ops/sampling_device.c ops/stages.c ${embedded})
  target_include_directories(${target} PUBLIC ${generated})
  target_link_libraries(${target} PUBLIC images)
  foreach(type u8 u16 f32)
    string(TOUPPER ${type} upper)
    foreach(level ${CPU_LEVELS})
      set(part ${target}_${type}_${level})
      add_library(${part} OBJECT ${sources})
      target_compile_definitions(${part} PRIVATE PIXEL_IS_${upper} OP_SUFFIX=_${type}_${level} OP_LEVEL=_${level})
      target_compile_options(${part} PRIVATE -O3)
      if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        target_compile_options(${part} PRIVATE -march=x86-64-${level})
      endif()
      target_include_directories(${part} PRIVATE ${generated})
      target_link_libraries(${part} PRIVATE images)
      target_sources(${target} PRIVATE $<TARGET_OBJECTS:${part}>)
    endforeach()
  endforeach()
endfunction()
