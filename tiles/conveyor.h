/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tiles through the stages of a sweep: read, push, compute, pull, take. One after the other, each stage timed by
 * itself, or overlapped: a thread reads ahead, another one hands finished tiles on, in order, so that the slowest stage
 * sets the pace.
 */
#ifndef TILES_CONVEYOR_H
#define TILES_CONVEYOR_H

#include "tiles/engine.h"
#include "tiles/tiling.h"

enum { CONVEYOR_ENGINES_MAX = 64 };

struct conveyor {
    const struct tiling_request *request;
    struct tiling_report *report;
    double levels[GRAPH_NODES_MAX];               /* of threshold nodes that are known */
    struct volume *volumes[GRAPH_NODES_MAX];      /* of nodes that are read */
    const uint32_t *numbers[GRAPH_NODES_MAX];     /* of provisional labels, see components_number() */
    int64_t growth_px;                            /* margin to begin with */
    struct engine *engines[CONVEYOR_ENGINES_MAX]; /* of one sweep, for different windows */
    int engine_count;
};

/* Takes a tile without its margin; its pixels may be changed. Called in the order of tiles, by one thread. */
typedef enum status (*conveyor_take)(void *context, const struct region *tile, struct image *core);

struct conveyor_job {
    const char *purpose;
    int target, label_node; /* as in sweep_make() */
    bool result;            /* tiles that are there already are left out */
    conveyor_take take;
    void *context;
};

void conveyor_begin(struct conveyor *conveyor, const struct tiling_request *request, struct tiling_report *report);

/* One sweep. */
enum status conveyor_run(struct conveyor *conveyor, const struct conveyor_job *job, struct tiling_sweep *sweep);

/* How many sets of images a sweep takes: 1 unless its stages overlap. */
int conveyor_sets(const struct tiling_request *request, const struct sweep *sweep);

/* Margin that growing labels are first given. */
int64_t conveyor_growth_px(void);

void conveyor_end(struct conveyor *conveyor);

#endif
