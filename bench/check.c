/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Equality of the implementations. Sizes are those where implementations break: 1x1, single rows and columns, primes,
 * one below, at and above a vector and a work-group, depth 1 and thin stacks; strides wider than the default.
 */
#include "bench/check.h"

#include <string.h>

#include "bench/contrast.h"
#include "images/synthetic.h"
#include "ops/args.h"

struct check_size {
    struct shape shape;
    int extra_stride; /* pixels beyond the default stride, in steps of 16 */
    bool quick;
};

static const struct check_size sizes[] = {
    {{1, 1, 1}, 0, true},     {{1, 37, 1}, 16, false},  {{53, 1, 1}, 0, true},    {{13, 7, 1}, 0, false},
    {{15, 33, 1}, 32, true},  {{16, 16, 1}, 0, false},  {{17, 31, 1}, 0, false},  {{63, 65, 1}, 0, false},
    {{64, 64, 1}, 16, true},  {{127, 129, 1}, 0, true}, {{257, 66, 1}, 0, false}, {{1031, 19, 1}, 0, false},
    {{1, 1, 9}, 0, true},     {{5, 3, 2}, 0, true},     {{1, 19, 23}, 0, false},  {{31, 1, 17}, 0, false},
    {{16, 16, 16}, 0, false}, {{33, 17, 13}, 16, true}, {{70, 67, 5}, 0, false},  {{129, 35, 9}, 0, true},
};

static const enum content contents[] = {CONTENT_NOISE,  CONTENT_CELLS,   CONTENT_EXTREMES, CONTENT_FLAT,
                                        CONTENT_BINARY, CONTENT_PATCHES, CONTENT_SPIRAL,   CONTENT_CHECKERBOARD};
enum { CONTENTS_OF_ANY = 5 }; /* the others are hard for connected components alone */

/* One operation, type, parameter set, size and content, with its images and the reference's answer. */
struct check_case {
    int index;           /* of the operation in the registry */
    const struct op *op; /* at the best level */
    struct op_args args;
    const struct check_size *size;
    enum content content;
    struct image in[OP_INPUTS_MAX], expected, out;
};

static void describe(const struct check_case *c, const char *who, char *text, size_t bytes)
{
    char args[256];
    const struct shape s = c->size->shape;
    snprintf(text, bytes, "%s(%s) %s %lldx%lldx%lld %s %s", c->op->name,
             op_args_format(c->op, &c->args, args, sizeof args), pixel_type_name(c->op->type), (long long)s.width,
             (long long)s.height, (long long)s.depth, content_name(c->content), who);
}

enum status check_execution(struct execution *e, const struct image *expected)
{
    enum status status;
    TRY(execution_push(e));
    TRY(execution_compute(e));
    TRY(execution_pull(e));
    struct image_difference d = e->op->local_range ? contrast_compare(e->op, &e->call, expected)
                                                   : image_compare(e->call.out, expected, e->op->tolerance);
    if (d.pixels)
        return status_fail(STATUS_WRONG,
                           "%lld of %lld pixels differ, largest %g, first at %lld,%lld,%lld: found %.9g, expected %.9g",
                           (long long)d.pixels, (long long)shape_pixels(expected->shape), d.largest, (long long)d.x,
                           (long long)d.y, (long long)d.z, d.found, d.expected);
    if (!image_guards_intact(e->call.out))
        return status_fail(STATUS_WRONG, "guard bytes around the output were overwritten");
done:
    return status;
}

static enum status compare(const struct check_plan *plan, struct check_case *c, const struct op *op,
                           enum backend backend, struct opencl *opencl, int threads, struct check_count *count)
{
    struct execution execution = {0};
    const struct image *in[OP_INPUTS_MAX] = {&c->in[0], &c->in[1]};
    char who[192], where[640];
    snprintf(who, sizeof who, "%s %s%s", backend_name(backend), opencl ? opencl->device.name : "",
             op->variant == VARIANT_IMAGE ? ", image" : "");
    if (!opencl)
        snprintf(who, sizeof who, "%s, %d threads", backend_name(backend), threads);

    /* Whatever an implementation forgets to write must show. */
    for (int64_t z = 0; z < c->out.shape.depth; z++)
        for (int64_t y = 0; y < c->out.shape.height; y++)
            memset(image_row(&c->out, y, z), 0x5b, (size_t)c->out.shape.width * pixel_bytes(c->out.type));

    enum status status = execution_prepare(&execution, op, &c->args, backend, opencl, threads, in, &c->out);
    if (status == STATUS_OK)
        status = check_execution(&execution, &c->expected);
    execution_free(&execution);
    if (status == STATUS_UNSUPPORTED) {
        count->skipped++;
        return STATUS_OK;
    }
    /* What failed has no result: it is not a comparison, and ends the walk. */
    count->compared += status == STATUS_OK || status == STATUS_WRONG;
    count->wrong += status == STATUS_WRONG;
    if (status == STATUS_OK)
        return status;
    describe(c, who, where, sizeof where);
    status = status_fail(status, "%s: %s", where, status_text());
    if (status != STATUS_WRONG)
        return status;
    if (plan->out)
        fprintf(plan->out, "wrong: %s\n", status_text());
    return STATUS_OK;
}

