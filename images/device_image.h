/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An image in device memory: a buffer of rows `stride` pixels apart, planes stride * height apart. The stride is the
 * default stride of the width, so a push or pull of an image with default layout is one contiguous copy. Kernels may
 * read and write the padding at a row's end.
 */
#ifndef IMAGES_DEVICE_IMAGE_H
#define IMAGES_DEVICE_IMAGE_H

#include "hardware/plan.h"
#include "images/region.h"

/* What kernels get, by value: `struct shape` of pixel.clh. */
struct device_shape {
    cl_long width, height, depth, stride; /* pixels */
};

struct device_image {
    cl_mem memory;
    struct shape shape;
    int64_t stride;
    enum pixel_type type;
};

/* Allocates; contents undefined. On failure the struct is all zero. */
enum status device_image_alloc(struct opencl *opencl, struct device_image *image, struct shape shape,
                               enum pixel_type type);

void device_image_free(struct opencl *opencl, struct device_image *image);

struct device_shape device_image_shape(const struct device_image *image);

/* Bytes of the buffer, padding included: what a push or pull moves. */
size_t device_image_bytes(const struct device_image *image);

/* Copies all pixels host to device; returns when the host memory may be changed again. Shapes and types are equal. */
enum status device_image_push(struct opencl *opencl, struct device_image *to, const struct image *from);

/* Copies all pixels device to host and waits. Pixels outside `to` (the surroundings of a view) are left alone. */
enum status device_image_pull(struct opencl *opencl, const struct device_image *from, struct image *to);

/* The same for a region of `from`, which `to` has the shape of. */
enum status device_image_pull_region(struct opencl *opencl, const struct device_image *from,
                                     const struct region *region, struct image *to);

/* The same on a queue of its own, after an event, without waiting; the caller releases *event. */
enum status device_image_pull_after(struct opencl *opencl, cl_command_queue queue, const struct device_image *from,
                                    const struct region *region, struct image *to, cl_event after, cl_event *event);

/* Appends to a plan: `to` becomes a region of `from`, both on the device and of one type. */
enum status device_image_copy(struct plan *plan, const struct device_image *from, const struct region *region,
                              const struct device_image *to);

#endif
