/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Faults for the gate to find, in a breakeven that is otherwise whole: the linker puts these functions around those of
 * ops/execution.c (--wrap). Each fault is asked for by an environment variable that names an operation:
 *
 *     PLANTED_SLOWER=median=15     every call takes 15 % longer; on a device calls are then waited for one by one, so
 * that base is to be the same program with median=0 PLANTED_WRONG=median         the first pixel of the result is wrong
 *     PLANTED_TRANSFER=median      the input is pushed twice
 *     PLANTED_CRASH=median         the process ends by abort() where the input is pushed
 */
#include <stdlib.h>
#include <string.h>

#include "hardware/clock.h"
#include "ops/execution.h"

enum status __real_execution_enqueue(struct execution *e, struct plan_events *events);
enum status __real_execution_push(struct execution *e);
enum status __real_execution_pull(struct execution *e);
enum status __wrap_execution_enqueue(struct execution *e, struct plan_events *events);
enum status __wrap_execution_push(struct execution *e);
enum status __wrap_execution_pull(struct execution *e);

/* What stands after the operation's name in the variable; NULL: the fault is not for this operation. */
static const char *planted(const char *variable, const struct execution *e)
{
    const char *value = getenv(variable);
    const size_t length = strlen(e->op->name);
    if (!value || strncmp(value, e->op->name, length) != 0 || (value[length] && value[length] != '='))
        return NULL;
    return value + length + (value[length] == '=');
}

enum status __wrap_execution_enqueue(struct execution *e, struct plan_events *events)
{
    const char *percent = planted("PLANTED_SLOWER", e);
    const int64_t start = clock_ns();
    enum status status = __real_execution_enqueue(e, events);
    if (!percent || status != STATUS_OK)
        return status;
    if (e->backend == BACKEND_OPENCL)
        status = opencl_finish(e->opencl);
    const int64_t until = clock_ns() + (int64_t)((double)(clock_ns() - start) * atof(percent) / 100);
    while (clock_ns() < until)
        ;
    return status;
}

enum status __wrap_execution_push(struct execution *e)
{
    if (planted("PLANTED_CRASH", e))
        abort();
    const enum status status = __real_execution_push(e);
    return status == STATUS_OK && planted("PLANTED_TRANSFER", e) ? __real_execution_push(e) : status;
}

enum status __wrap_execution_pull(struct execution *e)
{
    const enum status status = __real_execution_pull(e);
    if (planted("PLANTED_WRONG", e))
        *(unsigned char *)image_row(e->call.out, 0, 0) ^= 1;
    return status;
}
