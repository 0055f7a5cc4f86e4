/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Erosion on bits, see ops/erode.c. Bit b of word i of a row is pixel 16 * i + b: a word is one 16-byte store of the
 * result. Bits outside the image are true, so that no border needs care. The host defines ROWS, the output rows of one
 * work-item, for erode_axis alone; it is at most 2 * radius + 1.
 */

#define ALL_TRUE 0xffffu

/* A row of the neighbourhood: the pixels x - reach .. x + reach at y + dy, z + dz. */
struct span {
    int dy, dz, reach;
};

/* The pixels of a word, a byte each: four bits are spread over a uint by one multiplication. */
static inline void unpack_word(global uchar *out, uint word)
{
    uint4 nibbles = (uint4)(word, word >> 4, word >> 8, word >> 12) & 15u;
    *(global uint4 *)out = nibbles * 0x00204081u & 0x01010101u;
}

#ifdef ROWS

/* Erodes along y (axis 1) or z (axis 2), ROWS words per work-item. What all its windows share is ANDed once. */
kernel void erode_axis(global const ushort *from, global ushort *to, global uchar *out, struct shape shape, int radius,
                       int axis, int unpack)
{
    long words = shape.stride / 16, x = get_global_id(0);
    long first = get_global_id(1) * ROWS, count = axis == 1 ? shape.height : shape.depth;
    long line = get_global_id(2), lines = axis == 1 ? shape.depth : shape.height;
    long step = axis == 1 ? words : words * shape.height, line_step = axis == 1 ? words * shape.height : words;
    long start = line * line_step + x;
    if (x >= words || line >= lines)
        return;

    uint shared = ALL_TRUE, result[ROWS];
    for (long i = max(first + ROWS - 1 - radius, 0L); i <= min(first + radius, count - 1); i++)
        shared &= from[start + i * step];
    result[ROWS - 1] = shared;
#pragma unroll
    for (int k = ROWS - 2; k >= 0; k--) {
        long i = first + k - radius;
        result[k] = result[k + 1] & (i >= 0 && i < count ? from[start + i * step] : ALL_TRUE);
    }
    uint above = ALL_TRUE;
#pragma unroll
    for (int k = 0; k < ROWS; k++) {
        long i = first + k;
        if (k > 0 && i + radius < count)
            above &= from[start + (i + radius) * step];
        if (i >= count)
            break;
        if (unpack)
            unpack_word(out + (start + i * step) * 16, result[k] & above);
        else
            to[start + i * step] = result[k] & above;
    }
}

#else

