/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A made second image differs from the first, and has the shape that arrives at its step.
 */
#include "bench/chain_images.h"

#include <stdio.h>
#include <string.h>

static enum status read_all(const struct chain_request *r, struct chain_images *t)
{
    enum status status;
    const char *slash = strrchr(r->image, '/');
    snprintf(t->content, sizeof t->content, "%s", slash ? slash + 1 : r->image);
    TRY(tiff_read(r->image, &r->selection, &t->in, NULL));
    for (int i = 0; i < r->chain.count; i++)
        if (r->chain.steps[i].with) {
            TRY(tiff_read(r->chain.steps[i].with, &r->selection, &t->second[i], NULL));
            t->with[i] = &t->second[i];
        }
done:
    return status;
}

static enum status make(struct image *image, struct shape shape, enum pixel_type type, enum content content,
                        uint64_t seed, int threads)
{
    enum status status;
    TRY(image_alloc(image, shape, type, 0, threads));
    TRY(synthetic_fill(image, content, seed));
done:
    return status;
}

static enum status make_all(const struct chain_request *r, enum content content, uint64_t seed, int threads,
                            struct chain_images *t)
{
    enum status status;
    struct shape shape = r->shape;
    snprintf(t->content, sizeof t->content, "%s", content_name(content));
    TRY(make(&t->in, shape, r->pixel, content, seed, threads));
    for (int i = 0; i < r->chain.count; i++) {
        const struct chain_step *step = &r->chain.steps[i];
        if (step->op->inputs == 2) {
            TRY(make(&t->second[i], shape, step->op->type, content, seed + 1 + (uint64_t)i, threads));
            t->with[i] = &t->second[i];
        }
        shape = op_result_shape(step->op, &step->args, shape);
    }
done:
    return status;
}

enum status chain_images_get(const struct chain_request *request, enum content content, uint64_t seed, int threads,
                             struct chain_images *images)
{
    memset(images, 0, sizeof *images);
    return request->image ? read_all(request, images) : make_all(request, content, seed, threads, images);
}

void chain_images_free(struct chain_images *images)
{
    image_free(&images->in);
    for (int i = 0; i < CHAIN_STEPS_MAX; i++)
        image_free(&images->second[i]);
}
