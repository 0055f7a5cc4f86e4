/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Writing by regions: what comes back whatever the order of the tiles, and what is left when writing fails. That other
 * programs read the files is for test_tiff_python.py.
 */
#include "tests/tiff_maker.h"

#include <errno.h>
#include <omp.h>
#include <signal.h>
#include <sys/resource.h>

#include "images/tiff_packer.h"
#include "images/tiff_volume.h"

TestSuite(tiff_volume_create, .init = tiff_folder_make, .fini = tiff_folder_remove);

static struct image noise(struct shape shape, enum pixel_type type)
{
    struct image image;
    unsigned seed = 3;
    cr_assert_eq(image_alloc(&image, shape, type, image_default_stride(shape.width) + 16, 1), STATUS_OK);
    for (int64_t row = 0; row < shape.height * shape.depth; row++)
        for (size_t i = 0; i < (size_t)shape.width * pixel_bytes(type); i++) {
            seed = seed * 1103515245u + 12345u;
            ((uint8_t *)image_row(&image, row % shape.height, row / shape.height))[i] = (uint8_t)(seed >> 16);
        }
    return image;
}

static struct volume *created(struct shape shape, enum pixel_type type, int64_t tile_px)
{
    struct volume *volume;
    cr_assert_eq(tiff_volume_create(tiff_path, shape, type, tile_px, &volume), STATUS_OK, "%s", status_text());
    return volume;
}

/* Region `index` of those of `step` pixels and planes. */
static struct region part(struct shape s, struct shape step, int64_t index)
{
    const int64_t across = (s.width - 1) / step.width + 1, down = (s.height - 1) / step.height + 1;
    struct region r = {index % across * step.width, index / across % down * step.height,
                       index / across / down * step.depth, step};
    r.shape.width = r.x + step.width > s.width ? s.width - r.x : step.width;
    r.shape.height = r.y + step.height > s.height ? s.height - r.y : step.height;
    r.shape.depth = r.z + step.depth > s.depth ? s.depth - r.z : step.depth;
    return r;
}

static int64_t parts(struct shape s, struct shape step)
{
    return ((s.width - 1) / step.width + 1) * ((s.height - 1) / step.height + 1) * ((s.depth - 1) / step.depth + 1);
}

static enum status write_part(struct volume *volume, const struct image *image, const struct region *r)
{
    const struct image from = image_view(image, r->x, r->y, r->z, r->shape);
    return volume_write(volume, r, &from);
}

static void expect_back(struct image *image)
{
    struct image back;
    cr_assert_eq(tiff_read(tiff_path, NULL, &back, NULL), STATUS_OK, "%s", status_text());
    cr_assert(shape_equal(back.shape, image->shape));
    cr_assert_eq(back.type, image->type);
    cr_expect_eq(image_compare(&back, image, 0).pixels, 0);
    ((uint8_t *)back.pixels)[0] ^= 1;
    cr_expect_eq(image_compare(&back, image, 0).pixels, 1, "the comparison must see a wrong pixel");
    image_free(&back);
}

