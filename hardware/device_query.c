/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Drivers fail single queries, leave answers unwritten, and return sizes that no hardware has. A number is believed if
 * the driver wrote one and it is below a bound that is far from any device there is; one that is not believed is
 * unknown, and a device whose essential numbers are unknown is listed but refused, since every launch and every table
 * builds on them.
 */
#include "hardware/device_query.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/text.h"

/* Texts longer than this are not read: the longest list of extensions known has 3 KiB. */
enum {
    TEXT_MOST = 1 << 16,
    UNITS_MOST = 1 << 16,
    CLOCK_MOST_MHZ = 100000,
    WORK_GROUP_MOST = 1 << 20,
    IMAGE_MOST_PX = 1 << 30
};
static const uint64_t MEMORY_MOST = (uint64_t)1 << 50;

static void trim(char *text)
{
    size_t start = strspn(text, " \t"), end = strlen(text);
    while (end > start && isspace((unsigned char)text[end - 1]))
        end--;
    memmove(text, text + start, end - start);
    text[end - start] = 0;
}

/* A platform's text if `platform` is given, else a device's; NULL if there is none. The caller frees it. */
static char *query_text(cl_platform_id platform, cl_device_id id, cl_uint what, cl_int *code)
{
    size_t bytes = 0, used = 0;
    *code = platform ? clGetPlatformInfo(platform, what, 0, NULL, &bytes) : clGetDeviceInfo(id, what, 0, NULL, &bytes);
    if (*code != CL_SUCCESS || bytes == 0 || bytes > TEXT_MOST)
        return NULL;
    char *text = calloc(1, bytes + 1);
    if (!text)
        return NULL;
    *code = platform ? clGetPlatformInfo(platform, what, bytes, text, &used)
                     : clGetDeviceInfo(id, what, bytes, text, &used);
    if (*code != CL_SUCCESS) {
        free(text);
        return NULL;
    }
    trim(text);
    return text;
}

static void device_text(cl_device_id id, cl_device_info what, char *text, size_t bytes)
{
    cl_int code;
    char *found = query_text(NULL, id, what, &code);
    text_clean(text, bytes, found ? found : "");
    free(found);
}

void platform_name(cl_platform_id platform, char *name, size_t bytes)
{
    cl_int code;
    char *found = query_text(platform, NULL, CL_PLATFORM_NAME, &code);
    text_clean(name, bytes, found && *found ? found : "unnamed platform");
    free(found);
}

enum status device_extensions(const struct device *device, char **text)
{
    cl_int code;
    *text = query_text(NULL, device->id, CL_DEVICE_EXTENSIONS, &code);
    if (!*text && code != CL_SUCCESS)
        return status_fail(STATUS_DEVICE, "CL_DEVICE_EXTENSIONS: %s (%d) on %s", opencl_error_name(code), code,
                           device->name);
    if (!*text && !(*text = strdup("")))
        return status_fail(STATUS_MEMORY, "no host memory for the list of extensions");
    text_clean(*text, strlen(*text) + 1, *text);
    return STATUS_OK;
}

/* A number of 4 or 8 bytes that is at most `most`; else 0, and `problem` says why. 4-byte answers fill the low half on
 * the little-endian machines that this runs on. */
static uint64_t number(cl_device_id id, cl_device_info what, const char *name, uint64_t most, char problem[DEVICE_TEXT])
{
    uint64_t value = 0;
    size_t used = 0;
    const cl_int code = clGetDeviceInfo(id, what, sizeof value, &value, &used);
    if (code == CL_SUCCESS && (used == sizeof(cl_uint) || used == sizeof(cl_ulong)) && value > 0 && value <= most)
        return value;
    if (problem[0])
        return 0; /* the first one is enough */
    if (code != CL_SUCCESS)
        snprintf(problem, DEVICE_TEXT, "its driver does not tell %s: %s (%d)", name, opencl_error_name(code), code);
    else if (used != sizeof(cl_uint) && used != sizeof(cl_ulong))
        snprintf(problem, DEVICE_TEXT, "its driver answers %s with %zu bytes", name, used);
    else
        snprintf(problem, DEVICE_TEXT, "its driver says that %s is %llu", name, (unsigned long long)value);
    return 0;
}

