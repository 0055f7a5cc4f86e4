/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A sweep on one backend, prepared for windows of certain shapes: memory, programs, launches. Then, for each tile:
 *
 *     engine_inputs()    where the pixels of the windows are to be written
 *     engine_push()      to the device                                nothing to do on the CPU
 *     engine_compute()   everything up to the target, then its labels
 *     engine_pull()      the tile to host memory                      nothing to do on the CPU
 *     engine_result()    the tile without its margin
 *
 * An engine has one or more sets of images, so that one tile is read and another one written while a third is computed.
 */
#ifndef TILES_ENGINE_H
#define TILES_ENGINE_H

#include "ops/execution.h"
#include "tiles/sweep.h"

enum { ENGINE_SETS_MAX = 5 };

struct engine_set {
    struct sweep_windows windows;
    struct image in[GRAPH_NODES_MAX]; /* of the nodes that are read */
    struct image target;              /* CPU: on its window. A device has no such image on the host */
    struct image core;                /* the tile: own memory, or a view of the target */
    void *core_memory, *core_block;   /* block: to be freed */
    struct device_image device_in[GRAPH_NODES_MAX], device_target;
    struct plan *plan;

    /* Labels of a tile on a device: they start from a copy of the target without its margin. */
    cl_mem device_core, device_labels;
    struct plan *label_plan;
    struct region label_core; /* the cut that label_plan was made for */

    cl_mem pinned[GRAPH_NODES_MAX + 1]; /* host memory that a device copies from and to by itself: inputs, core */
    void *mapped[GRAPH_NODES_MAX + 1];  /* where it is */
    struct tile_events {
        cl_event push_first, push_last, compute_first, compute_last, pull;
    } events; /* of engine_enqueue() */
};

/* What a tile took on a device, by its own clock. */
struct engine_times {
    double push_ns, compute_ns, pull_ns;
};

struct engine {
    const struct sweep *sweep;
    enum backend backend;
    struct opencl *opencl;
    int threads, sets;
    bool dry; /* memory is counted, not taken */
    struct engine_set set[ENGINE_SETS_MAX];

    /* What lies between inputs and target; sets share it, since one tile is computed at a time. */
    int slots, slot_of[GRAPH_NODES_MAX];
    size_t slot_bytes[GRAPH_NODES_MAX];
    void *slot_memory[GRAPH_NODES_MAX];
    cl_mem device_slots[GRAPH_NODES_MAX];
    size_t scratch_bytes;
    void *scratch;

    size_t host_bytes; /* of all images and scratch */

    cl_command_queue push_queue, pull_queue; /* of a device with more than one set */
};

struct engine_request {
    const struct sweep *sweep;
    enum backend backend;
    struct opencl *opencl; /* BACKEND_OPENCL only */
    int threads, sets;
    const double *levels; /* of threshold nodes, by node */
    struct shape tile;    /* the largest */
};

/* Prepares for windows of those shapes; in graphs with moves for those very windows. On failure everything is released.
 */
enum status engine_prepare(struct engine *engine, const struct engine_request *request,
                           const struct sweep_windows *windows);

void engine_free(struct engine *engine);

/* True if a prepared engine can take these windows as well. */
bool engine_fits(const struct engine *engine, const struct sweep_windows *windows);

/* Chooses the tile of a set. */
void engine_place(struct engine *engine, int set, const struct sweep_windows *windows);

enum status engine_push(struct engine *engine, int set);
enum status engine_compute(struct engine *engine, int set);
enum status engine_pull(struct engine *engine, int set);

/* The three of them on three queues of a device, without waiting; BACKEND_OPENCL with more than one set. */
enum status engine_enqueue(struct engine *engine, int set);

/* Until the pull is done. */
enum status engine_wait(struct engine *engine, int set, struct engine_times *times);

/* Memory of the host and of the device that an engine for these windows would take. Allocates next to nothing. */
enum status engine_need(const struct engine_request *request, const struct sweep_windows *windows, size_t *host_bytes,
                        size_t *device_bytes);

#endif
