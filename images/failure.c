/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The first failure of several threads.
 */
#include "images/failure.h"

#include <string.h>

bool failure_seen(struct failure *failure)
{
    enum status status;
#pragma omp atomic read
    status = failure->status;
    return status != STATUS_OK;
}

void failure_keep(struct failure *failure, enum status status)
{
#pragma omp critical(failure)
    if (failure->status == STATUS_OK && status != STATUS_OK) {
        strncpy(failure->text, status_text(), sizeof failure->text - 1);
#pragma omp atomic write
        failure->status = status;
    }
}

enum status failure_status(const struct failure *failure)
{
    return failure->status == STATUS_OK ? STATUS_OK : status_fail(failure->status, "%s", failure->text);
}
