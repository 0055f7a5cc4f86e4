/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A sweep over tiles and margins as JSON. Rows are those of the store, with what it has no column for.
 */
#include <math.h>

#include "bench/tile_report.h"
#include "reports/row_json.h"

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *json_or_null(int64_t value)
{
    return value >= 0 ? json_integer(value) : json_null();
}

static json_t *setting_json(const struct tile_row *t)
{
    if (!t)
        return json_null();
    const struct case_row *r = &t->row;
    return json_pack("{s:[I,I,I],s:I,s:o,s:o,s:o}", "tile", (json_int_t)r->tile_width, (json_int_t)r->tile_height,
                     (json_int_t)r->tile_depth, "margin_px", (json_int_t)r->margin_px, "median_ns",
                     real_or_null(r->median_ns), "work_factor", real_or_null(r->work_factor), "error_max",
                     real_or_null(r->error_max));
}

static json_t *devices_json(const struct tile_report *report)
{
    json_t *list = json_array();
    const struct tile_sweep *s = report->sweep;
    for (int i = 0, count; i < s->count; i += count) {
        const struct tile_row *rows = &s->rows[i];
        count = tile_report_device_rows(s, i);
        json_array_append_new(
            list, json_pack("{s:s,s:s,s:o,s:o,s:o,s:o}", "device", rows->row.device, "backend", rows->row.backend,
                            "untiled_ns", real_or_null(rows->row.median_ns), "exact_from_margin_px",
                            json_or_null(tile_report_exact_from_px(rows, count)), "fastest_exact",
                            setting_json(tile_report_fastest(rows, count, INFINITY, true)), "fastest_within_tolerance",
                            setting_json(tile_report_fastest(rows, count, report->tolerance, false))));
    }
    return list;
}

static json_t *margin_json(const struct tile_report *report)
{
    const struct margin_found *m = report->margins;
    json_t *measured = json_null();
    if (report->measured && m->measured_px[0] >= 0)
        measured = json_pack("[I,I,I]", (json_int_t)m->measured_px[0], (json_int_t)m->measured_px[1],
                             (json_int_t)m->measured_px[2]);
    return json_pack("{s:[I,I,I],s:o,s:b,s:o}", "automatic_px", (json_int_t)m->automatic_px[0],
                     (json_int_t)m->automatic_px[1], (json_int_t)m->automatic_px[2], "measured_px", measured, "grows",
                     m->grows, "growth_px", json_or_null(m->growth_px));
}

json_t *tile_report_json(const struct tile_report *report)
{
    json_t *rows = json_array();
    for (int i = 0; i < report->sweep->count; i++) {
        const struct tile_row *t = &report->sweep->rows[i];
        char margin[32];
        json_t *row = row_to_json(&t->row, case_fields, CASE_FIELDS);
        json_object_set_new(row, "copy_ns", real_or_null(t->copy_ns));
        json_object_set_new(row, "margin",
                            t->tiled ? json_string(tile_margin_text(&t->margin, margin, sizeof margin)) : json_null());
        json_array_append_new(rows, row);
    }
    return json_pack("{s:o,s:o,s:o,s:o}", "tolerance", real_or_null(report->tolerance), "margin", margin_json(report),
                     "devices", devices_json(report), "rows", rows);
}
