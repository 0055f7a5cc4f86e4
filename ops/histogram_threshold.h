/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The definition of the automatic thresholds: from a histogram to a number.
 */
#ifndef OPS_HISTOGRAM_THRESHOLD_H
#define OPS_HISTOGRAM_THRESHOLD_H

#include <stdint.h>

enum { HISTOGRAM_BINS = 256 };

/* In the order of the choices of auto_threshold's parameter `method`. */
enum threshold_method { THRESHOLD_OTSU, THRESHOLD_ISODATA };

/* The threshold for an image with that histogram over [low, high]; a pixel is foreground if it is greater. For
 * high <= low, a constant image, it is `high`: nothing is foreground. */
float histogram_threshold(const uint64_t bins[HISTOGRAM_BINS], double low, double high, enum threshold_method method);

#endif