#define NUMBER(what, most, problem) number(id, what, #what, most, problem)

static void describe_essentials(struct device *device, cl_device_id id)
{
    char *problem = device->problem;
    const uint64_t type = NUMBER(CL_DEVICE_TYPE, UINT32_MAX, problem);
    device->type = type & CL_DEVICE_TYPE_CPU   ? DEVICE_CPU
                   : type & CL_DEVICE_TYPE_GPU ? DEVICE_GPU
                   : type                      ? DEVICE_ACCELERATOR
                                               : DEVICE_UNKNOWN;
    device->compute_units = (unsigned)NUMBER(CL_DEVICE_MAX_COMPUTE_UNITS, UNITS_MOST, problem);
    device->global_bytes = NUMBER(CL_DEVICE_GLOBAL_MEM_SIZE, MEMORY_MOST, problem);
    device->max_alloc_bytes = NUMBER(CL_DEVICE_MAX_MEM_ALLOC_SIZE, MEMORY_MOST, problem);
    device->max_work_group = NUMBER(CL_DEVICE_MAX_WORK_GROUP_SIZE, WORK_GROUP_MOST, problem);
}

static void describe_images(struct device *device, cl_device_id id)
{
    char unused[DEVICE_TEXT] = "";
    device->images = NUMBER(CL_DEVICE_IMAGE_SUPPORT, CL_TRUE, unused) != 0;
    if (!device->images)
        return;
    device->image2d_max_px[0] = NUMBER(CL_DEVICE_IMAGE2D_MAX_WIDTH, IMAGE_MOST_PX, unused);
    device->image2d_max_px[1] = NUMBER(CL_DEVICE_IMAGE2D_MAX_HEIGHT, IMAGE_MOST_PX, unused);
    device->image3d_max_px[0] = NUMBER(CL_DEVICE_IMAGE3D_MAX_WIDTH, IMAGE_MOST_PX, unused);
    device->image3d_max_px[1] = NUMBER(CL_DEVICE_IMAGE3D_MAX_HEIGHT, IMAGE_MOST_PX, unused);
    device->image3d_max_px[2] = NUMBER(CL_DEVICE_IMAGE3D_MAX_DEPTH, IMAGE_MOST_PX, unused);
}

void device_describe(struct device *device, cl_platform_id platform, cl_device_id id)
{
    char unused[DEVICE_TEXT] = "";
    device->id = id;
    device->platform_id = platform;
    platform_name(platform, device->platform, sizeof device->platform);
    device_text(id, CL_DEVICE_NAME, device->name, sizeof device->name);
    if (!device->name[0])
        strcpy(device->name, "unnamed device");
    device_text(id, CL_DEVICE_VENDOR, device->vendor, sizeof device->vendor);
    device_text(id, CL_DRIVER_VERSION, device->driver, sizeof device->driver);
    device_text(id, CL_DEVICE_VERSION, device->version, sizeof device->version);

    describe_essentials(device, id);
    describe_images(device, id);
    device->clock_mhz = (unsigned)NUMBER(CL_DEVICE_MAX_CLOCK_FREQUENCY, CLOCK_MOST_MHZ, unused);
    device->local_bytes = NUMBER(CL_DEVICE_LOCAL_MEM_SIZE, MEMORY_MOST, unused);
    device->cache_bytes = NUMBER(CL_DEVICE_GLOBAL_MEM_CACHE_SIZE, MEMORY_MOST, unused);
    device->unified_memory = NUMBER(CL_DEVICE_HOST_UNIFIED_MEMORY, CL_TRUE, unused) != 0;
    device->double_precision = NUMBER(CL_DEVICE_DOUBLE_FP_CONFIG, UINT32_MAX, unused) != 0;
    device->exact_division =
        NUMBER(CL_DEVICE_SINGLE_FP_CONFIG, UINT32_MAX, unused) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;
}
