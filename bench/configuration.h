/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a run was asked to do, as JSON in the store, so that --resume makes the same plan.
 */
#ifndef BENCH_CONFIGURATION_H
#define BENCH_CONFIGURATION_H

#include <jansson.h>

#include "bench/runner.h"

struct configuration {
    json_t *json; /* owns the texts that options borrow; NULL: empty */
};

/* The text is to be freed with free(). */
enum status configuration_write(const struct run_options *options, char **text);

enum status configuration_read(const char *text, struct configuration *configuration);

/* Overwrites the axes, image, backends, device, threads and refinement of `options`; texts stay owned by `configuration`.
 * Database, budget, watchdog and progress stay as they are. */
void configuration_apply(const struct configuration *configuration, struct run_options *options);

void configuration_free(struct configuration *configuration);

#endif
