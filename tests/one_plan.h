/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A test with one device and one plan: what goes in, one run, what comes out.
 */
#ifndef TESTS_ONE_PLAN_H
#define TESTS_ONE_PLAN_H

#include "hardware/plan.h"
#include "tests/open_device.h"

static struct opencl *opencl;
static struct plan *plan;

/* For .init and .fini of a suite. Every test ends with all device memory given back. */
static inline void setup(void)
{
    opencl = open_device();
}

static inline void teardown(void)
{
    plan_free(plan);
    plan = NULL;
    if (opencl)
        cr_expect_eq(opencl->allocated_bytes, 0);
    opencl_close(opencl);
}

/* A new plan of that source. */
static inline void use(const char *source)
{
    plan_free(plan);
    cr_assert_eq(plan_create(opencl, source, "-cl-std=CL1.2", &plan), STATUS_OK, "%s", status_text());
}

/* A buffer of the plan, filled with data. */
static inline cl_mem constant(const void *data, size_t bytes)
{
    cl_mem buffer = NULL;
    cr_assert_eq(plan_constant(plan, data, bytes, &buffer), STATUS_OK, "%s", status_text());
    return buffer;
}

static inline void run_and_read(cl_mem buffer, void *to, size_t bytes)
{
    cr_assert_eq(plan_run(plan, NULL), STATUS_OK, "%s", status_text());
    cr_assert_eq(clEnqueueReadBuffer(opencl->queue, buffer, CL_TRUE, 0, bytes, to, 0, NULL, NULL), CL_SUCCESS);
}

#endif
