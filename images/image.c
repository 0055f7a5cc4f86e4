/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Allocation between guard bytes, views, and the whole-image comparison that decides whether a result may be timed.
 */
#include "images/image.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GUARD_VALUE = 0xA5 };

static const struct {
    const char *name;
    size_t bytes;
} types[] = {
#define X(code, name, bytes) [code] = {name, bytes},
    PIXEL_TYPE_LIST(X)
#undef X
};

const char *pixel_type_name(enum pixel_type type)
{
    return types[type].name;
}

size_t pixel_bytes(enum pixel_type type)
{
    return types[type].bytes;
}

enum pixel_type pixel_type_find(const char *name)
{
    int i = 0;
    while (i < PIXEL_TYPE_COUNT && strcmp(types[i].name, name) != 0)
        i++;
    return (enum pixel_type)i;
}

int64_t image_default_stride(int64_t width)
{
    return (width + IMAGE_STRIDE_PX - 1) / IMAGE_STRIDE_PX * IMAGE_STRIDE_PX;
}

static bool overflows(struct shape shape, int64_t stride, size_t bytes)
{
    int64_t rows, pixels, total;
    return __builtin_mul_overflow(shape.height, shape.depth, &rows) || __builtin_mul_overflow(rows, stride, &pixels) ||
           __builtin_mul_overflow(pixels, (int64_t)bytes, &total) || total > INT64_MAX / 2;
}

/* The system may promise more than it has and end the process when it is touched. */
static bool exceeds_memory(size_t bytes)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    return pages > 0 && page_bytes > 0 && bytes / (size_t)page_bytes >= (size_t)pages;
}

enum status image_alloc(struct image *image, struct shape shape, enum pixel_type type, int64_t stride, int threads)
{
    *image = (struct image){0};
    if (shape.width < 1 || shape.height < 1 || shape.depth < 1 || shape.width > INT64_MAX / 2)
        return status_fail(STATUS_USAGE, "image size %lldx%lldx%lld: every dimension must be at least 1",
                           (long long)shape.width, (long long)shape.height, (long long)shape.depth);
    if (stride == 0)
        stride = image_default_stride(shape.width);
    assert(stride >= shape.width);
    if (overflows(shape, stride, pixel_bytes(type)))
        return status_fail(STATUS_USAGE, "image size %lldx%lldx%lld does not fit the address space",
                           (long long)shape.width, (long long)shape.height, (long long)shape.depth);

    size_t bytes = (size_t)(stride * shape.height * shape.depth) * pixel_bytes(type);
    size_t padded = (bytes + IMAGE_ALIGN_BYTES - 1) / IMAGE_ALIGN_BYTES * IMAGE_ALIGN_BYTES;
    size_t block_bytes = padded + 2 * IMAGE_GUARD_BYTES;
    char *block = exceeds_memory(block_bytes) ? NULL : aligned_alloc(IMAGE_ALIGN_BYTES, block_bytes);
    if (!block)
        return status_fail(STATUS_MEMORY, "no host memory for an image of %zu bytes", bytes);

    char *pixels = block + IMAGE_GUARD_BYTES;
    memset(block, GUARD_VALUE, IMAGE_GUARD_BYTES);
    memset(pixels + bytes, GUARD_VALUE, block_bytes - IMAGE_GUARD_BYTES - bytes);
    /* Row by row with the schedule the operations use, so that each page lands near the thread that will work on it. */
    int64_t rows = shape.height * shape.depth;
    size_t row_bytes = (size_t)stride * pixel_bytes(type);
#pragma omp parallel for num_threads(threads > 0 ? threads : 1) schedule(static) if (bytes >= IMAGE_PARALLEL_BYTES)
    for (int64_t row = 0; row < rows; row++)
        memset(pixels + (size_t)row * row_bytes, 0, row_bytes);

    *image = (struct image){.shape = shape,
                            .stride = stride,
                            .slice = stride * shape.height,
                            .type = type,
                            .pixels = pixels,
                            .block = block,
                            .block_bytes = block_bytes};
    return STATUS_OK;
}

void image_free(struct image *image)
{
    free(image->block);
    *image = (struct image){0};
}

void *image_row(const struct image *image, int64_t y, int64_t z)
{
    return (char *)image->pixels + (size_t)(z * image->slice + y * image->stride) * pixel_bytes(image->type);
}

