/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Results as CSV for spreadsheets, R and pandas, and back. UTF-8, commas, a decimal point in every locale, one header
 * line with the names of struct case_row and struct sample_row. Unknown is an empty field. Numbers have as many digits
 * as it takes to read the same number back, so that reading a file and writing it again gives the same bytes.
 *
 * Device and file names are other people's text, and a spreadsheet runs a text that begins like a formula. Texts that
 * begin with one of CSV_FORMULA_STARTS are therefore written with an apostrophe before them, and csv_read_cases() takes
 * it away again. Other readers see the apostrophe.
 */
#ifndef REPORTS_CSV_H
#define REPORTS_CSV_H

#include <locale.h>
#include <stdio.h>

#include "hardware/status.h"
#include "reports/row.h"

#define CSV_FORMULA_STARTS "=+-@'\t\r\n"

/* For further tables of the same kind: one field, between csv_locale_enter() and csv_locale_leave(). A real must be
 * finite; unknown is written by writing nothing. */
void csv_put_text(FILE *out, const char *text);
void csv_put_real(FILE *out, double value);

/* Numbers with the decimal point of the "C" locale: *own and what is returned go to csv_locale_leave(). */
locale_t csv_locale_enter(locale_t *own);
void csv_locale_leave(locale_t own, locale_t before);

/* A header and one line per case. STATUS_IO when writing fails. */
enum status csv_write_cases(FILE *out, const struct case_row *rows, int count);

/* The header for csv_write_samples(). */
enum status csv_write_samples_header(FILE *out);

/* One line per sample of a case: its run, what identifies the case, then the sample. */
enum status csv_write_samples(FILE *out, const struct case_row *row, const struct sample_row *samples, int count);

/* Reads what csv_write_cases() wrote; *rows is to be freed with free(). Columns are found by name in any order; those
 * up to `flags` must be there, further missing ones are unknown, and names that are not known are ignored. A file that
 * cannot be read, a missing or repeated column, a wrong number of fields, or a value that is no number or too long is
 * STATUS_INPUT, with file, line and column in the text. */
enum status csv_read_cases(const char *path, struct case_row **rows, int *count);

#endif
