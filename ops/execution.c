/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The three backends behind one set of calls.
 */
#include "ops/execution.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
#define X(code, name) [code] = name,
    BACKEND_LIST(X)
#undef X
};

const char *backend_name(enum backend backend)
{
    return names[backend];
}

enum backend backend_find(const char *name)
{
    int i = 0;
    while (i < BACKEND_COUNT && strcmp(names[i], name) != 0)
        i++;
    return (enum backend)i;
}

static enum status prepare_device(struct execution *e)
{
    enum status status;
    struct op_device_call call = {.args = &e->args, .out = &e->device_out};
    for (int i = 0; i < e->op->inputs; i++) {
        TRY(device_image_alloc(e->opencl, &e->device_in[i], e->call.in[i]->shape, e->call.in[i]->type));
        call.in[i] = &e->device_in[i];
    }
    TRY(device_image_alloc(e->opencl, &e->device_out, e->call.out->shape, e->call.out->type));
    TRY(op_plan(e->op, e->opencl, &call, &e->plan));
done:
    return status;
}

enum status execution_set_threads(struct execution *e, int threads)
{
    e->call.threads = threads;
    free(e->scratch_block);
    e->scratch_block = e->call.scratch = NULL;
    if (e->backend != BACKEND_OPENMP || !e->op->scratch_bytes)
        return STATUS_OK;
    size_t bytes = e->op->scratch_bytes(&e->args, e->call.in[0]->shape, threads);
    bytes = (bytes + IMAGE_ALIGN_BYTES - 1) / IMAGE_ALIGN_BYTES * IMAGE_ALIGN_BYTES;
    if (bytes == 0)
        return STATUS_OK;
    e->scratch_block = e->call.scratch = aligned_alloc(IMAGE_ALIGN_BYTES, bytes);
    if (!e->call.scratch)
        return status_fail(STATUS_MEMORY, "%s: no host memory for %zu bytes of scratch", e->op->name, bytes);
    char *block = e->call.scratch;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (size_t i = 0; i < bytes; i += IMAGE_ALIGN_BYTES)
        memset(block + i, 0, IMAGE_ALIGN_BYTES);
    return STATUS_OK;
}

enum status execution_prepare(struct execution *e, const struct op *op, const struct op_args *args, enum backend backend,
                              struct opencl *opencl, int threads, const struct image *const *in, struct image *out)
{
    enum status status;
    *e = (struct execution){.op = op, .args = *args, .backend = backend, .opencl = opencl};
    e->call = (struct op_call){.args = &e->args, .out = out, .threads = threads};
    for (int i = 0; i < op->inputs; i++) {
        assert(in[i]->type == op->type && shape_equal(in[i]->shape, in[0]->shape));
        e->call.in[i] = in[i];
    }
    assert(out->type == op_result_type(op));
    TRY(op_accepts(op, args, in[0]->shape));
    if (backend == BACKEND_OPENCL)
        TRY(prepare_device(e));
    else
        TRY(execution_set_threads(e, threads));
    return STATUS_OK;
done:
    execution_free(e);
    return status;
}

enum status execution_push(struct execution *e)
{
    enum status status = STATUS_OK;
    for (int i = 0; e->backend == BACKEND_OPENCL && i < e->op->inputs && status == STATUS_OK; i++)
        status = device_image_push(e->opencl, &e->device_in[i], e->call.in[i]);
    return status;
}

enum status execution_enqueue(struct execution *e, struct plan_events *events)
{
    switch (e->backend) {
    case BACKEND_REFERENCE:
        return e->op->ref(&e->call);
    case BACKEND_OPENMP:
        return e->op->omp(&e->call);
    default:
        return plan_run(e->plan, events);
    }
}

enum status execution_compute(struct execution *e)
{
    enum status status = execution_enqueue(e, NULL);
    if (status == STATUS_OK && e->backend == BACKEND_OPENCL)
        status = opencl_finish(e->opencl);
    return status;
}

enum status execution_pull(struct execution *e)
{
    return e->backend == BACKEND_OPENCL ? device_image_pull(e->opencl, &e->device_out, e->call.out) : STATUS_OK;
}

void execution_free(struct execution *e)
{
    plan_free(e->plan);
    if (e->opencl) {
        for (int i = 0; i < OP_INPUTS_MAX; i++)
            device_image_free(e->opencl, &e->device_in[i]);
        device_image_free(e->opencl, &e->device_out);
    }
    free(e->scratch_block);
    *e = (struct execution){0};
}
