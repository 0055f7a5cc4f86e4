/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From the JSON file to platforms, devices and faults. Nothing is freed: it lives as long as the process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

enum { PLATFORMS_MOST = 8 };

static struct _cl_platform_id platforms[PLATFORMS_MOST];
static cl_platform_id handles[PLATFORMS_MOST];
static cl_uint platform_count;
static json_t *root;

/* How many processes have loaded this library, this one included; 0 if nobody counts. */
static int count_process(void)
{
    const char *path = getenv("FAKE_OPENCL_COUNTER");
    FILE *file = path ? fopen(path, "a+") : NULL;
    if (!file)
        return 0;
    fputc('.', file);
    fflush(file);
    fseek(file, 0, SEEK_END);
    int count = (int)ftell(file);
    fclose(file);
    return count;
}

static cl_platform_id platform_of(const char *name)
{
    for (cl_uint i = 0; i < platform_count; i++)
        if (strcmp(platforms[i].name, name) == 0)
            return &platforms[i];
    if (platform_count == PLATFORMS_MOST)
        return NULL;
    platforms[platform_count] = (struct _cl_platform_id){.dispatch = &fake_dispatch, .name = name};
    handles[platform_count] = &platforms[platform_count];
    return &platforms[platform_count++];
}

static void add(json_t *element, int process)
{
    const char *name = json_string_value(json_object_get(element, "platform"));
    json_t *faults = json_object_get(element, "faults"), *processes = json_object_get(faults, "processes");
    cl_platform_id platform = platform_of(name ? name : "");
    if (!platform)
        return;
    if (!json_object_get(element, "name") && !json_object_get(element, "name_hex")) {
        platform->faults = faults;
        return;
    }
    if (platform->device_count == FAKE_DEVICES_MOST || (processes && process > json_integer_value(processes)))
        return;
    cl_device_id device = calloc(1, sizeof *device);
    *device = (struct _cl_device_id){&fake_dispatch, platform, element, faults};
    platform->devices[platform->device_count++] = device;
}

cl_platform_id *fake_platforms(cl_uint *count)
{
    const char *path = getenv("FAKE_OPENCL");
    if (!root && path && (root = json_load_file(path, 0, NULL))) {
        size_t i;
        json_t *element;
        int process = count_process();
        json_array_foreach(root, i, element) add(element, process);
    }
    *count = platform_count;
    return handles;
}

cl_int fake_fault(json_t *faults, const char *call)
{
    json_t *calls = json_object_get(faults, "calls"), *fault = json_object_get(calls, call);
    if (!json_is_array(fault))
        return (cl_int)json_integer_value(fault);
    json_t *left = json_array_get(fault, 1);
    if (json_integer_value(left) <= 0)
        return (cl_int)json_integer_value(json_array_get(fault, 0));
    json_integer_set(left, json_integer_value(left) - 1);
    return CL_SUCCESS;
}

cl_int fake_query_fault(json_t *faults, const char *query)
{
    return (cl_int)json_integer_value(json_object_get(json_object_get(faults, "queries"), query));
}

cl_int fake_give(const void *value, size_t bytes, size_t size, void *to, size_t *used)
{
    if (to && size < bytes)
        return CL_INVALID_VALUE;
    if (to)
        memcpy(to, value, bytes);
    if (used)
        *used = bytes;
    return CL_SUCCESS;
}
