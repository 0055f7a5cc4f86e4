/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Finding OpenCL devices and choosing among them. Nothing is ranked and nothing is chosen silently: memory size ranks an
 * integrated GPU above a real one, and a fallback that says nothing times the wrong device.
 */
#include "hardware/opencl.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cl_ext.h is not needed for one name. */
enum { PLATFORM_NOT_FOUND = -1001 };

static void trim(char *text)
{
    size_t start = strspn(text, " \t"), end = strlen(text);
    while (end > start && isspace((unsigned char)text[end - 1]))
        end--;
    memmove(text, text + start, end - start);
    text[end - start] = 0;
}

static void device_text(cl_device_id id, cl_device_info what, char *text, size_t bytes)
{
    char buffer[1024] = "";
    size_t used = 0;
    if (clGetDeviceInfo(id, what, sizeof buffer - 1, buffer, &used) != CL_SUCCESS)
        buffer[0] = 0;
    buffer[bytes - 1] = 0;
    trim(buffer);
    strcpy(text, buffer);
}

static uint64_t device_number(cl_device_id id, cl_device_info what)
{
    /* Read as 8 bytes: 4-byte answers fill the low half on the little-endian machines that this runs on. */
    uint64_t value = 0;
    size_t used = 0;
    if (clGetDeviceInfo(id, what, sizeof value, &value, &used) != CL_SUCCESS)
        return 0;
    return value;
}

static void describe(struct device *device, cl_platform_id platform, cl_device_id id)
{
    device->id = id;
    device->platform_id = platform;
    device_text(id, CL_DEVICE_NAME, device->name, sizeof device->name);
    device_text(id, CL_DEVICE_VENDOR, device->vendor, sizeof device->vendor);
    device_text(id, CL_DRIVER_VERSION, device->driver, sizeof device->driver);
    device_text(id, CL_DEVICE_VERSION, device->version, sizeof device->version);
    if (clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof device->platform - 1, device->platform, NULL) != CL_SUCCESS)
        device->platform[0] = 0;
    trim(device->platform);

    uint64_t type = device_number(id, CL_DEVICE_TYPE);
    device->type = type & CL_DEVICE_TYPE_CPU ? DEVICE_CPU : type & CL_DEVICE_TYPE_GPU ? DEVICE_GPU : DEVICE_ACCELERATOR;
    device->compute_units = (unsigned)device_number(id, CL_DEVICE_MAX_COMPUTE_UNITS);
    device->clock_mhz = (unsigned)device_number(id, CL_DEVICE_MAX_CLOCK_FREQUENCY);
    device->global_bytes = device_number(id, CL_DEVICE_GLOBAL_MEM_SIZE);
    device->local_bytes = device_number(id, CL_DEVICE_LOCAL_MEM_SIZE);
    device->max_alloc_bytes = device_number(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    device->cache_bytes = device_number(id, CL_DEVICE_GLOBAL_MEM_CACHE_SIZE);
    device->max_work_group = device_number(id, CL_DEVICE_MAX_WORK_GROUP_SIZE);
    device->images = device_number(id, CL_DEVICE_IMAGE_SUPPORT) != 0;
    device->unified_memory = device_number(id, CL_DEVICE_HOST_UNIFIED_MEMORY) != 0;
    device->double_precision = device_number(id, CL_DEVICE_DOUBLE_FP_CONFIG) != 0;
    device->exact_division = device_number(id, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;
}

static enum status add_platform(cl_platform_id platform, struct device **devices, size_t *count)
{
    cl_uint found = 0;
    cl_int code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, &found);
    if (code == CL_DEVICE_NOT_FOUND || found == 0)
        return STATUS_OK;
    if (code != CL_SUCCESS)
        return opencl_check(code, "clGetDeviceIDs", NULL);

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
    for (cl_uint i = 0; i < found; i++, (*count)++) {
        grown[*count] = (struct device){.index = (int)*count};
        describe(&grown[*count], platform, ids[i]);
    }
done:
    free(ids);
    return status;
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
    cl_int code = count_platforms(&found);
    if (code == PLATFORM_NOT_FOUND || (code == CL_SUCCESS && found == 0))
        return STATUS_OK;
    TRY(opencl_check(code, "clGetPlatformIDs", NULL));
    platforms = calloc(found, sizeof *platforms);
    if (!platforms)
        return status_fail(STATUS_MEMORY, "no host memory for %u platforms", found);
    TRY(opencl_check(clGetPlatformIDs(found, platforms, NULL), "clGetPlatformIDs", NULL));
    for (cl_uint i = 0; i < found; i++)
        TRY(add_platform(platforms[i], devices, count));
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
    static const char *const names[] = {[DEVICE_CPU] = "cpu", [DEVICE_GPU] = "gpu", [DEVICE_ACCELERATOR] = "accelerator"};
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
    return status_fail(STATUS_USAGE, "--device %s: %s; valid: %s%sall, gpu, cpu", text, why, list, count ? ", " : "");
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
