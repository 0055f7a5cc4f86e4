/* SPDX-License-Identifier: BSD-3-Clause
 *
 * gnuplot runs what stands in backquotes and replaces @names in commands and in double quotes, and takes markup in
 * texts unless the terminal is told not to. In single quotes nothing is replaced but '' (one quote), so all texts stand
 * in those, on one line, and terminals have noenhanced.
 */
#include "reports/plot_file.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/csv.h"
#include "reports/format.h"

void plot_quoted(FILE *script, const char *text, int most)
{
    char clean[4 * ROW_TEXT];
    format_clean(clean, sizeof clean, text);
    const bool cut = format_width(clean) > most;
    int shown = 0;
    fputc('\'', script);
    for (const char *c = clean; *c; c++) {
        shown += ((unsigned char)*c & 0xc0) != 0x80; /* the first byte of a character */
        if (cut && shown == most)
            break;
        if (c - clean >= 2 && strncmp(c - 2, "]]>", 3) == 0)
            fputc(' ', script); /* gnuplot's SVG leaves it, and XML ends there */
        fputs(*c == '\'' ? "''" : (const char[]){*c, 0}, script);
    }
    fputs(cut ? "\u2026'" : "'", script);
}

/* Letters and digits, everything else as one '_'. */
static void make_name(char *name, size_t size, const char *kind, const char *what)
{
    size_t used = (size_t)snprintf(name, size, "%s_", kind);
    for (; *what && used + 1 < size; what++)
        if (isascii((unsigned char)*what) && isalnum((unsigned char)*what))
            name[used++] = (char)tolower((unsigned char)*what);
        else if (name[used - 1] != '_')
            name[used++] = '_';
    while (used && name[used - 1] == '_')
        used--;
    name[used] = 0;
}

static bool is_taken(const struct plot_names *names, const char *name)
{
    for (int i = 0; i < names->count; i++)
        if (strcmp(names->rows[i], name) == 0)
            return true;
    return false;
}

static void make_own_name(const struct plot_names *names, char *name, const char *kind, const char *what)
{
    char first[PLOT_NAME - 12];
    make_name(first, sizeof first, kind, what);
    snprintf(name, PLOT_NAME, "%s", first);
    for (int n = 2; is_taken(names, name); n++)
        snprintf(name, PLOT_NAME, "%s_%d", first, n);
}

static enum status open_one(const char *folder, const char *name, const char *end, FILE **file)
{
    char *path;
    if (asprintf(&path, "%s/%s.%s", folder, name, end) < 0)
        return status_fail(STATUS_MEMORY, "no memory for a figure");
    *file = fopen(path, "w");
    const enum status status = *file ? STATUS_OK : status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    free(path);
    return status;
}

enum status plot_open(struct plot_set *set, const char *kind, const char *what, const char *title,
                      struct plot_file *file)
{
    enum status status;
    *file = (struct plot_file){.width_cm = 16, .height_cm = 11};
    make_own_name(set->names, file->name, kind, what);
    TRY(open_one(set->folder, file->name, "dat", &file->data));
    TRY(open_one(set->folder, file->name, "gp", &file->script));
    fputs("# Made by breakeven; to draw it anew: gnuplot -d ", file->script);
    fprintf(file->script,
            "%s.gp\nreset\nset encoding utf8\nset datafile missing '?'\nset grid lc rgb '#d8dbdf'\n"
            "set key above left vertical maxcols 1 Left reverse\nset rmargin 8\nset tics nomirror\n"
            "ns = 1e-9\nset title ",
            file->name);
    plot_quoted(file->script, title, PLOT_TITLE_CHARACTERS);
    fputc('\n', file->script);
done:
    return status;
}

static enum status add_name(struct plot_names *names, const char *name)
{
    if (names->count == names->capacity) {
        const int capacity = 2 * names->capacity + 16;
        char(*larger)[PLOT_NAME] = realloc(names->rows, (size_t)capacity * sizeof *larger);
        if (!larger)
            return status_fail(STATUS_MEMORY, "no memory for the figures");
        names->rows = larger;
        names->capacity = capacity;
    }
    snprintf(names->rows[names->count++], PLOT_NAME, "%s", name);
    return STATUS_OK;
}

