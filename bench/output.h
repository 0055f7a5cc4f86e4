/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A file that is written beside its name and renamed when it is whole: a full disk leaves no half report, and an older
 * one under that name stays. "-" is standard output; devices, pipes and what a link leads to are written in place.
 */
#ifndef BENCH_OUTPUT_H
#define BENCH_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "hardware/status.h"

struct output {
    FILE *file;
    const char *path; /* the caller's */
    FILE *own;        /* the same, to be closed; NULL: standard output */
    char *beside;     /* until it is whole; NULL: written in place */
};

/* STATUS_IO names the path. */
enum status output_open(struct output *output, const char *path);

/* Before work that takes long: could output_open() open it? STATUS_IO names the path. NULL is fine. */
enum status output_check(const char *path);

/* Ends what output_open() began, also after it failed; `written` is what writing came to, and anything but STATUS_OK
 * takes the file away. Returns it, or STATUS_IO. */
enum status output_close(struct output *output, enum status written);

#endif
