/* SPDX-License-Identifier: BSD-3-Clause */
#include "hardware/limits_stages.h"

enum status limits_cpu_allocation(struct limits *limits)
{
    (void)limits;
    return STATUS_OK;
}
