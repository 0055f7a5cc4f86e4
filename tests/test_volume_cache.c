/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What is read through a cache is what the volume under it holds, whatever the windows, the order and the memory; a
 * pass in raster order decodes each chunk once where memory suffices; no more memory is held than allowed; what cannot
 * be read is not kept. A volume that counts and fails on demand is read through; one that mistakes one chunk for
 * another shows that the comparison would find a cache that does.
 */
#include "tests/tiff_maker.h"
#include "tests/watched_volume.h"
#include "tests/zarr_maker.h"

#include <omp.h>

#include "images/tiff_volume.h"
#include "images/volume_synthetic.h"

static const struct shape flat = {397, 291, 1}, deep = {67, 49, 31};
static const struct shape flat_chunk = {64, 48, 1}, deep_chunk = {16, 12, 8};
static const struct pass flat_pass = {{100, 80, 1}, {9, 7, 0}, 0, true};
static const struct pass deep_pass = {{20, 25, 15}, {5, 3, 2}, 0, true};

enum { PLENTY = 1 << 28 };

Test(volume_cache, a_pass_reads_each_chunk_once)
{
    for (int is_deep = 0; is_deep < 2; is_deep++) {
        struct image image = noise(is_deep ? deep : flat, PIXEL_U16);
        struct watched *w = watch(&image, is_deep ? deep_chunk : flat_chunk);
        struct volume *volume = cached(&w->volume, PLENTY);
        for (int64_t turn = 1; turn <= 2; turn++) {
            cr_expect_eq(run_pass(volume, is_deep ? &deep_pass : &flat_pass, &image, PLENTY), 0);
            cr_expect_eq(most_reads(w), turn, "a chunk was read %lld times in %lld passes", (long long)most_reads(w),
                         (long long)turn);
        }
        volume_close(volume);
        image_free(&image);
    }
}

/* Without being told, as long as the memory suffices; and not at all without a cache. */
Test(volume_cache, what_is_saved)
{
    struct image image = noise(flat, PIXEL_U8);
    struct pass p = flat_pass;
    struct watched *w = watch(&image, flat_chunk);
    p.told = false;
    cr_expect_eq(run_pass(&w->volume, &p, &image, PLENTY), 0);
    cr_expect_gt(most_reads(w), 1, "nothing to save: the test shows nothing");
    memset(w->reads, 0, sizeof w->reads);
    struct volume *volume = cached(&w->volume, PLENTY);
    cr_expect_eq(run_pass(volume, &p, &image, PLENTY), 0);
    cr_expect_eq(most_reads(w), 1);
    volume_close(volume);
    image_free(&image);
}

/* Less memory means more reads, never wrong ones, and never more memory than allowed. */
Test(volume_cache, little_memory)
{
    struct image image = noise(deep, PIXEL_U16);
    struct pass p = deep_pass;
    int64_t before = INT64_MAX;
    for (p.skipped = 0; p.skipped <= 3; p.skipped += 3)
        for (size_t bytes = 1000; bytes <= 1 << 20; bytes *= 4)
            for (int told = 0; told < 2; told++) {
                struct watched *w = watch(&image, deep_chunk);
                struct volume *volume = cached(&w->volume, bytes);
                p.told = told;
                cr_expect_leq(volume_cache_bytes(&w->volume, bytes), bytes);
                cr_expect_eq(run_pass(volume, &p, &image, bytes), 0, "with %zu bytes", bytes);
                if (told && p.skipped == 0) {
                    cr_expect_leq(all_reads(w), before, "%zu bytes: %lld reads after %lld", bytes,
                                  (long long)all_reads(w), (long long)before);
                    before = all_reads(w);
                }
                volume_close(volume);
            }
    image_free(&image);
}

/* A memory that holds half of what a row of tiles shares with the next: half is saved, where keeping what was used last
 * would save nothing. */
Test(volume_cache, half_of_the_memory_saves_about_half)
{
    struct image image = noise((struct shape){64 * 40, 64 * 6, 1}, PIXEL_U8);
    const struct pass p = {{64, 64, 1}, {0, 8, 0}, 0, true};
    const struct shape chunk = {64, 64, 1};
    int64_t reads[2];
    for (int i = 0; i < 2; i++) {
        struct watched *w = watch(&image, chunk);
        const size_t bytes = i ? volume_cache_bytes(&w->volume, 100 * (64 * 64 + 400)) / 100 * 40 : 1;
        struct volume *volume = cached(&w->volume, bytes);
        cr_expect_eq(run_pass(volume, &p, &image, bytes), 0);
        reads[i] = all_reads(w);
        volume_close(volume);
    }
    const int64_t least = 40 * 6;
    cr_expect_eq(reads[0], 40 * (2 + 3 * 4 + 2));
    cr_expect_lt(reads[1] - least, (reads[0] - least) * 6 / 10, "%lld of %lld reads", (long long)reads[1],
                 (long long)reads[0]);
    image_free(&image);
}

