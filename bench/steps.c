/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A piecewise constant fit to the logarithms of the values, by the optimal partition (Jackson et al., IEEE Signal
 * Processing Letters 12, 2005): of all ways to cut the series into levels the one with the least sum of squares plus a
 * penalty for each cut. Cutting a level in two, n1 and n2 values whose means differ by d, lowers the sum of squares by
 * d^2 n1 n2 / (n1 + n2), which is the noise squared times z^2. So a penalty of 25 noises squared asks for z > 5.
 *
 * The noise is robust: 1.4826 times the median of |differences of neighbours|, over the root of 2. A step adds one
 * difference to hundreds, and changes nothing. Single values that stick out are taken away first by a running median of
 * three, which moves no step: what is new must be seen twice in a row. Half a per cent of noise is assumed at least, so
 * that a quiet series does not make a step of a rounding.
 */
#include "bench/steps.h"

#include <math.h>
#include <stdlib.h>

#include "bench/statistics.h"

enum { LEVEL_LEAST = 2 };
static const double penalty_z = 5, noise_least = 0.005;

static double middle_of_three(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

struct fit {
    int n;
    double *log_values, *smooth, *sum, *squares, *cost; /* sums before i, cost of the best partition of the first i */
    int *cut;                                           /* where its last level begins */
};

static double noise_of(const struct fit *f)
{
    double differences[STEPS_POINTS_MOST];
    for (int i = 0; i + 1 < f->n; i++)
        differences[i] = fabs(f->log_values[i + 1] - f->log_values[i]);
    return fmax(1.4826 * median_of(differences, f->n - 1) / sqrt(2), noise_least);
}

static void prepare(struct fit *f, const double *values)
{
    for (int i = 0; i < f->n; i++)
        f->log_values[i] = log(values[i]);
    for (int i = 0; i < f->n; i++) {
        int middle = i == 0 ? 1 : i == f->n - 1 ? f->n - 2 : i;
        f->smooth[i] = middle_of_three(f->log_values[middle - 1], f->log_values[middle], f->log_values[middle + 1]);
    }
    f->sum[0] = f->squares[0] = 0;
    for (int i = 0; i < f->n; i++) {
        const double v = f->smooth[i] - f->smooth[0]; /* near 0: squares that cancel keep their digits */
        f->sum[i + 1] = f->sum[i] + v;
        f->squares[i + 1] = f->squares[i] + v * v;
    }
}

static void partition(struct fit *f)
{
    const double noise = noise_of(f), penalty = penalty_z * penalty_z * noise * noise;
    f->cost[0] = -penalty;
    for (int end = 1; end <= f->n; end++) {
        f->cost[end] = INFINITY;
        f->cut[end] = 0;
        for (int start = 0; start + LEVEL_LEAST <= end; start++) {
            const double s = f->sum[end] - f->sum[start], q = f->squares[end] - f->squares[start];
            const double cost = f->cost[start] + q - s * s / (end - start) + penalty;
            if (cost < f->cost[end]) {
                f->cost[end] = cost;
                f->cut[end] = start;
            }
        }
    }
}

/* Walks the cuts back to front and gives the starts of the levels in order; returns their number. */
static int level_starts(const struct fit *f, int *starts)
{
    int count = 0;
    for (int end = f->n; end > 0; end = f->cut[end])
        starts[count++] = f->cut[end];
    for (int i = 0; i < count / 2; i++) {
        int swap = starts[i];
        starts[i] = starts[count - 1 - i];
        starts[count - 1 - i] = swap;
    }
    return count;
}

/* The steps between levels; a cut under `least` joins its levels. */
static int read_steps(const struct fit *f, const double *values, int skipped, double least, struct step *steps,
                      int most)
{
    int starts[STEPS_POINTS_MOST], levels = level_starts(f, starts), count = 0, from = 0;
    for (int i = 1; i < levels && count < most; i++) {
        const int end = i + 1 < levels ? starts[i + 1] : f->n;
        const double before = median_of(values + from, starts[i] - from);
        const double after = median_of(values + starts[i], end - starts[i]);
        if (fabs(log(after / before)) < log1p(least))
            continue;
        steps[count++] = (struct step){skipped + starts[i], before, after};
        from = starts[i];
    }
    return count;
}

int steps_find(const double *values, int n, double least, struct step *steps, int most)
{
    const int skipped = n > STEPS_POINTS_MOST ? n - STEPS_POINTS_MOST : 0;
    struct fit f = {.n = n - skipped};
    int count = -1;
    if (f.n < 2 * LEVEL_LEAST)
        return 0;
    const size_t room = (size_t)f.n + 1;
    double *block = malloc(5 * room * sizeof *block);
    f.cut = malloc(room * sizeof *f.cut);
    if (block && f.cut) {
        f.log_values = block;
        f.smooth = block + room;
        f.sum = block + 2 * room;
        f.squares = block + 3 * room;
        f.cost = block + 4 * room;
        prepare(&f, values + skipped);
        partition(&f);
        count = read_steps(&f, values + skipped, skipped, least, steps, most);
    }
    free(block);
    free(f.cut);
    return count;
}
