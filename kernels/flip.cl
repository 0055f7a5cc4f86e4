/* SPDX-License-Identifier: BSD-3-Clause */

#define WORDS 4
#define WORD_PX (4 / (int)sizeof(pixel))
#define VECTOR_PX (WORDS * WORD_PX)

/* A 32-bit word with its pixels in reverse order. */
static inline uint reverse_word(uint word)
{
#if defined PIXEL_IS_U8
    return as_uint(as_uchar4(word).wzyx);
#elif defined PIXEL_IS_U16
    return as_uint(as_ushort2(word).yx);
#else
    return word;
#endif
}

/* Four words of a row, from pixel `from` on, in reverse order. They lie in two neighbouring vectors: whole vectors are
 * loaded, since a load at an odd position is done byte by byte. The offset is the same for every work-item. Pixels
 * outside the row land in the padding of the output, so the neighbours are clamped and may hold anything. */
static inline uint4 reversed(global const uint4 *row, long from, long vectors)
{
    long first = from >= 0 ? from / VECTOR_PX : -1;
    int offset = from - first * VECTOR_PX;
    uint4 low = row[max(first, 0L)], high = row[min(first + 1, vectors - 1)];
    uint w0 = low.x, w1 = low.y, w2 = low.z, w3 = low.w, w4 = high.x;
    if (offset & (2 * WORD_PX)) {
        w0 = low.z, w1 = low.w, w2 = high.x, w3 = high.y, w4 = high.z;
    }
    if (offset & WORD_PX) {
        w0 = w1, w1 = w2, w2 = w3, w3 = w4;
        w4 = offset & (2 * WORD_PX) ? high.w : high.y;
    }
    int bits = (offset & (WORD_PX - 1)) * (int)sizeof(pixel) * 8;
    uint4 words = (uint4)(upsample(w4, w3) >> bits, upsample(w3, w2) >> bits, upsample(w2, w1) >> bits,
                          upsample(w1, w0) >> bits);
    return (uint4)(reverse_word(words.x), reverse_word(words.y), reverse_word(words.z), reverse_word(words.w));
}

/* One work-item per 16 bytes of an output row. Bits of `axes`: 1 mirrors x, 2 y, 4 z. */
kernel void flip(global const uint4 *in, global uint4 *out, struct shape shape, int axes)
{
    long v = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
    if (v * VECTOR_PX >= shape.width || y >= shape.height || z >= shape.depth)
        return;
    long vectors = shape.stride / VECTOR_PX;
    long sy = axes & 2 ? shape.height - 1 - y : y;
    long sz = axes & 4 ? shape.depth - 1 - z : z;
    global const uint4 *row = in + (sz * shape.height + sy) * vectors;
    out[(z * shape.height + y) * vectors + v] =
        axes & 1 ? reversed(row, shape.width - (v + 1) * VECTOR_PX, vectors) : row[v];
}

/* Where the pixels that are mirrored begin in the input: struct part_corner of ops/part.h. */
struct corner {
    long x, y, z;
};

kernel void flip_inner(global const pixel *in, global pixel *out, struct shape shape_in, struct shape shape,
                       struct corner corner, int axes)
{
    long x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
    if (x >= shape.width || y >= shape.height || z >= shape.depth)
        return;
    long sx = axes & 1 ? shape.width - 1 - x : x;
    long sy = axes & 2 ? shape.height - 1 - y : y;
    long sz = axes & 4 ? shape.depth - 1 - z : z;
    out[at(shape, x, y, z)] = in[at(shape_in, corner.x + sx, corner.y + sy, corner.z + sz)];
}
