/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What every Gaussian of the suite shares, whatever the pixel type: weights, how an image is cut into bands, and the
 * passes on a device (the kernels are those of kernels/gaussian.clh).
 */
#ifndef OPS_GAUSSIAN_H
#define OPS_GAUSSIAN_H

#include "hardware/plan.h"
#include "images/device_image.h"

enum { GAUSSIAN_RADIUS_MAX = 400 };

#define GAUSSIAN_SIGMA_MAX 100

/* The filter of one axis: weight[0] at the centre, weight[i] at both pixels i away. */
struct gaussian {
    int radius;
    float weight[GAUSSIAN_RADIUS_MAX + 1];
};

/* int(4 * sigma + 0.5), scipy's truncate=4. */
int gaussian_radius(double sigma);

/* The filters for x, y and z: exp(-i^2 / (2 sigma^2)), normalised in double. An axis with sigma 0 or of size 1 gets
 * radius 0 and weight 1, which leaves it as it is. */
void gaussian_filters(const double sigma[3], struct shape shape, struct gaussian filters[3]);

/* Arithmetic operations per pixel. */
double gaussian_flops_per_px(const double sigma[3], struct shape shape);

/* Rows per band, a multiple of `step`, for the shortest time when every band is cut into `pieces` equal ones of which
 * `at_once` are worked on at a time, and a band costs as much as its rows and `overlap` more. At most `most` rows. */
int64_t gaussian_band(int64_t rows, int64_t most, int64_t step, int64_t pieces, int64_t at_once, int64_t overlap);

/* Appends the passes that filter `in` into `out`, which share shape and stride; `out` has the type of `in` or float32,
 * which nothing is rounded to. With `other`, which may be `in` or `out`, the last pass also takes the step that the
 * kernel file defines as FINISH, and `out` is float32. */
enum status gaussian_plan(struct plan *plan, const struct gaussian filters[3], const struct device_image *in,
                          const struct device_image *out, const struct device_image *other);

#endif
