/* SPDX-License-Identifier: BSD-3-Clause */
#include "hardware/limits_stages.h"

enum status limits_launch(struct opencl *opencl, struct limits *limits)
{
    (void)opencl;
    (void)limits;
    return STATUS_OK;
}
