/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the fake platforms and devices say about themselves: a row for each query.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

enum kind {
    TEXT,
    NUMBER,
    SIZE,
    WIDE,
    FLAG,
    FIRST,
    SECOND,
    THIRD,
    TYPE,
    SINGLE,
    DOUBLE,
    EXTENSIONS,
    ITEMS,
    PLATFORM,
    FIXED
};

/* FIRST to THIRD: a number of a list. NUMBER is 4 bytes, SIZE a size_t, WIDE 8 bytes, as the specification wants it. */
static const struct row {
    cl_device_info what;
    const char *name, *key;
    enum kind kind;
    cl_uint fixed;
} rows[] = {
#define ROW(what, ...)                                                                                                 \
    {                                                                                                                  \
        what, #what, __VA_ARGS__                                                                                       \
    }
    ROW(CL_DEVICE_NAME, "name", TEXT, 0),
    ROW(CL_DEVICE_VENDOR, "vendor", TEXT, 0),
    ROW(CL_DRIVER_VERSION, "driver", TEXT, 0),
    ROW(CL_DEVICE_VERSION, "version", TEXT, 0),
    ROW(CL_DEVICE_EXTENSIONS, "extensions", EXTENSIONS, 0),
    ROW(CL_DEVICE_TYPE, "type", TYPE, 0),
    ROW(CL_DEVICE_MAX_COMPUTE_UNITS, "compute_units", NUMBER, 0),
    ROW(CL_DEVICE_MAX_CLOCK_FREQUENCY, "clock_mhz", NUMBER, 0),
    ROW(CL_DEVICE_GLOBAL_MEM_SIZE, "global_bytes", WIDE, 0),
    ROW(CL_DEVICE_LOCAL_MEM_SIZE, "local_bytes", WIDE, 0),
    ROW(CL_DEVICE_MAX_MEM_ALLOC_SIZE, "max_alloc_bytes", WIDE, 0),
    ROW(CL_DEVICE_GLOBAL_MEM_CACHE_SIZE, "cache_bytes", WIDE, 0),
    ROW(CL_DEVICE_MAX_WORK_GROUP_SIZE, "max_work_group", SIZE, 0),
    ROW(CL_DEVICE_IMAGE_SUPPORT, "images", FLAG, 0),
    ROW(CL_DEVICE_HOST_UNIFIED_MEMORY, "unified_memory", FLAG, 0),
    ROW(CL_DEVICE_IMAGE2D_MAX_WIDTH, "image2d_max_px", FIRST, 0),
    ROW(CL_DEVICE_IMAGE2D_MAX_HEIGHT, "image2d_max_px", SECOND, 0),
    ROW(CL_DEVICE_IMAGE3D_MAX_WIDTH, "image3d_max_px", FIRST, 0),
    ROW(CL_DEVICE_IMAGE3D_MAX_HEIGHT, "image3d_max_px", SECOND, 0),
    ROW(CL_DEVICE_IMAGE3D_MAX_DEPTH, "image3d_max_px", THIRD, 0),
    ROW(CL_DEVICE_SINGLE_FP_CONFIG, "exact_division", SINGLE, 0),
    ROW(CL_DEVICE_DOUBLE_FP_CONFIG, "double_precision", DOUBLE, 0),
    ROW(CL_DEVICE_PLATFORM, NULL, PLATFORM, 0),
    ROW(CL_DEVICE_MAX_WORK_ITEM_SIZES, "max_work_group", ITEMS, 0),
    ROW(CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS, NULL, FIXED, 3),
    ROW(CL_DEVICE_AVAILABLE, NULL, FIXED, 1),
    ROW(CL_DEVICE_COMPILER_AVAILABLE, NULL, FIXED, 1),
    ROW(CL_DEVICE_ADDRESS_BITS, NULL, FIXED, 64),
    ROW(CL_DEVICE_MEM_BASE_ADDR_ALIGN, NULL, FIXED, 1024),
    ROW(CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE, NULL, FIXED, 64),
#undef ROW
};

static cl_ulong number_of(json_t *value)
{
    const char *text = json_string_value(value);
    return text ? strtoull(text, NULL, 0) : (cl_ulong)json_integer_value(value);
}

static cl_int give_number(cl_ulong value, size_t bytes, size_t size, void *to, size_t *used)
{
    return fake_give(&value, bytes, size, to, used); /* the low half comes first */
}

static cl_int give_text(const char *text, size_t size, void *to, size_t *used)
{
    return fake_give(text, strlen(text) + 1, size, to, used);
}

static cl_int give_name(cl_device_id device, const struct row *row, size_t size, void *to, size_t *used)
{
    const char *text = json_string_value(json_object_get(device->facts, row->key));
    const char *hex =
        row->what == CL_DEVICE_NAME ? json_string_value(json_object_get(device->facts, "name_hex")) : NULL;
    char bytes[256] = "";
    for (size_t i = 0; hex && hex[2 * i] && i + 1 < sizeof bytes; i++) {
        unsigned byte = 0;
        sscanf(hex + 2 * i, "%2x", &byte);
        bytes[i] = (char)byte;
    }
    return give_text(hex ? bytes : text ? text : "", size, to, used);
}

