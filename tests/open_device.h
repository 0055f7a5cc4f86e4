/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The OpenCL device that tests run on: the first one, which is pocl on a machine without a GPU.
 */
#ifndef TESTS_OPEN_DEVICE_H
#define TESTS_OPEN_DEVICE_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "hardware/opencl.h"

/* Opens it; NULL without any device. The caller closes it with opencl_close(). */
static inline struct opencl *open_device_or_null(void)
{
    struct device *devices;
    size_t count;
    struct opencl *opencl = NULL;
    cr_assert_eq(devices_find(&devices, &count), STATUS_OK, "%s", status_text());
    if (count > 0)
        cr_assert_eq(opencl_open(&devices[0], &opencl), STATUS_OK, "%s", status_text());
    free(devices);
    return opencl;
}

/* The same; without any device the test is skipped with that reason. */
static inline struct opencl *open_device(void)
{
    struct opencl *opencl = open_device_or_null();
    if (!opencl)
        cr_skip_test("no OpenCL device");
    return opencl;
}

#endif
