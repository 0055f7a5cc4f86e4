/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The logarithm of the curve is cleared of single wrong points (median of three), made to fall (larger sets are not
 * faster: pool adjacent violators, Ayer et al. 1955, doi:10.1214/aoms/1177728423) and cut into the longest flat parts.
 * Flat parts with a weak edge between them are one plateau or a slope, and a slope is not a plateau.
 */
#include "hardware/cache_steps.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Ratios of rates: a plateau's largest inner fall, the least fall of an edge, and the largest fall of joined parts. */
struct ratios {
    double flat, edge, joined;
};

static const struct ratios calm = {1.05, 1.12, 1.15}, noisy = {1.15, 1.25, 1.4};
/* The first tercile of second differences of logarithms at 5 % noise (evenly between -5 % and 5 %). */
static const double NOISE = 0.03;

/* Points first to last of a curve. */
struct part {
    int first, last;
};

struct curve {
    const int64_t *bytes;
    const double *rate;
    double fit[CACHE_POINTS]; /* logarithm, falling */
    struct ratios ratios;
    int count;
    struct part parts[CACHE_POINTS];
    int part_count;
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Two thirds of a curve may be steps and slopes: noise is what bends the calmest third. */
static struct ratios choose_ratios(const struct curve *c)
{
    double bend[CACHE_POINTS] = {0};
    const int bends = c->count - 2;
    for (int i = 0; i < bends; i++)
        bend[i] = fabs(log(c->rate[i] * c->rate[i + 2] / (c->rate[i + 1] * c->rate[i + 1])));
    qsort(bend, (size_t)bends, sizeof *bend, compare);
    double noise = fmin(bend[bends / 3] / NOISE, 1);
    return (struct ratios){fmax(pow(noisy.flat, noise), calm.flat), fmax(pow(noisy.edge, noise), calm.edge),
                           fmax(pow(noisy.joined, noise), calm.joined)};
}

static double median_of_3(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

static void fit_falling(struct curve *c)
{
    double mean[CACHE_POINTS];
    int weight[CACHE_POINTS], blocks = 0;
    for (int i = 0; i < c->count; i++) {
        bool inside = i > 0 && i < c->count - 1;
        mean[blocks] = log(inside ? median_of_3(c->rate[i - 1], c->rate[i], c->rate[i + 1]) : c->rate[i]);
        weight[blocks++] = 1;
        for (; blocks > 1 && mean[blocks - 1] > mean[blocks - 2]; blocks--) {
            int sum = weight[blocks - 2] + weight[blocks - 1];
            mean[blocks - 2] = (mean[blocks - 2] * weight[blocks - 2] + mean[blocks - 1] * weight[blocks - 1]) / sum;
            weight[blocks - 2] = sum;
        }
    }
    for (int block = 0, i = 0; block < blocks; block++)
        for (int k = 0; k < weight[block]; k++)
            c->fit[i++] = mean[block];
}

static double drop(const struct curve *c, int from, int to)
{
    return exp(c->fit[from] - c->fit[to]);
}

static double octaves(const struct curve *c, struct part part)
{
    return log2((double)c->bytes[part.last] / (double)c->bytes[part.first]);
}

/* Flat parts between two points, in order: the longest one, and those on either side of it. */
static void cut(struct curve *c, int from, int to)
{
    struct part best = {0};
    double best_octaves = 0;
    for (int i = from; i <= to; i++)
        for (int j = i + 1; j <= to && drop(c, i, j) <= c->ratios.flat; j++) {
            struct part part = {i, j};
            double longer = octaves(c, part) - best_octaves;
            if (octaves(c, part) > 0.999 &&
                (longer > 1e-9 || (longer > -1e-9 && drop(c, i, j) < drop(c, best.first, best.last)))) {
                best = part;
                best_octaves = octaves(c, part);
            }
        }
    if (best_octaves == 0)
        return;
    cut(c, from, best.first - 1);
    c->parts[c->part_count++] = best;
    cut(c, best.last + 1, to);
}

static void remove_part(struct curve *c, int i)
{
    c->part_count--;
    for (; i < c->part_count; i++)
        c->parts[i] = c->parts[i + 1];
}

/* Joins parts that no edge separates; of two that are too far apart for that, the shorter one belongs to a slope. */
static void join(struct curve *c)
{
    for (;;) {
        int weakest = -1;
        double least = c->ratios.edge;
        for (int i = 0; i + 1 < c->part_count; i++) {
            double edge = drop(c, c->parts[i].last, c->parts[i + 1].first);
            if (edge < least) {
                least = edge;
                weakest = i;
            }
        }
        if (weakest < 0)
            return;
        struct part *left = &c->parts[weakest], *right = left + 1;
        if (drop(c, left->first, right->last) <= c->ratios.joined) {
            left->last = right->last;
            remove_part(c, weakest + 1);
        } else {
            remove_part(c, weakest + (octaves(c, *left) >= octaves(c, *right)));
        }
    }
}

/* Whether the rate falls clearly within an octave of the part's end, or the curve ends there. */
static bool ends_clearly(const struct curve *c, struct part part)
{
    int i = part.last;
    if (2 * c->bytes[i] > c->bytes[c->count - 1])
        return true;
    while (i + 1 < c->count && c->bytes[i + 1] <= 2 * c->bytes[part.last])
        i++;
    return drop(c, part.last, i) >= c->ratios.edge;
}

/* False if the points do not agree: a busy machine interrupts a measurement so often that most of them are wrong. */
static bool plateau_of(const struct curve *c, struct part part, struct cache_plateau *plateau)
{
    double sorted[CACHE_POINTS];
    int n = part.last - part.first + 1, near = 0;
    for (int i = 0; i < n; i++)
        sorted[i] = c->rate[part.first + i];
    qsort(sorted, (size_t)n, sizeof *sorted, compare);
    *plateau = (struct cache_plateau){
        .first_bytes = c->bytes[part.first],
        .last_bytes = c->bytes[part.last],
        .rate = n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2,
        .low = sorted[n / 4],
        .high = sorted[n - 1 - n / 4],
        .points = n,
    };
    for (int i = 0; i < n; i++)
        near += fabs(sorted[i] / plateau->rate - 1) < 0.2;
    return 3 * near >= 2 * n;
}

int cache_plateaus(const int64_t *bytes, const double *rate, int count, struct cache_plateau found[CACHE_PLATEAUS])
{
    struct curve c = {.bytes = bytes, .rate = rate, .count = count};
    if (count < 3 || count > CACHE_POINTS)
        return 0;
    for (int i = 0; i < count; i++)
        if (!(rate[i] > 0) || !isfinite(rate[i]) || bytes[i] <= (i ? bytes[i - 1] : 0))
            return 0;
    c.ratios = choose_ratios(&c);
    fit_falling(&c);
    cut(&c, 0, count - 1);
    join(&c);
    int kept = 0;
    for (int i = 0; i < c.part_count && kept < CACHE_PLATEAUS; i++)
        kept += ends_clearly(&c, c.parts[i]) && plateau_of(&c, c.parts[i], &found[kept]);
    /* One that begins on a slope is all that is left of the slope. */
    return kept == 1 && found[0].first_bytes > 2 * bytes[0] ? 0 : kept;
}

/* Octaves between edges and expected sizes, plus what no difference can outweigh for each plateau without a name. */
static double misfit(const struct cache_plateau *found, int count, const int64_t *expected_bytes, const int *level)
{
    double sum = 0;
    int named = 0;
    for (int i = 0; i < CACHE_LEVELS; i++) {
        if (level[i] < 0)
            continue;
        named++;
        if (expected_bytes[i] > 0)
            sum += fabs(log2((double)found[level[i]].last_bytes / (double)expected_bytes[i]));
    }
    return sum + 1000.0 * (count - named);
}

/* Tries every name from `from` on for the levels from `i` on. */
static void try_names(const struct cache_plateau *found, int count, const int64_t *expected_bytes, int i, int from,
                      int *level, double *least, int *best)
{
    if (i == CACHE_LEVELS) {
        double sum = misfit(found, count, expected_bytes, level);
        if (sum < *least) {
            *least = sum;
            for (int k = 0; k < CACHE_LEVELS; k++)
                best[k] = level[k];
        }
        return;
    }
    for (int plateau = from; plateau < count; plateau++) {
        level[i] = plateau;
        try_names(found, count, expected_bytes, i + 1, plateau + 1, level, least, best);
    }
    level[i] = -1;
    try_names(found, count, expected_bytes, i + 1, from, level, least, best);
}

void cache_levels(const struct cache_plateau *found, int count, int64_t curve_bytes,
                  const int64_t expected_bytes[CACHE_LEVELS], int level[CACHE_LEVELS + 1])
{
    int trial[CACHE_LEVELS];
    double least = INFINITY;
    int64_t largest = 0;
    for (int i = 0; i < CACHE_LEVELS; i++)
        largest = expected_bytes[i] > largest ? expected_bytes[i] : largest;
    level[CACHE_LEVELS] = -1;
    if (count > 0 && 2 * found[count - 1].last_bytes > curve_bytes) {
        count--;
        if (curve_bytes >= 2 * largest)
            level[CACHE_LEVELS] = count;
    }
    try_names(found, count, expected_bytes, 0, 0, trial, &least, level);
}
