/* SPDX-License-Identifier: BSD-3-Clause
 *
 * JSON that may stand between <script type="application/json"> and </script> whatever its texts are: '<', '>' and '&'
 * are written as \u003c, \u003e and \u0026, so that no text can end the script or begin a comment in it; line
 * separators that once ended JavaScript lines (U+2028, U+2029) are escaped too; control characters and bytes that are
 * no UTF-8 become '?'. What is not finite is null.
 */
#ifndef REPORTS_HTML_JSON_H
#define REPORTS_HTML_JSON_H

#include <stdio.h>

#include "hardware/status.h"
#include "reports/row_fields.h"

/* A text with its quotes; "" for NULL. */
void html_json_text(FILE *out, const char *text);

/* Seven significant digits; more where those seven would be printed as another number when cut to three or four. */
void html_json_real(FILE *out, double value);

/* Other people's JSON, parsed and written anew; null where it is none. */
void html_json_copy(FILE *out, const char *json);

/* Fields of `count` rows, `stride` bytes each, as an object with a member for each name (separated by blanks):
 *   texts     {"t":["a","b"],"v":[0,0,1]}, each text once
 *   numbers   {"v":[1,null,3]}
 * A [n] among the values of "v" stands for n more of the value before it. Names that are no field are left out. With
 * `order` the rows come as order[0], order[1], ... STATUS_MEMORY. */
enum status html_json_columns(FILE *out, const void *rows, size_t stride, const int *order, int count,
                              const struct row_field *fields, int field_count, const char *names);

#endif
