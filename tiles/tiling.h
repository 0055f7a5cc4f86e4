/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A chain computed tile by tile: the sweeps that it takes, from volumes to a volume. The result is that of the whole
 * image, bit for bit, if the margin is the automatic one.
 */
#ifndef TILES_TILING_H
#define TILES_TILING_H

#include "images/volume.h"
#include "ops/execution.h"
#include "tiles/engine.h"
#include "tiles/graph.h"
#include "tiles/grid.h"

/* Where the time of a sweep went, in ns. Stages that run at the same time each count their own. */
struct tiling_stages {
    double read_ns, push_ns, compute_ns, pull_ns, write_ns, wall_ns;
    double prepare_ns; /* of the wall time: memory and launches for windows that could not be prepared ahead */
};

enum { TILING_SWEEPS_MAX = 3 * GRAPH_NODES_MAX };

struct tiling_sweep {
    const char *purpose; /* as of a tiling_pass */
    struct tiling_stages stages;
    int64_t tiles, skipped;
    int64_t margin_px[3]; /* of the chain's last space */
};

struct tiling_report {
    struct tiling_sweep sweeps[TILING_SWEEPS_MAX];
    int sweep_count;
    int64_t labels;                  /* components found; -1 if none were looked for */
    int64_t growth_px;               /* the largest margin that growing labels took; -1 without such a step */
    int64_t grown_tiles;             /* that were computed once more with a larger one */
    size_t host_bytes, device_bytes; /* the most that was held for tiles */
};

/* Makes a volume that is gone when it is closed, for what `purpose` says in a word; `context` is the request's. */
typedef enum status (*tiling_scratch)(void *context, const char *purpose, struct shape shape, enum pixel_type type,
                                      struct volume **volume);

struct tiling_request {
    const struct graph *graph;
    enum backend backend;
    struct opencl *opencl; /* BACKEND_OPENCL only */
    int threads;
    struct shape tile;                  /* of the result */
    const int64_t *margin_px;           /* x, y, z in place of the automatic ones; NULL: automatic */
    size_t host_bytes, device_bytes;    /* that tiles of growing labels may take when looked at again; 0: any */
    size_t shared_bytes;                /* both together; 0: any */
    bool uniform;                       /* windows of one shape, see grid_window() */
    bool overlap;                       /* read, compute and write different tiles at the same time */
    struct volume *in[GRAPH_NODES_MAX]; /* of the graph's input nodes */
    struct volume *out;
    const int64_t *only; /* numbers of the tiles that every sweep is about, to see how long they take; NULL: all */
    int64_t only_count;
    tiling_scratch scratch; /* for labels between two sweeps; NULL: in memory */
    bool (*done)(void *context,
                 const struct region *tile); /* NULL, or tells which tiles of the result are there already */
    void (*progress)(void *context, const char *purpose, int64_t tile, int64_t tiles); /* NULL: silent */
    void *context;
};

/* Runs all sweeps. The report is filled as far as it came. */
enum status tiling_run(const struct tiling_request *request, struct tiling_report *report);

/* One sweep before it is made. */
struct tiling_pass {
    const char *purpose;     /* "minimum and maximum", "histogram", "labels", "result" */
    int64_t margin_px[3];    /* of its last space; where labels grow the first that is tried */
    struct shape window;     /* of its last space, the largest */
    struct shape source;     /* of its first space: another one where operations move pixels */
    struct engine_need need; /* of the tiles under way */
    size_t counts_bytes;     /* host memory of a histogram beside them */
};

struct tiling_need {
    struct tiling_pass passes[TILING_SWEEPS_MAX];
    int pass_count;
    struct grid grid;              /* of the result */
    size_t labels_bytes;           /* host memory that labels are expected to take beside the tiles */
    uint64_t scratch_bytes;        /* of request->scratch for labels, where nothing is compressed */
    struct engine_need everything; /* the most of all passes, with histograms and labels */
};

/* Memory that tiles take at the most, from the plans themselves; and what labels take beside them, for one component in
 * `pixels_per_label` pixels. Volumes are not looked at, request->opencl may be dry. STATUS_UNSUPPORTED for tiles that
 * an operation cannot take. */
enum status tiling_need(const struct tiling_request *request, double pixels_per_label, struct tiling_need *need);

/* Sums over all sweeps. */
struct tiling_stages tiling_total(const struct tiling_report *report);

#endif
