/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows in the order in which reports show them, each device row with the CPU row it is compared with.
 *
 * Devices come first: GPUs, accelerators, then CPUs that run OpenCL; after them the rows of OpenMP and of the plain
 * reference. Within a device rows are sorted by subject (run, operation, parameters, dimensions, pixel type, content, tiles,
 * variant),
 * then by size, residency and cache. So a subject is one run of neighbours, and a size within it another.
 */
#ifndef REPORTS_ORDER_H
#define REPORTS_ORDER_H

#include "hardware/status.h"
#include "reports/row.h"

enum row_class { ROW_GPU, ROW_ACCELERATOR, ROW_CPU_DEVICE, ROW_OPENMP, ROW_REFERENCE };

struct ordered_row {
    const struct case_row *row; /* in the caller's array */
    const struct case_row *cpu; /* of a device row: OpenMP's of the same work, the fastest of several; NULL: none */
    bool compared;              /* of an OpenMP row: it is the `cpu` of some device row */
};

/* To be freed with free(). */
enum status order_rows(const struct case_row *rows, int count, struct ordered_row **ordered);

/* How many of the first rows have the device, the subject, or the size of the first. */
int order_same_device(const struct ordered_row *ordered, int count);
int order_same_subject(const struct ordered_row *ordered, int count);
int order_same_size(const struct ordered_row *ordered, int count);

bool row_same_device(const struct case_row *a, const struct case_row *b);
bool row_same_subject(const struct case_row *a, const struct case_row *b);

enum row_class row_class(const struct case_row *row);

/* Whether the case ended well, so that its times mean something. */
bool row_ok(const struct case_row *row);

/* Whether the case is one of a device that reads its input from an OpenCL image. */
bool row_is_image(const struct case_row *row);

/* By tile and margin; what was computed without tiles comes first. */
int row_compare_tiles(const struct case_row *a, const struct case_row *b);

double row_pixels(const struct case_row *row);

#endif
