/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The parent's end of a worker: starting it, asking it, and burying it when it crashes or makes no progress.
 */
#ifndef BENCH_WORKER_LINK_H
#define BENCH_WORKER_LINK_H

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

#include "hardware/opencl.h"
#include "reports/row.h"

struct worker_link {
    int device_index; /* WORKER_CPU or an OpenCL device */
    char name[ROW_TEXT];
    char platform[DEVICE_TEXT], driver[DEVICE_TEXT]; /* of the device; "" for the CPU */
    size_t listed;                                   /* devices that this process found */
    enum device_type type;
    double watchdog_s; /* without a sign of life for so long a worker is killed */
    pid_t pid;         /* 0: not running */
    int socket;
    char *buffer; /* bytes read and not yet parsed */
    size_t used, capacity;
    int failed_starts; /* in a row; the last one's status and text: */
    enum status start_status;
    char start_failure[ROW_TEXT];
};

/* Sends a request and waits for its answer, which the caller releases with json_decref(). Starts the worker when it is not
 * running. A worker that finds another device at its index than this process has listed is refused: STATUS_DEVICE.
 * STATUS_CRASH and STATUS_HANG end the worker; the next request starts a new one. Other failures are the worker's
 * own, with its text. `patience` multiplies the watchdog's time for requests that are one long call. Takes `request`. */
enum status worker_ask(struct worker_link *link, json_t *request, double patience, json_t **answer);

/* CPU time the worker has used, in ns; 0 when it is not running. */
int64_t worker_cpu_ns(const struct worker_link *link);

/* Ends the worker, if it runs, and releases the link's memory. */
void worker_stop(struct worker_link *link);

#endif
