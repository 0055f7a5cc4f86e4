/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Order statistics, because times are not normally distributed: they have a floor and a long tail, and a mean or a
 * standard deviation says little about them. The median's interval comes from exact binomial ranks and assumes no
 * distribution.
 *
 * The ratio of two medians has a bootstrap interval. Resampling is not done: the m-th smallest of n draws with
 * replacement from a sorted sample is at most its j-th value when at least m of the draws fall on the first j, which is
 * a binomial probability. So the distribution of a resample's median is known exactly, as a short list of values with
 * their shares (Efron, Annals of Statistics 7, 1979, section 3), and the percentiles of the ratio of two such medians
 * follow from the two lists. The interval is the one that infinitely many resamples would give. It takes 5 microseconds
 * for 15 samples a side and 0.4 milliseconds for 300, a thousandth of 10 000 resamples.
 */
#include "bench/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* To be freed; NULL when memory is not enough. */
static double *sorted_copy(const double *values, int n)
{
    double *sorted = malloc((size_t)n * sizeof *sorted);
    if (!sorted)
        return NULL;
    memcpy(sorted, values, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, compare_doubles);
    return sorted;
}

static double middle(const double *sorted, int n)
{
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/* Linear between the neighbouring values: R's type 7, numpy's default. */
static double quantile(const double *sorted, int n, double share)
{
    double position = share * (n - 1);
    int below = (int)position;
    return below + 1 < n ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]) : sorted[n - 1];
}

/* How many values at each end the 95 % interval of the median leaves out: the largest r for which at most r - 1 of n
 * fair coins show heads with a probability of at most 2.5 %, less one. With fewer than 6 values there is no such r. */
static int values_left_out(int n)
{
    double logarithm = -n * log(2), tail = exp(logarithm);
    int heads = 0;
    while (tail <= 0.025 && heads < n) {
        logarithm += log((double)(n - heads) / (heads + 1));
        tail += exp(logarithm);
        heads++;
    }
    return heads > 0 ? heads - 1 : 0;
}

struct ranked {
    double value, rank;
    int position;
};

static int compare_ranked(const void *a, const void *b)
{
    return compare_doubles(&((const struct ranked *)a)->value, &((const struct ranked *)b)->value);
}

/* Spearman: the correlation of positions with ranks, equal values sharing the mean of their ranks. */
static double drift_of(const double *values, int n)
{
    double mean = (n - 1) / 2.0, products = 0, positions = 0, ranks = 0;
    struct ranked *sorted = malloc((size_t)n * sizeof *sorted);
    if (!sorted)
        return NAN;
    for (int i = 0; i < n; i++)
        sorted[i] = (struct ranked){.value = values[i], .position = i};
    qsort(sorted, (size_t)n, sizeof *sorted, compare_ranked);
    for (int first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && sorted[end].value == sorted[first].value; end++)
            ;
        for (int i = first; i < end; i++)
            sorted[i].rank = (first + end - 1) / 2.0;
    }
    for (int i = 0; i < n; i++) {
        double p = sorted[i].position - mean, r = sorted[i].rank - mean;
        products += p * r;
        positions += p * p;
        ranks += r * r;
    }
    free(sorted);
    return ranks > 0 ? products / sqrt(positions * ranks) : 0;
}

struct summary summarise(const double *values, int n)
{
    struct summary s = {.n = n > 0 ? n : 0};
    if (n <= 0)
        return s;
    double *sorted = sorted_copy(values, n);
    s.drift = drift_of(values, n);
    if (!sorted) {
        s.median = s.low = s.high = s.min = s.q1 = s.q3 = s.max = NAN;
        return s;
    }
    int out = values_left_out(n);
    s.median = middle(sorted, n);
    s.low = sorted[out];
    s.high = sorted[n - 1 - out];
    s.min = sorted[0];
    s.q1 = quantile(sorted, n, 0.25);
    s.q3 = quantile(sorted, n, 0.75);
    s.max = sorted[n - 1];
    double fence = 3 * (s.q3 - s.q1);
    for (int i = 0; i < n; i++)
        s.severe += sorted[i] < s.q1 - fence || sorted[i] > s.q3 + fence;
    free(sorted);
    return s;
}

double median_of(const double *values, int n)
{
    if (n <= 0)
        return 0;
    double *sorted = sorted_copy(values, n);
    double median = sorted ? middle(sorted, n) : NAN;
    free(sorted);
    return median;
}

double relative_width(const struct summary *summary)
{
    return summary->median > 0 ? (summary->high - summary->low) / 2 / summary->median : INFINITY;
}

/* One value that the median of a resample can take, and the share of resamples in which it does. */
struct outcome {
    double value, share;
};

/* What is rarer is left out: together under 1e-5 of all resamples, where 10 000 real ones would err by 1.5e-3. */
static const double share_ignored = 1e-7;
enum { GAP_MAX = 16 }; /* the two middle draws are further apart than that in e^-16 of the resamples */

static int compare_outcomes(const void *a, const void *b)
{
    return compare_doubles(&((const struct outcome *)a)->value, &((const struct outcome *)b)->value);
}

/* Probability that at least m of n draws succeed when each does with probability j / n: summed from m away from the
 * mean, where the terms only shrink. */
