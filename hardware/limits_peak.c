/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Arithmetic peaks of a device, rows in op/s: "float32_fma", "float64_fma", "float16" (a multiply-add is two
 * operations), "int32" (multiply and add, two operations, as clpeak counts), "uint8" (additions). The reason names the
 * vector width that was the fastest; a type that the device does not have is a row without a value.
 */
#include "hardware/limits_stages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hardware/limits_checks.h"

extern const char kernel_limits_peak[];

enum {
    GPU_UNROLL = 16,
    CPU_UNROLL = 8,
    GROUP = 256,
    GPU_ITEMS_PER_UNIT = 2048,
    GPU_CHAINS = 2,
    WIDTHS_MOST = 4,
    CHECKED_ITEMS = 8,
    CHECKED_WIDTH = 16
};
/* A core starts two multiply-adds per cycle, each ready after 4 or 5. */
enum { CPU_CHAINS = 10 };
static const double BUDGET_NS = 100e6;

static const struct peak_traits {
    const char *name, *scalar, *options, *extension;
    cl_device_info fp_config; /* tells of fma; 0: an integer type */
    size_t bytes;
    int operations; /* per chain and unrolled step */
    int cpu_widths[WIDTHS_MOST];
} types[PEAK_TYPES] = {
    [PEAK_FLOAT32] = {"float32_fma", "float", "", NULL, CL_DEVICE_SINGLE_FP_CONFIG, 4, 2, {8, 16}},
    [PEAK_INT32] = {"int32", "uint", "", NULL, 0, 4, 2, {8, 16}},
    [PEAK_UINT8] = {"uint8", "uchar", "-D ADD", NULL, 0, 1, 1, {16}},
    [PEAK_FLOAT16] = {"float16", "half", "-D HALF", "cl_khr_fp16", 0x1033 /* CL_DEVICE_HALF_FP_CONFIG */, 2, 2, {16}},
    [PEAK_FLOAT64] = {"float64_fma", "double", "-D DOUBLE", "cl_khr_fp64", CL_DEVICE_DOUBLE_FP_CONFIG, 8, 2, {4, 8}}};
static const int gpu_widths[WIDTHS_MOST] = {1, 2, 4, 8};

struct stage {
    struct opencl *opencl;
    enum peak_type type;
    const int *widths;
    int width_count;
};

/* The names in CL_DEVICE_EXTENSIONS stand between spaces. */
static bool has_extension(const struct opencl *opencl, const char *name)
{
    char extensions[16384] = "";
    const size_t length = strlen(name);
    if (clGetDeviceInfo(opencl->device.id, CL_DEVICE_EXTENSIONS, sizeof extensions - 1, extensions, NULL) != CL_SUCCESS)
        return false;
    for (const char *at = extensions; (at = strstr(at, name)); at += length)
        if ((at == extensions || at[-1] == ' ') && (at[length] == 0 || at[length] == ' '))
            return true;
    return false;
}

/* Whether a GPU has it in hardware; a CPU's compiler knows better, see the kernel. */
static bool has_fma(const struct opencl *opencl, cl_device_info what)
{
    cl_device_fp_config config = 0;
    return what && opencl->device.type != DEVICE_CPU &&
           clGetDeviceInfo(opencl->device.id, what, sizeof config, &config, NULL) == CL_SUCCESS && (config & CL_FP_FMA);
}

enum status peak_launch(struct plan *plan, const struct peak_chains *c, double *operations)
{
    const struct peak_traits *type = &types[c->type];
    const struct opencl *opencl = plan_opencl(plan);
    char options[176], width[16] = "";
    const cl_int steps = c->steps;
    if (type->extension && !has_extension(opencl, type->extension))
        return status_fail(STATUS_UNSUPPORTED, "%s has no %s", opencl->device.name, type->extension);
    if (c->width > 1)
        snprintf(width, sizeof width, "%d", c->width);
    snprintf(options, sizeof options, "%s%s%s -D S=%s -D V=%s%s -D WIDTH=%d -D CHAINS=%d -D UNROLL=%d", type->options,
             c->self ? " -D SELF" : "", has_fma(opencl, type->fp_config) ? " -D FUSED" : "", type->scalar, type->scalar,
             width, c->width, c->chains, c->unroll);
    *operations = (double)steps * c->unroll * c->chains * c->width * type->operations * (double)c->items;
    return plan_launch(plan,
                       &(struct launch){.kernel = "chains",
                                        .options = options,
                                        .global = {c->items},
                                        .local = {c->group},
                                        .arguments = {ARG(c->out), ARG(steps), ARG(c->multiplier), ARG(c->addend)}});
}

static struct peak_chains chains_of(const struct stage *s, int variant, int steps)
{
    const struct peak_traits *type = &types[s->type];
    const bool cpu = s->opencl->device.type == DEVICE_CPU, self = variant >= s->width_count;
    const size_t units = s->opencl->device.compute_units;
    const size_t group = s->opencl->device.max_work_group < GROUP ? s->opencl->device.max_work_group : GROUP;
    /* The multiply-adds tend to 1, or fall slowly from where they started: far from numbers that some units are slow
     * with. */
    return (struct peak_chains){.type = s->type,
                                .self = self,
                                .width = s->widths[variant % s->width_count],
                                .chains = cpu ? CPU_CHAINS : GPU_CHAINS,
                                .unroll = cpu ? CPU_UNROLL : GPU_UNROLL,
                                .steps = steps,
                                .items = cpu ? units : units * GPU_ITEMS_PER_UNIT / group * group,
                                .group = cpu ? 1 : group,
                                .multiplier = self              ? -0x1p-22f
                                              : type->fp_config ? 0.5f
                                                                : 1664525.0f,
                                .addend = type->fp_config ? 0.5f : 10139.0f};
}

