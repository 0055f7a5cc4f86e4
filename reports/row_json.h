/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows as JSON objects, a member per field. What is not known is null; in texts that are no UTF-8 the bytes that are not become '?'.
 */
#ifndef REPORTS_ROW_JSON_H
#define REPORTS_ROW_JSON_H

#include <jansson.h>

#include "reports/row_fields.h"

/* A new object, or NULL without memory. */
json_t *row_to_json(const void *row, const struct row_field *fields, int count);

/* Members that are missing, null or of another type become unknown; texts that are too long are cut. */
void row_from_json(const json_t *object, void *row, const struct row_field *fields, int count);

#endif
