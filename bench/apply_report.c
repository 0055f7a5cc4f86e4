/* SPDX-License-Identifier: BSD-3-Clause
 *
 * As text and as a line of JSON.
 */
#include "bench/apply_report.h"

#include <jansson.h>
#include <stdio.h>
#include <sys/resource.h>

static const char *const stage_names[] = {"read", "push", "compute", "pull", "write"};

enum { STAGES = sizeof stage_names / sizeof stage_names[0] };

static void list(const struct tiling_stages *s, double ns[STAGES])
{
    ns[0] = s->read_ns;
    ns[1] = s->push_ns;
    ns[2] = s->compute_ns;
    ns[3] = s->pull_ns;
    ns[4] = s->write_ns;
}

const char *apply_slowest(const struct tiling_stages *stages, double *busy_share)
{
    double ns[STAGES];
    int slowest = 0;
    list(stages, ns);
    for (int i = 1; i < STAGES; i++)
        slowest = ns[i] > ns[slowest] ? i : slowest;
    *busy_share = stages->wall_ns > 0 ? ns[slowest] / stages->wall_ns : 0;
    return stage_names[slowest];
}

/* The most that this process has held, in bytes. */
static double peak_bytes(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss * 1024 : 0;
}

/* Seconds of each stage with its share of the sweep, on a device by its own clock. */
static void print_sweep(const struct tiling_sweep *s, double input_bytes)
{
    double ns[STAGES], share;
    const char *slowest = apply_slowest(&s->stages, &share);
    const double done = s->tiles > 0 ? (double)s->tiles / (double)(s->tiles + s->skipped) : 0;
    list(&s->stages, ns);
    printf("%-19s", s->purpose);
    for (int i = 0; i < STAGES; i++)
        if (ns[i] > 0)
            printf(" %6.2f %3.0f%%", ns[i] / 1e9, 100 * ns[i] / s->stages.wall_ns);
        else
            printf(" %6s     ", "-");
    if (s->tiles > 0)
        printf(" %7.2f %7.0f  %s\n", s->stages.wall_ns / 1e9, done * input_bytes / s->stages.wall_ns * 1e3, slowest);
    else
        printf(" %7s %7s\n", "-", "-");
}

void apply_print(const struct apply_summary *m, const struct tiling_report *report)
{
    if (m->channel > 0 || m->frame > 0)
        printf("channel %lld, frame %lld\n", (long long)m->channel, (long long)m->frame);
    printf("%lldx%lldx%lld in tiles of %lldx%lldx%lld, %s\n", (long long)m->shape.width, (long long)m->shape.height,
           (long long)m->shape.depth, (long long)m->tile.width, (long long)m->tile.height, (long long)m->tile.depth,
           m->overlap ? "stages overlapping" : "stages one after the other");
    printf("%-19s", "sweep, seconds");
    for (int i = 0; i < STAGES; i++)
        printf(" %11s", stage_names[i]);
    printf(" %7s %7s  %s\n", "wall", "MB/s", "slowest");
    for (int i = 0; i < report->sweep_count; i++)
        print_sweep(&report->sweeps[i], m->input_bytes);
    if (report->labels >= 0)
        printf("%lld labels\n", (long long)report->labels);
    if (report->growth_px >= 0)
        printf("labels grew within a margin of %lld pixels; %lld tiles were looked at again with more\n",
               (long long)report->growth_px, (long long)report->grown_tiles);
    if (m->nuclei >= 0)
        printf("the image was made with %lld nuclei\n", (long long)m->nuclei);
    printf("%.0f MiB of memory at the most\n", peak_bytes() / (1 << 20));
}

static json_t *sweep_json(const struct tiling_sweep *s)
{
    double ns[STAGES], share;
    const char *slowest = apply_slowest(&s->stages, &share);
    json_t *row =
        json_pack("{s:s, s:I, s:I, s:[I,I,I], s:f, s:s?, s:f}", "purpose", s->purpose, "tiles", (json_int_t)s->tiles,
                  "skipped", (json_int_t)s->skipped, "margin_px", (json_int_t)s->margin_px[0],
                  (json_int_t)s->margin_px[1], (json_int_t)s->margin_px[2], "wall_s", s->stages.wall_ns / 1e9,
                  "slowest", s->tiles > 0 ? slowest : NULL, "slowest_share", share);
    list(&s->stages, ns);
    for (int i = 0; i < STAGES; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s_s", stage_names[i]);
        json_object_set_new(row, name, json_real(ns[i] / 1e9));
    }
    return row;
}

void apply_print_json(const struct apply_summary *m, const struct tiling_report *report)
{
    json_t *root = json_pack("{s:I, s:I, s:[I,I,I], s:[I,I,I], s:f, s:b}", "channel", (json_int_t)m->channel, "frame",
                             (json_int_t)m->frame, "shape", (json_int_t)m->shape.width, (json_int_t)m->shape.height,
                             (json_int_t)m->shape.depth, "tile", (json_int_t)m->tile.width, (json_int_t)m->tile.height,
                             (json_int_t)m->tile.depth, "input_bytes", m->input_bytes, "overlap", (int)m->overlap);
    json_t *sweeps = json_array();
    for (int i = 0; i < report->sweep_count; i++)
        json_array_append_new(sweeps, sweep_json(&report->sweeps[i]));
    json_object_set_new(root, "sweeps", sweeps);
    json_object_set_new(root, "labels", report->labels < 0 ? json_null() : json_integer(report->labels));
    json_object_set_new(root, "growth_px", report->growth_px < 0 ? json_null() : json_integer(report->growth_px));
    json_object_set_new(root, "grown_tiles", json_integer(report->grown_tiles));
    json_object_set_new(root, "nuclei", m->nuclei < 0 ? json_null() : json_integer(m->nuclei));
    json_object_set_new(root, "peak_bytes", json_real(peak_bytes()));
    json_object_set_new(root, "host_bytes", json_integer((json_int_t)report->host_bytes));
    json_object_set_new(root, "device_bytes", json_integer((json_int_t)report->device_bytes));
    json_dumpf(root, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(root);
}
