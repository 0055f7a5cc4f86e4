/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Finding OpenCL devices and choosing among them. Nothing is ranked and nothing is chosen silently: memory size ranks an
 * integrated GPU above a real one, and a fallback that says nothing times the wrong device.
 */
#include "hardware/device_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/text.h"

/* cl_ext.h is not needed for one name. More devices on one platform are a driver's mistake. */
enum { PLATFORM_NOT_FOUND = -1001, FOUND_MOST = 1024 };

static _Thread_local char left_out[512];

const char *devices_left_out(void)
{
    return left_out;
}

static enum status add_platform(cl_platform_id platform, struct device **devices, size_t *count)
{
    cl_uint found = 0;
    cl_int code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, &found);
    if (code == CL_DEVICE_NOT_FOUND || (code == CL_SUCCESS && found == 0))
        return STATUS_OK;
    if (code != CL_SUCCESS)
        return opencl_check(code, "clGetDeviceIDs", NULL);
    if (found > FOUND_MOST)
        return status_fail(STATUS_DEVICE, "clGetDeviceIDs: %u devices", found);

    enum status status = STATUS_OK;
    cl_device_id *ids = calloc(found, sizeof *ids);
    struct device *grown = realloc(*devices, (*count + found) * sizeof *grown);
    if (grown)
        *devices = grown;
    if (!ids || !grown) {
        status = status_fail(STATUS_MEMORY, "no host memory for %u devices", found);
        goto done;
    }
    TRY(opencl_check(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, found, ids, NULL), "clGetDeviceIDs", NULL));
    for (cl_uint i = 0; i < found; i++) {
        if (!ids[i])
            continue;
        grown[*count] = (struct device){.index = (int)*count};
        device_describe(&grown[(*count)++], platform, ids[i]);
    }
done:
    free(ids);
    return status;
}

/* One broken driver must not hide the devices of the others. */
static void leave_out(cl_platform_id platform)
{
    char name[DEVICE_TEXT];
    const size_t used = strlen(left_out);
    platform_name(platform, name, sizeof name);
    snprintf(left_out + used, sizeof left_out - used, "%s%s (%s)", used ? ", " : "", name, status_text());
    text_clean(left_out, sizeof left_out, left_out);
}

/* The first call into the loader. ocl-icd cuts OCL_ICD_FILENAMES at its first colon, in the environment itself, so that a
 * process started later would see one driver of several; the variable is put back. */
static cl_int count_platforms(cl_uint *found)
{
    static const char name[] = "OCL_ICD_FILENAMES";
    const char *value = getenv(name);
    char *kept = value ? strdup(value) : NULL;
    cl_int code = clGetPlatformIDs(0, NULL, found);
    if (kept)
        setenv(name, kept, 1);
    free(kept);
    return code;
}

enum status devices_find(struct device **devices, size_t *count)
{
    enum status status = STATUS_OK;
    cl_platform_id *platforms = NULL;
    cl_uint found = 0;
    *devices = NULL;
    *count = 0;
    left_out[0] = 0;
    cl_int code = count_platforms(&found);
    if (code == PLATFORM_NOT_FOUND || (code == CL_SUCCESS && found == 0))
        return STATUS_OK;
    TRY(opencl_check(code, "clGetPlatformIDs", NULL));
    platforms = calloc(found, sizeof *platforms);
    if (!platforms)
        return status_fail(STATUS_MEMORY, "no host memory for %u platforms", found);
    TRY(opencl_check(clGetPlatformIDs(found, platforms, NULL), "clGetPlatformIDs", NULL));
    for (cl_uint i = 0; i < found; i++) {
        status = add_platform(platforms[i], devices, count);
        if (status == STATUS_DEVICE)
            leave_out(platforms[i]);
        else if (status != STATUS_OK)
            goto done;
    }
    status = STATUS_OK;
    if (*count == 0 && left_out[0])
        status = status_fail(STATUS_DEVICE, "no OpenCL device can be listed: %s", left_out);
done:
    free(platforms);
    if (status != STATUS_OK) {
        free(*devices);
        *devices = NULL;
        *count = 0;
    }
    return status;
}

const char *device_type_name(enum device_type type)
{
    static const char *const names[] = {[DEVICE_CPU] = "cpu", [DEVICE_GPU] = "gpu", [DEVICE_ACCELERATOR] = "accelerator", [DEVICE_UNKNOWN] = "unknown"};
    return names[type];
}

static enum status refuse(const struct device *devices, size_t count, const char *text, const char *why)
{
    char list[768] = "";
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%d = %s (%s)", i ? ", " : "", devices[i].index, devices[i].name,
                 devices[i].platform);
    }
    return status_fail(STATUS_USAGE, "--device %s: %s; valid: %s%sall, gpu, cpu%s%s", text, why, list, count ? ", " : "",
                       left_out[0] ? "; left out: " : "", left_out);
}

enum status devices_choose(const struct device *devices, size_t count, const char *text, bool *chosen)
{
    size_t matches = 0;
    char *end;
    long index = strtol(text, &end, 10);
    bool is_index = *text && !*end;
    bool is_all = strcasecmp(text, "all") == 0;
    bool is_type = strcasecmp(text, "gpu") == 0 || strcasecmp(text, "cpu") == 0;
    for (size_t i = 0; i < count; i++) {
        chosen[i] = is_all || (is_index && devices[i].index == index) ||
                    (is_type && strcasecmp(text, device_type_name(devices[i].type)) == 0) ||
                    (!is_index && !is_type && *text && strcasestr(devices[i].name, text));
        matches += chosen[i];
    }
    if (is_all)
        return STATUS_OK;
    if (matches == 0)
        return refuse(devices, count, text, "no such device");
    if (!is_type && matches > 1)
        return refuse(devices, count, text, "matches several devices");
    return STATUS_OK;
}
