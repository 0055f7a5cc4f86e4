/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The end of the operations that number seeds and grow them inside an outline.
 */
#ifndef OPS_SEEDED_LABELS_H
#define OPS_SEEDED_LABELS_H

#include "ops/compile.h"
#include "ops/grow_labels.h"
#include "ops/stages.h"

extern const struct op OP_U8(label);

static const struct op_args box_connectivity = {{0}};

static inline size_t seeded_labels_bytes(struct shape in, int threads)
{
    const size_t label = stages_scratch_bytes(&OP_U8(label), &box_connectivity, in, threads);
    const size_t grow = grow_labels_bytes(in);
    return label > grow ? label : grow;
}

/* Seeds and outline are binary images; the labels go to the output of the call. */
static inline enum status seeded_labels(const struct stages *stages, const struct image *seeds,
                                        const struct image *outline)
{
    enum status status;
    struct image *labels = stages->call->out;
    TRY(stages_run(stages, &OP_U8(label), &box_connectivity, seeds, NULL, labels));
    if (stages->plain)
        return grow_labels_ref(labels, outline);
    grow_labels_omp(labels, outline, stages->call->threads, stages->memory);
done:
    return status;
}

static inline enum status seeded_labels_append(struct plan *plan, const struct device_image *seeds,
                                               const struct device_image *outline, const struct device_image *labels)
{
    enum status status;
    TRY(stages_append(plan, &OP_U8(label), &box_connectivity, seeds, NULL, labels));
    TRY(grow_labels_plan(plan, labels, outline));
done:
    return status;
}

static inline enum status seeded_labels_accepts(const struct op_args *args, struct shape in)
{
    (void)args;
    return op_accepts(&OP_U8(label), &box_connectivity, in);
}

#endif
