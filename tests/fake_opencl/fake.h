/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An OpenCL driver for tests: a library that the loader takes for a vendor's, with devices and faults from a JSON file
 * named by FAKE_OPENCL. The file is a list as `breakeven devices --json` prints it; an element without a "name" is a
 * platform alone. Both may have "faults":
 *
 *     "calls": {"clFinish": -5, "clBuildProgram": [-11, 3]}   the call fails with that code; from its 4th time on
 *     "queries": {"CL_DEVICE_TYPE": -30}                      a query that fails
 *     "events": "zero", "reversed", "end_before_start", "end_is_start", "too_long", "epoch"
 *     "alloc_limit_bytes": 1000000                            allocations larger than that fail
 *     "build_log": "..."                                      what the compiler says
 *     "kernels": "nothing"                                    kernels do nothing
 *     "processes": 1                                          listed in that many processes, then gone; they are
 * counted in the file named by FAKE_OPENCL_COUNTER
 *
 * Beside that a device may have "name_hex" (bytes in place of "name"), and numbers may be texts like
 * "0x8000000000000000". Kernels copy their first buffer to the second: with the scalar 0 that is what add_scalar has to
 * do.
 */
#ifndef TESTS_FAKE_OPENCL_FAKE_H
#define TESTS_FAKE_OPENCL_FAKE_H

#define CL_TARGET_OPENCL_VERSION 120
#define CL_USE_DEPRECATED_OPENCL_1_0_APIS
#define CL_USE_DEPRECATED_OPENCL_1_1_APIS
#include <CL/cl.h>
#include <CL/cl_icd.h>
#include <jansson.h>
#include <stdint.h>

enum { FAKE_DEVICES_MOST = 16, FAKE_ARGUMENTS_MOST = 32 };

/* Every object starts with the table that the loader calls through. */
struct _cl_platform_id {
    const cl_icd_dispatch *dispatch;
    const char *name;
    json_t *faults;
    cl_device_id devices[FAKE_DEVICES_MOST];
    cl_uint device_count;
};

struct _cl_device_id {
    const cl_icd_dispatch *dispatch;
    cl_platform_id platform;
    json_t *facts, *faults;
};

struct _cl_context {
    const cl_icd_dispatch *dispatch;
    int references;
    cl_device_id device;
};

struct _cl_command_queue {
    const cl_icd_dispatch *dispatch;
    int references;
    cl_device_id device;
};

struct _cl_mem {
    const cl_icd_dispatch *dispatch;
    int references;
    cl_device_id device;
    size_t bytes;
    unsigned char *memory;
};

struct _cl_program {
    const cl_icd_dispatch *dispatch;
    int references;
    cl_device_id device;
};

struct _cl_kernel {
    const cl_icd_dispatch *dispatch;
    int references;
    cl_device_id device;
    cl_mem buffers[2]; /* the first two arguments that are buffers */
    cl_uint arguments[2];
    int buffer_count;
};

struct _cl_event {
    const cl_icd_dispatch *dispatch;
    int references;
    cl_device_id device;
    cl_ulong times[4]; /* QUEUED, SUBMIT, START, END */
};

extern const cl_icd_dispatch fake_dispatch;

/* All platforms of the file, read at the first call; a file that cannot be read has none. */
cl_platform_id *fake_platforms(cl_uint *count);

/* The code that this call has to fail with now, CL_SUCCESS for none. Counts the calls. */
cl_int fake_fault(json_t *faults, const char *call);

/* The code that the query has to fail with. */
cl_int fake_query_fault(json_t *faults, const char *query);

/* Answers a query: `bytes` of `value` to a caller who has room for `size`. */
cl_int fake_give(const void *value, size_t bytes, size_t size, void *to, size_t *used);

/* Whether `memory` is a buffer of this library that lives. */
int fake_is_buffer(const void *memory);

#include "fake_calls.h"

#endif
