/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The chosen bin i stands for its centre low + i * (high - low) / 255, in double, multiplication first, rounded to
 * float32.
 *
 * Otsu (1979): with w1 and s1 the number of pixels in the bins 0..i and the sum of their bin numbers, w2 and s2 those
 * of the bins above, the first i with the largest (w1 * w2) * (d * d), d = s1 / w1 - s2 / w2. Means of bin numbers
 * instead of centres change it by a constant factor only, and make every sum an exact integer: the order of summing is
 * free.
 *
 * Isodata: the iteration of Ridler and Calvard (1978) as ImageJ's "Default" does it. A highest bin that counts more
 * than twice the second highest is cut to floor(1.5 * second), so that a large background does not decide; then the
 * first and the last bin are left out. For i rising from the first bin that is not empty, level = (mean of the bins up
 * to i + mean of those above) / 2, until level < i + 2 or i + 2 is not below the last bin that is not empty; the result
 * is floor(level + 0.5). With fewer than two bins left it is 128.
 *
 * kernels/auto_threshold.cl takes the same steps, all i at once.
 */
#include "ops/histogram_threshold.h"

#include <math.h>
#include <string.h>

enum { BINS = HISTOGRAM_BINS };

static int otsu_bin(const uint64_t *bins)
{
    uint64_t pixels = 0, sum = 0, below = 0, sum_below = 0;
    double largest = 0;
    int best = 0;
    for (int i = 0; i < BINS; i++) {
        pixels += bins[i];
        sum += (uint64_t)i * bins[i];
    }
    for (int i = 0; i < BINS; i++) {
        below += bins[i];
        sum_below += (uint64_t)i * bins[i];
        double w1 = (double)below, w2 = (double)(pixels - below);
        if (w1 == 0 || w2 == 0)
            continue;
        double d = (double)sum_below / w1 - (double)(sum - sum_below) / w2, variance = (w1 * w2) * (d * d);
        if (variance > largest) {
            largest = variance;
            best = i;
        }
    }
    return best;
}

/* The histogram without the weight of a dominant bin and of the two ends. */
static void trim(const uint64_t *bins, uint64_t *kept)
{
    uint64_t second = 0;
    int mode = 0;
    memcpy(kept, bins, BINS * sizeof *kept);
    for (int i = 0; i < BINS; i++)
        if (bins[i] > bins[mode])
            mode = i;
    for (int i = 0; i < BINS; i++)
        if (i != mode && bins[i] > second)
            second = bins[i];
    if (bins[mode] > 2 * second && second > 0)
        kept[mode] = second + second / 2;
    kept[0] = kept[BINS - 1] = 0;
}

static int isodata_bin(const uint64_t *bins)
{
    uint64_t kept[BINS], pixels = 0, sum = 0, below = 0, sum_below = 0;
    int first = BINS, last = -1;
    trim(bins, kept);
    for (int i = 0; i < BINS; i++) {
        pixels += kept[i];
        sum += (uint64_t)i * kept[i];
        last = kept[i] ? i : last;
        first = kept[i] && first == BINS ? i : first;
    }
    for (int i = first; i < last; i++) {
        below += kept[i];
        sum_below += (uint64_t)i * kept[i];
        double lower = (double)sum_below / (double)below, upper = (double)(sum - sum_below) / (double)(pixels - below);
        double level = (lower + upper) / 2;
        if (level < i + 2 || i + 2 >= last)
            return (int)floor(level + 0.5);
    }
    return BINS / 2;
}

float histogram_threshold(const uint64_t bins[HISTOGRAM_BINS], double low, double high, enum threshold_method method)
{
    if (!(high > low))
        return (float)high;
    int bin = method == THRESHOLD_OTSU ? otsu_bin(bins) : isodata_bin(bins);
    return (float)(low + bin * (high - low) / (BINS - 1));
}
