/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A device pays off in an operation from some size on if it wins there and at every larger size that has a verdict, for
 * every set of parameters, pixel type and content that was measured. The size named is the one from which this holds
 * for all the operations counted; the operation that gets there first is named beside it. Cases without a verdict,
 * because they failed or have no CPU time, count nowhere.
 */
#include "reports/headline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/order.h"

/* Sizes over which something holds; NULL: none. */
struct tally {
    int operations, paying, partly;            /* with a verdict; that pay off for all, for some subjects */
    const struct case_row *smallest, *largest; /* with a verdict */
    const struct case_row *from;               /* from here on all `paying` pay off */
    const struct case_row *earliest;           /* the first of them that does, from here on */
};

static void widen(struct tally *tally, const struct case_row *row)
{
    if (!tally->smallest || row_pixels(row) < row_pixels(tally->smallest))
        tally->smallest = row;
    if (!tally->largest || row_pixels(row) > row_pixels(tally->largest))
        tally->largest = row;
}

/* The smallest size from which on the device always wins, or NULL; *measured: there is a verdict. Sizes ascend. */
static const struct case_row *pays_from(const struct ordered_row *rows, int count, const char *residency,
                                        struct tally *tally, bool *measured)
{
    const struct case_row *from = NULL, *lost = NULL;
    *measured = false;
    for (int i = 0; i < count; i++) {
        const struct case_row *row = rows[i].row;
        if (!row_ok(row) || !*row->verdict || strcmp(row->residency, residency) != 0)
            continue;
        *measured = true;
        widen(tally, row);
        if (strcmp(row->verdict, "GPU") != 0) {
            lost = row;
            from = NULL;
        } else if (!from && (!lost || row_pixels(row) > row_pixels(lost))) {
            from = row;
        }
    }
    return from;
}

/* All rows of one operation on a device. */
static void count_operation(const struct ordered_row *rows, int count, int dimensions, const char *residency,
                            struct tally *tally)
{
    int subjects = 0, paying = 0;
    const struct case_row *from = NULL;
    for (int i = 0, same; i < count; i += same) {
        bool measured;
        same = order_same_subject(rows + i, count - i);
        if (rows[i].row->dimensions != dimensions)
            continue;
        const struct case_row *row = pays_from(rows + i, same, residency, tally, &measured);
        subjects += measured;
        paying += row != NULL;
        if (row && (!from || row_pixels(row) > row_pixels(from)))
            from = row;
    }
    tally->operations += subjects > 0;
    if (paying && paying == subjects) {
        tally->paying++;
        if (!tally->from || row_pixels(from) > row_pixels(tally->from))
            tally->from = from;
        if (!tally->earliest || row_pixels(from) < row_pixels(tally->earliest))
            tally->earliest = from;
    } else if (paying) {
        tally->partly++;
    }
}

static struct tally count_device(const struct ordered_row *rows, int count, int dimensions, const char *residency)
{
    struct tally tally = {0};
    for (int i = 0, end; i < count; i = end) {
        for (end = i; end < count && strcmp(rows[end].row->operation, rows[i].row->operation) == 0; end++)
            ;
        count_operation(rows + i, end - i, dimensions, residency, &tally);
    }
    return tally;
}

static const char *operations(const struct tally *t)
{
    return t->operations == 1 ? "operation" : "operations";
}

/* "for images from about 512x512 in 6 of 8 operations (flip already from 128x128)" */
static void say_where(FILE *out, const struct tally *t, const char *images)
{
    char from[FORMAT_MAX], to[FORMAT_MAX], operation[ROW_TEXT];
    format_shape(to, sizeof to, t->largest);
    if (t->paying == 0) {
        fprintf(out, "in none of %d %s for %s up to %s", t->operations, operations(t), images, to);
    } else {
        format_shape(from, sizeof from, t->from);
        if (row_pixels(t->smallest) == row_pixels(t->largest))
            fprintf(out, "for %s of %s, the only size tested,", images, to);
        else if (row_pixels(t->from) == row_pixels(t->smallest))
            fprintf(out, "for %s of every size tested, from %s to %s,", images, from, to);
        else
            fprintf(out, "for %s from about %s", images, from);
        fprintf(out, " in %d of %d %s", t->paying, t->operations, operations(t));
        if (row_pixels(t->earliest) < row_pixels(t->from))
            fprintf(out, " (%s already from %s)", format_clean(operation, sizeof operation, t->earliest->operation),
                    format_shape(from, sizeof from, t->earliest));
    }
    if (t->partly)
        fprintf(out, ", and in %d more for some parameters, pixel types or contents", t->partly);
}

