/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Options that say which chain and which image.
 */
#include "bench/chain_request.h"

#include <errno.h>
#include <stdio.h>

#include "bench/axes.h"
#include "bench/command.h"

static enum status take_number(const char *option, const char *text, int64_t *value)
{
    long long number = 0;
    enum status status = command_integer(option, text, 0, &number);
    *value = number;
    return status;
}

static enum status take_chain(struct chain_request *r, const char *text)
{
    if (r->text)
        return status_fail(STATUS_USAGE, "%s: '%s' is one argument too many; a chain is one argument: 'A | B'",
                           r->command, text);
    r->text = text;
    return STATUS_OK;
}

static enum status check_complete(const struct chain_request *r)
{
    if (!r->text)
        return status_fail(STATUS_USAGE, "%s: a chain is missing, such as 'gaussian_blur(sigma=2) | auto_threshold'",
                           r->command);
    if (r->image && (r->size || r->type))
        return status_fail(STATUS_USAGE, "%s: --image %s has its own size and type; leave out --size and --type",
                           r->command, r->image);
    if (!r->image && !r->size)
        return status_fail(STATUS_USAGE, "%s: --size WxH[xD] or --image FILE.tif is missing", r->command);
    return STATUS_OK;
}

error_t chain_request_option(int key, char *text, struct chain_request *r)
{
    enum status status = STATUS_OK;
    switch (key) {
    case CHAIN_SIZE:
        r->size = text;
        break;
    case CHAIN_TYPE:
        r->type = text;
        break;
    case CHAIN_IMAGE:
        r->image = text;
        break;
    case CHAIN_CHANNEL:
        status = take_number("--channel", text, &r->selection.channel);
        break;
    case CHAIN_FRAME:
        status = take_number("--frame", text, &r->selection.frame);
        break;
    case CHAIN_DEVICE:
        r->device = text;
        break;
    case CHAIN_JSON:
        r->json = true;
        break;
    case ARGP_KEY_ARG:
        status = take_chain(r, text);
        break;
    case ARGP_KEY_END:
        status = check_complete(r);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

enum status chain_request_read(struct chain_request *r)
{
    enum status status;
    /* Mistakes in the chain are told before a file is opened. */
    TRY(chain_parse(r->text, PIXEL_F32, &r->chain));
    chain_free(&r->chain);
    r->pixel = PIXEL_U16;
    if (r->image) {
        TRY(tiff_shape(r->image, &r->selection, &r->shape, &r->pixel));
    } else {
        TRY(shape_parse(r->size, &r->shape));
        if (r->type)
            r->pixel = pixel_type_find(r->type);
        if (r->pixel >= PIXEL_INTENSITY_COUNT)
            return status_fail(STATUS_USAGE, "--type '%s'; valid: uint8, uint16, float32", r->type);
    }
    TRY(chain_parse(r->text, r->pixel, &r->chain));
done:
    return status;
}

char *chain_request_name(const struct chain_request *r, char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < r->chain.count && used < bytes; i++)
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", i ? " | " : "", r->chain.steps[i].op->name);
    if (used < bytes)
        snprintf(text + used, bytes - used, " on %lldx%lldx%lld %s", (long long)r->shape.width,
                 (long long)r->shape.height, (long long)r->shape.depth, pixel_type_name(r->pixel));
    return text;
}

void chain_request_free(struct chain_request *r)
{
    chain_free(&r->chain);
}
