/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a machine was measured to be able to do: bandwidths, arithmetic peaks, the link to a device, latencies. One row
 * per figure, in SI base units: bytes per second (1 GB is 1e9 bytes), operations per second, nanoseconds, bytes.
 *
 * Rates (B/s, op/s) are those of the fastest sample: a limit is what the hardware can do, not what it does on average.
 * Latencies and other times are medians, but for those that bound a rate of launches. low and high are the quartiles of
 * the samples in the same unit.
 */
#ifndef HARDWARE_LIMITS_H
#define HARDWARE_LIMITS_H

#include "hardware/opencl.h"

enum { LIMIT_NAME = 48, LIMIT_DEVICE = 256, LIMIT_TEXT = 256 };

struct limit {
    char device[LIMIT_DEVICE];    /* the OpenCL device's name; the CPU's model. Filled by whoever keeps the row */
    char driver[LIMIT_DEVICE];    /* of an OpenCL device; "" for the CPU. Filled with device */
    char device_type[LIMIT_NAME]; /* "cpu", "gpu", "accelerator". Filled with device */
    char backend[LIMIT_NAME];     /* "openmp" or "opencl". Filled with device */
    char stage[LIMIT_NAME];       /* the stage that measured it, see limit_stages; "sustained" of sustain.h */
    char name[LIMIT_NAME];        /* "copy", "push_pinned", "float32_fma", ...; each stage's header lists them */
    int threads;                  /* of the CPU; -1 for a device */
    int64_t bytes;                /* working set of all arrays together, or size of one message; -1: has none */
    double value;                 /* NAN: could not be measured; reason says why */
    double low, high;             /* quartiles of the samples; NAN with fewer than two */
    int samples;
    char unit[LIMIT_NAME];   /* "B/s", "op/s", "ns", "bytes", "samples/s", "Hz", "degC", "W", "1" */
    char reason[LIMIT_TEXT]; /* why value is NAN, or a remark on how to read it; "" */
};

struct limits {
    struct limit *rows;
    int count, capacity;
};

/* A row of that stage, name and unit, everything else unknown. */
struct limit limit_row(const char *stage, const char *name, const char *unit);

/* Appends a copy. STATUS_MEMORY. */
enum status limits_add(struct limits *limits, const struct limit *row);

/* Appends a row without a value; the reason is the text of the last failure. */
enum status limits_add_failure(struct limits *limits, const struct limit *row);

void limits_free(struct limits *limits);

/* The samples of one figure, each the wall time in ns of one repetition. */
struct limit_samples {
    double ns[512];
    int count;
};

/* Calls `once`, which returns the ns that it took (so that it may prepare outside them), until `budget_ns` of wall time
 * or 512 samples are spent, at least `least` times; one call before them is not counted. */
enum status limit_sample(enum status (*once)(void *context, double *ns), void *context, double budget_ns, int least,
                         struct limit_samples *samples);

/* Fills value, low, high and samples of a rate: `amount` (bytes, operations) per sample. */
void limit_set_rate(struct limit *row, const struct limit_samples *samples, double amount);

/* Fills them as a time in ns, each sample divided by `repeats`: the median, or the fastest sample where the time bounds
 * a rate (launches per second). */
void limit_set_time(struct limit *row, const struct limit_samples *samples, double repeats);
void limit_set_least_time(struct limit *row, const struct limit_samples *samples, double repeats);

/* The stages of a profile, in the order they are measured. A stage that does not apply has NULL. What cannot be
 * measured on this machine becomes a row with a reason and STATUS_OK; a status other than that ends the stage, not the
 * profile. */
struct limit_stage {
    const char *name;                          /* "bandwidth" */
    const char *what;                          /* one line for people */
    double cpu_s, device_s;                    /* about how long, for the progress line */
    enum status (*cpu)(struct limits *limits); /* by OpenMP */
    enum status (*device)(struct opencl *opencl, struct limits *limits);
};

enum { LIMIT_STAGES = 7 };
extern const struct limit_stage limit_stages[LIMIT_STAGES];

#endif
