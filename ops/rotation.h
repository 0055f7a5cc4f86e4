/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Points of an image as geometric operations compute them, in float32: the same constants for every implementation.
 */
#ifndef OPS_ROTATION_H
#define OPS_ROTATION_H

#include "images/image.h"

enum { AXIS_X, AXIS_Y, AXIS_Z, AXES };

/* Where a pixel of the turned image comes from:
 *
 *     source[i] = fma(m[i][0], x - centre[0], fma(m[i][1], y - centre[1], fma(m[i][2], z - centre[2], centre[i])))
 *
 * Relative to the centre, since there and along its axes the rounding of m then has no effect. Kernels take it by
 * value.
 */
struct rotation {
    float m[AXES][AXES]; /* of the inverse rotation */
    float centre[AXES];  /* the middle of the image */
    float last[AXES];    /* the last pixel of each axis; rounded down where a float cannot hold it */
};

/* The rotation by degrees[0] about x, then degrees[1] about y, then degrees[2] about z. About z, x turns towards y;
 * about x, y towards z; about y, z towards x. In double, rounded once; multiples of 90 degrees are exact. */
struct rotation rotation_make(const double degrees[AXES], struct shape shape);

/* Sine and cosine of an angle in degrees; exact for multiples of 90. */
void sine_and_cosine(double degrees, double *sine, double *cosine);

/* The largest float that is not larger than the index of the last pixel of an axis. */
float last_pixel(int64_t size);

#endif
