/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The Wilcoxon signed-rank test turned into an estimate with bounds (Hollander, Wolfe, Chicken, Nonparametric
 * Statistical Methods, 3rd edition, sections 3.2 and 3.3): the rank sum W counts the means of two values that are above
 * 0, so the k-th smallest of these means is a lower bound, where k is the smallest value that W takes or stays under
 * with more probability than is left over for error. The distribution of W is computed exactly, never by the normal
 * approximation: for 10 pairs and 99 % that would be off.
 *
 * Ties and zeros need no rule of their own. Equal values make equal means, and bounds taken from the distribution
 * without ties are then on the safe side. A difference of 0 is kept: it counts as not above 0, hence against "slower".
 */
#include "bench/gate_statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEANS_MOST = GATE_PAIRS_MOST * (GATE_PAIRS_MOST + 1) / 2 };

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* chance[w] = P(W = w): each rank r = 1..n is added or not, with even odds. */
static void fill_chances(double *chance, int n)
{
    const int most = n * (n + 1) / 2;
    memset(chance, 0, (size_t)(most + 1) * sizeof *chance);
    chance[0] = 1;
    for (int r = 1, top = 0; r <= n; r++) {
        top += r;
        for (int w = top; w >= 0; w--)
            chance[w] = (chance[w] + (w >= r ? chance[w - r] : 0)) / 2;
    }
}

double signed_rank_probability(int w, int n)
{
    double chance[MEANS_MOST + 1], sum = 0;
    assert(n >= 0 && n <= GATE_PAIRS_MOST);
    const int most = n * (n + 1) / 2;
    fill_chances(chance, n);
    for (int i = 0; i <= w && i <= most; i++)
        sum += chance[i];
    return sum;
}

/* How many of the smallest means lie at or under the lower bound: the least k with P(W < k) <= error < P(W <= k); 0
 * when even W = 0 has more probability than that. */
static int bound_rank(int n, double error)
{
    double chance[MEANS_MOST + 1], sum = 0;
    fill_chances(chance, n);
    for (int w = 0; w <= n * (n + 1) / 2; w++) {
        sum += chance[w];
        if (sum > error)
            return w;
    }
    return 0;
}

struct shift signed_rank_shift(const double *values, int n, double confidence)
{
    double means[MEANS_MOST];
    int count = 0;
    assert(n >= 0 && n <= GATE_PAIRS_MOST && confidence > 0.5 && confidence < 1);
    if (n == 0)
        return (struct shift){0, NAN, -INFINITY, INFINITY};
    for (int i = 0; i < n; i++)
        for (int j = i; j < n; j++)
            means[count++] = (values[i] + values[j]) / 2;
    qsort(means, (size_t)count, sizeof *means, ascending);
    const int k = bound_rank(n, 1 - confidence);
    return (struct shift){
        .n = n,
        .estimate = count % 2 ? means[count / 2] : (means[count / 2 - 1] + means[count / 2]) / 2,
        .low = k > 0 ? means[k - 1] : -INFINITY,
        .high = k > 0 ? means[count - k] : INFINITY,
    };
}

double quantile_of(const double *values, int n, double share)
{
    double *sorted = n > 0 ? malloc((size_t)n * sizeof *sorted) : NULL;
    if (!sorted)
        return NAN;
    memcpy(sorted, values, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    const double position = share * (n - 1);
    const int below = (int)position;
    const double quantile =
        below + 1 < n ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]) : sorted[n - 1];
    free(sorted);
    return quantile;
}

/* P(at most count of n) when each has probability rate, 0 < rate < 1. */
static double at_most(int count, int n, double rate)
{
    double sum = 0;
    for (int k = 0; k <= count; k++)
        sum += exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) + k * log(rate) + (n - k) * log1p(-rate));
    return sum;
}

double rate_at_most(int count, int n, double confidence)
{
    double low = 0, high = 1;
    if (count >= n)
        return 1;
    for (int i = 0; i < 60; i++) {
        const double half = (low + high) / 2;
        if (at_most(count, n, half) > 1 - confidence)
            low = half;
        else
            high = half;
    }
    return high;
}
