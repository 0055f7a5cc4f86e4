/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The best of three canary runs is compared, since one alone also measures what else the machine happened to do.
 */
#include "bench/watchman.h"

#include <math.h>
#include <time.h>

#include "hardware/clock.h"

enum { GROUPS_BETWEEN = 20, RUNS = 3, WAITS = 3 };
static const int64_t NS_BETWEEN = 30000000000;
static const double SLOWER = 1.10;

static double fastest(struct worker_link *link)
{
    double best = 0;
    for (int i = 0; i < RUNS; i++) {
        json_t *answer;
        if (worker_ask(link, json_pack("{s:s}", "do", "canary"), 1, &answer) != STATUS_OK)
            return 0;
        double ns = json_real_value(json_object_get(answer, "ns"));
        best = best > 0 ? fmin(best, ns) : ns;
        json_decref(answer);
    }
    return best;
}

void watchman_start(struct watchman *w, struct bench *bench)
{
    *w = (struct watchman){.last_ns = clock_ns()};
    w->base_ns[DEVICES_MOST] = fastest(&bench->cpu);
    for (int d = 0; d < bench->device_count; d++)
        w->base_ns[d] = fastest(&bench->devices[d]);
}

static bool slow(const struct watchman *w, struct bench *bench)
{
    bool found = false;
    for (int i = 0; i <= DEVICES_MOST; i++) {
        struct worker_link *link = i == DEVICES_MOST ? &bench->cpu : &bench->devices[i];
        if (w->base_ns[i] > 0 && (i == DEVICES_MOST || i < bench->device_count))
            found = found || fastest(link) > SLOWER * w->base_ns[i];
    }
    return found;
}

void watchman_look(struct watchman *w, struct bench *bench)
{
    if (++w->groups < GROUPS_BETWEEN && clock_ns() - w->last_ns < NS_BETWEEN)
        return;
    bench->throttled = slow(w, bench);
    for (int wait = 0; wait < WAITS && bench->throttled; wait++) {
        nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
        bench->throttled = slow(w, bench);
    }
    w->groups = 0;
    w->last_ns = clock_ns();
}
