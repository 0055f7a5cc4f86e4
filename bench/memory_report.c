/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Text: a line per step, then needs, then what there is, then the verdict.
 */
#include "bench/memory_report.h"

#include "hardware/cpu.h"
#include "reports/format.h"
#include "reports/terminal.h"

enum { INDENT = 3, WIDTH = 80, BYTES_TEXT = 32 };

char *memory_shape_text(char *text, size_t size, struct shape s)
{
    if (s.depth > 1)
        snprintf(text, size, "%lldx%lldx%lld", (long long)s.width, (long long)s.height, (long long)s.depth);
    else
        snprintf(text, size, "%lldx%lld", (long long)s.width, (long long)s.height);
    return text;
}

char *memory_place_name(char *text, size_t size, const struct memory_place *place)
{
    char name[128];
    const struct device *d = place->device;
    if (d)
        snprintf(text, size, "%d: %s (%s)", d->index, format_clean(name, sizeof name, d->name),
                 d->type == DEVICE_CPU ? "runs on the CPU, is no GPU" : device_type_name(d->type));
    else
        snprintf(text, size, "CPU: %s, OpenMP with %d thread%s", format_clean(name, sizeof name, cpu_facts()->model),
                 place->threads, place->threads == 1 ? "" : "s");
    return text;
}

static void wrap(FILE *out, const char *text)
{
    struct terminal terminal = terminal_of(out);
    terminal.width = WIDTH;
    fprintf(out, "%*s", INDENT, "");
    terminal_wrap(&terminal, NULL, text, INDENT, INDENT + 2);
}

static void print_bytes(FILE *out, uint64_t bytes)
{
    char text[BYTES_TEXT];
    fprintf(out, "%9s", bytes ? format_bytes(text, sizeof text, (double)bytes) : "-");
}

static void print_steps(FILE *out, const struct chain_memory *need)
{
    fprintf(out, "%*s%-32s%9s%9s%9s%9s%9s\n", INDENT, "", "step", "input", "output", "scratch", "constant", "at once");
    for (int i = 0; i < need->count; i++) {
        const struct memory_step *s = &need->steps[i];
        fprintf(out, "%*s%2d %-29s", INDENT, "", i + 1, s->op->name);
        print_bytes(out, s->input_bytes + s->second_bytes);
        print_bytes(out, s->output_bytes);
        print_bytes(out, s->scratch_bytes);
        print_bytes(out, s->constant_bytes);
        print_bytes(out, s->held_bytes);
        fprintf(out, "\n");
    }
}

static void print_need(FILE *out, const struct memory_place *place, const struct chain_memory *need,
                       double rule_of_thumb)
{
    char line[512], peak[BYTES_TEXT], largest[BYTES_TEXT], host[BYTES_TEXT], shared[BYTES_TEXT];
    format_bytes(peak, sizeof peak, (double)need->peak_bytes);
    format_bytes(largest, sizeof largest, (double)need->largest_bytes);
    format_bytes(host, sizeof host, (double)need->host_bytes);
    format_bytes(shared, sizeof shared, (double)need->shared_bytes);
    snprintf(line, sizeof line, "needs %s at once (step %d), %.2f times the rule of thumb; the largest buffer is %s",
             peak, need->peak_step + 1, (double)need->peak_bytes / rule_of_thumb, largest);
    wrap(out, line);
    if (!place->device)
        snprintf(line, sizeof line, "in it are the images that are kept from the beginning: %s with the result", host);
    else if (memory_is_shared(place))
        snprintf(line, sizeof line, "its memory is the host's: with the images in host memory (%s) %s at once", host,
                 shared);
    else
        snprintf(line, sizeof line, "host memory: %s for input and result", host);
    wrap(out, line);
}

