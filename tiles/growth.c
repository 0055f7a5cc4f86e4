/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Growth as an operation, and what a cut makes uncertain.
 */
#include "tiles/growth.h"

#include "ops/grow_labels.h"
#include "ops/registry.h"

static enum status grow_ref(const struct op_call *call)
{
    image_copy(call->out, call->in[0]);
    return grow_labels_ref(call->out, call->in[1]);
}

static enum status grow_omp(const struct op_call *call)
{
    image_copy(call->out, call->in[0]);
    grow_labels_omp(call->out, call->in[1], call->threads, call->scratch);
    return STATUS_OK;
}

static size_t grow_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    (void)args, (void)threads;
    return grow_labels_bytes(in);
}

static enum status grow_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    const struct region all = region_whole(call->out->shape);
    TRY(device_image_copy(plan, call->in[0], &all, call->out));
    TRY(grow_labels_plan(plan, call->out, call->in[1]));
done:
    return status;
}

struct op growth_op(void)
{
    /* Its kernels are part of this operation's. */
    struct op op = *op_find("voronoi_otsu_labeling", PIXEL_U8);
    op.name = "grow_labels";
    op.inputs = 2;
    op.accepts = NULL;
    op.ref = grow_ref;
    op.omp = grow_omp;
    op.ocl = grow_ocl;
    op.scratch_bytes = grow_scratch_bytes;
    return op;
}

static void mark(uint32_t *label)
{
    *label = *label ? *label : GROWTH_UNKNOWN;
}

void growth_mark_cuts(struct image *labels, const struct region *window, struct shape whole)
{
    const struct shape s = window->shape;
    const bool left = window->x > 0, right = window->x + s.width < whole.width;
    const bool top = window->y > 0, bottom = window->y + s.height < whole.height;
    const bool front = window->z > 0, back = window->z + s.depth < whole.depth;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++) {
            uint32_t *row = image_row(labels, y, z);
            if ((top && y == 0) || (bottom && y == s.height - 1) || (front && z == 0) || (back && z == s.depth - 1))
                for (int64_t x = 0; x < s.width; x++)
                    mark(&row[x]);
            if (left)
                mark(&row[0]);
            if (right)
                mark(&row[s.width - 1]);
        }
}

bool growth_is_certain(const struct image *labels)
{
    const struct shape s = labels->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++) {
            const uint32_t *row = image_row(labels, y, z);
            bool unknown = false;
            for (int64_t x = 0; x < s.width; x++)
                unknown |= row[x] == GROWTH_UNKNOWN;
            if (unknown)
                return false;
        }
    return true;
}
