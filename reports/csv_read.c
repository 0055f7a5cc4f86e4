/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reading. libcsv splits and unquotes, in strict mode; it is given one line of the file at a time, so that an error can
 * name the line. Its callbacks cannot stop it: the first error is kept in reader.status, what follows on the line is
 * passed over, and the loop ends.
 */
#include "reports/csv.h"

#include <csv.h>
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/row_fields.h"

enum { COLUMNS_MAX = 256 };

struct reader {
    const char *path;
    long long line; /* where the record began */
    bool inside;    /* the record goes on over the line's end */
    bool header_read;
    const struct row_field *columns[COLUMNS_MAX]; /* NULL: a name that is not known */
    int column_count, field;
    struct case_row *rows;
    int count, capacity;
    enum status status;
};

static void on_name(struct reader *reader, const char *name)
{
    char shown[80];
    if (reader->column_count == COLUMNS_MAX) {
        reader->status =
            status_fail(STATUS_INPUT, "%s:%lld: more than %d columns", reader->path, reader->line, COLUMNS_MAX);
        return;
    }
    const struct row_field *field = row_field_find(case_fields, CASE_FIELDS, name);
    for (int i = 0; field && i < reader->column_count; i++)
        if (reader->columns[i] == field)
            reader->status = status_fail(STATUS_INPUT, "%s:%lld: column %s is there twice", reader->path, reader->line,
                                         format_clean(shown, sizeof shown, name));
    reader->columns[reader->column_count++] = field;
}

static void check_header(struct reader *reader)
{
    for (int i = 0; i < CASE_REQUIRED_FIELDS && reader->status == STATUS_OK; i++) {
        bool found = false;
        for (int c = 0; c < reader->column_count; c++)
            found = found || reader->columns[c] == &case_fields[i];
        if (!found)
            reader->status = status_fail(STATUS_INPUT,
                                         "%s:%lld: there is no column %s; the header must name the columns of a "
                                         "breakeven export, separated by commas",
                                         reader->path, reader->line, case_fields[i].name);
    }
    reader->header_read = true;
}

/* A count: digits alone, since -1 is what stands for unknown. */
static bool parse_count(const char *text, int64_t most, int64_t *value)
{
    errno = 0;
    *value = strtoll(text, NULL, 10);
    return text[strspn(text, "0123456789")] == 0 && errno == 0 && *value <= most;
}

static bool parse_real(const char *text, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return strcmp(text, "inf") == 0 || (text[strspn(text, "+-.0123456789eE")] == 0 && *end == 0 && isfinite(*value));
}

/* What is wrong with the text, or NULL. */
static const char *parse_field(const struct row_field *field, const char *text, size_t bytes, void *row)
{
    char *at = (char *)row + field->offset;
    int64_t integer;
    double real;
    if (bytes == 0)
        return NULL;
    switch (field->kind) {
    case FIELD_TEXT:
        if (text[0] == '\'' && text[1] && strchr(CSV_FORMULA_STARTS, text[1])) {
            text++;
            bytes--;
        }
        if (strlen(text) != bytes)
            return "holds a zero byte";
        if (bytes >= field->bytes)
            return "is too long";
        memcpy(at, text, bytes + 1);
        return NULL;
    case FIELD_INT:
        if (!parse_count(text, INT_MAX, &integer))
            return "is not a whole number of 0 or more";
        *(int *)at = (int)integer;
        return NULL;
    case FIELD_INT64:
        if (!parse_count(text, INT64_MAX, &integer))
            return "is not a whole number of 0 or more";
        *(int64_t *)at = integer;
        return NULL;
    default:
        if (!parse_real(text, &real))
            return "is not a number";
        if (real < 0) /* no time, size, share or error is */
            return "is below 0";
        *(double *)at = real;
        return NULL;
    }
}

