/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One operation on one backend, prepared once and run many times: what the checker, the timing loop and apply share.
 *
 *     execution_prepare()  programs, scratch, device memory          not timed
 *     execution_push()     inputs to the device                      nothing to do on the CPU
 *     execution_compute()  the operation; returns when it is done
 *     execution_pull()     the result to host memory                 nothing to do on the CPU
 */
#ifndef OPS_EXECUTION_H
#define OPS_EXECUTION_H

#include "ops/op.h"

#define BACKEND_LIST(X) X(BACKEND_REFERENCE, "reference") X(BACKEND_OPENMP, "openmp") X(BACKEND_OPENCL, "opencl")

enum backend {
#define X(code, name) code,
    BACKEND_LIST(X)
#undef X
    BACKEND_COUNT
};

const char *backend_name(enum backend backend);

/* The backend of that name, or BACKEND_COUNT. */
enum backend backend_find(const char *name);

struct execution {
    const struct op *op;
    struct op_args args;
    enum backend backend;
    struct opencl *opencl; /* BACKEND_OPENCL only */
    struct op_call call;
    void *scratch_block;
    struct device_image device_in[OP_INPUTS_MAX], device_out;
    struct plan *plan;
};

/* `in` holds op->inputs images of one shape and of op->type; `out` has the result's shape and type. They must outlive the
 * execution. On failure everything is released. */
enum status execution_prepare(struct execution *execution, const struct op *op, const struct op_args *args,
                              enum backend backend, struct opencl *opencl, int threads, const struct image *const *in,
                              struct image *out);

/* Only the number of threads may change between runs; scratch memory is made anew. */
enum status execution_set_threads(struct execution *execution, int threads);

enum status execution_push(struct execution *execution);
enum status execution_compute(struct execution *execution);
enum status execution_pull(struct execution *execution);

/* Only enqueues, on a device; `events` may be NULL. On the CPU the same as execution_compute(). */
enum status execution_enqueue(struct execution *execution, struct plan_events *events);

void execution_free(struct execution *execution);

#endif
