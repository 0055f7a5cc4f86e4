# SPDX-License-Identifier: BSD-3-Clause
#
# Compares three lists that must be one: set(OPS) in CMakeLists.txt, the files kernels/*.cl, and the files of ops/ that
# hold an operation (those that include ops/compile.h).
#   cmake -DROOT=<source folder> -DOPS=add_scalar,flip -P kernel_pairs.cmake
cmake_minimum_required(VERSION 3.22)
string(REPLACE "," ";" ops "${OPS}")
set(faults "")
foreach(op ${ops})
  foreach(file ops/${op}.c kernels/${op}.cl)
    if(NOT EXISTS ${ROOT}/${file})
      list(APPEND faults "missing: ${file}")
    endif()
  endforeach()
endforeach()

set(found "")
file(GLOB sources ${ROOT}/ops/*.c)
foreach(source ${sources})
  file(STRINGS ${source} include REGEX "^#include \"ops/compile.h\"")
  if(include)
    list(APPEND found ${source})
  endif()
endforeach()
file(GLOB kernels ${ROOT}/kernels/*.cl)
foreach(file ${found} ${kernels})
  cmake_path(GET file STEM name)
  if(NOT name IN_LIST ops)
    list(APPEND faults "not in set(OPS): ${name}")
  endif()
endforeach()

list(REMOVE_DUPLICATES faults)
list(JOIN faults ", " text)
if(faults)
  message(FATAL_ERROR "${text}")
endif()
list(LENGTH ops count)
message(STATUS "${count} operations, each with its kernel file")
