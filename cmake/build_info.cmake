# SPDX-License-Identifier: BSD-3-Clause
#
# The target build_info, an interface library with the generated header hardware/build_info.h. As a script (-P) this file
# writes the header: on every build, since the commit changes without CMake noticing. An equal file is left alone.
if(CMAKE_SCRIPT_MODE_FILE)
  set(COMMIT "")
  if(EXISTS ${ROOT}/.git)
    execute_process(COMMAND git -C ${ROOT} describe --always --dirty --abbrev=40 --exclude=*
                    OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  configure_file(${ROOT}/hardware/build_info.h.in ${OUT} @ONLY)
  return()
endif()

get_target_property(flags options INTERFACE_COMPILE_OPTIONS)
string(GENEX_STRIP "${flags}" flags)
string(TOUPPER CMAKE_C_FLAGS_${CMAKE_BUILD_TYPE} flags_of_type)
separate_arguments(flags_of_user NATIVE_COMMAND "${CMAKE_C_FLAGS} ${${flags_of_type}}")
list(JOIN flags_of_user " " flags_of_user)
list(JOIN flags " " flags)

set(folder ${CMAKE_BINARY_DIR}/generated/build_info)
add_custom_target(build_info_header BYPRODUCTS ${folder}/hardware/build_info.h VERBATIM
  COMMENT "Looking at the commit"
  COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
          "-DCOMPILER=${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}" "-DFLAGS=${flags_of_user} ${flags}"
          -DOUT=${folder}/hardware/build_info.h -P ${CMAKE_CURRENT_LIST_FILE})
add_library(build_info INTERFACE)
add_dependencies(build_info build_info_header)
target_include_directories(build_info INTERFACE ${folder})