/* 16 pixels as bits. */
#ifdef PIXEL_IS_U8
static inline uint truth_of(global const pixel *in)
{
    /* The top bit of each byte that is not zero; four of them are gathered in a uint's top byte by one multiplication. */
    uint4 bytes = *(global const uint4 *)in;
    uint4 tops = (((bytes & 0x7f7f7f7fu) + 0x7f7f7f7fu) | bytes) & 0x80808080u;
    uint4 nibbles = ((tops >> 7) * 0x01020408u) >> 24;
    return nibbles.s0 | nibbles.s1 << 4 | nibbles.s2 << 8 | nibbles.s3 << 12;
}
#else
#ifdef PIXEL_IS_F32
#define pixel16 float16
#else
#define pixel16 ushort16
#endif
static inline uint truth_of(global const pixel *in)
{
    ushort16 truth = as_ushort16(convert_short16(*(global const pixel16 *)in != (pixel)0));
    ushort16 bits = truth & (ushort16)(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
    ushort8 eight = bits.lo | bits.hi;
    ushort4 four = eight.lo | eight.hi;
    ushort2 two = four.lo | four.hi;
    return two.lo | two.hi;
}
#endif

/* The same for a word of a row that may end in it or before; what is outside is true. */
static inline uint pack_word(global const pixel *in, struct shape shape, long word, long y, long z)
{
    long x = word * 16;
    if (x < 0 || x >= shape.width || y >= shape.height || z >= shape.depth)
        return ALL_TRUE;
    uint beyond = x + 16 > shape.width ? ALL_TRUE << (shape.width - x) : 0;
    return (truth_of(in + at(shape, x, y, z)) | beyond) & ALL_TRUE;
}

/* Pixels from bit 0 of a word to the nearest false bit of the word `k` words before it, which has one. */
static inline int distance_before(uint word, int k)
{
    return 16 * k - (31 - (int)clz(~word & ALL_TRUE));
}

/* Pixels from bit 15 of a word to the nearest false bit of the word `k` words after it, which has one. */
static inline int distance_after(uint word, int k)
{
    uint zeros = ~word & ALL_TRUE;
    return 16 * k - 15 + (31 - (int)clz(zeros & -zeros));
}

/* Erodes a word in x. `before` and `after` are the distances to the nearest false pixels outside it. */
static inline uint erode_word(uint word, int radius, int before, int after)
{
    uint zeros = ~word & ALL_TRUE;
    int inside = min(radius, 15);
    for (int done = 0; done < inside;) {
        int step = min(done + 1, inside - done);
        zeros |= zeros << step | zeros >> step;
        done += step;
    }
    zeros |= (1u << clamp(radius - before + 1, 0, 16)) - 1;
    zeros |= ALL_TRUE << (16 - clamp(radius - after + 1, 0, 16));
    return ~zeros & ALL_TRUE;
}

/* Packs, and erodes in x by `radius`. One work-item per word; `tile` holds the group's words and what they reach. */
kernel void erode_pack(global const pixel *in, global ushort *bits, struct shape shape, int radius, local ushort *tile)
{
    long first = get_group_id(0) * get_local_size(0), y = get_global_id(1), z = get_global_id(2);
    int halo = (radius + 15) / 16, width = (int)get_local_size(0) + 2 * halo, x = get_local_id(0);
    local ushort *row = tile + get_local_id(1) * width;
    for (int i = x; i < width; i += get_local_size(0))
        row[i] = pack_word(in, shape, first + i - halo, y, z);
    barrier(CLK_LOCAL_MEM_FENCE);

    local ushort *centre = row + halo + x;
    int before = INT_MAX, after = INT_MAX;
    for (int k = halo; k > 0; k--) {
        before = centre[-k] != ALL_TRUE ? distance_before(centre[-k], k) : before;
        after = centre[k] != ALL_TRUE ? distance_after(centre[k], k) : after;
    }
    long words = shape.stride / 16;
    if (first + x < words && y < shape.height && z < shape.depth)
        bits[(z * shape.height + y) * words + first + x] = erode_word(centre[0], radius, before, after);
}

/* The AND of some rows around y, z, one word of each. */
static inline uint and_spans(global const ushort *bits, struct shape shape, global const struct span *spans, int count,
                             long word, long y, long z)
{
    uint all = ALL_TRUE;
    if (word < 0 || word >= shape.stride / 16)
        return all;
    for (int i = 0; i < count; i++) {
        long row_y = y + spans[i].dy, row_z = z + spans[i].dz;
        if (row_y >= 0 && row_y < shape.height && row_z >= 0 && row_z < shape.depth)
            all &= bits[(row_z * shape.height + row_y) * (shape.stride / 16) + word];
    }
    return all;
}

/* Erodes by a sphere. Rows of equal reach, which follow each other in `spans`, are ANDed first and then narrowed. */
kernel void erode_sphere(global const ushort *bits, global uchar *out, struct shape shape,
                         global const struct span *spans, int span_count)
{
    long word = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
    uint result = ALL_TRUE;
    if (word >= shape.stride / 16 || y >= shape.height || z >= shape.depth)
        return;
    for (int first = 0, end; first < span_count; first = end) {
        int reach = spans[first].reach, before = INT_MAX, after = INT_MAX;
        for (end = first + 1; end < span_count && spans[end].reach == reach;)
            end++;
        global const struct span *group = spans + first;
        for (int k = (reach + 15) / 16; k > 0; k--) {
            uint left = and_spans(bits, shape, group, end - first, word - k, y, z);
            uint right = and_spans(bits, shape, group, end - first, word + k, y, z);
            before = left != ALL_TRUE ? distance_before(left, k) : before;
            after = right != ALL_TRUE ? distance_after(right, k) : after;
        }
        uint centre = and_spans(bits, shape, group, end - first, word, y, z);
        result &= erode_word(centre, reach, before, after);
    }
    unpack_word(out + at(shape, word * 16, y, z), result);
}

#endif
