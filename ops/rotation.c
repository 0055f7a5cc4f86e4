/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Angles, matrices, limits.
 */
#include "ops/rotation.h"

#include <math.h>

void sine_and_cosine(double degrees, double *sine, double *cosine)
{
    static const double quarter[4] = {0, 1, 0, -1};
    const double turn = fmod(fmod(degrees, 360) + 360, 360), quarters = turn / 90;
    if (quarters == floor(quarters)) {
        *sine = quarter[(int)quarters % 4];
        *cosine = quarter[((int)quarters + 1) % 4];
        return;
    }
    const double radians = turn * (3.14159265358979323846 / 180);
    *sine = sin(radians);
    *cosine = cos(radians);
}

float last_pixel(int64_t size)
{
    const float last = (float)(size - 1);
    return (double)last > (double)(size - 1) ? nextafterf(last, 0) : last;
}

struct rotation rotation_make(const double degrees[AXES], struct shape shape)
{
    const int64_t size[AXES] = {shape.width, shape.height, shape.depth};
    double s[AXES], c[AXES];
    struct rotation r;
    for (int axis = 0; axis < AXES; axis++) {
        sine_and_cosine(degrees[axis], &s[axis], &c[axis]);
        r.centre[axis] = (float)((double)(size[axis] - 1) / 2);
        r.last[axis] = last_pixel(size[axis]);
    }
    /* Columns of Z * Y * X, which are the rows of its inverse. */
    const double inverse[AXES][AXES] = {
        {c[2] * c[1], s[2] * c[1], -s[1]},
        {c[2] * s[1] * s[0] - s[2] * c[0], s[2] * s[1] * s[0] + c[2] * c[0], c[1] * s[0]},
        {c[2] * s[1] * c[0] + s[2] * s[0], s[2] * s[1] * c[0] - c[2] * s[0], c[1] * c[0]},
    };
    for (int i = 0; i < AXES; i++)
        for (int k = 0; k < AXES; k++)
            r.m[i][k] = (float)(inverse[i][k] + 0.0); /* no -0 */
    return r;
}
