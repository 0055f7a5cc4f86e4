/* SPDX-License-Identifier: BSD-3-Clause
 *
 * On a terminal one line that is written over; elsewhere a line every ten seconds, so that a log stays readable.
 */
#include "bench/progress.h"

#include <math.h>
#include <unistd.h>

#include "hardware/clock.h"

static const int64_t LOG_EVERY_NS = 10000000000;

void progress_start(struct progress *p, FILE *out, int planned, double estimate_s, double budget_s)
{
    *p = (struct progress){.out = out,
                           .terminal = out && isatty(fileno(out)),
                           .started_ns = clock_ns(),
                           .planned = planned,
                           .estimate_s = estimate_s,
                           .budget_s = budget_s};
}

double progress_left_s(const struct progress *p)
{
    double spent_s = (double)(clock_ns() - p->started_ns) * 1e-9;
    /* The estimate counts as three groups, so that the first few measured ones do not throw the figure about. */
    double each_s = (spent_s + 3 * p->estimate_s) / (p->done + 3);
    double left_s = each_s * (p->planned - p->done);
    return p->budget_s > 0 ? fmin(left_s, fmax(0, p->budget_s - spent_s)) : left_s;
}

void progress_show(struct progress *p, const char *what)
{
    static int64_t last_ns;
    int left_s = (int)ceil(progress_left_s(p));
    if (!p->out)
        return;
    if (p->terminal)
        fprintf(p->out, "\r\033[K[%d/%d] %d:%02d left  %.52s", p->done + 1, p->planned, left_s / 60, left_s % 60, what);
    else if (p->done == 0 || clock_ns() - last_ns > LOG_EVERY_NS) {
        fprintf(p->out, "[%d/%d] %d:%02d left  %s\n", p->done + 1, p->planned, left_s / 60, left_s % 60, what);
        last_ns = clock_ns();
    }
    fflush(p->out);
}

void progress_end(struct progress *p)
{
    if (p->out && p->terminal) {
        fprintf(p->out, "\r\033[K");
        fflush(p->out);
    }
}
