/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Device by device: untiled, then every setting. The first call of a setting is the one that is compared; its result
 * starts as a pattern that no tile leaves by chance, so that a tile that is never written shows.
 */
#include "bench/tile_sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/statistics.h"
#include "bench/tile_rows.h"
#include "bench/tile_untiled.h"
#include "hardware/clock.h"

enum { UNWRITTEN = 0xa5 };

struct walk {
    const struct tile_sweep_request *request;
    struct tile_sweep *sweep;
    struct opencl *opencl;       /* of the device that is measured; NULL: the CPU */
    bool differs;                /* devices may round differently in this chain */
    struct image expected, own;  /* untiled: of OpenMP; of this device where devices differ */
    const struct image *untiled; /* one of the two */
    struct image tiled;
    struct tile_times *times; /* of the untiled samples */
    double *copies;           /* of one setting's samples */
    int done, planned;
    int first, cpu_rows; /* the device's first row; rows of the CPU, which come first of all */
};

static struct tile_row *new_row(struct walk *w)
{
    return &w->sweep->rows[w->sweep->count++];
}

static void tell(struct walk *w, const char *what)
{
    if (w->request->progress)
        w->request->progress(w->request->context, w->done, w->planned, what);
    w->done++;
}

/* A setting that fails is a row like others, as long as the next one may do better. */
static enum status settle(struct walk *w, struct tile_row *row, enum status status)
{
    if (status == STATUS_DEVICE_MEMORY || status == STATUS_DEVICE || status == STATUS_MEMORY) {
        tile_row_fail(row, status, status_text());
        w->sweep->failed += status == STATUS_DEVICE;
        return STATUS_OK;
    }
    return status;
}

/* Settings are walked in the same order on every device; a device of which some are missing is at its end. */
static void compare_with_cpu(struct walk *w, struct tile_row *row)
{
    const int index = (int)(row - w->sweep->rows) - w->first;
    if (w->opencl && w->request->openmp && index < w->cpu_rows)
        tile_row_compare(&w->sweep->rows[index], row);
}

static void mark_wrong(struct walk *w, struct tile_row *row, const char *what, int64_t wrong_px)
{
    char reason[ROW_TEXT];
    snprintf(reason, sizeof reason, "%lld pixels %s", (long long)wrong_px, what);
    tile_row_fail(row, STATUS_WRONG, reason);
    w->sweep->wrong++;
}

static enum status run_untiled(const struct walk *w, int samples, struct image *out, double *first_call_ns)
{
    const struct tile_sweep_request *r = w->request;
    const struct tile_untiled untiled = {.chain = r->chain,
                                         .opencl = w->opencl,
                                         .threads = r->threads,
                                         .in = r->in,
                                         .with = r->with,
                                         .samples = samples};
    return tile_untiled_run(&untiled, out, w->times, first_call_ns);
}

static enum status sample_untiled(struct walk *w, struct tile_row *row, struct image *out)
{
    enum status status;
    TRY(run_untiled(w, w->request->samples, out, &row->row.first_call_ns));
    for (int i = 0; i < w->request->samples; i++) {
        const struct tile_times t = w->times[i];
        tile_row_add_sample(row, t.push_ns + t.compute_ns + t.pull_ns, t.push_ns, t.compute_ns, t.pull_ns);
    }
    tile_row_sum_up(row);
done:
    return status;
}

/* *usable is false where tiles of this device need not be looked at. */
static enum status measure_untiled(struct walk *w, bool *usable)
{
    enum status status;
    struct image out = {0};
    struct tile_row *row = new_row(w);
    *usable = true;
    tell(w, "untiled");
    TRY(tile_row_begin(w->request, w->opencl, row));
    status = sample_untiled(w, row, &out);
    w->untiled = &w->expected;
    if (status == STATUS_OK && w->differs && w->opencl) {
        image_free(&w->own);
        w->own = out;
        out = (struct image){0};
        w->untiled = &w->own;
    } else if (status == STATUS_OK) {
        const struct image_difference d = image_compare(&out, &w->expected, 0);
        if (d.pixels > 0)
            mark_wrong(w, row, "of the untiled result differ from OpenMP's", d.pixels);
        *usable = d.pixels == 0;
    }
    TRY(settle(w, row, status));
    compare_with_cpu(w, row);
    TRY(w->request->take ? w->request->take(w->request->context, row) : STATUS_OK);
done:
    image_free(&out);
    return status;
}

static enum status sample_tiles(struct walk *w, const struct tiling_request *tiling, struct tile_row *row,
                                struct tiling_report *report)
{
    enum status status = STATUS_OK;
    const struct tile_sweep_request *r = w->request;
    const struct grid grid = grid_make(w->tiled.shape, tiling->tile);
    struct tile_error error;
    for (int i = 0; i <= r->samples; i++) {
        const int64_t start = clock_ns();
        TRY(tiling_run(tiling, report));
        const struct tiling_stages t = tiling_total(report);
        if (i > 0) {
            w->copies[i - 1] = t.read_ns + t.write_ns;
            tile_row_add_sample(row, t.wall_ns - t.prepare_ns, t.push_ns, t.compute_ns, t.pull_ns);
            continue;
        }
        row->row.first_call_ns = (double)(clock_ns() - start);
        TRY(tile_error_measure(&w->tiled, w->untiled, &grid, w->tiled.type == PIXEL_U32, r->threads, &error));
        tile_row_add_error(&error, row);
    }
    row->copy_ns = median_of(w->copies, r->samples);
    row->row.bytes_device = w->opencl ? (int64_t)report->device_bytes : -1;
    tile_row_sum_up(row);
done:
    return status;
}

