/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Every network of kernels/median_networks.clh, by the zero-one principle: steps of minimum and maximum put all inputs in
 * order if they do so for all inputs of zeros and ones (Knuth, The Art of Computer Programming 3, 5.3.4).
 */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <string.h>

#include "kernels/median_networks.clh"

enum { WIRES_MAX = 100, STEPS_MAX = 200, LISTS_MAX = 3 };

struct network {
    const char *name;
    int lists[LISTS_MAX]; /* lengths of the sorted lists that come in; none: nothing is sorted */
    int wires;            /* in all */
    int first, end;       /* where values of these ranks come out, in order */
    int steps[STEPS_MAX][2];
};

#define X(i, j) {i, j},
static const struct network networks[] = {
    {"SORT_3", {0}, 3, 0, 3, {SORT_3(X)}},
    {"SORT_5", {0}, 5, 0, 5, {SORT_5(X)}},
    {"SORT_6", {0}, 6, 0, 6, {SORT_6(X)}},
    {"SORT_16", {0}, 16, 0, 16, {SORT_16(X)}},
    {"SORT_9_OF_TRIPLES", {3, 3, 3}, 9, 0, 9, {SORT_9_OF_TRIPLES(X)}},
    {"MERGE_5", {5, 5}, 10, 0, 10, {MERGE_5(X)}},
    {"MERGE_10", {10, 10}, 20, 0, 20, {MERGE_10(X)}},
    {"MERGE_20_5", {20, 5}, 25, 0, 25, {MERGE_20_5(X)}},
    {"MERGE_25", {25, 25}, 50, 0, 50, {MERGE_25(X)}},
    {"MIDDLE_9", {9, 9}, 18, 4, 14, {MIDDLE_9(X)}},
    {"MIDDLE_10", {10, 10}, 20, 7, 13, {MIDDLE_10(X)}},
    {"MIDDLE_50", {50, 50}, 100, 37, 63, {MIDDLE_50(X)}},
};
#undef X

static int step_count(const struct network *n)
{
    int count = 0;
    while (count < STEPS_MAX && (n->steps[count][0] || n->steps[count][1]))
        count++;
    return count;
}

/* One input: true if ranks first to end come out right. `left_out` is a step not taken, or -1. */
static bool holds_for(const struct network *n, const char *input, int left_out)
{
    char v[WIRES_MAX];
    int zeros = 0;
    memcpy(v, input, (size_t)n->wires);
    for (int i = 0; i < n->wires; i++)
        zeros += !v[i];
    for (int s = 0; s < step_count(n); s++) {
        const int i = n->steps[s][0], j = n->steps[s][1];
        if (s != left_out && v[i] > v[j]) {
            v[i] = 0;
            v[j] = 1;
        }
    }
    for (int i = n->first; i < n->end; i++)
        if (v[i] != (i >= zeros))
            return false;
    return true;
}

static bool holds_for_unsorted(const struct network *n, int left_out)
{
    for (int bits = 0; bits < 1 << n->wires; bits++) {
        char input[WIRES_MAX];
        for (int i = 0; i < n->wires; i++)
            input[i] = bits >> i & 1;
        if (!holds_for(n, input, left_out))
            return false;
    }
    return true;
}

/* All ways to have some ones at the end of each list. */
static bool holds_for_lists(const struct network *n, int list, int start, char *input, int left_out)
{
    if (list == LISTS_MAX || !n->lists[list])
        return holds_for(n, input, left_out);
    const int length = n->lists[list];
    for (int ones = 0; ones <= length; ones++) {
        memset(input + start, 0, (size_t)length);
        memset(input + start + length - ones, 1, (size_t)ones);
        if (!holds_for_lists(n, list + 1, start + length, input, left_out))
            return false;
    }
    return true;
}

static bool holds(const struct network *n, int left_out)
{
    char input[WIRES_MAX];
    return n->lists[0] ? holds_for_lists(n, 0, 0, input, left_out) : holds_for_unsorted(n, left_out);
}

Test(median_networks, all_hold)
{
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        cr_expect(holds(&networks[i], -1), "%s", networks[i].name);
}

Test(median_networks, no_step_can_be_left_out)
{
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        for (int s = 0; s < step_count(&networks[i]); s++)
            cr_expect_not(holds(&networks[i], s), "%s without step %d", networks[i].name, s);
}
