/* SPDX-License-Identifier: BSD-3-Clause */

/* Local id 0 counts vectors of columns, local id 1 segments of z. Every segment starts from the first plane and takes
 * what is strictly greater, the first segment then does so with the others' maxima: the order of one walk along z. */
kernel void maximum_z_projection(global const pixelv *in, global pixelv *out, long vectors, int depth,
                                 local pixelv *maxima)
{
    long i = get_global_id(0);
    int column = get_local_id(0), columns = get_local_size(0);
    int segment = get_local_id(1), segments = get_local_size(1);
    int from = (long)depth * segment / segments, to = (long)depth * (segment + 1) / segments;
    if (i < vectors) {
        pixelv best = in[i];
        for (int z = from; z < to; z++) {
            pixelv next = in[z * vectors + i];
            best = next > best ? next : best;
        }
        maxima[segment * columns + column] = best;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (i >= vectors || segment > 0)
        return;
    pixelv best = maxima[column];
    for (int s = 1; s < segments; s++) {
        pixelv next = maxima[s * columns + column];
        best = next > best ? next : best;
    }
    out[i] = best;
}

/* Where the columns begin in the input: struct part_corner of ops/part.h. */
struct corner {
    long x, y, z;
};

kernel void maximum_z_projection_inner(global const pixel *in, global pixel *out, struct shape shape_in,
                                       struct shape shape, struct corner corner, long depth)
{
    long x = get_global_id(0), y = get_global_id(1);
    if (x >= shape.width || y >= shape.height)
        return;
    pixel best = in[at(shape_in, corner.x + x, corner.y + y, corner.z)];
    for (long z = 1; z < depth; z++) {
        pixel next = in[at(shape_in, corner.x + x, corner.y + y, corner.z + z)];
        best = next > best ? next : best;
    }
    out[at(shape, x, y, 0)] = best;
}
