/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reading the embedded table by libcsv. It is our own file, so that any mistake in it is one sentence.
 */
#include "reports/reference.h"

#include <csv.h>
#include <locale.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "reports/order.h"
#include "reports/row_fields.h"

extern const char reference_lecture_csv[]; /* the embedded file, 0-terminated */

enum { REFERENCE_MAX = 28 };

#define COLUMN(member, kind)                                                                                           \
    {                                                                                                                  \
#member, offsetof(struct reference_row, member), sizeof((struct reference_row *)0)->member, kind               \
    }

static const struct row_field columns[] = {
    COLUMN(name, FIELD_TEXT),           COLUMN(operation, FIELD_TEXT),     COLUMN(parameters, FIELD_TEXT),
    COLUMN(dimensions, FIELD_INT),      COLUMN(width, FIELD_INT64),        COLUMN(height, FIELD_INT64),
    COLUMN(depth, FIELD_INT64),         COLUMN(type, FIELD_TEXT),          COLUMN(content, FIELD_TEXT),
    COLUMN(uhd620_speedup, FIELD_REAL), COLUMN(p6000_speedup, FIELD_REAL), COLUMN(i7_8650u_ms, FIELD_REAL),
    COLUMN(uhd620_ms, FIELD_REAL),      COLUMN(xeon_4110_ms, FIELD_REAL),  COLUMN(p6000_ms, FIELD_REAL),
    COLUMN(footnotes, FIELD_TEXT),      COLUMN(source, FIELD_TEXT),
};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

struct reader {
    struct reference_row *rows;
    int line, field; /* line 0 is the header */
    bool wrong;
    int good_lines; /* before the first that is wrong */
};

static bool read_value(const struct row_field *column, const char *text, size_t bytes, void *row)
{
    char *at = (char *)row + column->offset, *end = NULL;
    switch (column->kind) {
    case FIELD_TEXT:
        if (bytes >= column->bytes)
            return false;
        memcpy(at, text, bytes + 1);
        return true;
    case FIELD_INT:
        *(int *)at = (int)strtol(text, &end, 10);
        return *end == 0 && *(int *)at > 0;
    case FIELD_INT64:
        *(int64_t *)at = strtoll(text, &end, 10);
        return *end == 0 && *(int64_t *)at > 0;
    default:
        *(double *)at = strtod(text, &end);
        return *end == 0 && isfinite(*(double *)at) && *(double *)at > 0;
    }
}

static void on_field(void *text, size_t bytes, void *data)
{
    struct reader *r = data;
    const int field = r->field++;
    if (field >= COLUMNS || r->line > REFERENCE_MAX)
        r->wrong = true;
    else if (r->line == 0)
        r->wrong = r->wrong || strcmp(text, columns[field].name) != 0;
    else
        r->wrong = r->wrong || !read_value(&columns[field], text, bytes, &r->rows[r->line - 1]);
}

static void on_record(int terminator, void *data)
{
    struct reader *r = data;
    (void)terminator;
    r->wrong = r->wrong || r->field != COLUMNS;
    r->field = 0;
    if (!r->wrong)
        r->good_lines++;
    r->line++;
}

static bool read_table(struct reader *r)
{
    struct csv_parser parser;
    const size_t bytes = strlen(reference_lecture_csv);
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return false;
    const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(c_locale);
    bool read = csv_parse(&parser, reference_lecture_csv, bytes, on_field, on_record, r) == bytes;
    read = csv_fini(&parser, on_field, on_record, r) == 0 && read;
    uselocale(before);
    if (c_locale)
        freelocale(c_locale);
    csv_free(&parser);
    return read && !r->wrong && r->line == REFERENCE_MAX + 1;
}

enum status reference_load(const char *name, struct reference_row **rows, int *count)
{
    *rows = NULL;
    *count = 0;
    if (strcmp(name, "lecture") != 0)
        return status_fail(STATUS_USAGE, "reference '%s'; valid: lecture", name);
    struct reader reader = {.rows = calloc(REFERENCE_MAX, sizeof *reader.rows)};
    if (!reader.rows)
        return status_fail(STATUS_MEMORY, "no memory for the reference data");
    if (!read_table(&reader)) {
        free(reader.rows);
        return status_fail(STATUS_INPUT, "the reference data of this program is damaged at line %d",
                           reader.good_lines + 1);
    }
    *rows = reader.rows;
    *count = REFERENCE_MAX;
    return STATUS_OK;
}

const char *reference_footnote(int number)
{
    static const char *const texts[REFERENCE_FOOTNOTES] = {
        "The published speedups of both GPUs are against the laptop's CPU (i7-8650U). For the Quadro P6000 that is "
        "another machine's CPU; against the Xeon Silver 4110 beside it, see the column of its own CPU.",
        "The 2D images have 2048x2048 pixels of 16 bit, 8 MB, not the 32 MB that the page names.",
        "The 3D images have 1024x1024x32 pixels of 16 bit, 64 MB.",
        "The CPU's side of Rotate3D rotated a 2D image, the GPU's side the stack.",
        "The two sides computed different functions: other neighbourhoods (Erode), a range against a lower bound "
        "(FixedThreshold), linear against nearest interpolation (RadialReslice).",
        "About 1 ms of overhead per call decides this one: the P6000's time is 1.0 to 1.9 ms whatever is computed.",
        "Transfer figures beside the table were printed as GB/s where they were s/GB: the laptop's GPU had the "
        "faster transfer, not the workstation's.",
    };
    return number >= 1 && number <= REFERENCE_FOOTNOTES ? texts[number - 1] : "";
}

bool reference_is_case(const struct reference_row *reference, const struct case_row *row)
{
    return strcmp(reference->operation, row->operation) == 0 && strcmp(reference->parameters, row->parameters) == 0 &&
           reference->dimensions == row->dimensions && reference->width == row->width &&
           reference->height == row->height && reference->depth == row->depth &&
           strcmp(reference->type, row->type) == 0 && strcmp(reference->content, row->content) == 0 &&
           strcmp(row->residency, "resident") == 0 && !row_is_image(row);
}
