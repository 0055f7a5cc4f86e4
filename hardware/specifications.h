/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Published figures of known devices, to set measured ones beside. They are in hardware/specifications.csv, which is
 * part of the program; a user's own file of the same form adds to them.
 *
 * The form: CSV with a header. Columns are found by name in any order; name_pattern, name, bandwidth_bytes_per_s and
 * source must be there. An empty cell is unknown. name_pattern is compared with the whole name that OpenCL gives a
 * device, in any case; * stands for any text, ? for one character: "*RTX 4070" is neither the RTX 4070 Ti nor the
 * Laptop GPU.
 */
#ifndef HARDWARE_SPECIFICATIONS_H
#define HARDWARE_SPECIFICATIONS_H

#include "hardware/status.h"

enum { SPECIFICATION_NAME = 96, SPECIFICATION_SOURCE = 320 };

struct specification {
    char pattern[SPECIFICATION_NAME];
    char name[SPECIFICATION_NAME];
    char memory_type[SPECIFICATION_NAME]; /* "GDDR6X"; "" unknown */
    double bus_bits;                      /* these four are positive, or NAN: unknown */
    double bandwidth_bytes_per_s;
    double power_limit_w;
    double float32_flops; /* per second; a fused multiply-add is two */
    char source[SPECIFICATION_SOURCE];
};

struct specifications {
    struct specification *rows;
    int count, capacity;
};

/* The program's own rows, then those of the file at `path` (NULL: none). A file that cannot be read, a missing or
 * repeated column, a wrong number of fields, a value that is no positive number or too long, or a row without pattern,
 * name or source is STATUS_INPUT with file and line in the text. Release with specifications_free(); on failure it is
 * empty. */
enum status specifications_load(const char *path, struct specifications *specifications);

void specifications_free(struct specifications *specifications);

/* The row whose pattern matches the device's name and has the most characters beside * and ?; of equal ones the last,
 * so that a user's row replaces ours. NULL: none. Valid until the rows are freed. */
const struct specification *specification_find(const struct specifications *specifications, const char *device_name);

#endif
