/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The first failure of several threads that work on one thing, each of which has its own last error text: the thread
 * that gave them the work passes it on. Starts as {0}.
 */
#ifndef IMAGES_FAILURE_H
#define IMAGES_FAILURE_H

#include <stdbool.h>

#include "hardware/status.h"

struct failure {
    enum status status;
    char text[1024];
};

/* True after a failure: there is no point in going on. */
bool failure_seen(struct failure *failure);

/* Keeps what this thread's call gave, if it is the first that is not STATUS_OK. */
void failure_keep(struct failure *failure, enum status status);

/* Its code, with its text made that of this thread. */
enum status failure_status(const struct failure *failure);

#endif
