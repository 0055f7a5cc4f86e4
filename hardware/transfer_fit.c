/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Least absolute relative deviations. Relative, since times span five powers of ten and plain least squares would see
 * the longest messages only, which say nothing of the latency. Absolute values rather than squares, since a message
 * that met other work of the machine takes several times as long: such a point then weighs at most 1, however slow it
 * was.
 *
 * A line of two parameters with the least sum of absolute deviations passes through two of the points, or, where the
 * latency would be negative, through the origin and one point (Bloomfield and Steiger, Least Absolute Deviations,
 * 1983). With few points all such lines are tried, which needs no iteration, no start and no tuning.
 */
#include "hardware/transfer_fit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

struct line {
    double latency_ns, ns_per_byte;
};

static double deviation(struct line line, struct transfer_point point)
{
    return fabs(line.latency_ns + line.ns_per_byte * point.bytes - point.ns) / point.ns;
}

static void try_line(struct line line, const struct transfer_point *points, int count, struct line *best, double *least)
{
    double sum = 0;
    if (!(line.ns_per_byte > 0) || !(line.latency_ns >= 0) || !isfinite(line.ns_per_byte))
        return;
    for (int i = 0; i < count && sum < *least; i++)
        sum += deviation(line, points[i]);
    if (sum < *least) {
        *least = sum;
        *best = line;
    }
}

static struct line best_line(const struct transfer_point *points, int count)
{
    struct line best = {0};
    double least = DBL_MAX;
    for (int i = 0; i < count; i++) {
        try_line((struct line){0, points[i].ns / points[i].bytes}, points, count, &best, &least);
        for (int j = 0; j < i; j++) {
            const double apart = points[i].bytes - points[j].bytes;
            if (apart == 0)
                continue;
            const double slope = (points[i].ns - points[j].ns) / apart;
            try_line((struct line){points[i].ns - slope * points[i].bytes, slope}, points, count, &best, &least);
        }
    }
    return best;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* Short messages that fit a cache can hold the majority; the line is then theirs, and long ones are off it. */
static double longest_error(struct line line, const struct transfer_point *points, int count)
{
    double deviations[TRANSFER_POINTS_MOST], longest = 0;
    int n = 0;
    for (int i = 0; i < count; i++)
        longest = fmax(longest, points[i].bytes);
    for (int i = 0; i < count; i++)
        if (points[i].bytes == longest)
            deviations[n++] = deviation(line, points[i]);
    return median(deviations, n);
}

/* The usable points, and how many different sizes they have. */
static int usable(const struct transfer_point *points, int count, struct transfer_point *used, int *sizes)
{
    int kept = 0;
    *sizes = 0;
    for (int i = 0; i < count; i++) {
        if (!(points[i].bytes > 0 && isfinite(points[i].bytes) && points[i].ns > 0 && isfinite(points[i].ns)))
            continue;
        int same = 0;
        while (same < kept && used[same].bytes != points[i].bytes)
            same++;
        *sizes += same == kept;
        used[kept++] = points[i];
    }
    return kept;
}

/* Whether the larger half of the messages takes longer than the smaller half, by their medians: without that the slope
 * of a line is noise, and a bandwidth made of it is a number without a meaning. */
static int grows(const struct transfer_point *points, int count)
{
    double bytes[TRANSFER_POINTS_MOST], small[TRANSFER_POINTS_MOST], large[TRANSFER_POINTS_MOST];
    int smaller = 0, larger = 0;
    for (int i = 0; i < count; i++)
        bytes[i] = points[i].bytes;
    const double middle = median(bytes, count);
    for (int i = 0; i < count; i++) {
        if (points[i].bytes < middle)
            small[smaller++] = points[i].ns;
        else if (points[i].bytes > middle)
            large[larger++] = points[i].ns;
    }
    return smaller > 0 && larger > 0 && median(large, larger) > 1.2 * median(small, smaller);
}

enum status transfer_fit(const struct transfer_point *points, int count, struct transfer_fit *fit)
{
    struct transfer_point used[TRANSFER_POINTS_MOST];
    double deviations[TRANSFER_POINTS_MOST];
    int sizes;
    *fit = (struct transfer_fit){NAN, NAN, NAN, NAN, 0};
    if (count > TRANSFER_POINTS_MOST)
        return status_fail(STATUS_UNSUPPORTED, "%d points are more than a fit takes, %d", count, TRANSFER_POINTS_MOST);
    const int n = usable(points, count, used, &sizes);
    if (sizes < TRANSFER_SIZES_LEAST)
        return status_fail(STATUS_UNSUPPORTED, "a fit needs %d sizes with a time, %d have one", TRANSFER_SIZES_LEAST,
                           sizes);
    if (!grows(used, n))
        return status_fail(STATUS_UNSUPPORTED, "the time does not grow with the size of the message");

    const struct line line = best_line(used, n);
    *fit = (struct transfer_fit){line.latency_ns, 1e9 / line.ns_per_byte, NAN, longest_error(line, used, n), n};
    for (int i = 0; i < n; i++)
        deviations[i] = deviation(line, used[i]);
    fit->error = median(deviations, n);
    return STATUS_OK;
}
