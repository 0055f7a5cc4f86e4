/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From samples to rows: medians with their intervals, flags, and the speedup over the CPU in the same residency.
 */
#include "bench/session.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/statistics.h"

static json_int_t loaded_integer(const json_t *loaded, const char *name)
{
    json_t *value = json_object_get(loaded, name);
    return value ? json_integer_value(value) : -1;
}

static double loaded_real(const json_t *loaded, const char *name)
{
    json_t *value = json_object_get(loaded, name);
    return value ? json_real_value(value) : NAN;
}

static void describe(const struct session *s, const struct participant *p, struct case_row *row)
{
    const struct case_group *g = s->group;
    int link = session_link(s->bench, p->link);
    *row = (struct case_row){
        .dimensions = g->shape.depth > 1 ? 3 : 2,
        .width = g->shape.width,
        .height = g->shape.height,
        .depth = g->shape.depth,
        .threads = p->is_cpu ? p->threads : -1,
        .bytes_min = op_bytes(s->op, &s->args, g->shape),
        .flops = op_flops(s->op, &s->args, g->shape),
        .bytes_read = op_bytes_read(s->op, g->shape),
        .bytes_images = op_bytes_images(s->op, &s->args, g->shape),
        .limit_percent = NAN,
        .energy_j = p->status == STATUS_OK ? p->energy_j : NAN,
        .build_ns = loaded_real(s->loaded[link], "build_ns"),
        .prepare_ns = loaded_real(s->loaded[link], "prepare_ns"),
        .first_call_ns = s->first_call_ns[link] > 0 ? s->first_call_ns[link] : NAN,
        .bytes_pushed = loaded_integer(s->loaded[link], "bytes_pushed"),
        .bytes_pulled = loaded_integer(s->loaded[link], "bytes_pulled"),
        .bytes_device = loaded_integer(s->loaded[link], "bytes_device"),
        .launches = (int)loaded_integer(s->loaded[link], "launches"),
        .tile_width = -1,
        .tile_height = -1,
        .tile_depth = -1,
        .margin_px = -1,
        .work_factor = NAN,
        .error_max = NAN,
        .error_p99 = NAN,
        .wrong_px = -1,
        .seam_error_max = NAN,
    };
    snprintf(row->operation, sizeof row->operation, "%s", g->op);
    snprintf(row->variant, sizeof row->variant, "%s", op_variant_name(g->variant));
    snprintf(row->parameters, sizeof row->parameters, "%s", g->parameters);
    snprintf(row->type, sizeof row->type, "%s", pixel_type_name(g->type));
    snprintf(row->content, sizeof row->content, "%s", case_group_content(g));
    snprintf(row->backend, sizeof row->backend, "%s", backend_name(p->is_cpu ? BACKEND_OPENMP : BACKEND_OPENCL));
    snprintf(row->device, sizeof row->device, "%s", p->link->name);
    snprintf(row->device_type, sizeof row->device_type, "%s", device_type_name(p->link->type));
    snprintf(row->residency, sizeof row->residency, "%s", residency_name(p->residency));
    snprintf(row->cache, sizeof row->cache, "%s", residency_cache_name(p->residency));
    snprintf(row->status, sizeof row->status, "%s", status_name(p->status));
    snprintf(row->reason, sizeof row->reason, "%s", p->reason);
    row->samples = p->sample_count;
}

static double median_of_field(const struct participant *p, size_t offset)
{
    double *values = malloc((size_t)p->sample_count * sizeof *values);
    int n = 0;
    for (int i = 0; values && i < p->sample_count; i++) {
        double value = *(const double *)((const char *)&p->samples[i] + offset);
        if (isfinite(value))
            values[n++] = value;
    }
    double median = n ? median_of(values, n) : NAN;
    free(values);
    return median;
}

/* Only samples whose events make sense count; without one it is unknown. */
static double median_device_ns(const struct participant *p)
{
    double *values = malloc((size_t)p->sample_count * sizeof *values);
    int n = 0;
    for (int i = 0; values && i < p->sample_count; i++)
        if (p->samples[i].events_ok == 1)
            values[n++] = p->samples[i].end_ns - p->samples[i].start_ns;
    double median = n ? median_of(values, n) : NAN;
    free(values);
    return median;
}

static void add_times(const struct session *s, const struct participant *p, struct case_row *row)
{
    row->median_ns = row->ci_low_ns = row->ci_high_ns = row->min_ns = NAN;
    row->push_ns = row->compute_ns = row->pull_ns = row->device_ns = NAN;
    row->speedup = row->speedup_low = row->speedup_high = row->achieved_bps = NAN;
    double *totals = p->status == STATUS_OK ? participant_totals(p) : NULL;
    if (!totals)
        return;
    struct summary summary = summarise(totals, p->sample_count);
    row->median_ns = summary.median;
    row->ci_low_ns = summary.low;
    row->ci_high_ns = summary.high;
    row->min_ns = summary.min;
    row->achieved_bps = row->bytes_min / (row->median_ns * 1e-9);
    row->push_ns = median_of_field(p, offsetof(struct sample_row, push_ns));
    row->compute_ns = median_of_field(p, offsetof(struct sample_row, compute_ns));
    row->pull_ns = median_of_field(p, offsetof(struct sample_row, pull_ns));
    row->device_ns = p->is_cpu ? NAN : median_device_ns(p);
    const char *const flags[] = {summary.severe > 0.08 * summary.n ? "noisy" : "", fabs(summary.drift) > 0.5 ? "drift" : "",
                                 s->bench->throttled ? "throttled" : "", p->stop_flag};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (*flags[i]) {
            size_t used = strlen(row->flags);
            snprintf(row->flags + used, sizeof row->flags - used, "%s%s", used ? " " : "", flags[i]);
        }
    free(totals);
}

static void add_speedup(const struct session *s, const struct participant *p, struct case_row *row)
{
    const struct participant *cpu = NULL;
    for (int i = 0; i < s->count; i++)
        if (s->participants[i].is_cpu && s->participants[i].residency == p->residency)
            cpu = &s->participants[i];
    if (p->is_cpu || p->status != STATUS_OK || !cpu || cpu->status != STATUS_OK)
        return;
    double *cpu_totals = participant_totals(cpu), *totals = participant_totals(p);
    if (cpu_totals && totals) {
        struct ratio speedup = ratio_of_medians(cpu_totals, cpu->sample_count, totals, p->sample_count);
        row->speedup = speedup.estimate;
        row->speedup_low = speedup.low;
        row->speedup_high = speedup.high;
        snprintf(row->verdict, sizeof row->verdict, "%s", verdict(&speedup));
    }
    free(cpu_totals);
    free(totals);
}

void session_collect(struct session *s, struct measured *measured)
{
    for (int i = 0; i < s->count; i++) {
        struct participant *p = &s->participants[i];
        struct case_row *row = &measured->cases[measured->count];
        describe(s, p, row);
        add_times(s, p, row);
        add_speedup(s, p, row);
        measured->samples[measured->count] = p->samples;
        measured->sample_counts[measured->count] = p->sample_count;
        measured->count++;
    }
}