Test(volume_cache, an_image_that_fits_is_kept_for_another_pass)
{
    struct image image = noise(flat, PIXEL_F32);
    struct watched *w = watch(&image, flat_chunk);
    struct volume *volume = cached(&w->volume, PLENTY);
    const struct region all = region_whole(flat);
    for (int i = 0; i < 3; i++) {
        volume_cache_begin_pass(volume, i < 2);
        volume_cache_expect(volume, (const int64_t[]){flat.width, flat.height, flat.depth});
        cr_expect_eq(wrong_pixels(volume, &all, &image), 0);
        cr_expect_eq(most_reads(w), 1);
    }
    volume_cache_forget(volume);
    cr_expect_eq(wrong_pixels(volume, &all, &image), 0);
    cr_expect_eq(most_reads(w), 2);
    volume_close(volume);
    image_free(&image);
}

/* Windows anywhere, announced rightly or wrongly. */
static int64_t random_windows(struct volume *volume, const struct image *image, int count)
{
    const struct shape s = image->shape;
    int64_t wrong = 0;
    for (int i = 0; i < count; i++) {
        const uint64_t seed = (uint64_t)i + 1;
        const struct region window = random_region(seed, s), next = random_region(seed + 1000, s);
        volume_cache_expect(volume, i % 3 ? (const int64_t[]){next.x, next.y, next.z} : NULL);
        if (i % 20 == 19)
            volume_cache_begin_pass(volume, i % 40 == 39);
        wrong += wrong_pixels(volume, &window, image);
    }
    return wrong;
}

Test(volume_cache, windows_in_no_order)
{
    static const size_t limits[] = {0, 1 << 14, 1 << 16, 1 << 20, PLENTY};
    for (size_t i = 0; i < 2 * sizeof limits / sizeof limits[0]; i++) {
        struct image image = noise(i % 2 ? deep : flat, PIXEL_U16);
        struct watched *w = watch(&image, i % 2 ? deep_chunk : flat_chunk);
        struct volume *volume = cached(&w->volume, limits[i / 2]);
        cr_expect_eq(random_windows(volume, &image, 60), 0, "with %zu bytes", limits[i / 2]);
        volume_close(volume);
        image_free(&image);
    }
}

/* One chunk taken for another is found by every one of these tests. */
Test(volume_cache, a_mistaken_chunk_is_seen)
{
    struct image image = noise(flat, PIXEL_U16);
    struct watched *w = watch(&image, flat_chunk);
    struct volume *volume = cached(&w->volume, PLENTY);
    w->mistaken = true;
    cr_expect_gt(run_pass(volume, &flat_pass, &image, PLENTY), 0);
    volume_cache_forget(volume);
    cr_expect_gt(random_windows(volume, &image, 60), 0);
    volume_close(volume);
    image_free(&image);
}

Test(volume_cache, what_fails_is_reported_and_not_kept)
{
    struct image image = noise(flat, PIXEL_U16), out;
    struct watched *w = watch(&image, flat_chunk);
    struct volume *volume = cached(&w->volume, PLENTY);
    const struct region over = {10, 10, 0, {200, 200, 1}}, beside = {0, 100, 0, {64, 100, 1}};
    cr_assert_eq(image_alloc(&out, over.shape, PIXEL_U16, 0, 1), STATUS_OK);
    w->fails = chunk_number(&w->volume, 70, 50, 0);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(volume_read(volume, &over, &out), STATUS_INPUT);
        cr_expect_str_eq(status_text(), "chunk 8 is damaged");
        cr_expect_eq(wrong_pixels(volume, &beside, &image), 0);
    }
    w->fails = -1;
    cr_expect_eq(wrong_pixels(volume, &over, &image), 0);
    cr_expect_eq(w->reads[8], 3);
    volume_close(volume);
    image_free(&out);
    image_free(&image);
}

Test(volume_cache, closes_what_it_owns)
{
    bool closed = false;
    struct image image = noise(flat, PIXEL_U8);
    struct watched *w = watch(&image, flat_chunk);
    w->closed = &closed;
    struct volume *volume = cached(&w->volume, PLENTY);
    cr_expect(shape_equal(volume->shape, flat) && shape_equal(volume->chunk, flat_chunk) && volume->type == PIXEL_U8);
    cr_expect_null(volume->kind->write);
    volume_close(volume);
    cr_expect(closed);
    image_free(&image);
}

/* A file may be a single strip, of which each tile takes a part. */
Test(volume_cache, a_chunk_larger_than_the_image)
{
    struct image image = noise(flat, PIXEL_U16);
    struct watched *w = watch(&image, (struct shape){1000, 1000, 5});
    struct volume *volume = cached(&w->volume, PLENTY);
    cr_expect_eq(run_pass(volume, &flat_pass, &image, PLENTY), 0);
    cr_expect_eq(most_reads(w), 1);
    volume_close(volume);
    image_free(&image);
}

