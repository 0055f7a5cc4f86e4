/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = the sum of the neighbourhood / the number of its pixels, clamp to edge. Integer sums are exact and the quotient
 * is rounded once. A clamped neighbourhood has the same number of pixels everywhere.
 *
 * float32 is summed in more precision than it has: float64 on the CPU and where a
 * device is good at it, else two floats. No sum has a value
 * subtracted that was added before: what is left of a large pixel, or of a NaN, does not follow the window.
 *
 * Boxes are separable. On the CPU all axes are summed in one pass over tiles (mean_box.h), on a device z by itself,
 * then y and x in one pass (kernels/mean.cl). Spheres are sets of rows (mean_sphere.h).
 */
#include "ops/kernels.h"
#include "ops/mean_box.h"
#include "ops/mean_plan.h"
#include "ops/mean_sphere.h"

#include <omp.h>

enum { RADIUS, SHAPE };

/* Sums in the reference: exact for integers. */
#ifdef PIXEL_IS_F32
typedef double ref_sum;
#else
typedef uint64_t ref_sum;
#endif

/* Integers: half to even, in full. */
static pixel ref_quotient(ref_sum total, int64_t count)
{
#ifdef PIXEL_IS_F32
    return (pixel)(total / (double)count);
#else
    const uint64_t n = (uint64_t)count, q = total / n, twice_rest = 2 * (total - q * n);
    return (pixel)(q + (twice_rest > n || (twice_rest == n && q % 2 == 1)));
#endif
}

/* Windows along one axis of a dense volume whose pixels are `step` apart on it. */
static void ref_pass(struct shape s, int64_t size, int64_t step, int64_t radius, const ref_sum *in, ref_sum *out)
{
    for (int64_t p = 0; p < shape_pixels(s); p++) {
        const int64_t i = p / step % size;
        out[p] = 0;
        for (int64_t k = i - radius; k <= i + radius; k++)
            out[p] += in[p + (clamp_index(k, size) - i) * step];
    }
}

static enum status ref_box(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const int64_t r = (int64_t)call->args->value[RADIUS], count = neighbourhood_px(NEIGHBOURHOOD_BOX, (int)r, s);
    const size_t bytes = (size_t)shape_pixels(s) * sizeof(ref_sum);
    ref_sum *a = malloc(bytes), *b = malloc(bytes);
    enum status status = STATUS_OK;
    if (!a || !b) {
        status = status_fail(STATUS_MEMORY, "mean: no host memory for two volumes of %zu bytes", bytes);
        goto done;
    }
    for (int64_t row = 0; row < s.height * s.depth; row++)
        for (int64_t x = 0; x < s.width; x++)
            a[row * s.width + x] = (ref_sum)in_row(call, 0, row % s.height, row / s.height)[x];
    ref_pass(s, s.width, 1, s.width > 1 ? r : 0, a, b);
    ref_pass(s, s.height, s.width, s.height > 1 ? r : 0, b, a);
    ref_pass(s, s.depth, s.width * s.height, s.depth > 1 ? r : 0, a, b);
    for (int64_t row = 0; row < s.height * s.depth; row++)
        for (int64_t x = 0; x < s.width; x++)
            out_row(call, row % s.height, row / s.height)[x] = ref_quotient(b[row * s.width + x], count);
done:
    free(a);
    free(b);
    return status;
}

static pixel ref_sphere_pixel(const struct op_call *call, int64_t x, int64_t y, int64_t z)
{
    const struct shape s = call->in[0]->shape;
    const int64_t r = (int64_t)call->args->value[RADIUS];
    const int64_t rx = s.width > 1 ? r : 0, ry = s.height > 1 ? r : 0, rz = s.depth > 1 ? r : 0;
    ref_sum total = 0;
    int64_t count = 0;
    for (int64_t dz = -rz; dz <= rz; dz++)
        for (int64_t dy = -ry; dy <= ry; dy++)
            for (int64_t dx = -rx; dx <= rx; dx++)
                if (dx * dx + dy * dy + dz * dz <= r * r) {
                    const pixel *row = in_row(call, 0, clamp_index(y + dy, s.height), clamp_index(z + dz, s.depth));
                    total += (ref_sum)row[clamp_index(x + dx, s.width)];
                    count++;
                }
    return ref_quotient(total, count);
}