static enum status close_one(const struct plot_set *set, const char *name, const char *end, FILE *file)
{
    const bool failed = file && (fflush(file) != 0 || ferror(file));
    if (file && (fclose(file) != 0 || failed))
        return status_fail(STATUS_IO, "%s/%s.%s: %s", set->folder, name, end, strerror(errno));
    return STATUS_OK;
}

enum status plot_close(struct plot_set *set, struct plot_file *file, enum status written)
{
    enum status status = written;
    if (status == STATUS_OK)
        fprintf(file->script,
                "\nset terminal pdfcairo noenhanced size %gcm,%gcm font 'DejaVu Sans,9'\nset output "
                "'%s.pdf'\nreplot\nset output\n",
                file->width_cm, file->height_cm, file->name);
    const enum status data = close_one(set, file->name, "dat", file->data);
    const enum status script = close_one(set, file->name, "gp", file->script);
    status = status != STATUS_OK ? status : data != STATUS_OK ? data : script;
    return status == STATUS_OK ? add_name(set->names, file->name) : status;
}

int plot_block(struct plot_file *file, const char *what)
{
    char clean[4 * ROW_TEXT];
    fprintf(file->data, "%s# %s\n", file->block ? "\n\n" : "", format_clean(clean, sizeof clean, what));
    return file->block++;
}

/* SVG has 96 dots per inch. */
static void begin_item(struct plot_file *file)
{
    if (file->drawn++) {
        fputs(", \\\n     ", file->script);
        return;
    }
    fprintf(file->script,
            "set terminal svg noenhanced size %.0f,%.0f font 'DejaVu Sans,12' background '#ffffff'\nset output "
            "'%s.svg'\nplot ",
            file->width_cm / 2.54 * 96, file->height_cm / 2.54 * 96, file->name);
}

static void end_item(struct plot_file *file, const char *how, const char *title)
{
    fprintf(file->script, "%s %s", how, title ? "title " : "notitle");
    if (title)
        plot_quoted(file->script, title, PLOT_KEY_CHARACTERS);
}

void plot_draw(struct plot_file *file, int block, const char *how, const char *title)
{
    begin_item(file);
    fprintf(file->script, "'%s.dat' index %d ", file->name, block);
    end_item(file, how, title);
}

void plot_draw_function(struct plot_file *file, const char *how, const char *title)
{
    begin_item(file);
    end_item(file, how, title);
}

void plot_numbers(struct plot_file *file, const double *values, int count)
{
    for (int i = 0; i < count; i++) {
        if (i)
            fputc(' ', file->data);
        if (isfinite(values[i]))
            csv_put_real(file->data, values[i]);
        else
            fputc('?', file->data);
    }
    fputc('\n', file->data);
}

bool plot_has_time(const struct case_row *row)
{
    return row_ok(row) && row->median_ns > 0 && isfinite(row->median_ns);
}

bool plot_same_data(const struct case_row *a, const struct case_row *b)
{
    return strcmp(a->residency, b->residency) == 0 && strcmp(a->cache, b->cache) == 0;
}

bool plot_is_largest(const struct plot_set *set, int i, bool (*wanted)(const struct case_row *row))
{
    const struct ordered_row *ordered = &set->ordered[i];
    const int rest = set->report->case_count - i;
    if (!wanted(ordered->row))
        return false;
    for (int k = 1;
         k < rest && row_same_device(ordered->row, ordered[k].row) && row_same_subject(ordered->row, ordered[k].row);
         k++)
        if (plot_same_data(ordered->row, ordered[k].row) && wanted(ordered[k].row))
            return false;
    return true;
}

void plot_device_name(char *text, size_t size, const struct case_row *row)
{
    const enum row_class class = row_class(row);
    snprintf(text, size, "%s%s", *row->device ? row->device : "CPU",
             class == ROW_OPENMP       ? " (OpenMP)"
             : class == ROW_CPU_DEVICE ? " (OpenCL on the CPU)"
             : class == ROW_REFERENCE  ? " (one plain thread)"
                                       : "");
}

int plot_device_style(const struct plot_set *set, const struct case_row *row)
{
    for (int i = 0; i < set->device_count; i++)
        if (row_class(set->devices[i]) == row_class(row) && row_same_device(set->devices[i], row))
            return i + 1;
    return 1;
}
