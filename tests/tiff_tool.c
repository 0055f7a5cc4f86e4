/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Copies TIFF files with our reader and writer, for comparison with other libraries:
 *
 *   tiff_tool whole IN OUT CHANNEL FRAME          tiff_read(), tiff_write()
 *   tiff_tool regions IN OUT CHANNEL FRAME TILE   by regions of TILE pixels, in four threads, from the last to the
 * first
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "images/tiff_volume.h"

static enum status copy_whole(char **arguments, const struct tiff_selection *selection)
{
    enum status status;
    struct image image;
    TRY(tiff_read(arguments[0], selection, &image, NULL));
    TRY(tiff_write(arguments[1], &image));
done:
    image_free(&image);
    return status;
}

static enum status copy_region(struct volume *in, struct volume *out, const struct region *region)
{
    enum status status;
    struct image image;
    TRY(image_alloc(&image, region->shape, in->type, 0, 1));
    TRY(volume_read(in, region, &image));
    TRY(volume_write(out, region, &image));
done:
    image_free(&image);
    if (status != STATUS_OK) /* the text belongs to this thread */
        fprintf(stderr, "%s\n", status_text());
    return status;
}

static int64_t part(int64_t first, int64_t most, int64_t whole)
{
    return whole - first < most ? whole - first : most;
}

static enum status copy_regions(char **arguments, const struct tiff_selection *selection)
{
    enum status status;
    struct volume *in = NULL, *out = NULL;
    int failed = 0;
    TRY(tiff_volume_open(arguments[0], selection, &in));
    TRY(tiff_volume_create(arguments[1], in->shape, in->type, atoll(arguments[4]), &out));
    const struct shape s = in->shape, c = out->chunk;
    const int64_t across = (s.width - 1) / c.width + 1, down = (s.height - 1) / c.height + 1;
#pragma omp parallel for num_threads(4) schedule(dynamic) reduction(+ : failed)
    for (int64_t i = across * down * s.depth - 1; i >= 0; i--) {
        struct region r = {i % across * c.width, i / across % down * c.height, i / across / down, {1, 1, 1}};
        r.shape.width = part(r.x, c.width, s.width);
        r.shape.height = part(r.y, c.height, s.height);
        failed += copy_region(in, out, &r) != STATUS_OK;
    }
    TRY(failed ? STATUS_INPUT : volume_finish(out));
done:
    volume_close(in);
    volume_close(out);
    return status;
}

int main(int count, char **arguments)
{
    const bool by_regions = count == 7 && strcmp(arguments[1], "regions") == 0;
    if (!by_regions && (count != 6 || strcmp(arguments[1], "whole") != 0))
        return 2;
    const struct tiff_selection selection = {atoll(arguments[4]), atoll(arguments[5])};
    const enum status status =
        by_regions ? copy_regions(arguments + 2, &selection) : copy_whole(arguments + 2, &selection);
    if (status != STATUS_OK)
        fprintf(stderr, "tiff_tool: %s\n", status_text());
    return status_exit_code(status);
}
