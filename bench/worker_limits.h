/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a worker does for a profile, see worker.h:
 *
 *     {"do":"limits","stage":0}              answers "limits", an array of rows; "failed" is true where the stage did not end well
 *     {"do":"sustain","load":0,"seconds":60} answers "series" and "limits"
 */
#ifndef BENCH_WORKER_LIMITS_H
#define BENCH_WORKER_LIMITS_H

#include <jansson.h>

#include "hardware/opencl.h"

/* `opencl` is NULL for the CPU. */
enum status worker_limits(struct opencl *opencl, const json_t *request, json_t *answer);

enum status worker_sustain(struct opencl *opencl, const json_t *request, json_t *answer, void (*alive)(void *),
                           void *context);

#endif