static enum status open_volumes(const struct walk *w, struct tiling_request *tiling)
{
    enum status status = STATUS_OK;
    const struct tile_sweep_request *r = w->request;
    for (int i = 0; i < r->graph->count; i++) {
        const struct graph_node *n = &r->graph->nodes[i];
        /* Volumes in memory are only read from here, though they could be written. */
        if (n->kind == GRAPH_INPUT)
            TRY(volume_of_image((struct image *)(i ? r->with[n->step] : r->in), tiling->tile, &tiling->in[i]));
    }
    TRY(volume_of_image((struct image *)&w->tiled, tiling->tile, &tiling->out));
done:
    return status;
}

static enum status measure_setting(struct walk *w, struct shape tile, const struct tile_margin *margin)
{
    enum status status;
    const struct tile_sweep_request *r = w->request;
    struct tiling_report *report = calloc(1, sizeof *report);
    struct tile_row *row = new_row(w);
    int64_t margin_px[3];
    struct tiling_request tiling = {.graph = r->graph,
                                    .backend = w->opencl ? BACKEND_OPENCL : BACKEND_OPENMP,
                                    .opencl = w->opencl,
                                    .threads = r->threads,
                                    .tile = tile,
                                    .margin_px = tile_sweep_margin(r, margin, margin_px)};
    TRY(tile_row_begin(r, w->opencl, row));
    tile_row_describe(r, tile, margin, 0, row);
    if (!report) {
        status = status_fail(STATUS_MEMORY, "no host memory for a sweep");
        goto done;
    }
    memset(w->tiled.pixels, UNWRITTEN, (size_t)(w->tiled.slice * w->tiled.shape.depth) * pixel_bytes(w->tiled.type));
    status = open_volumes(w, &tiling);
    if (status == STATUS_OK)
        status = sample_tiles(w, &tiling, row, report);
    if (status == STATUS_OK && !tiling.margin_px)
        tile_row_describe(r, tile, margin, report->growth_px > 0 ? report->growth_px : 0, row);
    if (status == STATUS_OK && !tiling.margin_px && !w->differs && row->row.wrong_px > 0)
        mark_wrong(w, row, "differ from the untiled result at the automatic margin", row->row.wrong_px);
    TRY(settle(w, row, status));
    compare_with_cpu(w, row);
    TRY(r->take ? r->take(r->context, row) : STATUS_OK);
done:
    for (int i = 0; i < r->graph->count; i++)
        volume_close(tiling.in[i]);
    volume_close(tiling.out);
    free(report);
    return status;
}

static enum status measure_device(struct walk *w, struct opencl *opencl)
{
    enum status status;
    const struct tile_settings *s = w->request->settings;
    char what[160], margin[32];
    bool usable;
    w->opencl = opencl;
    w->first = w->sweep->count;
    TRY(measure_untiled(w, &usable));
    for (int i = 0; usable && i < s->tile_count; i++)
        for (int k = 0; k < s->margin_count; k++) {
            const struct shape t = s->tiles[i];
            if (!tile_sweep_wants(w->request, &s->margins[k]))
                continue;
            snprintf(what, sizeof what, "tile %lldx%lldx%lld, margin %s", (long long)t.width, (long long)t.height,
                     (long long)t.depth, tile_margin_text(&s->margins[k], margin, sizeof margin));
            tell(w, what);
            TRY(measure_setting(w, t, &s->margins[k]));
        }
done:
    return status;
}

static enum status prepare(struct walk *w)
{
    enum status status;
    const struct tile_sweep_request *r = w->request;
    const int places = (int)r->device_count + r->openmp;
    int settings = 0;
    double first_call_ns;
    for (int k = 0; k < r->settings->margin_count; k++)
        settings += tile_sweep_wants(r, &r->settings->margins[k]);
    w->planned = places * (1 + r->settings->tile_count * settings);
    w->sweep->rows = calloc((size_t)w->planned + 1, sizeof *w->sweep->rows);
    w->copies = calloc((size_t)r->samples, sizeof *w->copies);
    w->times = calloc((size_t)r->samples, sizeof *w->times);
    if (!w->sweep->rows || !w->copies || !w->times)
        return status_fail(STATUS_MEMORY, "no host memory for %d rows", w->planned);
    for (int i = 0; i < r->chain->count; i++)
        w->differs = w->differs || r->chain->steps[i].op->tolerance > 0;
    TRY(run_untiled(w, 0, &w->expected, &first_call_ns));
    TRY(image_alloc(&w->tiled, w->expected.shape, w->expected.type, 0, r->threads));
done:
    return status;
}

enum status tile_sweep_run(const struct tile_sweep_request *request, struct tile_sweep *sweep)
{
    enum status status;
    struct walk w = {.request = request, .sweep = sweep};
    *sweep = (struct tile_sweep){0};
    TRY(prepare(&w));
    if (request->openmp)
        TRY(measure_device(&w, NULL));
    w.cpu_rows = sweep->count;
    for (size_t d = 0; d < request->device_count; d++)
        TRY(measure_device(&w, request->devices[d]));
done:
    free(w.copies);
    free(w.times);
    image_free(&w.expected);
    image_free(&w.own);
    image_free(&w.tiled);
    return status;
}

void tile_sweep_free(struct tile_sweep *sweep)
{
    for (int i = 0; i < sweep->count; i++)
        tile_row_free(&sweep->rows[i]);
    free(sweep->rows);
    *sweep = (struct tile_sweep){0};
}
