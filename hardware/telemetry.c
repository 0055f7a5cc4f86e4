/* SPDX-License-Identifier: BSD-3-Clause */
#include "hardware/telemetry.h"

#include <math.h>
#include <stdlib.h>

struct telemetry {
    char source[64];
};

enum status telemetry_open(const struct device *device, const char *root, struct telemetry **telemetry)
{
    (void)device;
    (void)root;
    *telemetry = calloc(1, sizeof **telemetry);
    return *telemetry ? STATUS_OK : status_fail(STATUS_MEMORY, "no host memory for telemetry");
}

struct telemetry_reading telemetry_read(struct telemetry *telemetry)
{
    (void)telemetry;
    return (struct telemetry_reading){NAN, NAN, NAN, NAN, NAN};
}

const char *telemetry_source(const struct telemetry *telemetry)
{
    return telemetry->source;
}

void telemetry_close(struct telemetry *telemetry)
{
    free(telemetry);
}