/* Starts a row in which everything is unknown. */
static enum status add_row(struct reader *reader)
{
    if (reader->count == reader->capacity) {
        int capacity = reader->capacity ? 2 * reader->capacity : 64;
        struct case_row *larger = realloc(reader->rows, (size_t)capacity * sizeof *larger);
        if (!larger)
            return status_fail(STATUS_MEMORY, "%s: no memory for %d rows", reader->path, capacity);
        reader->rows = larger;
        reader->capacity = capacity;
    }
    struct case_row *row = &reader->rows[reader->count++];
    row->id = -1;
    row_clear(row, case_fields, CASE_FIELDS);
    return STATUS_OK;
}

static void on_field(void *text, size_t bytes, void *data)
{
    struct reader *reader = data;
    if (reader->status != STATUS_OK)
        return;
    if (!reader->header_read) {
        on_name(reader, text);
        return;
    }
    if (reader->field == 0)
        reader->status = add_row(reader);
    const struct row_field *field = reader->field < reader->column_count ? reader->columns[reader->field] : NULL;
    reader->field++;
    if (!field || reader->status != STATUS_OK)
        return;
    char shown[48];
    const char *wrong = parse_field(field, text, bytes, &reader->rows[reader->count - 1]);
    if (wrong)
        reader->status = status_fail(STATUS_INPUT, "%s:%lld: %s: \"%s\" %s", reader->path, reader->line, field->name,
                                     format_clean(shown, sizeof shown, text), wrong);
}

static void on_record(int terminator, void *data)
{
    struct reader *reader = data;
    (void)terminator;
    reader->inside = false;
    if (reader->status == STATUS_OK && !reader->header_read)
        check_header(reader);
    else if (reader->status == STATUS_OK && reader->field != reader->column_count)
        reader->status = status_fail(STATUS_INPUT, "%s:%lld: %d fields, but the header has %d", reader->path,
                                     reader->line, reader->field, reader->column_count);
    reader->field = 0;
}

static enum status parse_error(const struct reader *reader, struct csv_parser *parser)
{
    if (csv_error(parser) == CSV_ENOMEM)
        return status_fail(STATUS_MEMORY, "%s:%lld: no memory for the line", reader->path, reader->line);
    return status_fail(STATUS_INPUT, "%s:%lld: a quotation mark is missing, or one too many", reader->path,
                       reader->line);
}

static enum status parse_lines(struct reader *reader, struct csv_parser *parser, FILE *file)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    errno = 0;
    for (long long number = 1; reader->status == STATUS_OK && (length = getline(&line, &room, file)) >= 0; number++) {
        const char *start = line;
        if (number == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) { /* the mark that Excel puts before UTF-8 */
            start += 3;
            length -= 3;
        }
        if (!reader->inside)
            reader->line = number;
        reader->inside = reader->inside || start[strspn(start, " \t\r\n")];
        if (csv_parse(parser, start, (size_t)length, on_field, on_record, reader) != (size_t)length &&
            reader->status == STATUS_OK)
            reader->status = parse_error(reader, parser);
        errno = 0;
    }
    if (reader->status == STATUS_OK && errno)
        reader->status = status_fail(STATUS_INPUT, "%s: %s", reader->path, strerror(errno));
    if (reader->status == STATUS_OK && csv_fini(parser, on_field, on_record, reader) != 0)
        reader->status = parse_error(reader, parser);
    if (reader->status == STATUS_OK && !reader->header_read)
        reader->status = status_fail(STATUS_INPUT, "%s: the file is empty", reader->path);
    free(line);
    return reader->status;
}

enum status csv_read_cases(const char *path, struct case_row **rows, int *count)
{
    struct reader reader = {.path = path};
    struct csv_parser parser;
    *rows = NULL;
    *count = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return status_fail(STATUS_INPUT, "%s: %s", path, strerror(errno));
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(c_locale);
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    enum status status = parse_lines(&reader, &parser, file);
    csv_free(&parser);
    uselocale(before);
    if (c_locale)
        freelocale(c_locale);
    fclose(file);
    if (status == STATUS_OK) {
        *rows = reader.rows;
        *count = reader.count;
    } else {
        free(reader.rows);
    }
    return status;
}