static enum status make(void *context, int variant, int steps, struct plan **plan, double *amount, int *most_steps)
{
    const struct stage *s = context;
    enum status status;
    struct peak_chains chains = chains_of(s, variant, steps);
    (void)most_steps;
    TRY(plan_create(s->opencl, kernel_limits_peak, "-cl-std=CL1.2", plan));
    TRY(plan_scratch(*plan, chains.items * (size_t)chains.width * types[s->type].bytes, &chains.out));
    TRY(peak_launch(*plan, &chains, amount));
    return STATUS_OK;
done:
    plan_free(*plan);
    *plan = NULL;
    return status;
}

/* One lane of a work-item's result after one step, on the host. */
static double expected_lane(const struct peak_chains *c, unsigned item, unsigned lane)
{
    double sum = 0, x = 0;
    uint32_t whole = 0, n = 0, before = 0;
    for (int chain = 0; chain < c->chains; chain++) {
        const unsigned start = item % 7 + 16 * (unsigned)chain + lane;
        x = n = start;
        for (int i = 0; i < c->unroll; i++) {
            x = x * (double)c->multiplier + (c->self ? x : (double)c->addend);
            n = n * (uint32_t)c->multiplier + (uint32_t)c->addend;
        }
        sum += x;
        whole += n;
    }
    if (c->type != PEAK_UINT8)
        return c->type == PEAK_INT32 ? whole : sum;
    /* Pairs of chains, each added to the other. */
    for (int chain = 0; chain < c->chains; chain += 2) {
        n = item % 7 + 16 * (unsigned)chain + lane;
        before = n + 16;
        for (int i = 0; i < c->unroll; i++) {
            n += before;
            before += n;
        }
        whole = chain ? whole + n + before : n + before;
    }
    return (uint8_t)whole;
}

/* IEEE 754 binary16; no infinities and no subnormal numbers come up here. */
static double from_half(uint16_t bits)
{
    return ldexp(1024 + (bits & 1023), (bits >> 10 & 31) - 25) * (bits >> 15 ? -1 : 1);
}

static double found_lane(const void *out, enum peak_type type, size_t i)
{
    switch (type) {
    case PEAK_INT32:
        return ((const uint32_t *)out)[i];
    case PEAK_UINT8:
        return ((const uint8_t *)out)[i];
    case PEAK_FLOAT64:
        return ((const double *)out)[i];
    case PEAK_FLOAT16:
        return from_half(((const uint16_t *)out)[i]);
    default:
        return (double)((const float *)out)[i];
    }
}

/* Sums of ten numbers of 11 bits are off by more than a thousandth. */
static bool about_half(enum peak_type type, double found, double expected)
{
    return type == PEAK_FLOAT16 && fabs(found - expected) < 0.02 * expected;
}

static enum status check(const struct stage *s, int variant)
{
    enum status status;
    struct plan *plan = NULL;
    struct peak_chains chains = chains_of(s, variant, 1);
    const struct peak_traits *type = &types[s->type];
    double out[CHECKED_ITEMS * CHECKED_WIDTH];
    double operations;
    chains.items = chains.group > CHECKED_ITEMS ? chains.group : CHECKED_ITEMS;
    const size_t bytes = chains.items * (size_t)chains.width * type->bytes;
    TRY(plan_create(s->opencl, kernel_limits_peak, "-cl-std=CL1.2", &plan));
    TRY(plan_scratch(plan, bytes, &chains.out));
    TRY(plan_clear(plan, chains.out, bytes));
    TRY(peak_launch(plan, &chains, &operations));
    TRY(limit_run_and_read(plan, chains.out, out, CHECKED_ITEMS * (size_t)chains.width * type->bytes));
    for (unsigned item = 0; item < CHECKED_ITEMS; item++)
        for (unsigned lane = 0; lane < (unsigned)chains.width; lane++) {
            const double expected = expected_lane(&chains, item, lane);
            const double found = found_lane(out, s->type, item * (unsigned)chains.width + lane);
            if (!about_half(s->type, found, expected))
                TRY(limit_expect(s->opencl, type->name, found, expected));
        }
done:
    plan_free(plan);
    return status;
}

static enum status measure(struct stage *s, struct limits *limits)
{
    const bool cpu = s->opencl->device.type == DEVICE_CPU;
    const struct peak_traits *type = &types[s->type];
    struct limit row = limit_row("peak", type->name, "op/s");
    struct limit_work work = {.opencl = s->opencl, .only = -1, .make = make, .context = s, .budget_ns = BUDGET_NS};
    int best;
    s->widths = cpu ? type->cpu_widths : gpu_widths;
    while (s->width_count < WIDTHS_MOST && s->widths[s->width_count] > 0)
        s->width_count++;
    /* On a GPU the number of operands decides what its registers can deliver. */
    work.variants = !cpu && type->fp_config ? 2 * s->width_count : s->width_count;
    if (limit_fastest(&work, &row, &best, NULL) != STATUS_OK || check(s, best) != STATUS_OK)
        return limits_add_failure(limits, &row);
    snprintf(row.reason, sizeof row.reason, "vectors of %d%s%s", s->widths[best % s->width_count],
             best >= s->width_count ? ", x * m + x" : "",
             type->fp_config && !has_fma(s->opencl, type->fp_config) ? ", x * m + a left to the compiler" : "");
    return limits_add(limits, &row);
}

enum status limits_peak(struct opencl *opencl, struct limits *limits)
{
    enum status status = STATUS_OK;
    for (int type = 0; type < PEAK_TYPES; type++) {
        struct stage s = {.opencl = opencl, .type = (enum peak_type)type};
        TRY(measure(&s, limits));
    }
done:
    return status;
}
