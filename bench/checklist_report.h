/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The answers of the checklist, as text of 80 columns and as JSON.
 */
#ifndef BENCH_CHECKLIST_REPORT_H
#define BENCH_CHECKLIST_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "bench/checklist.h"

/* `name` is the device as people know it. Ends with the line "3 of 5 passed". */
void checklist_print(FILE *out, const char *name, const struct check checks[CHECKS]);

/* Times in ns; unknown is null. The caller owns it. */
json_t *checklist_json(const struct checklist_facts *facts, const struct check checks[CHECKS]);

#endif
