/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What all figures share is found once; each kind of figure has a file of its own.
 */
#include "reports/plot.h"

#include <stdlib.h>
#include <string.h>

#include "reports/csv.h"
#include "reports/plot_file.h"

/* A device has the same colour and mark in all figures. */
static enum status find_devices(struct plot_set *set)
{
    set->devices = malloc(((size_t)set->report->case_count + 1) * sizeof *set->devices);
    if (!set->devices)
        return status_fail(STATUS_MEMORY, "no memory for the figures");
    for (int i = 0; i < set->report->case_count; i++) /* neighbours are of one device */
        if (i == 0 || !row_same_device(set->ordered[i - 1].row, set->ordered[i].row))
            set->devices[set->device_count++] = set->ordered[i].row;
    return STATUS_OK;
}

enum status plot_write(const char *folder, const struct plot_report *report, struct plot_names *names)
{
    enum status status;
    struct plot_set set = {.folder = folder, .report = report, .names = names};
    locale_t own, before = csv_locale_enter(&own);
    TRY(order_rows(report->cases, report->case_count, &set.ordered));
    TRY(find_devices(&set));
    TRY(plot_times(&set));
    TRY(plot_parameters(&set));
    TRY(plot_speedups(&set));
    TRY(plot_parts(&set));
    TRY(plot_limits(&set));
    if (names->count == 0)
        status =
            status_fail(STATUS_INPUT, "there is nothing to draw: no case has a time, and the machine was not profiled");
done:
    csv_locale_leave(own, before);
    free(set.devices);
    free(set.ordered);
    return status;
}
