# SPDX-License-Identifier: BSD-3-Clause
#
# The loops that the CPU's limits are measured with: the same two files for each of CPU_LEVELS (cmake/ops.cmake), and
# the arithmetic once more for CPUs with AVX512-FP16, where the compiler knows it.
include(CheckCCompilerFlag)

function(breakeven_cpu_loops target)
  # A target's options precede those of its libraries, a file's own follow them, and the last one counts.
  set_source_files_properties(hardware/limits_cpu_chains.c hardware/limits_cpu_streams.c
                              PROPERTIES COMPILE_OPTIONS -ffp-contract=fast)
  set(march "")
  foreach(level ${CPU_LEVELS})
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
      set(march -march=x86-64-${level})
    endif()
    breakeven_cpu_loop(${target} streams ${level} ${march})
    breakeven_cpu_loop(${target} chains ${level} ${march})
  endforeach()
  check_c_compiler_flag("-march=x86-64-v4 -mavx512fp16" BREAKEVEN_AVX512FP16)
  if(BREAKEVEN_AVX512FP16)
    breakeven_cpu_loop(${target} chains float16 -march=x86-64-v4 -mavx512fp16)
    target_compile_definitions(${target} PRIVATE CPU_LOOPS_FLOAT16)
  endif()
endfunction()

function(breakeven_cpu_loop target what level)
  string(TOUPPER ${what} upper)
  set(part ${target}_cpu_${what}_${level})
  add_library(${part} OBJECT hardware/limits_cpu_${what}.c)
  target_compile_definitions(${part} PRIVATE CPU_${upper}=cpu_${what}_${level})
  target_compile_options(${part} PRIVATE -O3 ${ARGN})
  target_link_libraries(${part} PRIVATE options)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${part}>)
endfunction()
