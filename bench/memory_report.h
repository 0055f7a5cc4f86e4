/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a chain needs and whether it fits, as text of 80 columns and as JSON.
 */
#ifndef BENCH_MEMORY_REPORT_H
#define BENCH_MEMORY_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "bench/memory_fit.h"

/* "0: NAME (gpu)" or "CPU: NAME, OpenMP with 2 threads". Returns `text`. */
char *memory_place_name(char *text, size_t size, const struct memory_place *place);

void memory_report_print(FILE *out, const struct memory_place *place, const struct memory_fit *fit,
                         double rule_of_thumb);

/* All sizes in bytes, unknown is null. The caller owns it; NULL: no memory. */
json_t *memory_report_json(const struct memory_place *place, const struct memory_fit *fit);

/* "1024x512", in 3D "1024x512x64". Returns `text`. */
char *memory_shape_text(char *text, size_t size, struct shape shape);

#endif