/* The sentence on 2D images or on stacks; false if there is none. */
static bool say_device(FILE *out, const struct ordered_row *rows, int count, int dimensions, const char *wins)
{
    const char *images = dimensions == 3 ? "stacks" : "images";
    struct tally moved = count_device(rows, count, dimensions, "end_to_end");
    struct tally resident = count_device(rows, count, dimensions, "resident");
    if (!moved.operations && !resident.operations)
        return false;
    fprintf(out, "%s ", wins);
    if (moved.operations) {
        say_where(out, &moved, images);
        fprintf(out, ", counting transfer%s", resident.operations ? "; " : "");
    }
    if (resident.operations) {
        fprintf(out, "with the %s kept on it, ", images);
        say_where(out, &resident, images);
    }
    fputs(". ", out);
    return true;
}

static void say_devices(FILE *out, const struct ordered_row *rows, int count)
{
    char name[ROW_TEXT], wins[ROW_TEXT + 64];
    bool gpu = false;
    for (int i = 0, same; i < count && row_class(rows[i].row) < ROW_OPENMP; i += same) {
        same = order_same_device(rows + i, count - i);
        format_clean(name, sizeof name, rows[i].row->device);
        enum row_class class = row_class(rows[i].row);
        gpu = gpu || class == ROW_GPU;
        const char *again = class == ROW_CPU_DEVICE ? "It is faster than OpenMP" : "It pays off";
        if (class == ROW_CPU_DEVICE) {
            fprintf(out, "%s is this machine's CPU, run through OpenCL. %s", name,
                    gpu ? "" : "No GPU was measured, and this says nothing about one. ");
            snprintf(wins, sizeof wins, "%s", again);
        } else {
            snprintf(wins, sizeof wins, "On this machine the %s (%s) pays off",
                     class == ROW_GPU ? "GPU" : "accelerator", name);
        }
        bool said = say_device(out, rows + i, same, 2, wins);
        said = say_device(out, rows + i, same, 3, said ? again : wins) || said;
        if (!said)
            fprintf(out, "No case has a time on both the CPU and %s. ", name);
    }
}

static void say_failures(FILE *out, const struct ordered_row *rows, int count)
{
    int failed = 0;
    for (int i = 0; i < count; i++)
        failed += !row_ok(rows[i].row);
    if (failed)
        fprintf(out, "%d %s failed and %s not counted here. ", failed, failed == 1 ? "case" : "cases",
                failed == 1 ? "is" : "are");
}

enum status headline_text(const struct case_row *rows, int count, char **text)
{
    enum status status;
    struct ordered_row *ordered = NULL;
    size_t bytes;
    *text = NULL;
    FILE *out = open_memstream(text, &bytes);
    if (!out)
        return status_fail(STATUS_MEMORY, "no memory for the summary");
    TRY(order_rows(rows, count, &ordered));
    if (count == 0)
        fputs("Nothing was measured. ", out);
    else if (row_class(ordered[0].row) >= ROW_OPENMP)
        fputs("No OpenCL device was measured: these are times of the CPU alone, and they say nothing about a GPU. ",
              out);
    say_devices(out, ordered, count);
    say_failures(out, ordered, count);
done:
    free(ordered);
    if (fclose(out) != 0 && status == STATUS_OK)
        status = status_fail(STATUS_MEMORY, "no memory for the summary");
    if (status != STATUS_OK) {
        free(*text);
        *text = NULL;
        return status;
    }
    (*text)[bytes ? bytes - 1 : 0] = 0; /* the last blank */
    return status;
}
