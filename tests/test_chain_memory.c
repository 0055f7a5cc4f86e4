/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What is planned is what is taken: for every operation the bytes of the dry plan are those that a run of the same
 * chain holds at its peak, and the CPU's sums are what its allocations give. Then verdicts and tiles on devices that
 * are descriptions.
 */
#include "bench/memory_fit.h"
#include "hardware/host_memory.h"
#include "ops/registry.h"
#include "tests/open_device.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "images/synthetic.h"

/* The description of a graphics card of 8 GB. */
static const struct device card = {.name = "card",
                                   .type = DEVICE_GPU,
                                   .compute_units = 40,
                                   .global_bytes = 8000000000,
                                   .local_bytes = 49152,
                                   .max_alloc_bytes = 2000000000,
                                   .max_work_group = 1024,
                                   .images = true,
                                   .double_precision = true};

static const struct shape small = {37, 29, 5};

static struct chain parsed(const char *text, enum pixel_type type)
{
    struct chain chain;
    cr_assert_eq(chain_parse(text, type, &chain), STATUS_OK, "%s", status_text());
    return chain;
}

static char *chain_of_op(const struct op *op, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s%s", op->name, op->inputs == 2 ? "(with=second.tif)" : "");
    return text;
}

static struct image made(struct shape shape, enum pixel_type type)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, shape, type, 0, 1), STATUS_OK, "%s", status_text());
    cr_assert_eq(synthetic_fill(&image, CONTENT_CELLS, 7), STATUS_OK);
    return image;
}

/* Runs the chain; the peak of what the device really held. */
static void measure(const struct chain *chain, struct opencl *opencl, struct chain_memory *memory)
{
    struct image in = made(small, chain->steps[0].op->type), out;
    const struct image *with[CHAIN_STEPS_MAX];
    for (int i = 0; i < chain->count; i++)
        with[i] = &in; /* chains of these tests take a second image in their first step */
    opencl->peak_bytes = opencl->largest_bytes = 0;
    cr_assert_eq(chain_run(chain, BACKEND_OPENCL, opencl, 1, &in, with, &out), STATUS_OK, "%s", status_text());
    *memory = (struct chain_memory){.peak_bytes = opencl->peak_bytes, .largest_bytes = opencl->largest_bytes};
    cr_expect_eq(opencl->allocated_bytes, 0);
    image_free(&in);
    image_free(&out);
}

static void expect_planned_is_taken(const struct chain *chain, struct opencl *opencl, const char *text)
{
    struct chain_memory planned, taken;
    cr_assert_eq(chain_memory_on_device(chain, &opencl->device, small, &planned), STATUS_OK, "%s", status_text());
    measure(chain, opencl, &taken);
    cr_expect_eq(planned.peak_bytes, taken.peak_bytes, "%s: planned %llu, taken %llu", text,
                 (unsigned long long)planned.peak_bytes, (unsigned long long)taken.peak_bytes);
    cr_expect_eq(planned.largest_bytes, taken.largest_bytes, "%s", text);
}

Test(chain_memory, every_operation_takes_what_is_planned, .timeout = 110)
{
    struct opencl *opencl = open_device();
    char text[128];
    for (int i = 0; i < ops_count(); i++) {
        const struct op *op = op_find(op_at(i, PIXEL_U16, CPU_V2)->name, PIXEL_U16);
        struct chain chain = parsed(chain_of_op(op, text, sizeof text), PIXEL_U16);
        expect_planned_is_taken(&chain, opencl, text);
        if (op->image && opencl->device.images) { /* pocl's images have no padding, so that this is exact here too */
            chain.steps[0].op = op->image;
            expect_planned_is_taken(&chain, opencl, text);
        }
        chain_free(&chain);
    }
    opencl_close(opencl);
}

