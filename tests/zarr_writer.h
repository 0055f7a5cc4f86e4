/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An image of 33x20x3 made pixels, written with our own writer.
 */
#ifndef TESTS_ZARR_WRITER_H
#define TESTS_ZARR_WRITER_H

#include "tests/zarr_maker.h"

static const struct shape zarr_size = {33, 20, 3};

static inline struct zarr_layout zarr_layout_of(int version, enum zarr_compression compression)
{
    return (struct zarr_layout){
        .version = version, .shape = zarr_size, .type = PIXEL_U16, .chunk = {16, 8, 2}, .compression = compression};
}

static inline void zarr_make_image(struct image *image)
{
    cr_assert_eq(image_alloc(image, zarr_size, PIXEL_U16, 0, 1), STATUS_OK);
    for (int64_t z = 0; z < zarr_size.depth; z++)
        for (int64_t y = 0; y < zarr_size.height; y++)
            for (int64_t x = 0; x < zarr_size.width; x++)
                ((uint16_t *)image_row(image, y, z))[x] = zarr_made_value(z, y, x);
}

/* Chunk by chunk, the first `count` of them. */
static inline enum status zarr_write_some(struct volume *volume, int count)
{
    struct image image;
    enum status status = STATUS_OK;
    const struct shape c = volume->chunk;
    zarr_make_image(&image);
    for (int64_t z = 0; z < zarr_size.depth; z += c.depth)
        for (int64_t y = 0; y < zarr_size.height; y += c.height)
            for (int64_t x = 0; x < zarr_size.width; x += c.width) {
                struct region region = {x, y, z, c};
                region.shape.width = c.width < zarr_size.width - x ? c.width : zarr_size.width - x;
                region.shape.height = c.height < zarr_size.height - y ? c.height : zarr_size.height - y;
                region.shape.depth = c.depth < zarr_size.depth - z ? c.depth : zarr_size.depth - z;
                struct image part = image_view(&image, x, y, z, region.shape);
                if (count-- > 0 && !zarr_chunk_present(volume, &region) && status == STATUS_OK)
                    status = volume_write(volume, &region, &part);
            }
    image_free(&image);
    return status;
}

static inline void zarr_write_all(const struct zarr_layout *layout, enum zarr_mode mode)
{
    struct zarr_array *array;
    struct volume *volume;
    cr_assert_eq(zarr_create(zarr_path, layout, mode, &array), STATUS_OK, "%s", status_text());
    cr_assert_eq(zarr_output(array, 0, 0, &volume), STATUS_OK, "%s", status_text());
    cr_assert_eq(zarr_write_some(volume, 1000), STATUS_OK, "%s", status_text());
    cr_assert_eq(volume_finish(volume), STATUS_OK);
    cr_assert_eq(zarr_finish(array), STATUS_OK, "%s", status_text());
    volume_close(volume);
    zarr_close(array);
}

static inline void zarr_expect_written(void)
{
    struct volume *volume;
    cr_assert_eq(zarr_open(zarr_path, NULL, &volume), STATUS_OK, "%s", status_text());
    struct region whole = region_whole(zarr_size);
    zarr_expect_made(volume, &whole, NULL, 0);
    volume_close(volume);
}

/* Files of the store that were left unfinished. */
static inline int zarr_count_parts(void)
{
    char command[160], line[16];
    snprintf(command, sizeof command, "find %s -name '*.part' | wc -l", zarr_path);
    FILE *found = popen(command, "r");
    cr_assert_not_null(found);
    int count = fgets(line, sizeof line, found) ? atoi(line) : -1;
    pclose(found);
    return count;
}

#endif
