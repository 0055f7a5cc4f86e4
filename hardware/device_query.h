/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Asking a driver about a platform or a device and trusting no answer: texts become clean, numbers that no hardware has
 * count as unknown.
 */
#ifndef HARDWARE_DEVICE_QUERY_H
#define HARDWARE_DEVICE_QUERY_H

#include "hardware/opencl.h"

/* Fills everything but the index. What the driver does not tell is 0, false or ""; a name is never empty. If without it
 * the device cannot be used, device->problem says so. */
void device_describe(struct device *device, cl_platform_id platform, cl_device_id id);

/* The platform's name, cut to `bytes`; never empty. */
void platform_name(cl_platform_id platform, char *name, size_t bytes);

#endif
