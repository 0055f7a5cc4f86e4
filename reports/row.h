/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What reports know: one row per case and one per sample, as the store keeps them. A number that is not known is NAN
 * (double) or -1 (integer); a text that is not known is "". Times in nanoseconds.
 */
#ifndef REPORTS_ROW_H
#define REPORTS_ROW_H

#include <stdbool.h>
#include <stdint.h>

enum { ROW_NAME = 64, ROW_TEXT = 256 };

/* A case: one operation with its parameters on one image, one backend and one device, in one residency. */
struct case_row {
    int64_t run, id; /* keys of the store; not exported */
    char operation[ROW_TEXT]; /* a name or, of a whole chain, its text */
    char parameters[ROW_TEXT]; /* "sigma=2", canonical, see op_args_format() */
    int dimensions;            /* 2 or 3 */
    int64_t width, height, depth;
    char type[ROW_NAME];
    char content[ROW_TEXT]; /* "noise", "cells", ..., or the image file's base name */
    char backend[ROW_NAME];
    char device[ROW_TEXT];    /* the OpenCL device's name; the CPU's model for the other backends */
    char device_type[ROW_NAME]; /* "cpu" or "gpu" or "accelerator" */
    int threads;              /* of the CPU; -1 for a device */
    char residency[ROW_NAME]; /* "end_to_end" or "resident" */
    char cache[ROW_NAME];     /* "hot", "cold" or "rotate" */
    int samples;
    double median_ns, ci_low_ns, ci_high_ns, min_ns; /* wall time of the whole call */
    double push_ns, compute_ns, pull_ns;             /* medians of the parts, wall time */
    double device_ns;                                /* median of last END - first START by the device's clock */
    double bytes_min, flops;                         /* what the operation must at least move and compute */
    double speedup, speedup_low, speedup_high;       /* over the CPU in the same residency; NAN on CPU rows */
    char verdict[ROW_NAME];                          /* "GPU", "CPU", "toss-up"; "" on CPU rows and failed cases */
    char status[ROW_NAME];                           /* "ok", or status_name() of what ended the case: "oom", "crash", ... */
    char flags[ROW_TEXT];                            /* "noisy drift throttled timeout noise_floor", space-separated */
    char reason[ROW_TEXT];                           /* the text of the failure; "" when there was none */
    /* Once per case, outside the samples. */
    double build_ns, prepare_ns, first_call_ns;
    int64_t bytes_pushed, bytes_pulled, bytes_device; /* moved per call; peak of device memory */
    int launches;
    char variant[ROW_NAME]; /* "buffer" or "image", what a device reads its input from, and of a CPU row what those
                               measured beside it do; "" in files from before there were variants */
    double bytes_read;   /* of bytes_min, what is read; the rest is written */
    double bytes_images; /* of all input and result images, once each, without padding: the working set */
    /* Against the limits that the machine was measured to have, see reports/bound.h. */
    double achieved_bps;   /* bytes_min over median_ns, bytes per second */
    double limit_percent;  /* the least time the limits allow over median_ns */
    char bound[ROW_NAME];  /* which limit that is: "memory", "compute", "link", "launch" */
    double energy_j;       /* per call, by the device's own counter: of a GPU the whole board, of the CPU all packages, with
                              what they take when idle and what else runs on them; of a GPU's call without what the CPU
                              takes beside it. Caches are not flushed. NAN: no counter, or too slow a one */
    /* Of a chain that was computed in tiles, see tiles/tile_error.h; unknown for all other cases. */
    int64_t tile_width, tile_height, tile_depth;
    int64_t margin_px;  /* around a tile, of the axis that has most */
    double work_factor; /* pixels of a full tile with its margin over those of the tile */
    double error_max, error_p99; /* absolute, against the untiled result; of labels 0 or 1 */
    int64_t wrong_px;
    double seam_error_max;
};

struct sample_row {
    int64_t case_id;
    int sequence;  /* 0, 1, ... in the order taken within the case */
    int repeats;   /* calls inside the sample; the times below are per call */
    double total_ns, push_ns, compute_ns, pull_ns;
    double queued_ns, submit_ns, start_ns, end_ns; /* device clock, relative to QUEUED of the first command; NAN on the CPU */
    int events_ok; /* 1, 0, or -1 without events */
};

/* A point of a sustained load: what the device did in the interval that ends at time_s. */
struct series_row {
    char device[ROW_TEXT];
    char backend[ROW_NAME];
    char load[ROW_NAME]; /* "memory": rate in bytes per second; "compute": operations per second */
    double time_s, rate;
    double clock_mhz, memory_clock_mhz, temperature_c, power_w, energy_j; /* at its end; energy counts from anywhere */
};

#endif
