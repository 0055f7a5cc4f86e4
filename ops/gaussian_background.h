/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the operations share that compare an image with one Gaussian of it, the background. Included by each of them;
 * the first parameter is sigma.
 */
#ifndef OPS_GAUSSIAN_BACKGROUND_H
#define OPS_GAUSSIAN_BACKGROUND_H

#include "ops/gaussian_ref.h"
#include "ops/gaussian_tiles.h"

enum { SIGMA };

struct sigmas {
    double of[AXES];
};

static inline struct sigmas background_sigmas(const struct op_args *args)
{
    const double sigma = args->value[SIGMA];
    return (struct sigmas){{sigma, sigma, sigma}};
}

/* The plain definition; the ending is one with the input. */
static inline enum status background_ref(const struct op_call *call, enum gaussian_ending ending)
{
    const struct shape s = call->out->shape;
    const struct sigmas sigma = background_sigmas(call->args);
    float *blur;
    enum status status = gaussian_ref(call, sigma.of, &blur);
    for (int64_t row = 0; status == STATUS_OK && row < s.height * s.depth; row++) {
        const pixel *in = in_row(call, 0, row % s.height, row / s.height);
        float *out = out_row_f32(call, row % s.height, row / s.height);
        for (int64_t x = 0; x < s.width; x++)
            out[x] = ended(ending, blur[row * s.width + x], in[x], 0);
    }
    free(blur);
    return status;
}

static inline size_t background_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    const struct sigmas sigma = background_sigmas(args);
    return gaussian_tiles_bytes(sigma.of, in, threads);
}

static inline enum status background_omp(const struct op_call *call, enum gaussian_ending ending)
{
    const struct sigmas sigma = background_sigmas(call->args);
    gaussian_tiles(call, sigma.of, ending);
    return STATUS_OK;
}

static inline enum status background_ocl(struct plan *plan, const struct op_device_call *call)
{
    const struct sigmas sigma = background_sigmas(call->args);
    struct gaussian filters[AXES];
    gaussian_filters(sigma.of, call->out->shape, filters);
    return gaussian_plan(plan, filters, call->in[0], call->out, call->in[0]);
}

static inline int64_t background_margin_px(const struct op_args *args, int axis)
{
    (void)axis;
    return gaussian_radius(args->value[SIGMA]);
}

static inline double background_flops_per_px(const struct op_args *args, struct shape in)
{
    const struct sigmas sigma = background_sigmas(args);
    return gaussian_flops_per_px(sigma.of, in) + 1;
}

#endif
