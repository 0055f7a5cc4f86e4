# SPDX-License-Identifier: BSD-3-Clause
#
# Makes OUT, a C file with the text of pixel.clh and one kernel file as a constant:
#   cmake -DNAME=erode -DPRELUDE=pixel.clh -DSOURCE=erode.cl -DOUT=erode_kernel.c -P embed.cmake
# Written as a byte list, since string literals have a length limit and need escaping.
file(READ ${PRELUDE} prelude HEX)
file(READ ${SOURCE} source HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${prelude}${source}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "extern const char kernel_${NAME}[];\nconst char kernel_${NAME}[] = {\n${bytes}0};\n")
