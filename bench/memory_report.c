/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Text: a line per step, then needs, then what there is, then the verdict and, in tiles, their passes.
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

static int axes_of(const struct tiling_pass *pass)
{
    return pass->window.depth > 1 ? 3 : 2;
}

/* "histogram (margin 8x8 px), labels (margin 8x8 px), result (margin 0x0 px)" */
static void print_passes(FILE *out, const struct tiling_need *need)
{
    char line[2048], margin[64];
    int end =
        snprintf(line, sizeof line, "%d pass%s over the tiles:", need->pass_count, need->pass_count == 1 ? "" : "es");
    for (int i = 0; i < need->pass_count && end < (int)sizeof line - 128; i++)
        end += snprintf(line + end, sizeof line - (size_t)end, "%s %s (margin %s px)", i ? "," : "",
                        need->passes[i].purpose,
                        margin_text(margin, sizeof margin, need->passes[i].margin_px, axes_of(&need->passes[i])));
    wrap(out, line);
}

static void print_tile_need(FILE *out, const struct memory_place *place, const struct memory_tiles *tiles)
{
    char line[768], host[BYTES_TEXT], device[BYTES_TEXT], largest[BYTES_TEXT], memory[BYTES_TEXT];
    const struct engine_need *n = &tiles->need.everything;
    format_bytes(host, sizeof host, (double)n->host_bytes);
    format_bytes(device, sizeof device, (double)n->device_bytes);
    format_bytes(largest, sizeof largest, (double)n->largest_bytes);
    format_bytes(memory, sizeof memory, (double)tiles->memory_bytes);
    if (place->device)
        snprintf(line, sizeof line,
                 "all tiles under way need %s of the device's memory, %s in the largest buffer, and %s of host memory",
                 device, largest, host);
    else
        snprintf(line, sizeof line, "all tiles under way need %s", host);
    wrap(out, line);
    if (tiles->by_default)
        snprintf(line, sizeof line, "within %s for the process, which apply takes by itself", memory);
    else
        snprintf(line, sizeof line, "within %s for the process: apply --memory %lldM", memory,
                 (long long)(tiles->memory_bytes >> 20));
    wrap(out, line);
}

static void print_labels(FILE *out, const struct memory_tiles *tiles)
{
    char line[768], host[BYTES_TEXT], scratch[BYTES_TEXT];
    const struct tiling_need *need = &tiles->need;
    if (need->labels_bytes) {
        snprintf(line, sizeof line,
                 "in it are %s for labels, if there is no more than one in %.0f pixels; between two passes they take "
                 "%s beside the output, less what compression saves",
                 format_bytes(host, sizeof host, (double)need->labels_bytes), tiles->pixels_per_label,
                 format_bytes(scratch, sizeof scratch, (double)need->scratch_bytes));
        wrap(out, line);
    }
    if (tiles->grows)
        wrap(out, "labels grow: a tile that needs more margin than this is computed again, with more memory");
}

static void print_tiles(FILE *out, const struct memory_place *place, const struct memory_tiles *tiles)
{
    char line[768], tile[64], held[64], margin[64], source[64];
    const struct tiling_pass *widest = memory_tiles_widest(tiles);
    const long long count = grid_tiles(&tiles->need.grid);
    const int end =
        snprintf(line, sizeof line, "=> fits in %lld tile%s of %s, with a margin of %s pixels on each side at most %s",
                 count, count == 1 ? "" : "s", memory_shape_text(tile, sizeof tile, tiles->tile),
                 margin_text(margin, sizeof margin, widest->margin_px, axes_of(widest)),
                 memory_shape_text(held, sizeof held, widest->window));
    if (!shape_equal(widest->source, widest->window))
        snprintf(line + end, sizeof line - (size_t)end, "; each is computed from at most %s%s",
                 memory_shape_text(source, sizeof source, widest->source),
                 tiles->whole_depth ? ", since a step needs all z of a pixel" : "");
    wrap(out, line);
    print_passes(out, &tiles->need);
    print_tile_need(out, place, tiles);
    print_labels(out, tiles);
}

/* Only a chain that tiles alone can serve has no steps of the whole image. */
static void print_whole(FILE *out, const struct memory_place *place, const struct memory_fit *fit, double rule_of_thumb)
{
    if (fit->need.count > 0) {
        print_steps(out, &fit->need);
        print_need(out, place, &fit->need, rule_of_thumb);
    }
    print_there_is(out, place);
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
    print_whole(out, place, fit, rule_of_thumb);
    if (fit->verdict == MEMORY_FITS) {
        wrap(out, "=> fits");
        return;
    }
    if (fit->verdict == MEMORY_FITS_IN_TILES) {
        print_tiles(out, place, &fit->tiles);
        snprintf(name, sizeof name, "not as a whole: %s", fit->reason);
    } else {
        snprintf(name, sizeof name, "=> does not fit: %s; in tiles neither: %s", fit->reason, fit->obstacle);
    }
    wrap(out, name);
}
