/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Growing labels inside an outline, for the operations that find objects by seeds. One pixel a step: every free pixel of
 * the outline that touches a label takes the largest label around it, all at once. The neighbourhood alternates between
 * box (8 or 26 pixels), which comes first, and sphere (4 or 6). It ends when no step can change anything; what does not
 * touch a seed through the outline stays 0.
 *
 * Labels are uint32 below 2^32 - 2, seeds inside the outline. Both images share their shape.
 */
#ifndef OPS_GROW_LABELS_H
#define OPS_GROW_LABELS_H

#include "hardware/plan.h"
#include "images/device_image.h"
#include "images/image.h"

/* The plain definition, one thread. */
enum status grow_labels_ref(struct image *labels, const struct image *outline);

/* Host memory that grow_labels_omp() needs. */
size_t grow_labels_bytes(struct shape shape);

void grow_labels_omp(struct image *labels, const struct image *outline, int threads, void *scratch);

/* Appends launches of the kernels of grow_labels.clh, which the plan's current source includes. Their number does not
 * depend on the pixels. */
enum status grow_labels_plan(struct plan *plan, const struct device_image *labels, const struct device_image *outline);

#endif