static double at_least(int n, int m, int j, double log_choose)
{
    if (j == n)
        return 1;
    double p = (double)j / n, odds = (double)j / (n - j), sum = 0;
    double term = exp(log_choose + m * log(p) + (n - m) * log1p(-p));
    if (j >= m) {
        for (int k = m; k > 0 && term > 1e-17 * sum; k--) {
            term *= k / (odds * (n - k + 1));
            sum += term;
        }
        return 1 - sum;
    }
    for (int k = m; k <= n && term > 1e-17 * sum; k++) {
        sum += term;
        term *= odds * (n - k) / (k + 1);
    }
    return sum;
}

/* reach[j] is the logarithm of (j/n)^m - ((j-1)/n)^m: m draws are all among the first j values and at least one is the
 * j-th. */
static void fill_reach(double *reach, int n, int m)
{
    for (int j = 1; j <= n; j++)
        reach[j] = m * log((double)j / n) + log1p(-pow((double)(j - 1) / j, m));
}

/* An even resample's median lies halfway between its m-th and its next draw, m = n / 2. The m-th is the j-th value and
 * the next the k-th, k > j, when some m draws reach up to j and the others down to k. The rest of j's share: k = j. */
static int add_pairs(const double *sorted, const double *reach, int n, int j, double share, double log_choose,
                     struct outcome *outcomes)
{
    int count = 0;
    double log_j = log_choose + reach[j], beyond = j < n ? exp(log_j + n / 2 * log1p(-(double)j / n)) : 0;
    outcomes[count++] = (struct outcome){sorted[j - 1], fmax(share - beyond, 0)};
    for (int k = j + 1; k <= n && k <= j + GAP_MAX && beyond > share_ignored; k++) {
        double pair = exp(log_j + reach[n - k + 1]);
        outcomes[count++] = (struct outcome){(sorted[j - 1] + sorted[k - 1]) / 2, pair};
        beyond -= pair;
    }
    return count;
}

/* All that the median of a resample can be, ascending. `reach` has room for n + 1, `outcomes` for n * (GAP_MAX + 1). */
static int fill_outcomes(const double *sorted, double *reach, int n, struct outcome *outcomes)
{
    int m = (n + 1) / 2, count = 0;
    double log_choose = lgamma(n + 1.0) - lgamma(m + 1.0) - lgamma(n - m + 1.0), before = 0;
    if (n % 2 == 0)
        fill_reach(reach, n, m);
    for (int j = 1; j <= n; j++) {
        double now = at_least(n, m, j, log_choose), share = now - before;
        before = now;
        if (share <= share_ignored)
            continue;
        if (n % 2)
            outcomes[count++] = (struct outcome){sorted[j - 1], share};
        else
            count += add_pairs(sorted, reach, n, j, share, log_choose, outcomes + count);
    }
    if (n % 2 == 0)
        qsort(outcomes, (size_t)count, sizeof *outcomes, compare_outcomes);
    return count;
}

/* The resamples of one side. */
struct resamples {
    double median;
    struct outcome *outcomes; /* to be freed */
    int count;                /* 0: no values, not positive, or no memory */
};

static struct resamples resamples_of(const double *values, int n)
{
    struct resamples r = {0};
    if (n <= 0)
        return r;
    double *sorted = sorted_copy(values, n), *reach = malloc(((size_t)n + 1) * sizeof *reach);
    r.outcomes = malloc((size_t)n * (GAP_MAX + 1) * sizeof *r.outcomes);
    if (sorted && reach && r.outcomes && sorted[0] > 0) {
        r.median = middle(sorted, n);
        r.count = fill_outcomes(sorted, reach, n, r.outcomes);
    }
    free(sorted);
    free(reach);
    return r;
}

/* Share of pairs with a / b <= ratio. Both lists ascend, so b is walked once. */
static double share_up_to(const struct resamples *a, const struct resamples *b, double ratio)
{
    double share = 0, below = 0;
    int next = 0;
    for (int i = 0; i < a->count; i++) {
        while (next < b->count && b->outcomes[next].value * ratio < a->outcomes[i].value)
            below += b->outcomes[next++].share;
        if (next == b->count)
            break;
        share += a->outcomes[i].share * (1 - below);
    }
    return share;
}

/* The smallest ratio with at least that share of pairs up to it, to 9 digits. */
static double ratio_at(const struct resamples *a, const struct resamples *b, double share)
{
    double low = a->outcomes[0].value / b->outcomes[b->count - 1].value;
    double high = a->outcomes[a->count - 1].value / b->outcomes[0].value;
    if (share_up_to(a, b, low) >= share)
        return low;
    while (high - low > 1e-9 * high) {
        double half = low + (high - low) / 2;
        if (share_up_to(a, b, half) >= share)
            high = half;
        else
            low = half;
    }
    return high;
}

struct ratio ratio_of_medians(const double *a, int a_n, const double *b, int b_n)
{
    struct ratio ratio = {NAN, NAN, NAN};
    struct resamples of_a = resamples_of(a, a_n), of_b = resamples_of(b, b_n);
    if (of_a.count && of_b.count)
        ratio = (struct ratio){of_a.median / of_b.median, ratio_at(&of_a, &of_b, 0.025), ratio_at(&of_a, &of_b, 0.975)};
    free(of_a.outcomes);
    free(of_b.outcomes);
    return ratio;
}

const char *verdict(const struct ratio *speedup)
{
    if (isnan(speedup->estimate))
        return "";
    return speedup->low > 1.10 ? "GPU" : speedup->high < 0.91 ? "CPU" : "toss-up";
}
