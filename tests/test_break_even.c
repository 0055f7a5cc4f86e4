/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "reports/break_even.h"
#include "tests/made_up_rows.h"

/* The one series of `count` end-to-end rows. */
static struct break_even only(const struct case_row *rows, int count)
{
    struct break_even *list, first;
    int found;
    cr_assert_eq(break_even_find(rows, count, &list, &found), STATUS_OK, "%s", status_text());
    cr_assert_eq(found, 1, "%d series", found);
    first = list[0];
    free(list);
    return first;
}

static void expect_text(const struct case_row *rows, int count, const char *expected)
{
    char text[256];
    struct break_even b = only(rows, count);
    cr_expect_str_eq(break_even_text(text, sizeof text, &b), expected);
}

static struct case_row at(int side, double speedup)
{
    return gpu_row("median", side, "end_to_end", speedup);
}

/* 0.5 at 256x256, 2 at 1024x1024: in the middle of the logarithms, 512x512. Ends: 0.55 and 2.2, 0.4545 and 1.818. */
Test(break_even, crossing_is_where_the_logarithms_say)
{
    struct case_row rows[] = {at(1024, 2), at(256, 0.5)};
    struct break_even b = only(rows, 2);
    cr_expect_eq(b.kind, BREAK_EVEN_CROSSES);
    cr_expect_float_eq(b.pixels, 262144, 1);
    cr_expect_float_eq(b.pixels_low, 216648, 1);
    cr_expect_float_eq(b.pixels_high, 317194, 1);
    cr_expect_eq(b.below, &rows[1]);
    cr_expect_eq(b.above, &rows[0]);
    cr_expect_not(b.several);
    expect_text(rows, 2, "about 510x510 pixels, between 256x256 and 1024x1024 (95%: 470x470 to 560x560)");
}

Test(break_even, crossing_lies_between_the_neighbours)
{
    struct case_row rows[] = {at(128, 0.1), at(256, 0.5), at(512, 0.8), at(1024, 1.25), at(2048, 40)};
    struct break_even b = only(rows, 5);
    cr_expect_float_eq(b.pixels, 512 * 1024, 1);
    cr_expect_eq(b.below->width, 512);
    cr_expect_eq(b.above->width, 1024);
    cr_expect_eq(b.first->width, 128);
    cr_expect_eq(b.last->width, 2048);
}

Test(break_even, a_speedup_of_exactly_one_is_the_crossing)
{
    struct case_row rows[] = {at(256, 1), at(512, 3)};
    struct break_even b = only(rows, 2);
    cr_expect_eq(b.kind, BREAK_EVEN_CROSSES);
    cr_expect_float_eq(b.pixels, 65536, 1e-6);
}

Test(break_even, always_and_never)
{
    struct case_row faster[] = {at(64, 2), at(512, 8)}, slower[] = {at(64, 0.1), at(512, 0.7)};
    expect_text(faster, 2, "always faster (from 64x64 tested)");
    expect_text(slower, 2, "never (up to 512x512)");
    expect_text(faster, 1, "faster at 64x64, the only size");
    expect_text(slower, 1, "not faster at 64x64, the only size");
    cr_expect_eq(only(faster, 2).kind, BREAK_EVEN_ALWAYS);
    cr_expect(isnan(only(faster, 2).pixels));
    cr_expect_eq(only(faster, 2).pixels_high, 0);
    cr_expect_eq(only(slower, 2).kind, BREAK_EVEN_NEVER);
    cr_expect_eq(only(slower, 2).pixels_low, INFINITY);
}

Test(break_even, what_the_interval_leaves_open_is_said)
{
    struct case_row rows[2][2] = {{at(64, 1.05), at(512, 8)}, {at(64, 0.1), at(512, 0.95)}};
    struct case_row open[2][2] = {{at(64, 1.05), at(512, 1.02)}, {at(64, 0.95), at(512, 0.99)}};
    expect_text(rows[0], 2, "always faster (from 64x64 tested), surely from about 67x67 pixels");
    expect_text(rows[1], 2, "never (up to 512x512), surely up to about 490x490 pixels");
    expect_text(open[0], 2, "always faster (from 64x64 tested), but not surely");
    expect_text(open[1], 2, "never (up to 512x512), but not surely");
    struct case_row crossing[] = {at(64, 0.95), at(512, 1.05)};
    expect_text(crossing, 2,
                "about 190x190 pixels, between 64x64 and 512x512 (95%: below the smallest to above the largest)");
    crossing[0].speedup_low = crossing[0].speedup_high = NAN;
    expect_text(crossing, 2, "about 190x190 pixels, between 64x64 and 512x512");
}

