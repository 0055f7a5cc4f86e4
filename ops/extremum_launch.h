/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The single launches of minima and maxima on a device, for ops/extremum_plan.c.
 */
#ifndef OPS_EXTREMUM_LAUNCH_H
#define OPS_EXTREMUM_LAUNCH_H

#include "ops/extremum_plan.h"

enum { EXTREMUM_AXES = 3, MARCH_MAX = 16 /* the largest radius whose block fits in registers */ };

enum extremum_kernel { MARCH, SPREAD, SPANS, BOX, ROWS, COLUMNS };

/* A launch. */
struct extremum_step {
    enum extremum_kernel kernel;
    int axis;                    /* MARCH, COLUMNS */
    cl_int reach[EXTREMUM_AXES]; /* how much further windows reach; SPANS: [0] is that of the windows made before */
    struct extremum_filter filter;
};

/* The call, as its launches see it. */
struct extremum_work {
    struct plan *plan;
    const struct op_device_call *call;
    struct device_shape shape;
    cl_mem spans, pixels; /* of spheres: the neighbourhood, and the image before its windows were made */
    cl_int span_count;
};

/* A device that runs on this machine's CPU. */
bool extremum_on_cpu(const struct plan *plan);

/* Appends one launch, the last one of the call or not. */
enum status extremum_launch(const struct extremum_work *work, const struct extremum_step *step, cl_mem in, cl_mem out,
                            bool last);

#endif
