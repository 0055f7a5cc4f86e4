/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What is not known stays unknown: of a chain the least bytes and operations are not.
 */
#include "bench/tile_rows.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/statistics.h"
#include "hardware/cpu.h"
#include "reports/row_fields.h"

enum status tile_row_begin(const struct tile_sweep_request *request, const struct opencl *opencl, struct tile_row *t)
{
    struct case_row *row = &t->row;
    const struct shape s = request->in->shape;
    const char *model = cpu_facts()->model;
    *t = (struct tile_row){.copy_ns = NAN, .samples = calloc((size_t)request->samples, sizeof *t->samples)};
    if (!t->samples)
        return status_fail(STATUS_MEMORY, "no host memory for samples");
    row_clear(row, case_fields, CASE_FIELDS);
    row->id = -1;
    row->dimensions = s.depth > 1 ? 3 : 2;
    row->width = s.width;
    row->height = s.height;
    row->depth = s.depth;
    row->threads = opencl ? -1 : request->threads;
    row->samples = 0;
    snprintf(row->operation, sizeof row->operation, "%s", request->text);
    snprintf(row->type, sizeof row->type, "%s", pixel_type_name(request->in->type));
    snprintf(row->content, sizeof row->content, "%s", request->content);
    snprintf(row->backend, sizeof row->backend, "%s", backend_name(opencl ? BACKEND_OPENCL : BACKEND_OPENMP));
    snprintf(row->device, sizeof row->device, "%s", opencl ? opencl->device.name : *model ? model : "CPU");
    snprintf(row->device_type, sizeof row->device_type, "%s",
             device_type_name(opencl ? opencl->device.type : DEVICE_CPU));
    snprintf(row->variant, sizeof row->variant, "%s", op_variant_name(VARIANT_BUFFER));
    snprintf(row->residency, sizeof row->residency, "end_to_end");
    snprintf(row->cache, sizeof row->cache, "hot");
    snprintf(row->status, sizeof row->status, "%s", status_name(STATUS_OK));
    return STATUS_OK;
}

void tile_row_describe(const struct tile_sweep_request *request, struct shape tile, const struct tile_margin *margin,
                       int64_t growth_px, struct tile_row *t)
{
    const struct graph *g = request->graph;
    const struct shape result = g->shapes[g->nodes[g->count - 1].space];
    const struct grid grid = grid_make(result, tile);
    int64_t margin_px[3];
    if (!tile_sweep_margin(request, margin, margin_px))
        margin_automatic(g, growth_px, margin_px);
    t->tiled = true;
    t->margin = *margin;
    t->row.tile_width = tile.width;
    t->row.tile_height = tile.height;
    t->row.tile_depth = tile.depth;
    /* An axis of one pixel is never cut. */
    if (result.depth == 1)
        margin_px[2] = 0;
    t->row.margin_px = margin_largest(margin_px);
    t->row.work_factor = grid_work_factor(&grid, margin_px);
}

void tile_row_add_error(const struct tile_error *error, struct tile_row *t)
{
    t->row.error_max = error->max;
    t->row.error_p99 = error->p99;
    t->row.wrong_px = error->wrong_px;
    t->row.seam_error_max = error->seam_max;
}

void tile_row_add_sample(struct tile_row *t, double total_ns, double push_ns, double compute_ns, double pull_ns)
{
    const bool cpu = t->row.threads >= 0;
    t->samples[t->row.samples] = (struct sample_row){.sequence = t->row.samples,
                                                     .repeats = 1,
                                                     .total_ns = total_ns,
                                                     .push_ns = cpu ? NAN : push_ns,
                                                     .compute_ns = compute_ns,
                                                     .pull_ns = cpu ? NAN : pull_ns,
                                                     .queued_ns = NAN,
                                                     .submit_ns = NAN,
                                                     .start_ns = NAN,
                                                     .end_ns = NAN,
                                                     .events_ok = -1};
    t->row.samples++;
}

/* All values of one field of the samples; a part that was not measured is NAN in all of them. */
static struct summary summary_of(const struct tile_row *t, size_t offset)
{
    struct summary unknown = {.median = NAN, .low = NAN, .high = NAN, .min = NAN};
    double *values = t->row.samples > 0 ? malloc((size_t)t->row.samples * sizeof *values) : NULL;
    bool known = values;
    for (int i = 0; known && i < t->row.samples; i++) {
        values[i] = *(const double *)((const char *)&t->samples[i] + offset);
        known = isfinite(values[i]);
    }
    const struct summary s = known ? summarise(values, t->row.samples) : unknown;
    free(values);
    return s;
}

void tile_row_sum_up(struct tile_row *t)
{
    struct case_row *row = &t->row;
    const struct summary total = summary_of(t, offsetof(struct sample_row, total_ns));
    row->median_ns = total.median;
    row->ci_low_ns = total.low;
    row->ci_high_ns = total.high;
    row->min_ns = total.min;
    row->push_ns = summary_of(t, offsetof(struct sample_row, push_ns)).median;
    row->compute_ns = summary_of(t, offsetof(struct sample_row, compute_ns)).median;
    row->pull_ns = summary_of(t, offsetof(struct sample_row, pull_ns)).median;
    if (total.severe > 0.08 * total.n)
        snprintf(row->flags, sizeof row->flags, "noisy");
}

void tile_row_compare(const struct tile_row *cpu, struct tile_row *t)
{
    const int cpu_count = cpu->row.samples, count = t->row.samples;
    double *totals = calloc((size_t)cpu_count + (size_t)count + 1, sizeof *totals);
    if (!totals)
        return;
    for (int i = 0; i < cpu_count; i++)
        totals[i] = cpu->samples[i].total_ns;
    for (int i = 0; i < count; i++)
        totals[cpu_count + i] = t->samples[i].total_ns;
    const struct ratio speedup = ratio_of_medians(totals, cpu_count, totals + cpu_count, count);
    t->row.speedup = speedup.estimate;
    t->row.speedup_low = speedup.low;
    t->row.speedup_high = speedup.high;
    snprintf(t->row.verdict, sizeof t->row.verdict, "%s", verdict(&speedup));
    free(totals);
}

void tile_row_fail(struct tile_row *t, enum status status, const char *reason)
{
    t->row.samples = 0;
    t->row.median_ns = t->row.ci_low_ns = t->row.ci_high_ns = t->row.min_ns = t->copy_ns = NAN;
    t->row.push_ns = t->row.compute_ns = t->row.pull_ns = t->row.device_ns = NAN;
    t->row.flags[0] = 0;
    snprintf(t->row.status, sizeof t->row.status, "%s", status_name(status));
    snprintf(t->row.reason, sizeof t->row.reason, "%s", reason);
}

void tile_row_free(struct tile_row *t)
{
    free(t->samples);
    t->samples = NULL;
}
