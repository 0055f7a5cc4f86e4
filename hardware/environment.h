/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Everything that a result depends on beside its own case, as one JSON object: kept with every run, and compared before
 * two runs are.
 */
#ifndef HARDWARE_ENVIRONMENT_H
#define HARDWARE_ENVIRONMENT_H

#include "hardware/opencl.h"

/* Members: "tool" (version, commit, compiler, flags), "host", "cpu", "clock_overhead_ns", "variables" (those that
 * OpenMP, OpenCL drivers and this program read), "opencl_devices", "opencl_left_out" (platforms whose devices cannot be
 * listed). What is not known is null, never 0. Units are in the names. "host.name" may identify a person; whoever
 * publishes the text replaces it.
 *
 * `simd_level` is the CPU level the operations run at; `devices` are those of devices_find(). The caller frees *text.
 * STATUS_MEMORY. */
enum status environment_json(const char *simd_level, const struct device *devices, size_t count, char **text);

#endif
