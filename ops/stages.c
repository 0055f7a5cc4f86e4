/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Memory between stages, and the calls.
 */
#include "ops/stages.h"

#include <stdlib.h>

static size_t aligned_bytes(size_t bytes)
{
    return (bytes + IMAGE_ALIGN_BYTES - 1) / IMAGE_ALIGN_BYTES * IMAGE_ALIGN_BYTES;
}

size_t stages_image_bytes(struct shape shape, enum pixel_type type)
{
    const int64_t pixels = image_default_stride(shape.width) * shape.height * shape.depth;
    return aligned_bytes((size_t)pixels * pixel_bytes(type));
}

size_t stages_scratch_bytes(const struct op *op, const struct op_args *args, struct shape in, int threads)
{
    return op->scratch_bytes ? aligned_bytes(op->scratch_bytes(args, in, threads)) : 0;
}

struct image stages_image(struct stages *stages, struct shape shape, enum pixel_type type)
{
    const int64_t stride = image_default_stride(shape.width);
    const struct image image = {
        .shape = shape, .stride = stride, .slice = stride * shape.height, .type = type, .pixels = stages->memory};
    stages->memory += stages_image_bytes(shape, type);
    return image;
}

enum status stages_run(const struct stages *stages, const struct op *op, const struct op_args *args,
                       const struct image *in, const struct image *second, struct image *out)
{
    const struct op_call call = {
        .args = args, .in = {in, second}, .out = out, .threads = stages->call->threads, .scratch = stages->memory};
    return stages->plain ? op->ref(&call) : op->omp(&call);
}

enum status stages_ref(const struct op_call *call, size_t bytes, stages_function function)
{
    char *memory = aligned_alloc(IMAGE_ALIGN_BYTES, aligned_bytes(bytes));
    struct stages stages = {.call = call, .plain = true, .memory = memory};
    if (!memory)
        return status_fail(STATUS_MEMORY, "no host memory for %zu bytes between stages", bytes);
    enum status status = function(&stages);
    free(memory);
    return status;
}

enum status stages_device_image(struct plan *plan, struct shape shape, enum pixel_type type, struct device_image *image)
{
    *image = (struct device_image){.shape = shape, .stride = image_default_stride(shape.width), .type = type};
    return plan_scratch(plan, device_image_bytes(image), &image->memory);
}

enum status stages_append(struct plan *plan, const struct op *op, const struct op_args *args,
                          const struct device_image *in, const struct device_image *second,
                          const struct device_image *out)
{
    return op_append(plan, op, &(struct op_device_call){.args = args, .in = {in, second}, .out = out});
}
