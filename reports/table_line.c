/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A block of lines is laid out in the roomiest of four ways that fits: with the subject in a column of its own or as a
 * heading, two blanks between columns or one, and last "1.23ms" for "1.23 ms".
 */
#include "reports/table_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reports/format.h"

static const struct {
    const char *device_title, *cpu_title; /* in a device's block, in the CPU's */
    bool right;
} styles[COLUMNS] = {
    [SUBJECT] = {"operation", "operation", false},
    [IMAGE] = {"image", "image", false},
    [DATA] = {"data", "data", false},
    [CPU] = {"CPU", "CPU", true},
    [PUSH] = {"push", "low", true},
    [COMPUTE] = {"compute", "high", true},
    [PULL] = {"pull", "best", true},
    [SPEEDUP] = {"speedup", "", false},
    [FASTER] = {"faster", "", false},
};

void table_subject(char *text, size_t size, const struct case_row *row)
{
    char joined[TEXT_BYTES], tiles[128] = "";
    if (row->tile_width > 0)
        snprintf(tiles, sizeof tiles, ", tiles %lldx%lldx%lld, margin %lld px", (long long)row->tile_width,
                 (long long)row->tile_height, (long long)row->tile_depth, (long long)row->margin_px);
    snprintf(joined, sizeof joined, "%s%s%s, %dD %s, %s%s%s", row->operation, *row->parameters ? " " : "",
             row->parameters, row->dimensions, row->type, row->content, tiles,
             row_is_image(row) && row_class(row) < ROW_OPENMP ? ", on OpenCL images" : "");
    format_clean(text, size, joined);
}

void table_data(char *text, size_t size, const struct case_row *row)
{
    char joined[TEXT_BYTES];
    bool moved = strcmp(row->residency, "end_to_end") == 0;
    bool usual = !*row->cache || strcmp(row->cache, moved ? "cold" : "hot") == 0;
    snprintf(joined, sizeof joined, "%s%s%s", moved ? "end to end" : row->residency, usual ? "" : ", ",
             usual ? "" : row->cache);
    format_clean(text, size, joined);
}

/* A time; nothing for what was not measured or, as a resident case's transfer, not done. */
static void time_cell(const struct layout *layout, char *cell, double ns)
{
    format_time(cell, FORMAT_MAX, ns > 0 ? ns : NAN, layout->micro);
    char *blank = strchr(cell, ' ');
    if (layout->squeezed && blank)
        memmove(blank, blank + 1, strlen(blank));
}

static void cpu_cell(const struct layout *layout, char *cell, const struct case_row *cpu)
{
    time_cell(layout, cell, cpu && row_ok(cpu) ? cpu->median_ns : NAN);
    if (cpu && !row_ok(cpu))
        strcpy(cell, "failed");
    else if (cpu && cpu->threads > 0)
        snprintf(cell + strlen(cell), FORMAT_MAX - strlen(cell), " %dt", cpu->threads);
}

void table_line(const struct layout *layout, const struct ordered_row *ordered, struct line *line)
{
    const struct case_row *row = ordered->row, *cpu = ordered->cpu;
    char joined[TEXT_BYTES];
    memset(line, 0, sizeof *line);
    if (layout->subject_column)
        table_subject(line->cell[SUBJECT], CELL_BYTES, row);
    format_shape(line->cell[IMAGE], CELL_BYTES, row);
    table_data(line->cell[DATA], CELL_BYTES, row);
    if (!row_ok(row)) {
        snprintf(joined, sizeof joined, "%s%s%s", row->status, *row->reason ? ": " : "", row->reason);
        format_clean(line->failure, sizeof line->failure, joined);
    } else if (row_class(row) >= ROW_OPENMP) {
        cpu_cell(layout, line->cell[CPU], row);
        time_cell(layout, line->cell[PUSH], row->ci_low_ns);
        time_cell(layout, line->cell[COMPUTE], row->ci_high_ns);
        time_cell(layout, line->cell[PULL], row->min_ns);
    } else {
        cpu_cell(layout, line->cell[CPU], cpu);
        time_cell(layout, line->cell[PUSH], row->push_ns);
        time_cell(layout, line->cell[COMPUTE], row->compute_ns);
        time_cell(layout, line->cell[PULL], row->pull_ns);
        format_speedup(line->cell[SPEEDUP], CELL_BYTES, row->speedup, row->speedup_low, row->speedup_high);
        strcpy(line->cell[FASTER], format_verdict(row));
    }
    bool cpu_flags = cpu && *cpu->flags;
    snprintf(joined, sizeof joined, "%s%s%s%s", row->flags, *row->flags && cpu_flags ? ", " : "",
             cpu_flags ? "CPU: " : "", cpu_flags ? cpu->flags : "");
    format_clean(line->flags, sizeof line->flags, joined);
}

static int max(int a, int b)
{
    return a > b ? a : b;
}

const char *table_title(enum column column, enum row_class class)
{
    return class < ROW_OPENMP ? styles[column].device_title : styles[column].cpu_title;
}

bool table_stands_right(enum column column)
{
    return styles[column].right;
}

/* Sets the widths of the columns for these rows, titles included; returns that of a line without flags. */
static int measure(struct layout *layout, const struct ordered_row *rows, int count, struct line *line)
{
    int total = 0;
    for (int i = 0; i < count; i++) {
        table_line(layout, &rows[i], line);
        for (int c = 0; c < COLUMNS; c++)
            layout->width[c] = max(layout->width[c], format_width(line->cell[c]));
    }
    for (int c = 0; c < COLUMNS; c++) {
        if (!layout->width[c])
            continue;
        layout->width[c] = max(layout->width[c], format_width(table_title((enum column)c, row_class(rows[0].row))));
        total += layout->gap + layout->width[c];
    }
    return total;
}

struct layout table_layout(const struct ordered_row *rows, int count, int width, const char *micro, struct line *line)
{
    static const struct layout layouts[] = {
        {.subject_column = true, .gap = 2}, {.gap = 2}, {.gap = 1}, {.gap = 1, .squeezed = true}};
    struct layout layout = {0};
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        layout = layouts[i];
        layout.micro = micro;
        if (measure(&layout, rows, count, line) <= width)
            break;
    }
    return layout;
}
