/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An image in host memory. Axes: x fastest, then y, then z; a 2D image has depth 1. Rows are `stride` pixels apart and
 * planes `slice` pixels apart. By default the stride is the width rounded up to IMAGE_STRIDE_PX, the same for every
 * pixel type, so that images of different types are walked with one index and 16-pixel vectors never straddle rows.
 * Memory is aligned to 64 bytes and lies between guard bytes. The content of the padding at a row's end is undefined.
 */
#ifndef IMAGES_IMAGE_H
#define IMAGES_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hardware/status.h"
#include "images/pixel.h"

enum {
    IMAGE_ALIGN_BYTES = 64,
    IMAGE_GUARD_BYTES = 64,
    IMAGE_STRIDE_PX = 16,
    IMAGE_PARALLEL_BYTES = 1 << 18, /* smaller images are made by one thread: waking others takes longer */
};

struct shape {
    int64_t width, height, depth; /* pixels, each at least 1 */
};

struct image {
    struct shape shape;
    int64_t stride; /* pixels from a row to the next */
    int64_t slice;  /* pixels from a plane to the next */
    enum pixel_type type;
    void *pixels;
    void *block; /* the allocation with its guard bytes; NULL for a view of somebody else's pixels */
    size_t block_bytes;
};

/* Allocates an image, its memory touched first by `threads` OpenMP threads and set to 0. `stride` in pixels; 0 takes
 * the default. Fails with STATUS_USAGE for a dimension under 1 or a size beyond the address space, with STATUS_MEMORY
 * for more than the machine has. On failure `image` is all zero and safe to free. */
enum status image_alloc(struct image *image, struct shape shape, enum pixel_type type, int64_t stride, int threads);

/* Releases the memory, if owned, and zeroes the struct. */
void image_free(struct image *image);

/* A window into `image` starting at x, y, z; owns nothing. The window must lie inside. */
struct image image_view(const struct image *image, int64_t x, int64_t y, int64_t z, struct shape shape);

/* Copies pixels between images of equal shape and type; strides may differ. */
void image_copy(struct image *to, const struct image *from);

/* Pixel x of a row as a number. */
double image_pixel_value(const void *row, int64_t x, enum pixel_type type);

/* Start of a row. */
void *image_row(const struct image *image, int64_t y, int64_t z);

bool shape_equal(struct shape a, struct shape b);

int64_t shape_pixels(struct shape shape);

/* The default stride for a width. */
int64_t image_default_stride(int64_t width);

/* Bytes of all pixels without padding. */
size_t image_bytes(const struct image *image);

/* False if anything wrote outside the pixel block. True for views. */
bool image_guards_intact(const struct image *image);

/* Counts NaN and infinite pixels of a float32 image; 0 for other types. */
int64_t image_count_nonfinite(const struct image *image);

struct image_difference {
    int64_t pixels;  /* how many differ by more than the tolerance */
    int64_t x, y, z; /* the first of them */
    double found;    /* its values */
    double expected;
    double largest; /* largest absolute difference; infinity when a NaN meets a number */
};

/* Compares whole images of equal shape and type. `tolerance` is relative to the larger magnitude; 0 asks for equal
 * bits (-0 and 0 differ, equal NaNs do not). */
struct image_difference image_compare(const struct image *found, const struct image *expected, double tolerance);

#endif
