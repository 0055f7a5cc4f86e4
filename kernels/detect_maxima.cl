/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Strict maxima among neighbours, see ops/detect_maxima.c. One work-item takes LANES pixels of ROWS rows. Each row around
 * is loaded once, as a vector and a pixel on either side, and compared with the rows beside it.
 */
#if defined PIXEL_IS_U8
#define pixels PASTE(uchar, LANES)
#define truths PASTE(char, LANES)
#elif defined PIXEL_IS_U16
#define pixels PASTE(ushort, LANES)
#define truths PASTE(short, LANES)
#else
#define pixels PASTE(float, LANES)
#define truths PASTE(int, LANES)
#endif

#if LANES == 16
#define LANE_NUMBERS (truths)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define SHIFTED_RIGHT(left, here) (pixels)(left, here.s01234567, here.s89ab, here.scde)
#define SHIFTED_LEFT(here, right) (pixels)(here.s12345678, here.s9abc, here.sdef, right)
#else
#define LANE_NUMBERS (truths)(0, 1, 2, 3)
#define SHIFTED_RIGHT(left, here) (pixels)(left, here.s012)
#define SHIFTED_LEFT(here, right) (pixels)(here.s123, right)
#endif

/* What the pixels of a row have at their sides; all ones in the lanes that have nothing there. */
struct sides {
    truths no_left, no_right;
};

/* All ones in the lanes whose pixel is greater than its neighbours in the row at `row`, which may be its own. */
static inline truths above_row(pixels centre, global const pixel *row, long x, long stride, struct sides sides, bool own)
{
    pixels here = *(global const pixels *)(row + x);
    pixel left = row[max(x - 1, 0L)], right = row[min(x + LANES, stride - 1)];
    truths result = ((centre > SHIFTED_RIGHT(left, here)) | sides.no_left) &
                    ((centre > SHIFTED_LEFT(here, right)) | sides.no_right);
    return own ? result : result & (centre > here);
}

kernel void detect_maxima(global const pixel *in, global uchar *out, struct shape shape)
{
    long x = get_global_id(0) * LANES, first = get_global_id(1) * ROWS, z = get_global_id(2);
    if (x >= shape.stride || first >= shape.height || z >= shape.depth)
        return;
    truths numbers = LANE_NUMBERS, all = -1, none = 0, result[ROWS];
    struct sides sides = {x == 0 ? numbers == none : none, none};
    if (x + LANES >= shape.width)
        sides.no_right = numbers >= (truths)(shape.width - 1 - x);
    pixels centre[ROWS];
#pragma unroll
    for (int k = 0; k < ROWS; k++) {
        centre[k] = *(global const pixels *)(in + at(shape, x, min(first + k, shape.height - 1), z));
        result[k] = all;
    }
    for (long dz = z > 0 ? -1 : 0; dz <= (z + 1 < shape.depth ? 1 : 0); dz++)
#pragma unroll
        for (int dy = -1; dy <= ROWS; dy++) {
            long y = first + dy;
            if (y < 0 || y >= shape.height)
                continue;
            global const pixel *row = in + at(shape, 0, y, z + dz);
#pragma unroll
            for (int k = 0; k < ROWS; k++)
                if (k >= dy - 1 && k <= dy + 1)
                    result[k] &= above_row(centre[k], row, x, shape.stride, sides, k == dy && dz == 0);
        }
#pragma unroll
    for (int k = 0; k < ROWS; k++)
        if (first + k < shape.height)
            *(global PASTE(uchar, LANES) *)(out + at(shape, x, first + k, z)) =
                PASTE(convert_uchar, LANES)(result[k] & (truths)1);
}
