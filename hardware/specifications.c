/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reading specifications by libcsv in strict mode, a line at a time, so that an error can name the line, and finding
 * one by a device's name. The program's own table goes through the same reader as a user's.
 */
#include "hardware/specifications.h"

#include <csv.h>
#include <errno.h>
#include <fnmatch.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const char specifications_csv[]; /* the embedded file, 0-terminated */

struct column {
    const char *name;
    size_t offset, bytes; /* bytes 0: a positive number */
    bool required;        /* the column must be there */
    bool filled;          /* no cell of it may be empty */
};

#define TEXT_COLUMN(member)   offsetof(struct specification, member), sizeof((struct specification *)0)->member
#define NUMBER_COLUMN(member) offsetof(struct specification, member), 0

static const struct column columns[] = {
    {"name_pattern", TEXT_COLUMN(pattern), true, true},
    {"name", TEXT_COLUMN(name), true, true},
    {"source", TEXT_COLUMN(source), true, true},
    {"bandwidth_bytes_per_s", NUMBER_COLUMN(bandwidth_bytes_per_s), true, false},
    {"memory_type", TEXT_COLUMN(memory_type), false, false},
    {"bus_bits", NUMBER_COLUMN(bus_bits), false, false},
    {"power_limit_w", NUMBER_COLUMN(power_limit_w), false, false},
    {"float32_flops", NUMBER_COLUMN(float32_flops), false, false},
};

enum { COLUMNS = sizeof columns / sizeof columns[0], FIELDS_MAX = 64, SHOWN = 40 };

struct reader {
    const char *path;
    long long line;
    bool header_read;
    const struct column *fields[FIELDS_MAX]; /* NULL: a name that is not known */
    int field_count, field;
    struct specification row;
    struct specifications *to;
    enum status status;
};

/* For messages: control characters of a damaged file would be commands to a terminal. */
static const char *shown(const char *text, char *clean)
{
    int i = 0;
    for (; text[i] && i < SHOWN - 1; i++)
        clean[i] = text[i] >= ' ' && text[i] < 127 ? text[i] : '?';
    clean[i] = 0;
    return clean;
}

__attribute__((format(printf, 2, 3))) static void fail(struct reader *r, const char *format, ...)
{
    char text[256];
    va_list arguments;
    if (r->status != STATUS_OK)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    r->status = status_fail(STATUS_INPUT, "%s:%lld: %s", r->path, r->line, text);
}

static void on_name(struct reader *r, const char *name)
{
    char clean[SHOWN];
    const struct column *found = NULL;
    if (r->field_count == FIELDS_MAX) {
        fail(r, "more than %d columns", FIELDS_MAX);
        return;
    }
    for (int i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i].name, name) == 0)
            found = &columns[i];
    for (int i = 0; found && i < r->field_count; i++)
        if (r->fields[i] == found)
            fail(r, "column %s is there twice", shown(name, clean));
    r->fields[r->field_count++] = found;
}

static void check_header(struct reader *r)
{
    for (int i = 0; i < COLUMNS; i++) {
        bool found = !columns[i].required;
        for (int f = 0; f < r->field_count; f++)
            found = found || r->fields[f] == &columns[i];
        if (!found)
            fail(r, "the header has no column %s", columns[i].name);
    }
    r->header_read = true;
}

static void on_value(struct reader *r, const struct column *column, const char *text, size_t bytes)
{
    char clean[SHOWN], *end, *at = (char *)&r->row + column->offset;
    if (bytes == 0) {
        if (column->filled)
            fail(r, "%s is empty", column->name);
        return;
    }
    if (column->bytes > 0) {
        if (strlen(text) != bytes || bytes >= column->bytes)
            fail(r, "%s: \"%s\" is longer than %zu characters", column->name, shown(text, clean), column->bytes - 1);
        else
            memcpy(at, text, bytes + 1);
        return;
    }
    const double value = strtod(text, &end);
    if (text[strspn(text, "+-.0123456789eE")] || *end || !isfinite(value) || value <= 0)
        fail(r, "%s: \"%s\" is no positive number", column->name, shown(text, clean));
    *(double *)at = value;
}

