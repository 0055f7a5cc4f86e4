/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The parts of an engine: on the CPU and on a device.
 */
#ifndef TILES_ENGINE_PARTS_H
#define TILES_ENGINE_PARTS_H

#include "tiles/engine.h"

/* The region that a node's image holds. */
struct region engine_region(const struct engine *engine, const struct engine_set *set, int node);

/* What is computed at a node: thresholds are comparisons with a level that is known by now. */
struct engine_work {
    const struct op *op;
    struct op_args args;
    struct op_part part;
    bool moves; /* then the part counts */
};

struct engine_work engine_work(const struct engine *engine, const struct engine_set *set, const double *levels,
                               int node);

/* The tile inside the target's window. */
struct region engine_core(const struct engine *engine, const struct engine_set *set);

enum status engine_cpu_prepare(struct engine *engine, const struct engine_request *request);
enum status engine_cpu_compute(struct engine *engine, struct engine_set *set);
void engine_cpu_free(struct engine *engine);

enum status engine_device_prepare(struct engine *engine, const struct engine_request *request);
enum status engine_device_push(struct engine *engine, struct engine_set *set);
enum status engine_device_compute(struct engine *engine, struct engine_set *set);
enum status engine_device_pull(struct engine *engine, struct engine_set *set);
enum status engine_device_enqueue(struct engine *engine, struct engine_set *set);
enum status engine_device_wait(struct engine *engine, struct engine_set *set, struct engine_times *times);

/* Appends to the compute queue; `events` may be NULL. */
enum status engine_device_enqueue_compute(struct engine *engine, struct engine_set *set, struct plan_events *events);

/* What is pulled, and which part of it. */
struct device_image engine_device_result(const struct engine *engine, const struct engine_set *set,
                                         struct region *core);

/* Host memory for an image of a set that the device can copy while it computes. `index`: in engine_set.pinned. */
enum status engine_device_pin(struct engine *engine, struct engine_set *set, int index, size_t bytes, void **memory);

/* Drivers keep a buffer for as long as it is mapped. */
void engine_device_unmap(struct engine *engine);

static inline void engine_release_event(cl_event *event)
{
    if (*event)
        clReleaseEvent(*event);
    *event = NULL;
}

/* Releases the events of engine_enqueue(). */
void engine_device_forget(struct engine_set *set);

void engine_device_free(struct engine *engine);

#endif