Test(chain_memory, longer_chains_take_what_is_planned)
{
    static const char *const texts[] = {
        "add_scalar | multiply_scalar | add_scalar",
        "add_images_weighted(with=a.tif) | gaussian_blur(sigma=2) | auto_threshold | label",
        "maximum_z_projection | gaussian_blur | top_hat(radius=3)",
    };
    struct opencl *opencl = open_device();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct chain chain = parsed(texts[i], PIXEL_U8);
        expect_planned_is_taken(&chain, opencl, texts[i]);
        chain_free(&chain);
    }
    opencl_close(opencl);
}

/* A device that cannot run a chain says why; that is no failure of the others. */
Test(memory_fit, a_device_that_cannot_run_it)
{
    struct device simple = card;
    simple.double_precision = false;
    const struct memory_place place = {.device = &simple, .host_bytes = -1};
    struct chain chain = parsed("auto_threshold", PIXEL_U16);
    struct memory_fit fit;
    cr_assert_eq(memory_fit(&chain, &place, small, &fit), STATUS_OK, "%s", status_text());
    cr_expect_eq(fit.verdict, MEMORY_CANNOT_RUN);
    cr_expect_not_null(strstr(fit.reason, "double precision"), "%s", fit.reason);
    chain_free(&chain);
}

/* The planted error: another chain's plan must not agree. */
Test(chain_memory, another_plan_differs)
{
    struct opencl *opencl = open_device();
    struct chain chain = parsed("gaussian_blur(sigma=2) | auto_threshold", PIXEL_U16),
                 other = parsed("flip", PIXEL_U16);
    struct chain_memory planned, taken;
    cr_assert_eq(chain_memory_on_device(&other, &opencl->device, small, &planned), STATUS_OK);
    measure(&chain, opencl, &taken);
    cr_expect_neq(planned.peak_bytes, taken.peak_bytes);
    chain_free(&chain);
    chain_free(&other);
    opencl_close(opencl);
}

Test(chain_memory, steps_add_up)
{
    const struct device device = card;
    struct chain chain = parsed("add_images_weighted(with=a.tif) | gaussian_blur(sigma=2) | auto_threshold", PIXEL_U16);
    struct chain_memory m;
    cr_assert_eq(chain_memory_on_device(&chain, &device, small, &m), STATUS_OK, "%s", status_text());
    cr_assert_eq(m.count, 3);
    const uint64_t image = 48 * 29 * 5 * 2; /* rows are padded to 16 pixels */
    for (int i = 0; i < m.count; i++) {
        const struct memory_step *s = &m.steps[i];
        cr_expect_eq(s->input_bytes, image);
        cr_expect_eq(s->output_bytes, i == 2 ? image / 2 : image); /* the threshold's result is binary */
        cr_expect_eq(s->second_bytes, i == 0 ? image : 0);
        cr_expect_eq(s->held_bytes,
                     s->input_bytes + s->second_bytes + s->output_bytes + s->scratch_bytes + s->constant_bytes);
        cr_expect_leq(s->held_bytes, m.peak_bytes);
    }
    cr_expect_eq(m.steps[m.peak_step].held_bytes, m.peak_bytes);
    /* Input, second image and result, each in whole cache lines between its guards. */
    cr_expect_eq(m.host_bytes, 2 * (image + 32) + (image / 2 + 16) + 3 * 2 * IMAGE_GUARD_BYTES);
    cr_expect_eq((image + 32) % IMAGE_ALIGN_BYTES, 0);
    cr_expect_eq(chain_memory_rule_of_thumb(&chain, small), 37.0 * 29 * 5 * 2 * 4);
    chain_free(&chain);
}