static void print_there_is(FILE *out, const struct memory_place *place)
{
    char line[512], global[BYTES_TEXT], largest[BYTES_TEXT], host[BYTES_TEXT] = "an unknown amount";
    if (place->host_bytes >= 0)
        format_bytes(host, sizeof host, (double)place->host_bytes);
    if (place->device)
        snprintf(line, sizeof line, "there is %s of device memory, declared for buffers of up to %s; %s of host memory",
                 format_bytes(global, sizeof global, (double)place->device->global_bytes),
                 format_bytes(largest, sizeof largest, (double)place->device->max_alloc_bytes), host);
    else
        snprintf(line, sizeof line, "there is %s of host memory", host);
    wrap(out, line);
}

/* "8x8x2"; a margin may be 0, unlike a size. */
static char *margin_text(char *text, size_t size, const int64_t *margin_px, int axes)
{
    snprintf(text, size, axes == 3 ? "%lldx%lldx%lld" : "%lldx%lld", (long long)margin_px[0], (long long)margin_px[1],
             (long long)margin_px[2]);
    return text;
}

static void print_tiles(FILE *out, const struct memory_fit *fit)
{
    char line[768], tile[64], held[64], margin[64], bytes[BYTES_TEXT];
    const int64_t *m = fit->tiles.margin_px;
    const int axes = fit->tile_with_margin.depth > 1 ? 3 : 2;
    snprintf(
        line, sizeof line,
        "=> fits in %lld tiles of %s, with a margin of %s pixels on each side at most %s, which need %s at once%s%s",
        (long long)fit->tile_count, memory_shape_text(tile, sizeof tile, fit->tile),
        margin_text(margin, sizeof margin, m, axes), memory_shape_text(held, sizeof held, fit->tile_with_margin),
        format_bytes(bytes, sizeof bytes, (double)fit->tile_need.peak_bytes),
        fit->tiles.whole_depth ? "; never cut in z, since a step needs all z of a pixel" : "",
        fit->from_file ? "; host memory does not hold the whole images beside it, so tiles go from file to file" : "");
    wrap(out, line);
}

void memory_report_print(FILE *out, const struct memory_place *place, const struct memory_fit *fit,
                         double rule_of_thumb)
{
    char name[640];
    fprintf(out, "\n%s\n", memory_place_name(name, sizeof name, place));
    if (fit->verdict == MEMORY_CANNOT_RUN) {
        snprintf(name, sizeof name, "=> cannot run: %s", fit->reason);
        wrap(out, name);
        return;
    }
    print_steps(out, &fit->need);
    print_need(out, place, &fit->need, rule_of_thumb);
    print_there_is(out, place);
    if (fit->verdict == MEMORY_FITS) {
        wrap(out, "=> fits");
        return;
    }
    if (fit->verdict == MEMORY_FITS_IN_TILES) {
        print_tiles(out, fit);
        snprintf(name, sizeof name, "not as a whole: %s", fit->reason);
    } else {
        snprintf(name, sizeof name, "=> does not fit: %s; in tiles with one margin neither: %s", fit->reason,
                 fit->obstacle);
    }
    wrap(out, name);
}

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

static json_t *tiles_json(const struct memory_fit *fit)
{
    const int64_t *margin = fit->tiles.margin_px;
    if (fit->verdict != MEMORY_FITS_IN_TILES)
        return json_null();
    return json_pack("{s:o,s:o,s:o,s:I,s:b,s:b,s:o}", "size", shape_json(fit->tile), "margin_px",
                     shape_json((struct shape){margin[0], margin[1], margin[2]}), "size_with_margin",
                     shape_json(fit->tile_with_margin), "count", (json_int_t)fit->tile_count, "whole_depth",
                     fit->tiles.whole_depth, "from_file", fit->from_file, "need", need_json(&fit->tile_need));
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
                     MEMORY_USABLE_PERCENT, "need",
                     fit->verdict == MEMORY_CANNOT_RUN ? json_null() : need_json(&fit->need), "verdict",
                     memory_verdict_name(fit->verdict), "reason", text_or_null(fit->reason), "obstacle",
                     text_or_null(fit->obstacle), "tiles", tiles_json(fit));
}
