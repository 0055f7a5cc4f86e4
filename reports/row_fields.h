/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The fields of case_row, sample_row and limit as tables. CSV in both directions and the store's statements are made from
 * them, so that a field is named once and none is forgotten. A field's name is its column's name everywhere.
 */
#ifndef REPORTS_ROW_FIELDS_H
#define REPORTS_ROW_FIELDS_H

#include <stddef.h>

#include "hardware/limits.h"
#include "reports/row.h"

enum row_field_kind { FIELD_TEXT, FIELD_INT, FIELD_INT64, FIELD_REAL };

struct row_field {
    const char *name;
    size_t offset, bytes; /* of the field in its struct; a text's bytes count the final 0 */
    enum row_field_kind kind;
};

/* All of case_row but its id, in the order of the CSV columns. The first CASE_IDENTITY_FIELDS say which case it is; the
 * first CASE_REQUIRED_FIELDS must be in a CSV file that is read. */
enum { CASE_IDENTITY_FIELDS = 13, CASE_REQUIRED_FIELDS = 30, CASE_FIELDS = 56 };
extern const struct row_field case_fields[CASE_FIELDS];

/* All of sample_row but its case_id. */
enum { SAMPLE_FIELDS = 11 };
extern const struct row_field sample_fields[SAMPLE_FIELDS];

/* All of struct limit. */
enum { LIMIT_FIELDS = 14 };
extern const struct row_field limit_fields[LIMIT_FIELDS];

/* All of series_row. */
enum { SERIES_FIELDS = 10 };
extern const struct row_field series_fields[SERIES_FIELDS];

/* The field of that name, or NULL. */
const struct row_field *row_field_find(const struct row_field *fields, int count, const char *name);

/* Sets every field of the table to what stands for unknown: NAN, -1, "". */
void row_clear(void *row, const struct row_field *fields, int count);

#endif
