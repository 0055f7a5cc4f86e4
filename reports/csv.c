/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Writing. Texts are quoted only where they must be, and numbers never, because spreadsheets take what is quoted for
 * text.
 */
#include "reports/csv.h"

#include <csv.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/row_fields.h"

/* Of a sample of a case in tiles: tile_width, tile_height, tile_depth, margin_px. */
enum { TILE_FIELDS = 4 };

/* Numbers have the decimal point of the "C" locale, whatever the process has set. */
locale_t csv_locale_enter(locale_t *own)
{
    *own = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return uselocale(*own);
}

void csv_locale_leave(locale_t own, locale_t before)
{
    uselocale(before);
    if (own)
        freelocale(own);
}

/* The fewest digits that give the same number back. */
void csv_put_real(FILE *out, double value)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fputs(text, out);
}

void csv_put_text(FILE *out, const char *text)
{
    char guarded[2 * ROW_TEXT + 2];
    size_t bytes =
        (size_t)snprintf(guarded, sizeof guarded, "%s%s", strchr(CSV_FORMULA_STARTS, *text) ? "'" : "", text);
    /* Semicolons and tabs separate fields in some spreadsheets; readers drop spaces around what is not quoted. */
    if (strpbrk(guarded, ",;\t\"\r\n") || *guarded == ' ' || guarded[bytes - 1] == ' ')
        csv_fwrite(out, guarded, bytes);
    else
        fwrite(guarded, 1, bytes, out);
}

static void write_fields(FILE *out, const void *row, const struct row_field *fields, int count)
{
    for (int i = 0; i < count; i++) {
        const char *at = (const char *)row + fields[i].offset;
        if (i)
            fputc(',', out);
        if (fields[i].kind == FIELD_TEXT && *at)
            csv_put_text(out, at);
        else if (fields[i].kind == FIELD_INT && *(const int *)at != -1)
            fprintf(out, "%d", *(const int *)at);
        else if (fields[i].kind == FIELD_INT64 && *(const int64_t *)at != -1)
            fprintf(out, "%lld", (long long)*(const int64_t *)at);
        else if (fields[i].kind == FIELD_REAL && !isnan(*(const double *)at))
            csv_put_real(out, *(const double *)at);
    }
}

static void write_names(FILE *out, const struct row_field *fields, int count)
{
    for (int i = 0; i < count; i++)
        fprintf(out, "%s%s", i ? "," : "", fields[i].name);
}

static enum status written(FILE *out)
{
    if (fflush(out) != 0 || ferror(out))
        return status_fail(STATUS_IO, "writing CSV: %s", strerror(errno));
    return STATUS_OK;
}

enum status csv_write_cases(FILE *out, const struct case_row *rows, int count)
{
    locale_t own, before = csv_locale_enter(&own);
    write_names(out, case_fields, CASE_FIELDS);
    fputc('\n', out);
    for (int i = 0; i < count; i++) {
        write_fields(out, &rows[i], case_fields, CASE_FIELDS);
        fputc('\n', out);
    }
    csv_locale_leave(own, before);
    return written(out);
}

enum status csv_write_samples_header(FILE *out)
{
    fputs("run,", out);
    write_names(out, case_fields, CASE_IDENTITY_FIELDS);
    fputc(',', out);
    write_names(out, sample_fields, SAMPLE_FIELDS);
    fputc(',', out);
    write_names(out, row_field_find(case_fields, CASE_FIELDS, "tile_width"), TILE_FIELDS);
    fputc('\n', out);
    return written(out);
}

enum status csv_write_samples(FILE *out, const struct case_row *row, const struct sample_row *samples, int count)
{
    locale_t own, before = csv_locale_enter(&own);
    for (int i = 0; i < count; i++) {
        write_fields(out, row, row_field_find(case_fields, CASE_FIELDS, "run"), 1);
        fputc(',', out);
        write_fields(out, row, case_fields, CASE_IDENTITY_FIELDS);
        fputc(',', out);
        write_fields(out, &samples[i], sample_fields, SAMPLE_FIELDS);
        fputc(',', out);
        write_fields(out, row, row_field_find(case_fields, CASE_FIELDS, "tile_width"), TILE_FIELDS);
        fputc('\n', out);
    }
    csv_locale_leave(own, before);
    return written(out);
}
