/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The outline of objects: a Gaussian blur in float32 and Otsu's threshold of it. Included by the operations that start
 * with one, for their pixel type and CPU level.
 */
#ifndef OPS_OTSU_OUTLINE_H
#define OPS_OTSU_OUTLINE_H

#include "ops/compile.h"
#include "ops/gaussian.h"
#include "ops/stages.h"

extern const struct op OP(gaussian_blur);
extern const struct op OP_F32(auto_threshold);

static inline struct op_args blur_args(double sigma)
{
    return (struct op_args){{sigma, sigma, sigma, sigma}};
}

static inline size_t larger_bytes(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Memory for the blurred image and for the scratch of both stages. */
static inline size_t otsu_outline_bytes(double sigma, struct shape in, int threads)
{
    const struct op_args blur = blur_args(sigma), otsu = {{0}};
    return stages_image_bytes(in, PIXEL_F32) +
           larger_bytes(stages_scratch_bytes(&OP(gaussian_blur), &blur, in, threads),
                        stages_scratch_bytes(&OP_F32(auto_threshold), &otsu, in, threads));
}

/* Leaves the memory of `stages` as it was. */
static inline enum status otsu_outline(const struct stages *stages, double sigma, struct image *outline)
{
    enum status status;
    struct stages s = *stages;
    const struct op_args blur = blur_args(sigma), otsu = {{0}};
    struct image blurred = stages_image(&s, outline->shape, PIXEL_F32);
    TRY(stages_run(&s, &OP(gaussian_blur), &blur, s.call->in[0], NULL, &blurred));
    TRY(stages_run(&s, &OP_F32(auto_threshold), &otsu, &blurred, NULL, outline));
done:
    return status;
}

/* `blurred` is memory for float32. */
static inline enum status otsu_outline_append(struct plan *plan, double sigma, const struct device_image *in,
                                              const struct device_image *blurred, const struct device_image *outline)
{
    enum status status;
    const struct op_args blur = blur_args(sigma), otsu = {{0}};
    TRY(stages_append(plan, &OP(gaussian_blur), &blur, in, NULL, blurred));
    TRY(stages_append(plan, &OP_F32(auto_threshold), &otsu, blurred, NULL, outline));
done:
    return status;
}

#endif
