/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Device images: allocation and the two transfers.
 */
#include "images/device_image.h"

#include <assert.h>

enum status device_image_alloc(struct opencl *opencl, struct device_image *image, struct shape shape,
                               enum pixel_type type)
{
    *image = (struct device_image){.shape = shape, .stride = image_default_stride(shape.width), .type = type};
    enum status status = opencl_buffer(opencl, device_image_bytes(image), &image->memory);
    if (status != STATUS_OK)
        *image = (struct device_image){0};
    return status;
}

void device_image_free(struct opencl *opencl, struct device_image *image)
{
    opencl_release(opencl, &image->memory);
    *image = (struct device_image){0};
}

struct device_shape device_image_shape(const struct device_image *image)
{
    return (struct device_shape){image->shape.width, image->shape.height, image->shape.depth, image->stride};
}

size_t device_image_bytes(const struct device_image *image)
{
    return (size_t)(image->stride * image->shape.height * image->shape.depth) * pixel_bytes(image->type);
}

/* An owned image's padding may be overwritten; a view's belongs to somebody else. */
static bool same_layout(const struct device_image *device, const struct image *host)
{
    return host->block && host->stride == device->stride && host->slice == device->stride * device->shape.height;
}

struct layout {
    size_t origin[3], region[3], device_row, device_slice, host_row,
        host_slice; /* bytes, as the Rect calls want them */
};

static struct layout rectangle(const struct device_image *device, const struct image *host)
{
    size_t bytes = pixel_bytes(host->type);
    return (struct layout){
        .region = {(size_t)host->shape.width * bytes, (size_t)host->shape.height, (size_t)host->shape.depth},
        .device_row = (size_t)device->stride * bytes,
        .device_slice = (size_t)(device->stride * device->shape.height) * bytes,
        .host_row = (size_t)host->stride * bytes,
        .host_slice = (size_t)host->slice * bytes,
    };
}

enum status device_image_push(struct opencl *opencl, struct device_image *to, const struct image *from)
{
    assert(shape_equal(to->shape, from->shape) && to->type == from->type);
    opencl->bytes_pushed += same_layout(to, from) ? device_image_bytes(to) : image_bytes(from);
    if (same_layout(to, from))
        return opencl_check(clEnqueueWriteBuffer(opencl->queue, to->memory, CL_TRUE, 0, device_image_bytes(to),
                                                 from->pixels, 0, NULL, NULL),
                            "clEnqueueWriteBuffer", opencl);
    struct layout l = rectangle(to, from);
    return opencl_check(clEnqueueWriteBufferRect(opencl->queue, to->memory, CL_TRUE, l.origin, l.origin, l.region,
                                                 l.device_row, l.device_slice, l.host_row, l.host_slice, from->pixels,
                                                 0, NULL, NULL),
                        "clEnqueueWriteBufferRect", opencl);
}

enum status device_image_pull(struct opencl *opencl, const struct device_image *from, struct image *to)
{
    assert(shape_equal(to->shape, from->shape) && to->type == from->type);
    opencl->bytes_pulled += same_layout(from, to) ? device_image_bytes(from) : image_bytes(to);
    if (same_layout(from, to))
        return opencl_check(clEnqueueReadBuffer(opencl->queue, from->memory, CL_TRUE, 0, device_image_bytes(from),
                                                to->pixels, 0, NULL, NULL),
                            "clEnqueueReadBuffer", opencl);
    struct layout l = rectangle(from, to);
    return opencl_check(clEnqueueReadBufferRect(opencl->queue, from->memory, CL_TRUE, l.origin, l.origin, l.region,
                                                l.device_row, l.device_slice, l.host_row, l.host_slice, to->pixels, 0,
                                                NULL, NULL),
                        "clEnqueueReadBufferRect", opencl);
}

static enum status pull_region(struct opencl *opencl, cl_command_queue queue, const struct device_image *from,
                               const struct region *region, struct image *to, const cl_event *after, cl_event *event)
{
    assert(shape_equal(to->shape, region->shape) && to->type == from->type && region_inside(region, from->shape));
    const struct layout l = rectangle(from, to);
    const size_t origin[3] = {(size_t)region->x * pixel_bytes(from->type), (size_t)region->y, (size_t)region->z};
    opencl->bytes_pulled += image_bytes(to);
    return opencl_check(clEnqueueReadBufferRect(queue, from->memory, event ? CL_FALSE : CL_TRUE, origin, l.origin,
                                                l.region, l.device_row, l.device_slice, l.host_row, l.host_slice,
                                                to->pixels, after ? 1 : 0, after, event),
                        "clEnqueueReadBufferRect", opencl);
}

enum status device_image_pull_region(struct opencl *opencl, const struct device_image *from,
                                     const struct region *region, struct image *to)
{
    return pull_region(opencl, opencl->queue, from, region, to, NULL, NULL);
}

enum status device_image_pull_after(struct opencl *opencl, cl_command_queue queue, const struct device_image *from,
                                    const struct region *region, struct image *to, cl_event after, cl_event *event)
{
    return pull_region(opencl, queue, from, region, to, &after, event);
}

enum status device_image_copy(struct plan *plan, const struct device_image *from, const struct region *region,
                              const struct device_image *to)
{
    assert(shape_equal(to->shape, region->shape) && to->type == from->type && region_inside(region, from->shape));
    const size_t bytes = pixel_bytes(from->type), row = (size_t)from->stride * bytes;
    const size_t slice = row * (size_t)from->shape.height, to_row = (size_t)to->stride * bytes;
    const struct plan_box box = {
        .from = (size_t)region->z * slice + (size_t)region->y * row + (size_t)region->x * bytes,
        .from_row = row,
        .from_slice = slice,
        .to_row = to_row,
        .to_slice = to_row * (size_t)to->shape.height,
        .size = {(size_t)to->shape.width * bytes, (size_t)to->shape.height, (size_t)to->shape.depth},
    };
    return plan_copy_box(plan, from->memory, to->memory, &box);
}
