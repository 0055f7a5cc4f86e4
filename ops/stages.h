/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Operations made of others: one function lists the stages, for the reference and for OpenMP alike; each stage is the
 * same implementation of another operation. What lies between the stages is in one block of memory.
 *
 * On a device the stages are appended to one plan with op_append().
 */
#ifndef OPS_STAGES_H
#define OPS_STAGES_H

#include "ops/op.h"

struct stages {
    const struct op_call *call;
    bool plain;   /* the reference */
    char *memory; /* not yet given out */
};

/* Lists the stages of an operation and runs them. */
typedef enum status (*stages_function)(struct stages *stages);

/* The bytes of an image between stages. */
size_t stages_image_bytes(struct shape shape, enum pixel_type type);

/* The scratch memory of one stage on the CPU. */
size_t stages_scratch_bytes(const struct op *op, const struct op_args *args, struct shape in, int threads);

/* The next image in the memory; undefined content. */
struct image stages_image(struct stages *stages, struct shape shape, enum pixel_type type);

/* Runs one stage; its scratch memory is what has not been given out. `second` may be NULL. */
enum status stages_run(const struct stages *stages, const struct op *op, const struct op_args *args,
                       const struct image *in, const struct image *second, struct image *out);

/* The reference of an operation: `function` with `bytes` of memory of its own. */
enum status stages_ref(const struct op_call *call, size_t bytes, stages_function function);

/* An image between stages on a device, as long as the plan. */
enum status stages_device_image(struct plan *plan, struct shape shape, enum pixel_type type,
                                struct device_image *image);

/* Appends one stage to a plan. `second` may be NULL. */
enum status stages_append(struct plan *plan, const struct op *op, const struct op_args *args,
                          const struct device_image *in, const struct device_image *second,
                          const struct device_image *out);

#endif
