/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Pixel types: intensities are uint8, uint16 or float32; binary images are uint8 holding 0 or 1; labels are uint32.
 */
#ifndef IMAGES_PIXEL_H
#define IMAGES_PIXEL_H

#include <stddef.h>

#define PIXEL_TYPE_LIST(X)                                                                                             \
    X(PIXEL_U8, "uint8", 1)                                                                                            \
    X(PIXEL_U16, "uint16", 2)                                                                                          \
    X(PIXEL_F32, "float32", 4)                                                                                         \
    X(PIXEL_U32, "uint32", 4)

enum pixel_type {
#define X(code, name, bytes) code,
    PIXEL_TYPE_LIST(X)
#undef X
    PIXEL_TYPE_COUNT,
    PIXEL_INTENSITY_COUNT = PIXEL_U32 /* the types before it are what operations take as intensity input */
};

const char *pixel_type_name(enum pixel_type type);

size_t pixel_bytes(enum pixel_type type);

/* The type of that name, or PIXEL_TYPE_COUNT. */
enum pixel_type pixel_type_find(const char *name);

#endif