struct image image_view(const struct image *image, int64_t x, int64_t y, int64_t z, struct shape shape)
{
    assert(x >= 0 && x + shape.width <= image->shape.width);
    assert(y >= 0 && y + shape.height <= image->shape.height);
    assert(z >= 0 && z + shape.depth <= image->shape.depth);
    struct image view = *image;
    view.shape = shape;
    view.pixels = (char *)image_row(image, y, z) + (size_t)x * pixel_bytes(image->type);
    view.block = NULL;
    view.block_bytes = 0;
    return view;
}

void image_copy(struct image *to, const struct image *from)
{
    assert(shape_equal(to->shape, from->shape) && to->type == from->type);
    for (int64_t z = 0; z < to->shape.depth; z++)
        for (int64_t y = 0; y < to->shape.height; y++)
            memcpy(image_row(to, y, z), image_row(from, y, z), (size_t)to->shape.width * pixel_bytes(to->type));
}

bool shape_equal(struct shape a, struct shape b)
{
    return a.width == b.width && a.height == b.height && a.depth == b.depth;
}

int64_t shape_pixels(struct shape shape)
{
    return shape.width * shape.height * shape.depth;
}

size_t image_bytes(const struct image *image)
{
    return (size_t)shape_pixels(image->shape) * pixel_bytes(image->type);
}

bool image_guards_intact(const struct image *image)
{
    if (!image->block)
        return true;
    const unsigned char *block = image->block;
    size_t pixels_bytes = (size_t)(image->slice * image->shape.depth) * pixel_bytes(image->type);
    for (size_t i = 0; i < IMAGE_GUARD_BYTES; i++)
        if (block[i] != GUARD_VALUE)
            return false;
    for (size_t i = IMAGE_GUARD_BYTES + pixels_bytes; i < image->block_bytes; i++)
        if (block[i] != GUARD_VALUE)
            return false;
    return true;
}

int64_t image_count_nonfinite(const struct image *image)
{
    int64_t count = 0;
    if (image->type != PIXEL_F32)
        return 0;
    for (int64_t z = 0; z < image->shape.depth; z++)
        for (int64_t y = 0; y < image->shape.height; y++) {
            const float *row = image_row(image, y, z);
            for (int64_t x = 0; x < image->shape.width; x++)
                count += !isfinite(row[x]);
        }
    return count;
}

double image_pixel_value(const void *row, int64_t x, enum pixel_type type)
{
    switch (type) {
    case PIXEL_U8:
        return ((const uint8_t *)row)[x];
    case PIXEL_U16:
        return ((const uint16_t *)row)[x];
    case PIXEL_U32:
        return ((const uint32_t *)row)[x];
    default:
        return (double)((const float *)row)[x];
    }
}

static void compare_row(struct image_difference *difference, const void *found, const void *expected,
                        const struct image *image, double tolerance, int64_t y, int64_t z)
{
    size_t bytes = pixel_bytes(image->type);
    for (int64_t x = 0; x < image->shape.width; x++) {
        size_t at = (size_t)x * bytes;
        if (memcmp((const char *)found + at, (const char *)expected + at, bytes) == 0)
            continue;
        double f = image_pixel_value(found, x, image->type), e = image_pixel_value(expected, x, image->type);
        double distance = fabs(f - e);
        /* An infinity is not within any fraction of itself. */
        if (tolerance > 0 && isfinite(distance) && distance <= tolerance * fmax(fabs(f), fabs(e)))
            continue;
        if (difference->pixels++ == 0) {
            difference->x = x;
            difference->y = y;
            difference->z = z;
            difference->found = f;
            difference->expected = e;
        }
        difference->largest = isnan(distance) ? INFINITY : fmax(difference->largest, distance);
    }
}

struct image_difference image_compare(const struct image *found, const struct image *expected, double tolerance)
{
    assert(shape_equal(found->shape, expected->shape) && found->type == expected->type);
    struct image_difference difference = {0};
    size_t row_bytes = (size_t)found->shape.width * pixel_bytes(found->type);
    for (int64_t z = 0; z < found->shape.depth; z++)
        for (int64_t y = 0; y < found->shape.height; y++) {
            const void *f = image_row(found, y, z), *e = image_row(expected, y, z);
            if (memcmp(f, e, row_bytes) != 0)
                compare_row(&difference, f, e, found, tolerance, y, z);
        }
    return difference;
}
