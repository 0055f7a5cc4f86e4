/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The same as JSON. Sizes and margins are arrays of x, y, z.
 */
#include "bench/memory_report.h"
#include "hardware/cpu.h"
#include "reports/format.h"

static json_t *number(uint64_t bytes)
{
    return json_integer((json_int_t)bytes);
}

static json_t *shape_json(struct shape s)
{
    return json_pack("[I,I,I]", (json_int_t)s.width, (json_int_t)s.height, (json_int_t)s.depth);
}

static json_t *need_json(const struct chain_memory *need)
{
    json_t *steps = json_array();
    for (int i = 0; i < need->count; i++) {
        const struct memory_step *s = &need->steps[i];
        json_array_append_new(steps,
                              json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "operation", s->op->name, "result_size",
                                        shape_json(s->out), "input_bytes", number(s->input_bytes), "second_bytes",
                                        number(s->second_bytes), "output_bytes", number(s->output_bytes),
                                        "scratch_bytes", number(s->scratch_bytes), "constant_bytes",
                                        number(s->constant_bytes), "held_bytes", number(s->held_bytes)));
    }
    return json_pack("{s:o,s:o,s:i,s:o,s:o,s:o}", "steps", steps, "peak_bytes", number(need->peak_bytes), "peak_step",
                     need->peak_step + 1, "largest_bytes", number(need->largest_bytes), "host_bytes",
                     number(need->host_bytes), "shared_bytes", number(need->shared_bytes));
}

static json_t *margin_json(const int64_t *margin_px)
{
    return shape_json((struct shape){margin_px[0], margin_px[1], margin_px[2]});
}

static json_t *passes_json(const struct tiling_need *need)
{
    json_t *list = json_array();
    for (int i = 0; i < need->pass_count; i++) {
        const struct tiling_pass *p = &need->passes[i];
        json_array_append_new(list, json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "purpose", p->purpose, "margin_px",
                                              margin_json(p->margin_px), "size_with_margin", shape_json(p->window),
                                              "source_size", shape_json(p->source), "host_bytes",
                                              number(p->need.host_bytes), "device_bytes", number(p->need.device_bytes),
                                              "counts_bytes", number(p->counts_bytes)));
    }
    return list;
}

static json_t *labels_json(const struct memory_tiles *tiles)
{
    if (!tiles->need.labels_bytes)
        return json_null();
    return json_pack("{s:o,s:o,s:f,s:b}", "host_bytes", number(tiles->need.labels_bytes), "scratch_bytes",
                     number(tiles->need.scratch_bytes), "pixels_per_label", tiles->pixels_per_label, "grow",
                     tiles->grows);
}

/* from_file: apply in tiles goes from file to file. */
static json_t *tiles_json(const struct memory_place *place, const struct memory_fit *fit)
{
    const struct memory_tiles *t = &fit->tiles;
    if (fit->verdict != MEMORY_FITS_IN_TILES)
        return json_null();
    const struct engine_need *all = &t->need.everything;
    const struct tiling_pass *widest = memory_tiles_widest(t);
    json_t *need =
        json_pack("{s:o,s:o,s:o,s:o}", "peak_bytes", number(place->device ? all->device_bytes : all->host_bytes),
                  "largest_bytes", place->device ? number(all->largest_bytes) : json_null(), "host_bytes",
                  number(all->host_bytes), "shared_bytes", number(all->host_bytes + all->device_bytes));
    return json_pack("{s:o,s:o,s:o,s:I,s:b,s:b,s:o,s:o,s:o,s:b,s:o,s:o}", "size", shape_json(t->tile), "margin_px",
                     margin_json(widest->margin_px), "size_with_margin", shape_json(widest->window), "count",
                     (json_int_t)grid_tiles(&t->need.grid), "whole_depth", t->whole_depth, "from_file", true, "need",
                     need, "chunk", shape_json(t->chunk), "memory_bytes", json_integer(t->memory_bytes),
                     "memory_by_default", t->by_default, "passes", passes_json(&t->need), "labels", labels_json(t));
}

static json_t *text_or_null(const char *text)
{
    return *text ? json_string(text) : json_null();
}

json_t *memory_report_json(const struct memory_place *place, const struct memory_fit *fit)
{
    const struct device *d = place->device;
    char name[128];
    format_clean(name, sizeof name, d ? d->name : cpu_facts()->model);
    return json_pack("{s:s,s:o,s:s,s:s,s:o,s:b,s:o,s:o,s:o,s:i,s:o,s:s,s:o,s:o,s:o}", "name", name, "index",
                     d ? json_integer(d->index) : json_null(), "backend", d ? "opencl" : "openmp", "device_type",
                     d ? device_type_name(d->type) : "cpu", "threads", d ? json_null() : json_integer(place->threads),
                     "shares_host_memory", memory_is_shared(place), "memory_bytes",
                     d && d->global_bytes ? number(d->global_bytes) : json_null(), "declared_largest_allocation_bytes",
                     d && d->max_alloc_bytes ? number(d->max_alloc_bytes) : json_null(), "host_available_bytes",
                     place->host_bytes < 0 ? json_null() : json_integer(place->host_bytes), "usable_percent",
                     MEMORY_USABLE_PERCENT, "need", fit->need.count == 0 ? json_null() : need_json(&fit->need),
                     "verdict", memory_verdict_name(fit->verdict), "reason", text_or_null(fit->reason), "obstacle",
                     text_or_null(fit->obstacle), "tiles", tiles_json(place, fit));
}
