/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Numbers and texts as people read them. Each function writes into `text` (`size` bytes, 0-terminated, cut if too long)
 * and returns it.
 */
#ifndef REPORTS_FORMAT_H
#define REPORTS_FORMAT_H

#include <stddef.h>

#include "reports/row.h"

enum { FORMAT_MAX = 64 }; /* room for every result here but format_clean()'s */

/* "1.23 ms": three significant digits, from ns to s; "-" for NAN. `micro` is "µ", or "u" where only ASCII is shown. */
char *format_time(char *text, size_t size, double ns, const char *micro);

/* "3.1x [2.9-3.4]"; "3.1x" where the interval is not known, "-" where nothing is. */
char *format_speedup(char *text, size_t size, double speedup, double low, double high);

/* "3.02 TB/s", "64.4 Top/s", "12.1 us", "19.8 GiB": a value in a base unit with three significant digits; "B/s", "op/s" and
 * "samples/s" have decimal prefixes, "ns" is a time, "bytes" is format_bytes(), "1" a plain number. "-" for NAN. */
char *format_quantity(char *text, size_t size, double value, const char *unit);

/* "16 KiB", "1.5 GiB". */
char *format_bytes(char *text, size_t size, double bytes);

/* "push_pinned" as "push pinned". */
char *format_name(char *text, size_t size, const char *name);

/* "512x512", in 3D "512x512x64". */
char *format_shape(char *text, size_t size, const struct case_row *row);

/* An image size between tested ones, to two digits: "700x700" pixels, in 3D "3.4 million" voxels. */
char *format_pixels(char *text, size_t size, double pixels, int dimensions);

/* Who wins, as a device row may say it: "GPU", "accelerator" or "OpenCL" (for a CPU that runs OpenCL) where the stored
 * verdict is "GPU"; "CPU", or "OpenMP" where the device is a CPU too; "toss-up"; "-" without a verdict. */
const char *format_verdict(const struct case_row *row);

/* Other people's text for a terminal or a message: control characters, which can be commands to a terminal, and bytes
 * that are no UTF-8 become '?'. */
char *format_clean(char *text, size_t size, const char *from);

/* Columns that a text takes on a terminal: its characters, not its bytes. */
int format_width(const char *text);

#endif