/* The two places that the CPU's sums are made after. */
Test(chain_memory, the_cpu_allocates_what_is_planned)
{
    char text[128];
    for (int i = 0; i < ops_count(); i++) {
        const struct op *op = op_find(op_at(i, PIXEL_F32, CPU_V2)->name, PIXEL_F32);
        struct chain chain = parsed(chain_of_op(op, text, sizeof text), PIXEL_F32);
        struct image in = made(small, PIXEL_F32), out;
        struct chain_memory m;
        cr_assert_eq(chain_memory_on_cpu(&chain, 2, small, &m), STATUS_OK, "%s", status_text());
        cr_assert_eq(image_alloc(&out, op_result_shape(op, &chain.steps[0].args, small), op_result_type(op), 0, 1),
                     STATUS_OK);
        const size_t scratch = op->scratch_bytes ? op->scratch_bytes(&chain.steps[0].args, small, 2) : 0;
        cr_expect_eq(m.steps[0].input_bytes, in.block_bytes, "%s", op->name);
        cr_expect_eq(m.steps[0].output_bytes, out.block_bytes, "%s", op->name);
        cr_expect_eq(m.steps[0].scratch_bytes, (scratch + 63) / 64 * 64, "%s", op->name);
        cr_expect_eq(m.peak_bytes, (size_t)op->inputs * in.block_bytes + out.block_bytes + m.steps[0].scratch_bytes);
        image_free(&in);
        image_free(&out);
        chain_free(&chain);
    }
}

Test(chain_memory, sizes_that_no_memory_holds_are_planned)
{
    const struct device device = card;
    const struct shape large = {65536, 65536, 1024}, beyond = {1LL << 40, 1LL << 40, 1LL << 40};
    struct chain_memory m, half;
    for (int i = 0; i < ops_count(); i++) {
        char text[128];
        const struct op *op = op_find(op_at(i, PIXEL_U16, CPU_V2)->name, PIXEL_U16);
        struct chain chain = parsed(chain_of_op(op, text, sizeof text), PIXEL_U16);
        const enum status status = chain_memory_on_device(&chain, &device, large, &m);
        if (status == STATUS_OK) {
            cr_expect_gt(m.peak_bytes, (1ULL << 42) * 2, "%s", op->name);
            cr_assert_eq(chain_memory_on_device(&chain, &device, (struct shape){65536, 32768, 1024}, &half), STATUS_OK);
            cr_expect_float_eq((double)m.peak_bytes / (double)half.peak_bytes, 2.0, 0.02, "%s", op->name);
        } else {
            cr_expect_eq(status, STATUS_UNSUPPORTED, "%s: %s", op->name, status_text());
        }
        cr_expect_eq(chain_memory_on_device(&chain, &device, beyond, &m), STATUS_USAGE, "%s", op->name);
        cr_expect_eq(chain_memory_on_cpu(&chain, 1, beyond, &m), STATUS_USAGE, "%s", op->name);
        chain_free(&chain);
    }
}

Test(chain_memory, a_dry_device_runs_nothing)
{
    const struct device device = {.name = "described", .type = DEVICE_GPU};
    struct opencl *dry;
    struct plan *plan = NULL;
    cl_mem scratch, constant;
    cr_assert_eq(opencl_open_dry(&device, &dry), STATUS_OK);
    cr_assert_eq(plan_create(dry, "kernel void none() {}", "", &plan), STATUS_OK);
    cr_assert_eq(plan_scratch(plan, (size_t)1 << 50, &scratch), STATUS_OK);
    cr_assert_eq(plan_constant(plan, "abc", 3, &constant), STATUS_OK);
    cr_assert_eq(plan_launch(plan, &(struct launch){.kernel = "none", .global = {1}}), STATUS_OK);
    cr_expect_eq(plan_memory(plan).scratch_bytes, (size_t)1 << 50);
    cr_expect_eq(plan_memory(plan).constant_bytes, 3);
    cr_expect_eq(dry->allocated_bytes, ((size_t)1 << 50) + 3);
    cr_expect_eq(dry->largest_bytes, (size_t)1 << 50);
    cr_expect_eq(plan_run(plan, NULL), STATUS_UNSUPPORTED);
    plan_free(plan);
    cr_expect_eq(dry->allocated_bytes, 0);
    opencl_close(dry);
}

