/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Read, run, write.
 */
#include "bench/apply_whole.h"

#include "images/tiff.h"
#include "ops/chain.h"

/* Steps that have the variant are run in it, the others on buffers. */
static enum status choose_variant(struct chain *chain, enum op_variant variant)
{
    bool any = variant == VARIANT_BUFFER;
    for (int i = 0; i < chain->count; i++) {
        const struct op *op = op_with_variant(chain->steps[i].op, variant);
        any = any || op;
        chain->steps[i].op = op ? op : chain->steps[i].op;
    }
    if (!any)
        return status_fail(STATUS_USAGE, "--variant %s: no operation of the chain has it (see breakeven ops)",
                           op_variant_name(variant));
    return STATUS_OK;
}

enum status apply_whole(const struct apply_whole *r)
{
    enum status status;
    const struct tiff_selection selection = {.channel = r->channel, .frame = r->frame};
    struct image in = {0}, out = {0}, second[CHAIN_STEPS_MAX] = {0};
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    struct chain chain = {0};
    TRY(tiff_read(r->in, &selection, &in, NULL));
    TRY(chain_parse(r->chain, in.type, &chain));
    TRY(choose_variant(&chain, r->variant));
    for (int i = 0; i < chain.count; i++)
        if (chain.steps[i].with) {
            TRY(tiff_read(chain.steps[i].with, &selection, &second[i], NULL));
            with[i] = &second[i];
        }
    TRY(chain_run(&chain, r->backend, r->opencl, r->threads, &in, with, &out));
    TRY(tiff_write(r->out, &out));
done:
    chain_free(&chain);
    for (int i = 0; i < CHAIN_STEPS_MAX; i++)
        image_free(&second[i]);
    image_free(&in);
    image_free(&out);
    return status;
}
