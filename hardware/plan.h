/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A plan is the list of launches that one operation needs on one device, made before the clock starts: programs built,
 * arguments set, scratch buffers allocated, constants uploaded. Running it only enqueues. No step may read back to the
 * host, so that a plan has a constant number of launches and can be repeated, timed and chained.
 *
 * On a dry device (opencl_open_dry()) a plan allocates tokens only, compiles nothing and cannot be run.
 */
#ifndef HARDWARE_PLAN_H
#define HARDWARE_PLAN_H

#include "hardware/opencl.h"

enum { LAUNCH_ARGUMENTS_MAX = 16, LAUNCH_DIMENSIONS = 3 };

struct launch_argument {
    const void *value; /* copied by plan_launch(); NULL with bytes > 0: local memory of that size */
    size_t bytes;      /* 0 ends the list */
};

/* An argument from a variable: a cl_mem, a number, or a struct by value. */
#define ARG(variable)                                                                                                  \
    {                                                                                                                  \
        &(variable), sizeof(variable)                                                                                  \
    }
#define ARG_LOCAL(size)                                                                                                \
    {                                                                                                                  \
        NULL, (size)                                                                                                   \
    }

struct launch {
    const char *kernel;
    const char *options;              /* added to the plan's options; NULL: none */
    size_t global[LAUNCH_DIMENSIONS]; /* work-items wanted, 0 counts as 1; rounded up to the local size */
    size_t local[LAUNCH_DIMENSIONS];  /* all 0: the driver chooses */
    struct launch_argument arguments[LAUNCH_ARGUMENTS_MAX];
};

struct plan;

/* An empty plan for the kernels in `source` built with `options`. The source must outlive the plan. */
enum status plan_create(struct opencl *opencl, const char *source, const char *options, struct plan **plan);

/* Releases launches, scratch and constants; NULL is fine. */
void plan_free(struct plan *plan);

/* Where the kernels of the next launches come from. */
struct plan_source {
    const char *source, *options;
};

/* The launches that follow are of another source; returns what was used before. Both texts must last until the next
 * switch. */
struct plan_source plan_switch(struct plan *plan, struct plan_source source);

/* The device a plan is for. */
struct opencl *plan_opencl(const struct plan *plan);

/* Device memory that lives as long as the plan. */
enum status plan_scratch(struct plan *plan, size_t bytes, cl_mem *buffer);

/* The same, filled once with `data` while planning. */
enum status plan_constant(struct plan *plan, const void *data, size_t bytes, cl_mem *buffer);

/* A read-only OpenCL image that lives as long as the plan; see opencl_image(). */
enum status plan_image(struct plan *plan, const cl_image_format *format, const size_t size[3], cl_mem *image);

/* Appends a copy of a whole image's pixels from a buffer, where they lie without gaps. */
enum status plan_copy_to_image(struct plan *plan, cl_mem buffer, cl_mem image, const size_t size[3]);

/* A box of bytes in two buffers: its first byte, from row to row, from plane to plane. */
struct plan_box {
    size_t from, to, from_row, from_slice, to_row, to_slice;
    size_t size[3]; /* bytes of a row, rows, planes */
};

/* Appends a copy of a box from one buffer to another. */
enum status plan_copy_box(struct plan *plan, cl_mem from, cl_mem to, const struct plan_box *box);

/* Appends a launch. A local size the kernel cannot take is STATUS_UNSUPPORTED. */
enum status plan_launch(struct plan *plan, const struct launch *launch);

/* Appends a fill of `bytes` with zeros. */
enum status plan_clear(struct plan *plan, cl_mem buffer, size_t bytes);

int plan_launches(const struct plan *plan);

/* Device memory that the plan holds, apart from its caller's images. */
struct plan_memory {
    size_t scratch_bytes, constant_bytes; /* OpenCL images count as scratch */
};

struct plan_memory plan_memory(const struct plan *plan);

struct plan_events {
    cl_event first, last; /* of the plan's first and last command; the caller releases both */
};

/* Enqueues every step in order without waiting. `events` may be NULL. */
enum status plan_run(struct plan *plan, struct plan_events *events);

#endif