static struct memory_fit fitted(const char *text, struct shape shape, const struct device *device, int64_t host_bytes)
{
    const struct memory_place place = {.device = device, .threads = 2, .host_bytes = host_bytes};
    struct chain chain = parsed(text, PIXEL_U16);
    struct memory_fit fit;
    cr_assert_eq(memory_fit(&chain, &place, shape, &fit), STATUS_OK, "%s", status_text());
    if (fit.verdict == MEMORY_FITS_IN_TILES) {
        /* The tile fits, and a tile half as large again would have been wasted: the count is that of the shapes. */
        cr_expect_leq(fit.tile_need.peak_bytes, device ? device->global_bytes * 95 / 100 : (uint64_t)host_bytes);
        cr_expect_eq(fit.tile_count, chain_tile_count(shape, fit.tile));
        cr_expect_gt(fit.tile_count, 1);
    }
    chain_free(&chain); /* fit.tiles.obstacle is of no use from here on */
    return fit;
}

Test(memory_fit, verdicts)
{
    const struct shape shape = {1024, 2048, 100}, large = {4096, 4096, 400};
    struct memory_fit fit = fitted("gaussian_blur(sigma=2) | top_hat(radius=3)", shape, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS, "%s", fit.reason);

    fit = fitted("gaussian_blur(sigma=2) | top_hat(radius=3)", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.reason);
    cr_expect_eq(fit.tiles.margin_px[0], 8 + 6); /* int(4 * 2 + 0.5) and 2 * 3 */
    cr_expect_not(fit.from_file);
    cr_expect_leq(fit.tile_need.largest_bytes, card.max_alloc_bytes);

    /* Three buffers of the image would fit the memory, one does not fit the declared limit. */
    fit = fitted("add_scalar", (struct shape){32768, 32768, 1}, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES);
    cr_expect_not_null(strstr(fit.reason, "largest buffer"), "%s", fit.reason);
    cr_expect_eq(fit.tile_count, 2);

    fit = fitted("auto_threshold", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_DOES_NOT_FIT);
    cr_expect_not_null(strstr(fit.obstacle, "auto_threshold needs the whole image"), "%s", fit.obstacle);
    fit = fitted("rotate", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_DOES_NOT_FIT);
    cr_expect_not_null(strstr(fit.obstacle, "moves pixels"), "%s", fit.obstacle);

    fit = fitted("maximum_z_projection", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES);
    cr_expect_eq(fit.tile.depth, large.depth);

    /* Without room for the images on the host, tiles come from files; without anything at all, nothing goes. */
    fit = fitted("median(radius=1)", large, &card, 1000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES);
    cr_expect(fit.from_file);
    cr_expect_leq(fit.tile_need.host_bytes, 950000000);
    fit = fitted("median(radius=1)", large, &card, 100);
    cr_expect_eq(fit.verdict, MEMORY_DOES_NOT_FIT);
}

Test(memory_fit, of_the_cpu)
{
    const struct shape shape = {1024, 1024, 100};
    struct memory_fit fit = fitted("add_scalar", shape, NULL, 1000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS, "%s", fit.reason);
    cr_expect_eq(fit.need.peak_bytes, fit.need.host_bytes);
    fit = fitted("add_scalar | add_scalar", shape, NULL, 550000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.reason);
    fit = fitted("add_scalar", shape, NULL, -1); /* unknown is not looked at */
    cr_expect_eq(fit.verdict, MEMORY_FITS);
}

/* Memory that device and host share must hold both sides. */
Test(memory_fit, shared_memory_holds_both)
{
    struct device integrated = card;
    const struct shape shape = {1024, 1024, 400}; /* 839 MB as uint16 */
    integrated.unified_memory = true;
    struct memory_fit fit = fitted("add_scalar", shape, &card, 2600000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS, "%s", fit.reason);
    fit = fitted("add_scalar", shape, &integrated, 2600000000);
    cr_expect_neq(fit.verdict, MEMORY_FITS);
    cr_expect_gt(fit.need.shared_bytes, fit.need.peak_bytes);
}

