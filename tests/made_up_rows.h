/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows for the tests of reports: an ok case of 2D u16 noise, 8 threads or an NVIDIA H100, to be changed where a test
 * needs it.
 */
#ifndef TESTS_MADE_UP_ROWS_H
#define TESTS_MADE_UP_ROWS_H

#include <math.h>
#include <string.h>

#include "reports/row_fields.h"

static inline struct case_row cpu_row(const char *operation, int side, const char *residency, double median_ns)
{
    struct case_row row;
    row_clear(&row, case_fields, CASE_FIELDS);
    row.run = 1;
    row.id = -1;
    strcpy(row.operation, operation);
    row.dimensions = 2;
    row.width = row.height = side;
    row.depth = 1;
    strcpy(row.type, "u16");
    strcpy(row.content, "noise");
    strcpy(row.backend, "openmp");
    strcpy(row.device, "Xeon");
    strcpy(row.device_type, "cpu");
    row.threads = 8;
    strcpy(row.residency, residency);
    strcpy(row.cache, strcmp(residency, "end_to_end") == 0 ? "cold" : "hot");
    row.median_ns = median_ns;
    strcpy(row.status, "ok");
    return row;
}

/* The interval is 10 % to both sides, and the verdict follows from it. */
static inline struct case_row gpu_row(const char *operation, int side, const char *residency, double speedup)
{
    struct case_row row = cpu_row(operation, side, residency, 1000);
    strcpy(row.backend, "opencl");
    strcpy(row.device, "NVIDIA H100");
    strcpy(row.device_type, "gpu");
    row.threads = -1;
    row.speedup = speedup;
    row.speedup_low = speedup / 1.1;
    row.speedup_high = speedup * 1.1;
    strcpy(row.verdict, row.speedup_low > 1.1 ? "GPU" : row.speedup_high < 0.91 ? "CPU" : "toss-up");
    return row;
}

static inline struct case_row failed_row(struct case_row row, const char *status, const char *reason)
{
    row.median_ns = row.push_ns = row.compute_ns = row.pull_ns = NAN;
    row.speedup = row.speedup_low = row.speedup_high = NAN;
    row.verdict[0] = 0;
    strcpy(row.status, status);
    strcpy(row.reason, reason);
    return row;
}

#endif
