/* SPDX-License-Identifier: BSD-3-Clause
 *
 * memfd_create() and its mapping.
 */
#include "bench/shared_image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static enum status map(struct shared_image *shared, struct shape shape, enum pixel_type type)
{
    void *pixels = mmap(NULL, shared->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, shared->file, 0);
    if (pixels == MAP_FAILED)
        return status_fail(STATUS_MEMORY, "mmap of %zu shared bytes: %s", shared->bytes, strerror(errno));
    int64_t stride = image_default_stride(shape.width);
    shared->image = (struct image){
        .shape = shape, .stride = stride, .slice = stride * shape.height, .type = type, .pixels = pixels};
    return STATUS_OK;
}

static size_t mapping_bytes(struct shape shape, enum pixel_type type)
{
    return (size_t)(image_default_stride(shape.width) * shape.height * shape.depth) * pixel_bytes(type);
}

enum status shared_image_create(struct shared_image *shared, struct shape shape, enum pixel_type type)
{
    enum status status;
    *shared = (struct shared_image){.bytes = mapping_bytes(shape, type), .file = memfd_create("breakeven", MFD_CLOEXEC)};
    /* Space is taken now: a full memory must be an error here and not a bus error in the middle of a case. */
    if (shared->file < 0 || posix_fallocate(shared->file, 0, (off_t)shared->bytes) != 0)
        status = status_fail(STATUS_MEMORY, "no room for a shared image of %zu bytes", shared->bytes);
    else
        status = map(shared, shape, type);
    if (status != STATUS_OK)
        shared_image_free(shared);
    return status;
}

enum status shared_image_open(struct shared_image *shared, int owner, int file, struct shape shape, enum pixel_type type)
{
    enum status status;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", owner, file);
    *shared = (struct shared_image){.bytes = mapping_bytes(shape, type), .file = open(path, O_RDWR | O_CLOEXEC)};
    if (shared->file < 0)
        status = status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    else
        status = map(shared, shape, type);
    if (status != STATUS_OK)
        shared_image_free(shared);
    return status;
}

void shared_image_free(struct shared_image *shared)
{
    if (shared->bytes == 0)
        return;
    if (shared->image.pixels)
        munmap(shared->image.pixels, shared->bytes);
    if (shared->file >= 0)
        close(shared->file);
    *shared = (struct shared_image){0};
}
