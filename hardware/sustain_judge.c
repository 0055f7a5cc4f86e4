/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a series of rates says. Medians of neighbours everywhere: a single slow or fast half-second is noise, not the
 * device.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/sustain.h"

#define FIRST_S   5.0
#define THROTTLED 0.9
enum { NEIGHBOURS = 3, WHILE_PARTS = 8, WHILE_MOST = 11 };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the values. */
static double median(double *values, int n)
{
    if (n == 0)
        return NAN;
    qsort(values, (size_t)n, sizeof *values, compare);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Of at most WHILE_MOST points. */
static double median_rate(const struct sustain_point *points, int n)
{
    double rates[WHILE_MOST];
    for (int i = 0; i < n; i++)
        rates[i] = points[i].rate;
    return median(rates, n);
}

static int first_points(const struct sustain_series *series)
{
    double end_s = series->count ? series->points[series->count - 1].time_s : 0;
    double limit_s = fmin(FIRST_S, end_s / 4);
    int n = 0;
    while (n < series->count && series->points[n].time_s <= limit_s)
        n++;
    return n ? n : series->count ? 1 : 0;
}

static double best_rate(const struct sustain_series *series)
{
    int n = first_points(series), width = n < NEIGHBOURS ? n : NEIGHBOURS;
    double best = NAN;
    for (int i = 0; i + width <= n && width > 0; i++)
        best = fmax(best, median_rate(series->points + i, width));
    return best;
}

static int last_quarter(const struct sustain_series *series)
{
    int n = series->count / 4;
    return n ? n : series->count ? 1 : 0;
}

/* The median over the last quarter of what `figure` says of a point, of those that are known. */
static double last_median(const struct sustain_series *series, double (*figure)(const struct sustain_point *point))
{
    int n = last_quarter(series), known = 0;
    double *values = n ? malloc((size_t)n * sizeof *values) : NULL;
    for (int i = series->count - n; values && i < series->count; i++) {
        double value = figure(&series->points[i]);
        if (isfinite(value))
            values[known++] = value;
    }
    double result = values ? median(values, known) : NAN;
    free(values);
    return result;
}

/* Since the end of the last interval that kept its rate. */
static double throttled_after_s(const struct sustain_series *series, double best)
{
    int width = series->count / WHILE_PARTS;
    width = width < 1 ? 1 : width > WHILE_MOST ? WHILE_MOST : width;
    for (int i = 0; i + width <= series->count; i++) {
        if (median_rate(series->points + i, width) >= THROTTLED * best)
            continue;
        int slow = i;
        while (series->points[slow].rate >= THROTTLED * best)
            slow++;
        return slow ? series->points[slow - 1].time_s : 0;
    }
    return NAN;
}

static double rate_of(const struct sustain_point *point)
{
    return point->rate;
}

struct sustain_judgement sustain_judge(const struct sustain_series *series)
{
    double best = best_rate(series), last = last_median(series, rate_of);
    return (struct sustain_judgement){
        .best = best,
        .last = last,
        .fraction = best > 0 && isfinite(last) ? fmin(1, last / best) : NAN,
        .throttled_after_s = best > 0 ? throttled_after_s(series, best) : NAN,
    };
}

static double core_clock_hz(const struct sustain_point *point)
{
    return point->telemetry.clock_mhz * 1e6;
}

static double memory_clock_hz(const struct sustain_point *point)
{
    return point->telemetry.memory_clock_mhz * 1e6;
}

static double temperature_c(const struct sustain_point *point)
{
    return point->telemetry.temperature_c;
}

static double power_w(const struct sustain_point *point)
{
    return point->telemetry.power_w;
}

/* A row "<load><suffix>" with the value, or the reason why there is none. */
static enum status add_row(struct limits *limits, const struct sustain_series *series, const char *suffix,
                           const char *unit, double value, int samples, const char *reason)
{
    char name[LIMIT_NAME];
    snprintf(name, sizeof name, "%s%s", series->load == SUSTAIN_MEMORY ? "memory" : "compute", suffix);
    struct limit row = limit_row("sustained", name, unit);
    row.threads = series->threads;
    row.bytes = series->bytes;
    row.value = value;
    row.samples = isfinite(value) ? samples : 0;
    if (!isfinite(value))
        snprintf(row.reason, sizeof row.reason, "%s", reason);
    return limits_add(limits, &row);
}

enum status sustain_limits(const struct sustain_series *series, struct limits *limits)
{
    static const struct {
        const char *suffix, *unit;
        double (*figure)(const struct sustain_point *point);
    } figures[] = {{"_core_clock", "Hz", core_clock_hz},
                   {"_memory_clock", "Hz", memory_clock_hz},
                   {"_temperature", "degC", temperature_c},
                   {"_power", "W", power_w}};
    enum status status;
    const struct sustain_judgement judgement = sustain_judge(series);
    const char *none = series->count ? "" : "the load gave no rate";
    const char *never = series->count ? "it never fell below 90 % of the first seconds' rate" : none;
    TRY(add_row(limits, series, "", series->load == SUSTAIN_MEMORY ? "B/s" : "op/s", judgement.best,
                first_points(series), none));
    TRY(add_row(limits, series, "_fraction", "1", judgement.fraction, last_quarter(series), none));
    TRY(add_row(limits, series, "_throttled_after", "ns", judgement.throttled_after_s * 1e9, series->count, never));
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        TRY(add_row(limits, series, figures[i].suffix, figures[i].unit, last_median(series, figures[i].figure),
                    last_quarter(series), series->count ? "no source on this machine tells it" : none));
done:
    return status;
}
