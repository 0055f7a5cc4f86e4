/* SPDX-License-Identifier: BSD-3-Clause
 *
 * OpenCL devices: finding them, choosing one by what the user typed, and opening one (context, in-order queue with
 * profiling, programs, buffers). Every OpenCL return code goes through opencl_check(), which names call, code and device.
 */
#ifndef HARDWARE_OPENCL_H
#define HARDWARE_OPENCL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include "hardware/status.h"

enum { DEVICE_TEXT = 128 };
enum device_type { DEVICE_CPU, DEVICE_GPU, DEVICE_ACCELERATOR, DEVICE_UNKNOWN };

/* Texts are UTF-8 without control characters; what the driver does not tell is "" or 0. */
struct device {
    int index; /* position in the list of devices_find(), what --device takes */
    char name[DEVICE_TEXT]; /* these two are never empty */
    char platform[DEVICE_TEXT];
    char vendor[DEVICE_TEXT];
    char driver[DEVICE_TEXT];
    char version[DEVICE_TEXT]; /* CL_DEVICE_VERSION */
    char problem[DEVICE_TEXT]; /* why it cannot be used: opencl_open() refuses it; "" */
    enum device_type type; /* DEVICE_CPU for every device that runs on this machine's CPU, pocl among them */
    unsigned compute_units;
    unsigned clock_mhz; /* as declared; 0 where the driver does not know */
    uint64_t global_bytes;
    uint64_t local_bytes;
    uint64_t max_alloc_bytes; /* the largest single allocation, as declared */
    uint64_t cache_bytes;
    size_t max_work_group;
    size_t image2d_max_px[2], image3d_max_px[3]; /* along x, y, z; 0 without images */
    bool images;
    bool unified_memory;
    bool double_precision;
    bool exact_division; /* takes -cl-fp32-correctly-rounded-divide-sqrt */
    cl_device_id id;
    cl_platform_id platform_id;
};

/* All devices of all platforms, in the order the loader gives them; a device that two platforms offer is listed under
 * each. No platform or no device is no error: count is 0. A platform that cannot list its devices is left out and named by
 * devices_left_out(); if then no device is left, that is STATUS_DEVICE. The caller frees *devices with free(). */
enum status devices_find(struct device **devices, size_t *count);

/* The platforms that this thread's last devices_find() left out, with the reasons, in one line; "" if none. */
const char *devices_left_out(void);

/* The names of a device's extensions, with spaces between them. The caller frees *text. STATUS_DEVICE, STATUS_MEMORY. */
enum status device_extensions(const struct device *device, char **text);

/* Marks in chosen[0..count) what `text` asks for: an index, "all", "gpu", "cpu", or part of a name in any case. "all" may
 * mark none; "gpu" and "cpu" must mark at least one; an index or a name exactly one; else STATUS_USAGE with the valid
 * devices in the text. */
enum status devices_choose(const struct device *devices, size_t count, const char *text, bool *chosen);

const char *device_type_name(enum device_type type);

/* An opened device. */
struct opencl {
    struct device device;
    bool dry;                 /* opened by opencl_open_dry(): memory is counted, not taken */
    cl_context context;       /* NULL if dry */
    cl_command_queue queue;   /* in order, with profiling; NULL if dry */
    struct program *programs; /* built in this process, see program.h */
    size_t allocated_bytes;   /* device memory held now through opencl_buffer() */
    size_t peak_bytes;
    size_t largest_bytes;    /* the largest single one so far */
    int programs_compiled;   /* built from source */
    int programs_from_cache; /* taken from the disk cache */
    int64_t build_ns;        /* spent in both */
    uint64_t bytes_pushed, bytes_pulled; /* moved so far by images and plans; exact, so that two builds can be compared */
    int64_t launches;                    /* steps of plans enqueued so far */
};

/* Opens a device. On failure *opencl is NULL. */
enum status opencl_open(const struct device *device, struct opencl **opencl);

/* The same for planning alone: buffers and images have a size but no memory, nothing is compiled, and nothing can be
 * enqueued. What a plan would allocate is then known for images that no memory here could hold. `device` may be a
 * description of one that is not there (id NULL). STATUS_MEMORY. */
enum status opencl_open_dry(const struct device *device, struct opencl **opencl);

/* Releases everything; NULL is fine. */
void opencl_close(struct opencl *opencl);

/* A read-write buffer of `bytes` (at least 1) on the device. STATUS_DEVICE_MEMORY names the bytes asked for. */
enum status opencl_buffer(struct opencl *opencl, size_t bytes, cl_mem *buffer);

/* A read-only OpenCL image, of two dimensions if `depth` is 1, else of three. STATUS_UNSUPPORTED with the reason where the
 * device has no images, none of that format, or none of that size. Released by opencl_release(). */
enum status opencl_image(struct opencl *opencl, const cl_image_format *format, const size_t size[3], cl_mem *image);

/* Counts `bytes` as held. Dry: makes the token that stands for that memory; else `buffer` is left alone. */
enum status opencl_hold(struct opencl *opencl, size_t bytes, cl_mem *buffer);

/* Bytes of memory that was just created, as the driver counts them: taken and given back by the same figure, the sum stays
 * right where a driver rounds up. On failure the memory is released and *memory is NULL. */
enum status opencl_memory_size(const struct opencl *opencl, cl_mem *memory, size_t *bytes);

/* Releases a buffer of opencl_buffer(); NULL is fine. Sets *buffer to NULL. */
void opencl_release(struct opencl *opencl, cl_mem *buffer);

/* Waits until the queue is empty. */
enum status opencl_finish(struct opencl *opencl);

/* STATUS_OK for CL_SUCCESS; else records "call: CODE on device" and returns STATUS_DEVICE_MEMORY for allocation failures,
 * STATUS_DEVICE for the rest. `opencl` may be NULL. */
enum status opencl_check(cl_int code, const char *call, const struct opencl *opencl);

/* "CL_INVALID_VALUE" and so on. */
const char *opencl_error_name(cl_int code);

/* Profiling times of a finished command, in the device's nanoseconds. */
struct event_times {
    uint64_t queued_ns, submit_ns, start_ns, end_ns;
};

enum status opencl_event_times(const struct opencl *opencl, cl_event event, struct event_times *times);

#endif
