/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The largest working set is the one that no cache holds.
 */
#include "bench/checklist_bandwidth.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/store_limits.h"
#include "hardware/limits_stages.h"
#include "hardware/machine.h"

static const char default_database[] = "breakeven.db";

const struct limit *checklist_copy_row(const struct limits *limits, const struct device *device)
{
    const struct limit *best = NULL;
    for (int i = 0; i < limits->count; i++) {
        const struct limit *row = &limits->rows[i];
        if (strcmp(row->stage, "bandwidth") != 0 || strcmp(row->name, "copy") != 0 || !(row->value > 0))
            continue;
        if (device && (strcmp(row->backend, "opencl") != 0 || strcmp(row->device, device->name) != 0 ||
                       strcmp(row->driver, device->driver) != 0))
            continue;
        if (!best || row->bytes > best->bytes)
            best = row;
    }
    return best;
}

static enum status from_store(const struct device *device, const char *database, struct checklist_bandwidth *bandwidth)
{
    enum status status;
    struct store *store = NULL;
    struct limits limits = {0};
    const struct machine machine = machine_facts("");
    TRY(store_open_read(database, &store));
    if (*machine.host)
        TRY(store_limits_of_host(store, machine.host, &limits));
    const struct limit *row = checklist_copy_row(&limits, device);
    if (row) {
        bandwidth->bytes_per_s = row->value;
        snprintf(bandwidth->source, sizeof bandwidth->source, "from the profile in %.200s", database);
    }
done:
    limits_free(&limits);
    store_close(store);
    return status;
}

static void measure(struct opencl *opencl, struct checklist_bandwidth *bandwidth)
{
    struct limits limits = {0};
    const enum status status = limits_bandwidth(opencl, &limits);
    const struct limit *row = checklist_copy_row(&limits, NULL);
    if (row) {
        bandwidth->bytes_per_s = row->value;
        snprintf(bandwidth->source, sizeof bandwidth->source, "measured now");
    } else if (status != STATUS_OK) {
        snprintf(bandwidth->source, sizeof bandwidth->source, "%.255s", status_text());
    } else {
        snprintf(bandwidth->source, sizeof bandwidth->source,
                 "there is no profile of this device; breakeven profile makes one");
    }
    limits_free(&limits);
}

enum status checklist_bandwidth(struct opencl *opencl, const char *database, struct checklist_bandwidth *bandwidth)
{
    enum status status = STATUS_OK;
    *bandwidth = (struct checklist_bandwidth){.bytes_per_s = NAN};
    if (database || access(default_database, R_OK) == 0)
        status = from_store(&opencl->device, database ? database : default_database, bandwidth);
    if (status != STATUS_OK && database)
        return status;
    if (isnan(bandwidth->bytes_per_s))
        measure(opencl, bandwidth);
    return STATUS_OK;
}