Test(break_even, of_several_crossings_the_last_counts_and_is_flagged)
{
    struct case_row rows[] = {at(64, 2), at(128, 0.5), at(256, 2), at(512, 0.5), at(1024, 2)};
    struct break_even b = only(rows, 5);
    cr_expect_eq(b.kind, BREAK_EVEN_CROSSES);
    cr_expect(b.several);
    cr_expect_float_eq(b.pixels, 512 * 1024, 1);
    b = only(rows, 4);
    cr_expect_eq(b.kind, BREAK_EVEN_NEVER, "not ahead at the largest size");
    cr_expect(b.several);
    expect_text(rows, 4, "not at 512x512, though at some smaller sizes");
    expect_text(rows, 3,
                "about 180x180 pixels, between 128x128 and 256x256 (95%: 170x170 to 190x190); crosses more than once, "
                "this is the last");
}

Test(break_even, stacks_are_counted_in_voxels)
{
    struct case_row rows[] = {at(64, 0.5), at(256, 2)};
    for (int i = 0; i < 2; i++) {
        rows[i].dimensions = 3;
        rows[i].depth = rows[i].width;
    }
    expect_text(rows, 2,
                "about 2.1 million voxels, between 64x64x64 and 256x256x256 (95%: 1.6 million to 2.8 million)");
}

/* Planted: a row that failed, one without a speedup and a CPU row would each move the crossing if they were counted. */
Test(break_even, rows_without_a_speedup_do_not_count)
{
    struct case_row rows[] = {at(256, 0.5), at(1024, 2), at(512, 0.01), at(700, 0.01),
                              cpu_row("median", 900, "end_to_end", 5)};
    rows[2] = failed_row(rows[2], "crash", "");
    rows[2].speedup = 0.01;
    rows[3].speedup = NAN;
    rows[4].speedup = 0.01;
    cr_expect_float_eq(only(rows, 5).pixels, 262144, 1);
    strcpy(rows[2].status, "ok");
    cr_expect_float_neq(only(rows, 5).pixels, 262144, 1, "the planted row is not seen when it is ok");
}

Test(break_even, series_are_kept_apart)
{
    struct case_row rows[8];
    struct break_even *list;
    int found;
    for (int i = 0; i < 8; i++)
        rows[i] = gpu_row("median", 64, "end_to_end", 2);
    strcpy(rows[1].residency, "resident");
    strcpy(rows[2].operation, "flip");
    strcpy(rows[3].parameters, "radius=5");
    strcpy(rows[4].type, "u8");
    strcpy(rows[5].content, "cells");
    strcpy(rows[6].device, "Other");
    strcpy(rows[7].cache, "rotate");
    cr_assert_eq(break_even_find(rows, 8, &list, &found), STATUS_OK);
    cr_expect_eq(found, 8);
    cr_expect_str_eq(list[0].first->operation, "flip", "the order is that of order_rows()");
    cr_expect_str_eq(list[7].first->device, "Other");
    free(list);
}

Test(break_even, no_rows)
{
    struct break_even *list;
    struct chain *chains;
    int found;
    cr_assert_eq(break_even_find(NULL, 0, &list, &found), STATUS_OK);
    cr_expect_eq(found, 0);
    free(list);
    cr_assert_eq(chain_find(NULL, 0, &chains, &found), STATUS_OK);
    cr_expect_eq(found, 0);
    free(chains);
}

Test(break_even, length_of_a_chain)
{
    cr_expect_eq(chain_length(10, 5, 3), 5);
    cr_expect_eq(chain_length(11, 5, 3), 6);
    cr_expect_eq(chain_length(1, 5, 3), 1);
    cr_expect_eq(chain_length(0, 5, 3), 1);
    cr_expect_eq(chain_length(10, 5, 5), 0);
    cr_expect_eq(chain_length(10, 3, 5), 0);
    cr_expect_eq(chain_length(10, 5, NAN), 0);
}

Test(break_even, chains_take_transfer_from_end_to_end_and_times_from_resident)
{
    struct case_row rows[8] = {
        gpu_row("median", 64, "end_to_end", 1),  gpu_row("median", 64, "resident", 1),
        cpu_row("median", 64, "end_to_end", 77), cpu_row("median", 64, "resident", 1500),
        gpu_row("median", 128, "end_to_end", 1), gpu_row("median", 128, "resident", 1),
        cpu_row("median", 128, "resident", 900), gpu_row("median", 256, "resident", 1),
    };
    struct chain *chains;
    int found;
    rows[0].push_ns = rows[4].push_ns = 900;
    rows[0].pull_ns = rows[4].pull_ns = 700;
    cr_assert_eq(chain_find(rows, 8, &chains, &found), STATUS_OK);
    cr_assert_eq(found, 2, "256x256 has no transfer times");
    cr_expect_eq(chains[0].row, &rows[1]);
    cr_expect_eq(chains[0].length, 4); /* 1600 / (1500 - 1000) */
    cr_expect_eq(chains[1].row, &rows[5]);
    cr_expect_eq(chains[1].length, 0); /* the CPU's 900 against 1000 */
    free(chains);
}
