/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The memory at both ends of a link, and the proof that a way carries what it is given.
 */
#include "hardware/limits_transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/memory_available.h"

enum { MIB = 1 << 20, PAGE = 4096, SMALLEST = 64 << 10, CHECKED = 4 * MIB, BEHIND = 64 };

/* Incompressible, so that no part of the link can be clever; xorshift64, Marsaglia 2003. */
static void fill_noise(unsigned char *memory, size_t bytes, uint64_t seed)
{
    const size_t block = bytes < MIB ? bytes : MIB;
    for (size_t i = 0; i + sizeof seed <= block; i += sizeof seed) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        memcpy(memory + i, &seed, sizeof seed);
    }
    for (size_t filled = block; filled < bytes; filled += block)
        memcpy(memory + filled, memory, bytes - filled < block ? bytes - filled : block);
}

size_t link_largest_bytes(const struct device *device, int64_t host_bytes)
{
    const uint64_t unknown = 16 * MIB;
    uint64_t most = device->type == DEVICE_CPU ? 256 * MIB : 512 * MIB;
    const uint64_t bounds[] = {device->max_alloc_bytes ? device->max_alloc_bytes / 4 : unknown,
                               device->global_bytes ? device->global_bytes / 8 : unknown,
                               host_bytes >= 0 ? (uint64_t)host_bytes / 8 : unknown};
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
        while (most > bounds[i])
            most /= 2;
    return most;
}

static enum status open_device_memory(struct link *link)
{
    enum status status;
    do {
        status = opencl_buffer(link->opencl, link->largest_bytes + BEHIND, &link->device);
        if (status == STATUS_OK)
            status = opencl_buffer(link->opencl, link->largest_bytes / 2, &link->other);
        if (status != STATUS_OK) {
            opencl_release(link->opencl, &link->device);
            link->largest_bytes /= 2;
        }
    } while (status == STATUS_DEVICE_MEMORY && link->largest_bytes >= SMALLEST);
    return status;
}

static void open_pinned(struct link *link)
{
    cl_int code;
    link->pinned_memory = clCreateBuffer(link->opencl->context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR,
                                         link->largest_bytes, NULL, &code);
    if (opencl_check(code, "clCreateBuffer with CL_MEM_ALLOC_HOST_PTR", link->opencl) == STATUS_OK) {
        link->pinned = clEnqueueMapBuffer(link->opencl->queue, link->pinned_memory, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE,
                                          0, link->largest_bytes, 0, NULL, NULL, &code);
        if (opencl_check(code, "clEnqueueMapBuffer of host memory", link->opencl) == STATUS_OK && link->pinned) {
            fill_noise(link->pinned, link->largest_bytes, 2);
            return;
        }
        clReleaseMemObject(link->pinned_memory);
    }
    snprintf(link->failure_pinned, sizeof link->failure_pinned, "no pinned memory: %s",
             code == CL_SUCCESS ? "the map has no address" : status_text());
    link->pinned_memory = NULL;
    link->pinned = NULL;
}

static void open_queues(struct link *link)
{
    for (int i = 0; i < 2; i++) {
        cl_int code;
        link->queues[i] = clCreateCommandQueue(link->opencl->context, link->opencl->device.id, 0, &code);
        if (opencl_check(code, "clCreateCommandQueue", link->opencl) == STATUS_OK)
            continue;
        link->queues[i] = NULL;
        snprintf(link->failure_queues, sizeof link->failure_queues, "no second queue: %s", status_text());
    }
}

enum status link_open(struct opencl *opencl, struct link *link)
{
    enum status status;
    *link = (struct link){.opencl = opencl};
    link->largest_bytes = link_largest_bytes(&opencl->device, memory_available("").bytes);
    if (link->largest_bytes < SMALLEST)
        return status_fail(STATUS_UNSUPPORTED, "memory allows messages of %zu bytes only", link->largest_bytes);
    TRY(open_device_memory(link));
    link->pageable = aligned_alloc(PAGE, link->largest_bytes);
    if (!link->pageable) {
        status = status_fail(STATUS_MEMORY, "no host memory for messages of %zu bytes", link->largest_bytes);
        goto done;
    }
    fill_noise(link->pageable, link->largest_bytes, 1);
    open_pinned(link);
    open_queues(link);
done:
    if (status != STATUS_OK)
        link_close(link);
    return status;
}

void link_close(struct link *link)
{
    if (link->pinned) {
        clEnqueueUnmapMemObject(link->opencl->queue, link->pinned_memory, link->pinned, 0, NULL, NULL);
        clFinish(link->opencl->queue);
    }
    if (link->pinned_memory)
        clReleaseMemObject(link->pinned_memory);
    for (int i = 0; i < 2; i++)
        if (link->queues[i])
            clReleaseCommandQueue(link->queues[i]);
    opencl_release(link->opencl, &link->device);
    opencl_release(link->opencl, &link->other);
    free(link->pageable);
    *link = (struct link){.opencl = link->opencl};
}

static enum status write_noise(struct link *link, cl_mem to, unsigned char *noise, uint64_t seed)
{
    fill_noise(noise, link->bytes, seed);
    return opencl_check(clEnqueueWriteBuffer(link->opencl->queue, to, CL_TRUE, 0, link->bytes, noise, 0, NULL, NULL),
                        "clEnqueueWriteBuffer", link->opencl);
}

static enum status read_back(struct link *link, unsigned char *to)
{
    return opencl_check(
        clEnqueueReadBuffer(link->opencl->queue, link->device, CL_TRUE, 0, link->bytes, to, 0, NULL, NULL),
        "clEnqueueReadBuffer", link->opencl);
}

enum status link_check(struct link *link, const struct link_way *way)
{
    enum status status;
    double ns;
    link->bytes = link->largest_bytes / 2 < CHECKED ? link->largest_bytes / 2 : CHECKED;
    const bool both = way->pushes && way->pulls;
    unsigned char *host = way->pinned ? link->pinned : link->pageable, *wanted = malloc(link->bytes);
    unsigned char *pulled = both && host ? host + link->largest_bytes / 2 : host;
    if (!wanted)
        return status_fail(STATUS_MEMORY, "no host memory for %zu bytes", link->bytes);
    /* Other bytes at the receiving end first, and other ones for each way, so that old ones cannot pass for new ones.
     */
    const uint64_t seed = 100 + 2 * (uint64_t)(way - link_ways);
    if (way->pushes)
        TRY(write_noise(link, link->device, wanted, 50));
    if (host && way->pushes)
        fill_noise(host, link->bytes, seed);
    if (host && way->pulls)
        memset(pulled, 0, link->bytes);
    if (way->pulls)
        TRY(write_noise(link, both ? link->other : link->device, wanted, seed + 1));
    TRY(way->once(link, &ns));
    if (way->pulls && memcmp(pulled, wanted, link->bytes) != 0)
        status = status_fail(STATUS_WRONG, "%s: what was pulled is not what the device holds", way->name);
    if (status == STATUS_OK && way->pushes) {
        TRY(read_back(link, wanted));
        if (memcmp(host, wanted, link->bytes) != 0)
            status = status_fail(STATUS_WRONG, "%s: what the device holds is not what was pushed", way->name);
    }
done:
    free(wanted);
    return status;
}
