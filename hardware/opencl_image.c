/* SPDX-License-Identifier: BSD-3-Clause
 *
 * OpenCL images (textures), and whether a device can hold one.
 */
#include "hardware/opencl.h"

#include <stdlib.h>

enum { DIMENSIONS = 3 };

static enum status check_format(struct opencl *opencl, const cl_image_format *format, cl_mem_object_type type)
{
    enum status status;
    cl_uint count = 0;
    cl_image_format *formats = NULL;
    bool found = false;
    TRY(opencl_check(clGetSupportedImageFormats(opencl->context, CL_MEM_READ_ONLY, type, 0, NULL, &count),
                     "clGetSupportedImageFormats", opencl));
    formats = calloc(count + 1, sizeof *formats);
    if (!formats)
        return status_fail(STATUS_MEMORY, "no host memory for %u image formats", count);
    TRY(opencl_check(clGetSupportedImageFormats(opencl->context, CL_MEM_READ_ONLY, type, count, formats, NULL),
                     "clGetSupportedImageFormats", opencl));
    for (cl_uint i = 0; i < count; i++)
        found = found || (formats[i].image_channel_order == format->image_channel_order &&
                          formats[i].image_channel_data_type == format->image_channel_data_type);
    if (!found)
        status = status_fail(STATUS_UNSUPPORTED, "%s has no OpenCL images of this pixel type (channel type 0x%x)",
                             opencl->device.name, format->image_channel_data_type);
done:
    free(formats);
    return status;
}

static enum status check_size(struct opencl *opencl, const size_t size[DIMENSIONS])
{
    static const cl_device_info limits_2d[] = {CL_DEVICE_IMAGE2D_MAX_WIDTH, CL_DEVICE_IMAGE2D_MAX_HEIGHT};
    static const cl_device_info limits_3d[] = {CL_DEVICE_IMAGE3D_MAX_WIDTH, CL_DEVICE_IMAGE3D_MAX_HEIGHT,
                                               CL_DEVICE_IMAGE3D_MAX_DEPTH};
    const int dimensions = size[2] > 1 ? 3 : 2;
    for (int i = 0; i < dimensions; i++) {
        size_t limit = 0;
        enum status status =
            opencl_check(clGetDeviceInfo(opencl->device.id, dimensions == 3 ? limits_3d[i] : limits_2d[i], sizeof limit,
                                         &limit, NULL),
                         "clGetDeviceInfo", opencl);
        if (status != STATUS_OK)
            return status;
        if (size[i] > limit)
            return status_fail(STATUS_UNSUPPORTED, "%s takes OpenCL images of at most %zu pixels along %c, not %zu",
                               opencl->device.name, limit, "xyz"[i], size[i]);
    }
    return STATUS_OK;
}

/* Bytes of a pixel in the formats that operations use; 0 for others. */
static size_t format_bytes(const cl_image_format *format)
{
    const size_t channels = format->image_channel_order == CL_R ? 1 : format->image_channel_order == CL_RGBA ? 4 : 0;
    switch (format->image_channel_data_type) {
    case CL_UNORM_INT8:
    case CL_UNSIGNED_INT8:
        return channels;
    case CL_UNORM_INT16:
    case CL_UNSIGNED_INT16:
    case CL_HALF_FLOAT:
        return 2 * channels;
    case CL_UNSIGNED_INT32:
    case CL_FLOAT:
        return 4 * channels;
    default:
        return 0;
    }
}

/* Drivers may pad rows; what they then take beyond this is not known before they have done it. */
static enum status count_image(struct opencl *opencl, const cl_image_format *format, const size_t size[DIMENSIONS],
                               cl_mem *image)
{
    enum status status;
    const size_t bytes = format_bytes(format) * size[0] * size[1] * size[2];
    if (bytes == 0)
        return status_fail(STATUS_UNSUPPORTED, "the size of OpenCL images of channel type 0x%x is not known",
                           format->image_channel_data_type);
    if (opencl->device.id)
        TRY(check_size(opencl, size));
    TRY(opencl_hold(opencl, bytes, image));
done:
    return status;
}

enum status opencl_image(struct opencl *opencl, const cl_image_format *format, const size_t size[3], cl_mem *image)
{
    enum status status;
    cl_int code;
    size_t bytes = 0;
    const cl_mem_object_type type = size[2] > 1 ? CL_MEM_OBJECT_IMAGE3D : CL_MEM_OBJECT_IMAGE2D;
    const cl_image_desc description = {
        .image_type = type, .image_width = size[0], .image_height = size[1], .image_depth = size[2]};
    *image = NULL;
    if (!opencl->device.images)
        return status_fail(STATUS_UNSUPPORTED, "%s has no OpenCL images", opencl->device.name);
    if (opencl->dry)
        return count_image(opencl, format, size, image);
    TRY(check_format(opencl, format, type));
    TRY(check_size(opencl, size));
    *image = clCreateImage(opencl->context, CL_MEM_READ_ONLY, format, &description, NULL, &code);
    if (code != CL_SUCCESS)
        *image = NULL;
    TRY(opencl_check(code, "clCreateImage", opencl));
    TRY(opencl_check(clGetMemObjectInfo(*image, CL_MEM_SIZE, sizeof bytes, &bytes, NULL), "clGetMemObjectInfo",
                     opencl));
    TRY(opencl_hold(opencl, bytes, image));
done:
    return status;
}
