/* SPDX-License-Identifier: BSD-3-Clause
 *
 * In what the machines of a comparison differ beside their devices' speed: what must be known before a ratio is read.
 */
#ifndef REPORTS_COMPARE_ENVIRONMENT_H
#define REPORTS_COMPARE_ENVIRONMENT_H

#include "reports/compare.h"

struct environment_difference {
    char *field;   /* "cpu.model", "NVIDIA H100: driver" */
    char **values; /* by machine; "unknown" where the environment does not say */
};

struct environment_differences {
    struct environment_difference *rows;
    int count, machine_count;
};

/* The fields in which the environments (see hardware/environment.h) are not equal, in their order there. Times that are
 * measured anew at every start, such as the clock's overhead, are no difference; the load is one from 0.5 on. Devices
 * are compared by name: which ones there are, and what differs between those of one name. With `anonymous` neither host
 * names nor values of environment variables are told. Release with environment_differences_free(). */
enum status environment_differences_find(const struct compare_machine *machines, int count, bool anonymous,
                                         struct environment_differences *differences);

void environment_differences_free(struct environment_differences *differences);

#endif