/* In an order that jumps between pages: 17 has no divisor in common with the numbers of parts here. */
Test(tiff_volume_create, every_type_and_shape_comes_back)
{
    static const struct shape shapes[] = {{1, 1, 1}, {1, 1, 3}, {33, 21, 1}, {33, 17, 4}, {16, 16, 2}, {100, 3, 7}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (int type = 0; type < PIXEL_TYPE_COUNT; type++)
            for (int64_t tile = 0; tile <= 32; tile += 16) {
                struct image image = noise(shapes[i], (enum pixel_type)type);
                struct volume *volume = created(shapes[i], image.type, tile);
                const int64_t count = parts(shapes[i], volume->chunk);
                for (int64_t k = 0; k < count; k++) {
                    const struct region r = part(shapes[i], volume->chunk, (k * 17 + 5) % count);
                    cr_assert_eq(write_part(volume, &image, &r), STATUS_OK, "%s", status_text());
                }
                cr_assert_eq(volume_finish(volume), STATUS_OK, "%s", status_text());
                volume_close(volume);
                expect_back(&image);
                image_free(&image);
            }
}

Test(tiff_volume_create, several_threads)
{
    const struct shape shape = {300, 200, 6}, step = {64, 96, 2};
    struct image image = noise(shape, PIXEL_U16);
    struct volume *volume = created(shape, PIXEL_U16, 32);
    const int64_t count = parts(shape, step);
    int failed = 0;
#pragma omp parallel for num_threads(4) schedule(dynamic) reduction(+ : failed)
    for (int64_t k = 0; k < count; k++) {
        const struct region r = part(shape, step, count - 1 - k);
        failed += write_part(volume, &image, &r) != STATUS_OK;
    }
    cr_expect_eq(failed, 0);
    cr_assert_eq(volume_finish(volume), STATUS_OK, "%s", status_text());
    volume_close(volume);
    expect_back(&image);
    image_free(&image);
}

Test(tiff_volume_create, tiles_and_their_sizes)
{
    struct volume *volume = created((struct shape){1000, 40, 2}, PIXEL_U8, 0);
    cr_expect(shape_equal(volume->chunk, (struct shape){512, 40, 1}));
    volume_close(volume);
    static const int64_t wrong[] = {-16, 1, 15, 24, 16400, INT64_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_eq(tiff_volume_create(tiff_path, (struct shape){10, 10, 1}, PIXEL_U8, wrong[i], &volume),
                     STATUS_USAGE);
        cr_expect_null(volume);
        cr_expect(strstr(status_text(), "a multiple of 16"), "%s", status_text());
    }
    const struct shape shapes[] = {{(int64_t)UINT32_MAX + 1, 1, 1}, {UINT32_MAX, UINT32_MAX, UINT32_MAX}};
    for (int i = 0; i < 2; i++)
        cr_expect_eq(tiff_volume_create(tiff_path, shapes[i], PIXEL_U8, 16, &volume), STATUS_UNSUPPORTED);
}

static void expect_old_file(void)
{
    char kept[8];
    cr_expect_eq(tiff_get_bytes(kept, sizeof kept), 3, "the file that was there before must survive");
}

Test(tiff_volume_create, nothing_is_left_without_an_end)
{
    struct image image = noise((struct shape){40, 40, 2}, PIXEL_U8), out = image;
    const struct region all = region_whole(image.shape), first = {.shape = {16, 16, 1}};
    tiff_put_bytes("old", 3);
    struct volume *volume = created(image.shape, image.type, 16);
    cr_assert_eq(write_part(volume, &image, &first), STATUS_OK);
    cr_expect_eq(volume_read(volume, &all, &out), STATUS_UNSUPPORTED);
    expect_old_file();
    cr_expect_eq(volume_finish(volume), STATUS_IO);
    cr_expect(strstr(status_text(), "incomplete: 17 of 18 tiles were not written"), "%s", status_text());
    volume_close(volume);
    expect_old_file();
    image_free(&image);
}

/* A limit on the size of files stands for the full disk. The suite's end sees whether a part was left. */
Test(tiff_volume_create, leaves_nothing_when_there_is_no_room)
{
    struct image image = noise((struct shape){100, 100, 3}, PIXEL_U16);
    const struct region all = region_whole(image.shape);
    int failed_writing = 0, failed_finishing = 0;
    tiff_put_bytes("old", 3);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t limit = 0; limit < 120000; limit += limit < 70000 ? 7001 : 300) {
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, RLIM_INFINITY}), 0);
        struct volume *volume = created(image.shape, image.type, 16);
        enum status status = write_part(volume, &image, &all);
        failed_writing += status != STATUS_OK;
        if (status == STATUS_OK) {
            status = volume_finish(volume);
            failed_finishing += status != STATUS_OK;
        }
        volume_close(volume);
        if (status == STATUS_OK)
            break;
        cr_expect_eq(status, STATUS_IO);
        cr_expect(strstr(status_text(), strerror(EFBIG)), "%s", status_text());
        cr_expect_eq(strncmp(status_text(), tiff_path, strlen(tiff_path)), 0, "%s", status_text());
        expect_old_file();
    }
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}), 0);
    cr_expect_gt(failed_writing, 0);
    cr_expect_gt(failed_finishing, 0);
    expect_back(&image);
    image_free(&image);
}

Test(tiff_volume_create, folders_are_no_files)
{
    struct volume *volume;
    cr_expect_eq(tiff_volume_create(tiff_folder, (struct shape){5, 5, 1}, PIXEL_U8, 0, &volume), STATUS_IO);
    cr_expect_null(volume);
    cr_expect(strstr(status_text(), "exists and is not a file"), "%s", status_text());
}

/* The form that files above 4 GB get, with little in it. */
Test(tiff_volume_create, bigtiff)
{
    static uint8_t bytes[1 << 16];
    for (int big = 0; big < 2; big++) {
        struct image image = noise((struct shape){20, 30, 3}, PIXEL_U16);
        const struct tiff_tiled file = {.big = big,
                                        .is_difference = true,
                                        .shape = image.shape,
                                        .type = PIXEL_U16,
                                        .tile_width = 16,
                                        .tile_height = 32};
        struct tiff_packer *packer = tiff_packer_make(&file);
        uint64_t at = TIFF_HEADER_BYTES, offsets[6], counts[6];
        cr_assert_eq(tiff_tiles(&file), 2);
        for (int i = 0; i < 6; i++) {
            const struct image tile = image_view(&image, i % 2 * 16, 0, i / 2, (struct shape){i % 2 ? 4 : 16, 30, 1});
            counts[i] = tiff_packer_pack(packer, &file, &tile);
            memcpy(bytes + at, packer->packed, counts[i]);
            offsets[i] = at;
            at += (counts[i] + 7) / 8 * 8;
        }
        tiff_packer_free(packer);
        tiff_header_encode(&file, at, bytes);
        for (int z = 0; z < 3; z++) {
            const size_t size = tiff_directory_bytes(&file, z == 0);
            tiff_directory_encode(&file, z == 0, at, z < 2 ? at + size : 0, offsets + 2 * z, counts + 2 * z,
                                  bytes + at);
            at += size;
        }
        tiff_put_bytes(bytes, at);
        expect_back(&image);
        TIFF *t = TIFFOpen(tiff_path, "r");
        cr_assert_not_null(t);
        cr_expect_eq(TIFFIsBigTIFF(t), big);
        TIFFClose(t);
        image_free(&image);
    }
}
