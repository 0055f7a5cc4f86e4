/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows of limits, and the one way their samples are taken.
 */
#include "hardware/limits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/clock.h"

enum { SAMPLES_MOST = sizeof((struct limit_samples *)0)->ns / sizeof(double) };

struct limit limit_row(const char *stage, const char *name, const char *unit)
{
    struct limit row = {.threads = -1, .bytes = -1, .value = NAN, .low = NAN, .high = NAN};
    snprintf(row.stage, sizeof row.stage, "%s", stage);
    snprintf(row.name, sizeof row.name, "%s", name);
    snprintf(row.unit, sizeof row.unit, "%s", unit);
    return row;
}

enum status limits_add(struct limits *limits, const struct limit *row)
{
    if (limits->count == limits->capacity) {
        int capacity = limits->capacity ? 2 * limits->capacity : 64;
        struct limit *grown = realloc(limits->rows, (size_t)capacity * sizeof *grown);
        if (!grown)
            return status_fail(STATUS_MEMORY, "no host memory for a measured limit");
        limits->rows = grown;
        limits->capacity = capacity;
    }
    limits->rows[limits->count++] = *row;
    return STATUS_OK;
}

enum status limits_add_failure(struct limits *limits, const struct limit *row)
{
    struct limit failed = *row;
    failed.value = failed.low = failed.high = NAN;
    failed.samples = 0;
    snprintf(failed.reason, sizeof failed.reason, "%s", status_text());
    return limits_add(limits, &failed);
}

void limits_free(struct limits *limits)
{
    free(limits->rows);
    *limits = (struct limits){0};
}

enum status limit_sample(enum status (*once)(void *context, double *ns), void *context, double budget_ns, int least,
                         struct limit_samples *samples)
{
    enum status status;
    double ignored;
    samples->count = 0;
    TRY(once(context, &ignored));
    int64_t start = clock_ns();
    while (samples->count < SAMPLES_MOST && (samples->count < least || (double)(clock_ns() - start) < budget_ns)) {
        TRY(once(context, &samples->ns[samples->count]));
        samples->count++;
    }
done:
    return status;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The samples in rising order; the quartiles are those of the nearest ranks. */
static int sorted(const struct limit_samples *samples, double *ns)
{
    memcpy(ns, samples->ns, (size_t)samples->count * sizeof *ns);
    qsort(ns, (size_t)samples->count, sizeof *ns, compare);
    return samples->count;
}

void limit_set_rate(struct limit *row, const struct limit_samples *samples, double amount)
{
    double ns[SAMPLES_MOST];
    int n = sorted(samples, ns);
    row->samples = n;
    if (n == 0 || !(ns[0] > 0))
        return;
    row->value = amount / (ns[0] * 1e-9);
    if (n > 1) {
        row->low = amount / (ns[n - 1 - n / 4] * 1e-9);
        row->high = amount / (ns[n / 4] * 1e-9);
    }
}

void limit_set_time(struct limit *row, const struct limit_samples *samples, double repeats)
{
    double ns[SAMPLES_MOST];
    int n = sorted(samples, ns);
    row->samples = n;
    if (n == 0)
        return;
    row->value = (n % 2 ? ns[n / 2] : (ns[n / 2 - 1] + ns[n / 2]) / 2) / repeats;
    if (n > 1) {
        row->low = ns[n / 4] / repeats;
        row->high = ns[n - 1 - n / 4] / repeats;
    }
}

void limit_set_least_time(struct limit *row, const struct limit_samples *samples, double repeats)
{
    limit_set_time(row, samples, repeats);
    for (int i = 0; i < samples->count; i++)
        row->value = fmin(row->value, samples->ns[i] / repeats);
}