/* Parts of chunks that cost no more than what they hold are not worth keeping, nor are tiny chunks. */
Test(volume_cache, passes_on_what_gains_nothing)
{
    struct image image = noise(flat, PIXEL_U8);
    struct volume *plain, *made, *volume;
    cr_assert_eq(volume_of_image(&image, flat_chunk, &plain), STATUS_OK);
    cr_expect_eq(volume_cache_bytes(plain, PLENTY), 0);
    volume = cached(plain, PLENTY);
    cr_expect_eq(random_windows(volume, &image, 20), 0);
    cr_expect_eq(volume_cache_held_bytes(volume), 0);
    volume_close(volume);
    cr_assert_eq(volume_synthetic("synthetic:cells:100x100:uint8", &made), STATUS_OK);
    cr_expect_eq(volume_cache_bytes(made, PLENTY), 0);
    volume_close(made);
    struct watched *w = watch(&image, (struct shape){9, 9, 1});
    cr_expect_eq(volume_cache_bytes(&w->volume, PLENTY), 0);
    w->volume.chunk = (struct shape){0, 0, 0};
    volume = cached(&w->volume, PLENTY);
    volume_close(volume);
    volume_cache_expect(NULL, NULL);
    volume_cache_forget(NULL);
    image_free(&image);
}

static void expect_file(struct volume *plain, struct volume *inner, const struct pass *p)
{
    struct image image;
    const struct region all = region_whole(plain->shape);
    cr_assert_eq(image_alloc(&image, plain->shape, plain->type, 0, 1), STATUS_OK);
    cr_assert_eq(volume_read(plain, &all, &image), STATUS_OK, "%s", status_text());
    cr_expect_gt(volume_cache_bytes(inner, PLENTY), 0);
    struct volume *volume = cached(inner, PLENTY);
    cr_expect_eq(run_pass(volume, p, &image, PLENTY), 0);
    cr_expect_eq(random_windows(volume, &image, 40), 0);
    volume_close(volume);
    volume_close(plain);
    image_free(&image);
}

Test(volume_cache, tiff_tiles_and_strips, .init = tiff_folder_make, .fini = tiff_folder_remove)
{
    const struct pass p = {{50, 40, 2}, {9, 7, 1}, 0, true};
    for (int tile = 0; tile <= 32; tile += 32) {
        struct volume *plain, *inner;
        tiff_make((struct tiff_recipe){
            .width = 150, .height = 130, .pages = 5, .bits = 16, .tile = tile, .compression = COMPRESSION_LZW});
        cr_assert_eq(tiff_volume_open(tiff_path, NULL, &plain), STATUS_OK, "%s", status_text());
        cr_assert_eq(tiff_volume_open(tiff_path, NULL, &inner), STATUS_OK, "%s", status_text());
        cr_expect(inner->decoded);
        expect_file(plain, inner, &p);
    }
}

static void write_store(struct shape chunk, struct shape shard)
{
    struct zarr_array *array;
    struct volume *volume;
    struct image image = noise(deep, PIXEL_U16);
    const struct region all = region_whole(deep);
    const struct zarr_layout layout = {
        .version = 3, .shape = deep, .type = PIXEL_U16, .chunk = chunk, .shard = shard, .compression = ZARR_BLOSC_LZ4};
    cr_assert_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_OK, "%s", status_text());
    cr_assert_eq(zarr_output(array, 0, 0, &volume), STATUS_OK);
    cr_assert_eq(volume_write(volume, &all, &image), STATUS_OK, "%s", status_text());
    cr_assert_eq(volume_finish(volume), STATUS_OK);
    cr_assert_eq(zarr_finish(array), STATUS_OK);
    volume_close(volume);
    zarr_close(array);
    image_free(&image);
}

Test(volume_cache, zarr_chunks_and_shards, .init = zarr_folder_make, .fini = zarr_folder_remove)
{
    const struct shape shards[] = {{0, 0, 0}, {32, 24, 16}};
    for (int i = 0; i < 2; i++) {
        struct volume *plain, *inner;
        write_store(deep_chunk, shards[i]);
        cr_assert_eq(zarr_open(zarr_path, NULL, &plain), STATUS_OK, "%s", status_text());
        cr_assert_eq(zarr_open(zarr_path, NULL, &inner), STATUS_OK, "%s", status_text());
        expect_file(plain, inner, &deep_pass);
        zarr_store_remove();
    }
}

/* The whole index of a shard is read with each chunk: with many small ones it would be read more than they are. */
Test(volume_cache, shards_of_many_chunks_are_read_as_before, .init = zarr_folder_make, .fini = zarr_folder_remove)
{
    struct volume *volume;
    write_store((struct shape){16, 12, 8}, (struct shape){128, 96, 64});
    cr_assert_eq(zarr_open(zarr_path, NULL, &volume), STATUS_OK, "%s", status_text());
    cr_expect_not(volume->decoded);
    volume_close(volume);
}

Test(volume_cache, several_readers)
{
    struct image image = noise(flat, PIXEL_U16);
    struct watched *w = watch(&image, flat_chunk);
    struct volume *volume = cached(&w->volume, 1 << 16);
    int64_t wrong = 0;
#pragma omp parallel for num_threads(4) reduction(+ : wrong)
    for (int i = 0; i < 100; i++) {
        const struct region r = random_region((uint64_t)i, flat);
        wrong += wrong_pixels(volume, &r, &image);
    }
    cr_expect_eq(wrong, 0);
    volume_close(volume);
    image_free(&image);
}
