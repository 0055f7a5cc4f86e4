/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From which image size on a device is faster than the CPU, and after how many operations in a row moving the image to
 * the device and back is repaid.
 */
#ifndef REPORTS_BREAK_EVEN_H
#define REPORTS_BREAK_EVEN_H

#include <stddef.h>

#include "hardware/status.h"
#include "reports/row.h"

enum break_even_kind { BREAK_EVEN_ALWAYS, BREAK_EVEN_NEVER, BREAK_EVEN_CROSSES };

/* One operation with its parameters, pixel type, content, device and residency, over the sizes that have a speedup. */
struct break_even {
    enum break_even_kind kind;
    const struct case_row *first, *last;  /* the smallest and the largest size; each also says which series this is */
    const struct case_row *below, *above; /* BREAK_EVEN_CROSSES: the sizes on both sides of the crossing */
    double pixels;                        /* BREAK_EVEN_CROSSES: where the speedup is 1; NAN otherwise */
    /* Where the ends of the speedup's interval are 1: smaller images surely lose, larger ones surely win. 0: already at
     * the smallest size; INFINITY: not even at the largest; NAN: no interval. */
    double pixels_low, pixels_high;
    bool several; /* the speedup crosses 1 more than once; `pixels` is the last crossing, after which the device stays
                     ahead */
};

/* Every series in `rows` with at least one speedup, in the order of order_rows(); *list is to be freed with free(). */
enum status break_even_find(const struct case_row *rows, int count, struct break_even **list, int *found);

/* In words: "about 700x700 pixels, between 512x512 and 1024x1024 (95%: 650x650 to 760x760)", "always faster (from
 * 64x64 tested)", "never (up to 4096x4096)". Returns `text`. */
char *break_even_text(char *text, size_t size, const struct break_even *break_even);

/* How many operations in a row repay one push and pull at one size. */
struct chain {
    const struct case_row *row; /* the resident case on the device */
    int64_t length;             /* 0: never, the CPU is as fast */
};

/* One for each resident case on a device whose transfer times and CPU time are known, in the order of order_rows(). */
enum status chain_find(const struct case_row *rows, int count, struct chain **list, int *found);

/* The smallest k for which k operations on the device with one transfer take no longer than k on the CPU; 0: there is
 * none. */
int64_t chain_length(double transfer_ns, double cpu_ns, double device_ns);

#endif
