/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Whole images from TIFF files. The order of the steps is the point: pages are listed and judged first, memory is taken
 * next, pixels are decoded last.
 */
#include <omp.h>

#include "images/tiff_stack.h"

enum status tiff_shape(const char *path, const struct tiff_selection *selection, struct shape *shape,
                       enum pixel_type *type)
{
    struct tiff_stack stack;
    enum status status = tiff_stack_open(&stack, path, selection);
    *shape = stack.shape;
    *type = stack.type;
    tiff_stack_close(&stack);
    return status;
}

enum status tiff_describe(const char *path, const struct tiff_selection *selection, struct tiff_info *info)
{
    struct tiff_stack stack;
    enum status status = tiff_stack_open(&stack, path, selection);
    *info = stack.info;
    tiff_stack_close(&stack);
    return status;
}

enum status tiff_read(const char *path, const struct tiff_selection *selection, struct image *image,
                      struct tiff_info *info)
{
    enum status status;
    struct tiff_stack stack;
    *image = (struct image){0};
    TRY(tiff_stack_open(&stack, path, selection));
    TRY(image_alloc(image, stack.shape, stack.type, 0, omp_get_max_threads()));
    for (int64_t z = 0; z < stack.shape.depth; z++) {
        const struct tiff_plane plane = tiff_stack_plane(&stack, z);
        struct image out = image_view(image, 0, 0, z, (struct shape){stack.shape.width, stack.shape.height, 1});
        TRY(tiff_plane_read(&stack.file, &plane, 0, 0, &out));
    }
    stack.info.nonfinite = image_count_nonfinite(image);
    if (info)
        *info = stack.info;
done:
    tiff_stack_close(&stack);
    if (status != STATUS_OK)
        image_free(image);
    return status;
}
