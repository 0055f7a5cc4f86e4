/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The ways in which bytes get from the host to a device and back, each as one call that can be timed.
 */
#ifndef HARDWARE_LIMITS_TRANSFER_H
#define HARDWARE_LIMITS_TRANSFER_H

#include "hardware/limits.h"

/* Memory at both ends of the link to one device. Host memory is touched and holds noise. */
struct link {
    struct opencl *opencl;
    size_t largest_bytes;       /* of one message; a power of two */
    size_t bytes;               /* of the next message */
    unsigned char *pageable;    /* ordinary memory, aligned to pages, of largest_bytes */
    cl_mem pinned_memory;       /* made by CL_MEM_ALLOC_HOST_PTR, mapped at `pinned` as long as the link is open */
    unsigned char *pinned;      /* NULL: failure_pinned says why */
    cl_mem device;              /* of largest_bytes and a little more */
    cl_mem other;               /* of half that: what is pulled while `device` is pushed to */
    cl_command_queue queues[2]; /* of our own, NULL: failure_queues says why */
    char failure_pinned[LIMIT_TEXT], failure_queues[LIMIT_TEXT];
};

/* One message of link->bytes; `once` is for limit_sample(). A way that this device does not have is STATUS_UNSUPPORTED.
 */
struct link_way {
    const char *name;
    enum status (*once)(void *link, double *ns);
    bool pushes, pulls; /* both: at once, each of link->bytes, at most half of link->largest_bytes */
    bool pinned;        /* the host's end is link->pinned, else link->pageable */
    bool mapped;
};

enum {
    LINK_PUSH_PAGEABLE,
    LINK_PULL_PAGEABLE,
    LINK_PUSH_PINNED,
    LINK_PULL_PINNED,
    LINK_PUSH_MAPPED,
    LINK_PULL_MAPPED,
    LINK_BOTH_PINNED,
    LINK_WAYS
};
extern const struct link_way link_ways[LINK_WAYS];

/* Maps and unmaps the device's buffer without looking at it; its content has changed on the device since the last map.
 */
enum status link_map_only(void *link, double *ns);

/* The largest message that device and host memory allow: a power of two, at most 512 MiB (256 MiB on a device that runs
 * on the CPU, whose copies cross no link), a quarter of the device's largest allocation and an eighth of what the host
 * has free. `host_bytes` below 0: unknown. */
size_t link_largest_bytes(const struct device *device, int64_t host_bytes);

/* Allocates all memory; messages get smaller while the device has not enough. On failure nothing is held. */
enum status link_open(struct opencl *opencl, struct link *link);

/* Sends noise by that way and looks at what arrived. STATUS_WRONG if it is something else. */
enum status link_check(struct link *link, const struct link_way *way);

void link_close(struct link *link);

#endif
