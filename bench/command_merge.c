/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/command.h"

int command_merge(int argc, char **argv)
{
    (void)argc;
    return command_end(status_fail(STATUS_UNSUPPORTED, "%s is not there yet", argv[0]));
}
