/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A chain and the image it is meant for, as commands take them: a file, or a size and a pixel type.
 */
#ifndef BENCH_CHAIN_REQUEST_H
#define BENCH_CHAIN_REQUEST_H

#include <argp.h>

#include "images/tiff.h"
#include "ops/chain.h"

enum chain_request_option {
    CHAIN_SIZE = 2000,
    CHAIN_TYPE,
    CHAIN_IMAGE,
    CHAIN_CHANNEL,
    CHAIN_FRAME,
    CHAIN_DEVICE,
    CHAIN_JSON,
    CHAIN_OPTIONS_END
};

/* The rows of these options, for a command's own table. */
#define CHAIN_REQUEST_ROWS                                                                                             \
    {"size", CHAIN_SIZE, "WxH[xD]", 0, "size of the image in pixels", 0},                                              \
        {"type", CHAIN_TYPE, "TYPE", 0, "its pixel type: uint8, uint16 (the default) or float32", 0},                  \
        {"image", CHAIN_IMAGE, "FILE.tif", 0, "the image itself, in place of --size and --type", 0},                   \
        {"channel", CHAIN_CHANNEL, "N", 0, "channel of the file, from 0 (default 0)", 0},                                          \
        {"frame", CHAIN_FRAME, "N", 0, "time point of the file, from 0 (default 0)", 0},                                           \
        {"device", CHAIN_DEVICE, "WHICH", 0, "OpenCL devices: index, all, gpu, cpu, or part of a name (default all)",  \
         0},                                                                                                           \
    {                                                                                                                  \
        "json", CHAIN_JSON, 0, 0, "print as JSON", 0                                                                   \
    }

struct chain_request {
    const char *command;                      /* for messages */
    const char *text;                         /* of the chain */
    const char *size, *type, *image, *device; /* as typed; NULL: not given */
    struct tiff_selection selection;
    bool json;

    /* Filled by chain_request_read(). */
    struct chain chain;
    struct shape shape;
    enum pixel_type pixel;
};

/* One key of argp; returns 0, ARGP_ERR_UNKNOWN, or ENOTSUP after recording what is wrong. */
error_t chain_request_option(int key, char *text, struct chain_request *request);

/* Looks at the chain, then at the file, whose pixels are not read. STATUS_USAGE or STATUS_INPUT. */
enum status chain_request_read(struct chain_request *request);

/* "A | B on 512x512 uint16"; returns `text`. */
char *chain_request_name(const struct chain_request *request, char *text, size_t bytes);

void chain_request_free(struct chain_request *request);

#endif
