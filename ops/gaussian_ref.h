/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The definition of the Gaussian, for the references of the operations that take one.
 */
#ifndef OPS_GAUSSIAN_REF_H
#define OPS_GAUSSIAN_REF_H

#include <stdlib.h>

#include "ops/compile.h"
#include "ops/gaussian.h"

/* One pass over a dense volume; the pixels of an axis are `step` apart. */
static inline void gaussian_ref_pass(const struct gaussian *g, struct shape s, int axis, const float *in, float *out)
{
    const int64_t size = (const int64_t[]){s.width, s.height, s.depth}[axis];
    const int64_t step = (const int64_t[]){1, s.width, s.width * s.height}[axis];
    for (int64_t p = 0; p < shape_pixels(s); p++) {
        const int64_t i = p / step % size;
        const float *line = in + p - i * step;
        float sum = g->weight[0] * in[p];
        for (int k = 1; k <= g->radius; k++) {
            const float before = line[clamp_index(i - k, size) * step], after = line[clamp_index(i + k, size) * step];
            sum = fmaf(g->weight[k], before + after, sum);
        }
        out[p] = sum;
    }
}

/* The blurred input as a dense volume of float32, to be freed with free(). */
static inline enum status gaussian_ref(const struct op_call *call, const double sigma[3], float **blur)
{
    const struct shape s = call->in[0]->shape;
    const size_t bytes = (size_t)shape_pixels(s) * sizeof(float);
    float *volume = malloc(bytes), *filtered = malloc(bytes);
    struct gaussian filters[3];
    *blur = NULL;
    if (!volume || !filtered) {
        free(volume);
        free(filtered);
        return status_fail(STATUS_MEMORY, "Gaussian: no host memory for two volumes of %zu bytes", bytes);
    }
    for (int64_t row = 0; row < s.height * s.depth; row++)
        for (int64_t x = 0; x < s.width; x++)
            volume[row * s.width + x] = (float)in_row(call, 0, row % s.height, row / s.height)[x];
    gaussian_filters(sigma, s, filters);
    for (int axis = 0; axis < 3; axis++) {
        gaussian_ref_pass(&filters[axis], s, axis, volume, filtered);
        float *swap = volume;
        volume = filtered;
        filtered = swap;
    }
    free(filtered);
    *blur = volume;
    return STATUS_OK;
}

#endif