Test(chain_tiles, with_margins)
{
    const struct chain_tiles tiles = {.margin_px = {8, 8, 2}};
    const struct shape image = {100, 100, 10};
    cr_expect_eq(chain_tile_count(image, (struct shape){50, 34, 10}), 6);
    const struct shape held = chain_tile_with_margin(&tiles, image, (struct shape){50, 25, 10});
    cr_expect_eq(held.width, 58); /* two tiles: one side is the image's border */
    cr_expect_eq(held.height, 41);
    cr_expect_eq(held.depth, 10);
    cr_expect_eq(chain_tile_with_margin(&tiles, image, (struct shape){95, 95, 5}).width,
                 100); /* never beyond the image */
}

/* Over a tile with the margin that is stated, the chain gives what it gives on the whole image; with less it does not.
 */
static bool tile_agrees(const struct chain *chain, const struct image *in, const struct image *whole,
                        const int64_t margin[2])
{
    const int64_t x = 30, y = 20, w = 16, h = 12;
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    struct image tile, out;
    const struct image view =
        image_view(in, x - margin[0], y - margin[1], 0, (struct shape){w + 2 * margin[0], h + 2 * margin[1], 1});
    cr_assert_eq(image_alloc(&tile, view.shape, in->type, 0, 1), STATUS_OK);
    image_copy(&tile, &view);
    cr_assert_eq(chain_run(chain, BACKEND_OPENMP, NULL, 1, &tile, with, &out), STATUS_OK, "%s", status_text());
    const struct image found = image_view(&out, margin[0], margin[1], 0, (struct shape){w, h, 1});
    const struct image expected = image_view(whole, x, y, 0, (struct shape){w, h, 1});
    const bool equal = image_compare(&found, &expected, 0).pixels == 0;
    image_free(&tile);
    image_free(&out);
    return equal;
}

Test(chain_tiles, the_margin_of_a_chain_is_enough_and_needed)
{
    struct chain chain = parsed("gaussian_blur(sigma=1) | median(radius=1) | maximum(radius=2)", PIXEL_U16);
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    struct image in = {0}, whole;
    const struct chain_tiles tiles = chain_tiles(&chain);
    cr_assert_null(tiles.obstacle);
    cr_expect_eq(tiles.margin_px[0], 4 + 1 + 2);
    cr_assert_eq(image_alloc(&in, (struct shape){90, 60, 1}, PIXEL_U16, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 3), STATUS_OK);
    cr_assert_eq(chain_run(&chain, BACKEND_OPENMP, NULL, 1, &in, with, &whole), STATUS_OK);
    cr_expect(tile_agrees(&chain, &in, &whole, tiles.margin_px));
    cr_expect_not(tile_agrees(&chain, &in, &whole, (int64_t[]){3, 3}));
    chain_free(&chain);
    image_free(&in);
    image_free(&whole);
}

static char root[64];

static void write_below_root(const char *path, const char *text)
{
    char name[256];
    snprintf(name, sizeof name, "%s%s", root, path);
    for (char *slash = strchr(name + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(name, 0755);
        *slash = '/';
    }
    FILE *file = fopen(name, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

Test(host_memory, is_what_the_kernel_and_the_container_leave)
{
    strcpy(root, "/tmp/breakeven_memory_XXXXXX");
    cr_assert(mkdtemp(root));
    cr_expect_eq(host_memory_available(root), -1);
    write_below_root("/proc/meminfo", "MemTotal:  8000 kB\nMemAvailable:    5000 kB\n");
    cr_expect_eq(host_memory_available(root), 5000 * 1024);
    write_below_root("/sys/fs/cgroup/memory.max", "max\n");
    write_below_root("/sys/fs/cgroup/memory.current", "1000000\n");
    cr_expect_eq(host_memory_available(root), 5000 * 1024);
    write_below_root("/sys/fs/cgroup/memory.max", "3000000\n");
    cr_expect_eq(host_memory_available(root), 2000000);
    write_below_root("/sys/fs/cgroup/memory.stat", "anon 5\ninactive_file 400000\n");
    cr_expect_eq(host_memory_available(root), 2400000);
    cr_expect_gt(host_memory_available(""), 0);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", root);
    cr_expect_eq(system(command), 0);
}