static cl_int give_extensions(json_t *list, size_t size, void *to, size_t *used)
{
    char text[8192] = "";
    size_t i;
    json_t *name;
    json_array_foreach(list, i, name) strcat(strcat(text, i ? " " : ""), json_string_value(name));
    return give_text(text, size, to, used);
}

static cl_ulong type_of(const char *name)
{
    if (!name)
        return 0;
    return strcmp(name, "gpu") == 0   ? CL_DEVICE_TYPE_GPU
           : strcmp(name, "cpu") == 0 ? CL_DEVICE_TYPE_CPU
                                      : CL_DEVICE_TYPE_ACCELERATOR;
}

static cl_int answer(cl_device_id device, const struct row *row, size_t size, void *to, size_t *used)
{
    json_t *fact = row->key ? json_object_get(device->facts, row->key) : NULL;
    const cl_ulong basic = CL_FP_INF_NAN | CL_FP_ROUND_TO_NEAREST | CL_FP_FMA;
    switch (row->kind) {
    case TEXT:
        return give_name(device, row, size, to, used);
    case NUMBER:
        return give_number(number_of(fact), sizeof(cl_uint), size, to, used);
    case SIZE:
    case WIDE:
        return give_number(number_of(fact), sizeof(cl_ulong), size, to, used);
    case FLAG:
        return give_number(json_is_true(fact), sizeof(cl_bool), size, to, used);
    case FIRST:
    case SECOND:
    case THIRD:
        return give_number(number_of(json_array_get(fact, row->kind - FIRST)), sizeof(size_t), size, to, used);
    case TYPE:
        return give_number(type_of(json_string_value(fact)), sizeof(cl_device_type), size, to, used);
    case SINGLE:
        return give_number(basic | (json_is_true(fact) ? CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT : 0),
                           sizeof(cl_device_fp_config), size, to, used);
    case DOUBLE:
        return give_number(json_is_true(fact) ? basic : 0, sizeof(cl_device_fp_config), size, to, used);
    case EXTENSIONS:
        return give_extensions(fact, size, to, used);
    case ITEMS: {
        const size_t most = (size_t)number_of(fact), items[] = {most, most, most};
        return fake_give(items, sizeof items, size, to, used);
    }
    case PLATFORM:
        return fake_give(&device->platform, sizeof device->platform, size, to, used);
    default:
        return give_number(row->fixed, sizeof row->fixed, size, to, used);
    }
}

cl_int CL_API_CALL fake_GetDeviceInfo(cl_device_id device, cl_device_info what, size_t size, void *to, size_t *used)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].what == what) {
            const cl_int fault = fake_query_fault(device->faults, rows[i].name);
            return fault ? fault : answer(device, &rows[i], size, to, used);
        }
    return CL_INVALID_VALUE;
}

cl_int CL_API_CALL fake_GetPlatformInfo(cl_platform_id platform, cl_platform_info what, size_t size, void *to,
                                        size_t *used)
{
    const cl_int fault = what == CL_PLATFORM_NAME ? fake_query_fault(platform->faults, "CL_PLATFORM_NAME") : CL_SUCCESS;
    if (fault)
        return fault;
    switch (what) {
    case CL_PLATFORM_NAME:
        return give_text(platform->name, size, to, used);
    case CL_PLATFORM_VENDOR:
        return give_text("made up", size, to, used);
    case CL_PLATFORM_VERSION:
        return give_text("OpenCL 1.2 fake", size, to, used);
    case CL_PLATFORM_PROFILE:
        return give_text("FULL_PROFILE", size, to, used);
    case CL_PLATFORM_EXTENSIONS:
        return give_text("cl_khr_icd", size, to, used);
    case CL_PLATFORM_ICD_SUFFIX_KHR:
        return give_text("FAKE", size, to, used);
    default:
        return CL_INVALID_VALUE;
    }
}

cl_int CL_API_CALL fake_GetDeviceIDs(cl_platform_id platform, cl_device_type type, cl_uint most, cl_device_id *devices,
                                     cl_uint *count)
{
    cl_uint found = 0;
    const cl_int fault = fake_fault(platform->faults, "clGetDeviceIDs");
    if (fault)
        return fault;
    for (cl_uint i = 0; i < platform->device_count; i++) {
        const cl_ulong own = type_of(json_string_value(json_object_get(platform->devices[i]->facts, "type")));
        if (type != CL_DEVICE_TYPE_ALL && !(own & type))
            continue;
        if (devices && found < most)
            devices[found] = platform->devices[i];
        found++;
    }
    if (count)
        *count = found;
    return found ? CL_SUCCESS : CL_DEVICE_NOT_FOUND;
}
