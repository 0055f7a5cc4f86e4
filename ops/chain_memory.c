/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Walking a chain without running it. On a device the very code that chain_run() calls allocates from a dry device; for
 * the CPU the sums are made here after the two places that allocate, image_alloc() and execution_set_threads(), and a
 * test holds them against those.
 */
#include "ops/chain_memory.h"

#include <limits.h>

#include "ops/chain_device.h"

static enum status check_shape(struct shape s)
{
    /* In floating point, since the product may not fit an integer: that is the question. */
    const double padded = ((double)s.width + IMAGE_STRIDE_PX) * (double)s.height * (double)s.depth;
    if (padded <= (double)(1LL << MEMORY_PIXELS_MOST_LOG2) && s.width < INT_MAX && s.height < INT_MAX &&
        s.depth < INT_MAX)
        return STATUS_OK;
    return status_fail(
        STATUS_USAGE, "an image of %lldx%lldx%lld: more than %.0f pixels, or 2^31 along an axis, are not planned",
        (long long)s.width, (long long)s.height, (long long)s.depth, (double)(1LL << MEMORY_PIXELS_MOST_LOG2));
}

static enum status check_step(const struct chain_step *step, struct shape in)
{
    enum status status;
    TRY(op_accepts(step->op, &step->args, in));
    TRY(check_shape(op_result_shape(step->op, &step->args, in)));
done:
    return status;
}

static uint64_t aligned(uint64_t bytes)
{
    return (bytes + IMAGE_ALIGN_BYTES - 1) / IMAGE_ALIGN_BYTES * IMAGE_ALIGN_BYTES;
}

/* As image_alloc() has it. */
static uint64_t host_image_bytes(struct shape s, enum pixel_type type)
{
    const int64_t pixels = image_default_stride(s.width) * s.height * s.depth;
    return aligned((uint64_t)pixels * pixel_bytes(type)) + 2 * IMAGE_GUARD_BYTES;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void add_step(struct chain_memory *memory, const struct memory_step *step)
{
    memory->steps[memory->count] = *step;
    if (memory->count == 0 || step->held_bytes > memory->peak_bytes) {
        memory->peak_bytes = step->held_bytes;
        memory->peak_step = memory->count;
    }
    memory->count++;
}

/* Everything but the result: what the caller holds in host memory before the first step. */
static enum status host_inputs(const struct chain *chain, struct shape shape, uint64_t *bytes)
{
    enum status status;
    TRY(check_shape(shape));
    *bytes = host_image_bytes(shape, chain->steps[0].op->type);
    for (int i = 0; i < chain->count; i++) {
        const struct chain_step *step = &chain->steps[i];
        TRY(check_step(step, shape));
        if (step->op->inputs == 2)
            *bytes += host_image_bytes(shape, step->op->type);
        shape = op_result_shape(step->op, &step->args, shape);
    }
done:
    return status;
}

enum status chain_memory_on_device(const struct chain *chain, const struct device *device, struct shape shape,
                                   struct chain_memory *memory)
{
    enum status status;
    struct opencl *dry = NULL;
    struct device_image current = {0};
    struct chain_device_step prepared = {0};
    uint64_t inputs;
    *memory = (struct chain_memory){0};
    TRY(host_inputs(chain, shape, &inputs));
    TRY(opencl_open_dry(device, &dry));
    TRY(device_image_alloc(dry, &current, shape, chain->steps[0].op->type));
    for (int i = 0; i < chain->count; i++) {
        TRY(chain_device_prepare(&chain->steps[i], dry, &current, &prepared));
        const struct plan_memory plan = plan_memory(prepared.plan);
        const struct memory_step step = {.op = chain->steps[i].op,
                                         .out = prepared.out.shape,
                                         .input_bytes = device_image_bytes(&current),
                                         .second_bytes =
                                             prepared.second.memory ? device_image_bytes(&prepared.second) : 0,
                                         .output_bytes = device_image_bytes(&prepared.out),
                                         .scratch_bytes = plan.scratch_bytes,
                                         .constant_bytes = plan.constant_bytes,
                                         .held_bytes = dry->allocated_bytes};
        add_step(memory, &step);
        device_image_free(dry, &current);
        chain_device_free(dry, &prepared, &current);
    }
    memory->largest_bytes = dry->largest_bytes;
    const uint64_t result = host_image_bytes(current.shape, current.type);
    memory->host_bytes = inputs + result;
    memory->shared_bytes = inputs + larger(memory->peak_bytes, device_image_bytes(&current) + result);
done:
    chain_device_free(dry, &prepared, NULL);
    if (dry)
        device_image_free(dry, &current);
    opencl_close(dry);
    return status;
}

enum status chain_memory_on_cpu(const struct chain *chain, int threads, struct shape shape, struct chain_memory *memory)
{
    enum status status;
    uint64_t inputs, current = 0;
    *memory = (struct chain_memory){0};
    TRY(host_inputs(chain, shape, &inputs));
    for (int i = 0; i < chain->count; i++) {
        const struct op *op = chain->steps[i].op;
        const struct op_args *args = &chain->steps[i].args;
        struct memory_step step = {.op = op, .out = op_result_shape(op, args, shape)};
        step.input_bytes = host_image_bytes(shape, op->type);
        step.second_bytes = op->inputs == 2 ? step.input_bytes : 0;
        step.output_bytes = host_image_bytes(step.out, op_result_type(op));
        step.scratch_bytes = op->scratch_bytes ? aligned(op->scratch_bytes(args, shape, threads)) : 0;
        step.held_bytes = inputs + current + step.output_bytes + step.scratch_bytes;
        memory->largest_bytes =
            larger(memory->largest_bytes, larger(step.input_bytes, larger(step.output_bytes, step.scratch_bytes)));
        add_step(memory, &step);
        shape = step.out;
        current = step.output_bytes;
    }
    memory->host_bytes = inputs + current;
    memory->shared_bytes = memory->peak_bytes;
done:
    return status;
}

double chain_memory_rule_of_thumb(const struct chain *chain, struct shape shape)
{
    return (double)shape_pixels(shape) * (double)pixel_bytes(chain->steps[0].op->type) * (chain->count + 1);
}