static void on_field(void *text, size_t bytes, void *data)
{
    struct reader *r = data;
    if (!r->header_read) {
        on_name(r, text);
        return;
    }
    if (r->field == 0)
        r->row = (struct specification){
            .bus_bits = NAN, .bandwidth_bytes_per_s = NAN, .power_limit_w = NAN, .float32_flops = NAN};
    if (r->field < r->field_count && r->fields[r->field] && r->status == STATUS_OK)
        on_value(r, r->fields[r->field], text, bytes);
    r->field++;
}

static enum status add_row(struct specifications *to, const struct specification *row)
{
    if (to->count == to->capacity) {
        const int capacity = to->capacity ? 2 * to->capacity : 64;
        struct specification *larger = realloc(to->rows, (size_t)capacity * sizeof *larger);
        if (!larger)
            return status_fail(STATUS_MEMORY, "no host memory for %d specifications", capacity);
        to->rows = larger;
        to->capacity = capacity;
    }
    to->rows[to->count++] = *row;
    return STATUS_OK;
}

static void on_record(int terminator, void *data)
{
    struct reader *r = data;
    (void)terminator;
    if (!r->header_read)
        check_header(r);
    else if (r->field != r->field_count)
        fail(r, "%d fields, but the header has %d", r->field, r->field_count);
    else if (r->status == STATUS_OK)
        r->status = add_row(r->to, &r->row);
    r->field = 0;
}

static void read_lines(struct reader *r, struct csv_parser *parser, FILE *file)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while (r->status == STATUS_OK && (length = getline(&line, &room, file)) >= 0) {
        const size_t mark = r->line++ == 0 && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* Excel's, before UTF-8 */
        const size_t bytes = (size_t)length - mark;
        if (csv_parse(parser, line + mark, bytes, on_field, on_record, r) != bytes)
            fail(r, "a quotation mark is missing, or one too many");
    }
    if (r->status == STATUS_OK && ferror(file))
        fail(r, "cannot be read: %s", strerror(errno));
    if (r->status == STATUS_OK && csv_fini(parser, on_field, on_record, r) != 0)
        fail(r, "a quotation mark is missing, or one too many");
    if (r->status == STATUS_OK && !r->header_read)
        fail(r, "the file is empty");
    free(line);
}

static enum status read_table(const char *path, FILE *file, struct specifications *to)
{
    struct reader reader = {.path = path, .to = to};
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return status_fail(STATUS_MEMORY, "%s: no host memory for reading", path);
    const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(c_locale);
    read_lines(&reader, &parser, file);
    uselocale(before);
    if (c_locale)
        freelocale(c_locale);
    csv_free(&parser);
    return reader.status;
}

static enum status read_own(struct specifications *to)
{
    /* fmemopen() takes no const; nothing is written in this mode. */
    FILE *file = fmemopen((void *)(uintptr_t)specifications_csv, strlen(specifications_csv), "r");
    if (!file)
        return status_fail(STATUS_MEMORY, "no host memory for the specifications");
    const enum status status = read_table("specifications.csv", file, to);
    fclose(file);
    return status;
}

static enum status read_file(const char *path, struct specifications *to)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return status_fail(STATUS_INPUT, "%s: %s", path, strerror(errno));
    const enum status status = read_table(path, file, to);
    fclose(file);
    return status;
}

enum status specifications_load(const char *path, struct specifications *specifications)
{
    enum status status;
    *specifications = (struct specifications){0};
    TRY(read_own(specifications));
    if (path)
        TRY(read_file(path, specifications));
done:
    if (status != STATUS_OK)
        specifications_free(specifications);
    return status;
}

void specifications_free(struct specifications *specifications)
{
    free(specifications->rows);
    *specifications = (struct specifications){0};
}

static int literal_characters(const char *pattern)
{
    int count = 0;
    for (; *pattern; pattern++)
        count += *pattern != '*' && *pattern != '?';
    return count;
}

const struct specification *specification_find(const struct specifications *specifications, const char *device_name)
{
    const struct specification *best = NULL;
    int most = 0;
    for (int i = 0; i < specifications->count; i++) {
        const struct specification *row = &specifications->rows[i];
        const int literal = literal_characters(row->pattern);
        if (literal >= most && literal > 0 && fnmatch(row->pattern, device_name, FNM_CASEFOLD | FNM_NOESCAPE) == 0) {
            best = row;
            most = literal;
        }
    }
    return best;
}
