/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A device that is a mere description, and chains to plan for it.
 */
#ifndef TESTS_DESCRIBED_CARD_H
#define TESTS_DESCRIBED_CARD_H

#include <criterion/criterion.h>

#include "ops/chain.h"

/* The description of a graphics card of 8 GB. */
static const struct device card = {.name = "card",
                                   .type = DEVICE_GPU,
                                   .compute_units = 40,
                                   .global_bytes = 8000000000,
                                   .local_bytes = 49152,
                                   .max_alloc_bytes = 2000000000,
                                   .max_work_group = 1024,
                                   .images = true,
                                   .double_precision = true};

static inline struct chain parsed(const char *text, enum pixel_type type)
{
    struct chain chain;
    cr_assert_eq(chain_parse(text, type, &chain), STATUS_OK, "%s", status_text());
    return chain;
}

#endif