static enum status mean_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    if ((int)call->args->value[SHAPE] == NEIGHBOURHOOD_BOX)
        return ref_box(call);
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row(call, y, z)[x] = ref_sphere_pixel(call, x, y, z);
    return STATUS_OK;
}

static size_t mean_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    const int radius = (int)args->value[RADIUS];
    if ((int)args->value[SHAPE] == NEIGHBOURHOOD_BOX)
        return (size_t)box_of(in, radius, threads).sums * sizeof(sum) * (size_t)threads;
    const struct sphere sphere = sphere_of(in, radius);
    return (size_t)(threads * sphere.memory) + (size_t)sphere.span_count * sizeof(struct span);
}

static void mean_box(const struct op_call *call)
{
    const struct box box = box_of(call->out->shape, (int64_t)call->args->value[RADIUS], call->threads);
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t i = 0; i < box.strips * box.bands * box.sheets; i++)
        mean_box_tile(call, &box, i, (sum *)call->scratch + omp_get_thread_num() * box.sums);
}

static void mean_sphere(const struct op_call *call)
{
    struct sphere sphere = sphere_of(call->out->shape, (int)call->args->value[RADIUS]);
    struct span *spans = (struct span *)((char *)call->scratch + call->threads * sphere.memory);
    neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)call->args->value[RADIUS], sphere.shape, spans);
    qsort(spans, (size_t)sphere.span_count, sizeof *spans, narrow_first);
    sphere.spans = spans;
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t i = 0; i < sphere.strips * sphere.bands * sphere.slabs; i++)
        mean_sphere_tile(call, &sphere, i, (char *)call->scratch + omp_get_thread_num() * sphere.memory);
}

static enum status mean_omp(const struct op_call *call)
{
    if ((int)call->args->value[SHAPE] == NEIGHBOURHOOD_BOX)
        mean_box(call);
    else
        mean_sphere(call);
    return STATUS_OK;
}

static enum status mean_ocl(struct plan *plan, const struct op_device_call *call)
{
    const enum neighbourhood kind = (enum neighbourhood)call->args->value[SHAPE];
    const int radius = (int)call->args->value[RADIUS];
    const int64_t count = neighbourhood_px(kind, radius, call->out->shape);
    const struct device_use use = device_use_of(&plan_opencl(plan)->device, call->out->type, count);
    return kind == NEIGHBOURHOOD_BOX ? plan_box(plan, call, radius, &use) : plan_sphere(plan, call, radius, &use);
}

static int64_t mean_margin(const struct op_args *args, int axis)
{
    (void)axis;
    return (int64_t)args->value[RADIUS];
}

/* Additions and the division: three per axis of a box whatever its radius; two per step of widening and one per row of
 * a sphere. */
static double mean_flops(const struct op_args *args, struct shape in)
{
    const double radius = args->value[RADIUS];
    if ((int)args->value[SHAPE] == NEIGHBOURHOOD_SPHERE)
        return 2 * radius + 1 + (double)neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)radius, in, NULL);
    return 3 * ((in.width > 1) + (in.height > 1) + (in.depth > 1)) + 1;
}

const struct op OP(mean) = {
    OP_COMMON(mean),
    .summary = "the mean of the neighbourhood",
    .params = {{.name = "radius",
                .help = "half-width of the neighbourhood",
                .unit = "px",
                .kind = OP_INTEGER,
                .low = 0,
                .high = MEAN_RADIUS_MAX,
                .preset = 2,
                .tested = "0,1,10"},
               {.name = "shape",
                .help = "box: all pixels within the radius on each axis; sphere: within the radius of the middle",
                .kind = OP_CHOICE,
                .choices = NEIGHBOURHOOD_CHOICES}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "r",
    .margin_px = mean_margin,
    .flops_per_px = mean_flops,
#ifdef PIXEL_IS_F32
    .tolerance = PIXEL_TYPE == PIXEL_F32 ? 2e-6 : 0,
    .tolerance_reason = "float32 sums are formed in any order",
#endif
    .ref = mean_ref,
    .omp = mean_omp,
    .scratch_bytes = mean_scratch_bytes,
    .ocl = mean_ocl,
};