static enum status prepare_case(struct check_case *c, uint64_t seed)
{
    enum status status = STATUS_OK;
    struct shape shape = c->size->shape, result = op_result_shape(c->op, &c->args, shape);
    int64_t extra = c->size->extra_stride;
    int64_t stride_in = image_default_stride(shape.width) + extra,
            stride_out = image_default_stride(result.width) + extra;
    for (int i = 0; i < c->op->inputs; i++) {
        TRY(image_alloc(&c->in[i], shape, c->op->type, stride_in, 1));
        TRY(synthetic_fill(&c->in[i], c->content, seed + (uint64_t)i));
    }
    TRY(image_alloc(&c->out, result, op_result_type(c->op), stride_out, 1));
    TRY(image_alloc(&c->expected, result, op_result_type(c->op), 0, 1));
    const struct op_call call = {.args = &c->args, .in = {&c->in[0], &c->in[1]}, .out = &c->expected, .threads = 1};
    TRY(c->op->ref(&call));
    if (!image_guards_intact(&c->expected))
        status = status_fail(STATUS_WRONG, "%s: the reference wrote outside its output", c->op->name);
done:
    return status;
}

static void free_case(struct check_case *c)
{
    for (int i = 0; i < OP_INPUTS_MAX; i++)
        image_free(&c->in[i]);
    image_free(&c->expected);
    image_free(&c->out);
}

static enum status compare_variants(const struct check_plan *plan, struct check_case *c, struct opencl *opencl,
                                    struct check_count *count)
{
    enum status status = STATUS_OK;
    for (int v = 0; v < VARIANT_COUNT && status == STATUS_OK; v++) {
        const struct op *op = op_with_variant(c->op, (enum op_variant)v);
        if (op && plan->variants[v])
            status = compare(plan, c, op, BACKEND_OPENCL, opencl, 1, count);
    }
    return status;
}

/* All levels against one reference. */
static enum status compare_levels(const struct check_plan *plan, struct check_case *c, struct check_count *count)
{
    const enum cpu_level best = cpu_level_best();
    enum status status = STATUS_OK;
    for (int level = plan->all_levels ? CPU_V2 : best; level <= (int)best && status == STATUS_OK; level++) {
        const struct op *op = op_at(c->index, c->op->type, (enum cpu_level)level);
        TRY(compare(plan, c, op, BACKEND_OPENMP, NULL, 1, count));
        TRY(compare(plan, c, op, BACKEND_OPENMP, NULL, 3, count));
    }
done:
    return status;
}

static enum status check_one(const struct check_plan *plan, struct check_case *c, struct check_count *count)
{
    enum status status;
    TRY(prepare_case(c, plan->seed));
    if (plan->backends[BACKEND_OPENMP])
        TRY(compare_levels(plan, c, count));
    for (size_t d = 0; plan->backends[BACKEND_OPENCL] && d < plan->device_count; d++)
        TRY(compare_variants(plan, c, plan->devices[d], count));
done:
    free_case(c);
    return status;
}

/* Noise at every size; the other contents at the quick sizes, or in a quick check at one of them. */
static bool is_wanted(const struct check_plan *plan, size_t size, size_t content)
{
    enum { ONE_SIZE = 4 };
    return content == 0 ? !plan->quick || sizes[size].quick : plan->quick ? size == ONE_SIZE : sizes[size].quick;
}

static enum status check_parameters(const struct check_plan *plan, struct check_case *c, struct check_count *count)
{
    const size_t content_count =
        c->op->result == RESULT_LABELS ? sizeof contents / sizeof contents[0] : CONTENTS_OF_ANY;
    enum status status = STATUS_OK;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (size_t i = 0; i < content_count && status == STATUS_OK; i++) {
            c->size = &sizes[s];
            c->content = contents[i];
            if (is_wanted(plan, s, i) && op_accepts(c->op, &c->args, c->size->shape) == STATUS_OK)
                status = check_one(plan, c, count);
        }
    return status;
}

/* The sizes that the caller wants, with presets and noise. */
static enum status check_wanted_sizes(const struct check_plan *plan, struct check_case *c, struct check_count *count)
{
    enum status status = STATUS_OK;
    c->args = op_args_preset(c->op);
    for (size_t i = 0; i < plan->shape_count && status == STATUS_OK; i++) {
        const struct check_size size = {.shape = plan->shapes[i]};
        c->size = &size;
        c->content = CONTENT_NOISE;
        if (op_accepts(c->op, &c->args, size.shape) == STATUS_OK)
            status = check_one(plan, c, count);
    }
    return status;
}

static enum status check_op(const struct check_plan *plan, int index, enum pixel_type type, struct check_count *count)
{
    struct check_case c = {.index = index, .op = op_at(index, type, cpu_level_best())};
    enum status status = STATUS_OK;
    if (plan->shape_count > 0)
        return check_wanted_sizes(plan, &c, count);
    for (int set = 0; status == STATUS_OK && op_args_tested(c.op, set, &c.args); set++)
        status = check_parameters(plan, &c, count);
    return status;
}

enum status check_run(const struct check_plan *plan, struct check_count *count)
{
    *count = (struct check_count){0};
    for (int i = 0; i < ops_count(); i++) {
        const char *name = op_at(i, PIXEL_U8, CPU_V2)->name;
        struct check_count before = *count;
        if (plan->selects_op && !plan->selects_op(name, plan->context))
            continue;
        for (int type = 0; type < PIXEL_INTENSITY_COUNT; type++) {
            enum status status = plan->types[type] ? check_op(plan, i, (enum pixel_type)type, count) : STATUS_OK;
            if (status != STATUS_OK)
                return status;
        }
        if (plan->out) {
            fprintf(plan->out, "%-30s %8lld comparisons, %lld wrong\n", name,
                    (long long)(count->compared - before.compared), (long long)(count->wrong - before.wrong));
            fflush(plan->out); /* a walk of minutes is worth reading while it goes */
        }
    }
    if (count->wrong)
        return status_fail(STATUS_WRONG, "%lld of %lld comparisons are wrong", (long long)count->wrong,
                           (long long)count->compared);
    return STATUS_OK;
}
