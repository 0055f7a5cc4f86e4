/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven report --html FILE.
 */
#ifndef BENCH_REPORT_HTML_H
#define BENCH_REPORT_HTML_H

#include "bench/report_input.h"

/* Writes the page to a file; "-" is standard output. STATUS_IO, STATUS_MEMORY; then no file of that name was touched.
 */
enum status report_html(const struct report_input *input, const char *path);

#endif
