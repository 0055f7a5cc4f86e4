# SPDX-License-Identifier: BSD-3-Clause
#
# Makes OUT, a C file with the text of pixel.clh and one kernel file as a constant:
#   cmake -DNAME=erode -DPRELUDE=pixel.clh -DSOURCE=erode.cl -DOUT=erode_kernel.c -P embed.cmake
# A line #include "name.clh" of the kernel file is replaced by that file beside the prelude.
# Written as a byte list, since string literals have a length limit and need escaping.
# Without PRELUDE it is the kernel file alone. With SYMBOL the constant has that name, for files that are no kernels.
if(NOT SYMBOL)
  set(SYMBOL kernel_${NAME})
endif()
set(prelude "")
if(PRELUDE)
  file(READ ${PRELUDE} prelude HEX)
  get_filename_component(folder ${PRELUDE} DIRECTORY)
endif()
file(READ ${SOURCE} source)
while(source MATCHES "\n#include \"([a-z_]+\\.clh)\"\n")
  file(READ ${folder}/${CMAKE_MATCH_1} included)
  string(REPLACE "${CMAKE_MATCH_0}" "\n${included}\n" source "${source}")
endwhile()
string(HEX "${source}" source)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${prelude}${source}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "extern const char ${SYMBOL}[];\nconst char ${SYMBOL}[] = {\n${bytes}0};\n")
