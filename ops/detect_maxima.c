/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = 1 where a pixel is greater than each of its 8 or 26 neighbours inside the image, else 0. A plateau has no
 * maximum. The neighbourhood is that of the image: an axis of size 1 has no neighbours, and the only pixel of a 1x1x1
 * image, which is greater than all of none, is a maximum. A float32 pixel beside a NaN, or one itself, is compared as C
 * does: false.
 *
 * Being greater than some neighbours is the AND of comparisons, so a NaN anywhere gives 0 in every order of comparing,
 * which a maximum of the neighbours, taken first, would not. Each row of neighbours is compared as three shifted rows,
 * in loops that compilers turn into vectors; the image is read from memory once, its rows nearby from the cache.
 */
#include "ops/compile.h"
#include "ops/kernels.h"

/* The plain definition. */
static uint8_t is_maximum(const struct op_call *call, int64_t x, int64_t y, int64_t z)
{
    const struct shape s = call->out->shape;
    const pixel centre = in_row(call, 0, y, z)[x];
    for (int64_t dz = -1; dz <= 1; dz++)
        for (int64_t dy = -1; dy <= 1; dy++)
            for (int64_t dx = -1; dx <= 1; dx++) {
                const bool inside = x + dx >= 0 && x + dx < s.width && y + dy >= 0 && y + dy < s.height &&
                                    z + dz >= 0 && z + dz < s.depth;
                if (inside && (dx || dy || dz) && !(centre > in_row(call, 0, y + dy, z + dz)[x + dx]))
                    return 0;
            }
    return 1;
}

static enum status detect_maxima_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row_u8(call, y, z)[x] = is_maximum(call, x, y, z);
    return STATUS_OK;
}

enum { PIECE = 512 }; /* pixels compared with all their neighbours at a time: the flags stay in the L1 cache */

/* Compares pixels 0 .. count - 1 of a row, which have neighbours on both sides, with those of its own row. */
static void compare_sides(const pixel *restrict row, uint8_t *restrict out, int64_t count)
{
#pragma omp simd
    for (int64_t x = 0; x < count; x++)
        out[x] = (uint8_t)((row[x] > row[x - 1]) & (row[x] > row[x + 1]));
}

/* ... with the three of another row. */
static void compare_row(const pixel *restrict row, const pixel *restrict other, uint8_t *restrict out, int64_t count)
{
#pragma omp simd
    for (int64_t x = 0; x < count; x++)
        out[x] &= (uint8_t)((row[x] > other[x - 1]) & (row[x] > other[x]) & (row[x] > other[x + 1]));
}

static void detect_row(const struct op_call *call, int64_t y, int64_t z)
{
    const struct shape s = call->out->shape;
    const pixel *row = in_row(call, 0, y, z);
    uint8_t *out = out_row_u8(call, y, z);
    const int64_t low_y = y > 0 ? y - 1 : 0, high_y = y + 1 < s.height ? y + 1 : y;
    const int64_t low_z = z > 0 ? z - 1 : 0, high_z = z + 1 < s.depth ? z + 1 : z;
    out[0] = is_maximum(call, 0, y, z);
    out[s.width - 1] = is_maximum(call, s.width - 1, y, z);
    for (int64_t x = 1; x < s.width - 1; x += PIECE) {
        const int64_t count = s.width - 1 - x < PIECE ? s.width - 1 - x : PIECE;
        compare_sides(row + x, out + x, count);
        for (int64_t nz = low_z; nz <= high_z; nz++)
            for (int64_t ny = low_y; ny <= high_y; ny++)
                if (nz != z || ny != y)
                    compare_row(row + x, in_row(call, 0, ny, nz) + x, out + x, count);
    }
}

static enum status detect_maxima_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++)
        detect_row(call, row % s.height, row / s.height);
    return STATUS_OK;
}

static enum status detect_maxima_ocl(struct plan *plan, const struct op_device_call *call)
{
    const struct device_shape shape = device_image_shape(call->out);
    const bool cpu = plan_opencl(plan)->device.type == DEVICE_CPU;
    const int rows = cpu ? 1 : call->out->shape.depth > 1 ? 2 : 4;
    const struct launch launch = {
        .kernel = "detect_maxima",
        .options = cpu         ? "-D LANES=16 -D ROWS=1"
                   : rows == 2 ? "-D LANES=4 -D ROWS=2"
                               : "-D LANES=4 -D ROWS=4",
        .global = {(size_t)(shape.stride / (cpu ? 16 : 4)), (size_t)((shape.height + rows - 1) / rows),
                   (size_t)shape.depth},
        .local = {cpu ? 4 : 32, 4, 1},
        .arguments = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(shape)},
    };
    return plan_launch(plan, &launch);
}

static int64_t detect_maxima_margin(const struct op_args *args, int axis)
{
    (void)args;
    (void)axis;
    return 1;
}

/* A comparison per neighbour. */
static double detect_maxima_flops(const struct op_args *args, struct shape in)
{
    (void)args;
    return (in.width > 1 ? 3 : 1) * (in.height > 1 ? 3 : 1) * (in.depth > 1 ? 3 : 1) - 1;
}

const struct op OP(detect_maxima) = {
    OP_COMMON(detect_maxima),
    .summary = "1 where a pixel is greater than all its neighbours, else 0",
    .full_only = true,
    .inputs = 1,
    .result = RESULT_BINARY,
    .margin_rule = "1",
    .margin_px = detect_maxima_margin,
    .flops_per_px = detect_maxima_flops,
    .ref = detect_maxima_ref,
    .omp = detect_maxima_omp,
    .ocl = detect_maxima_ocl,
};
