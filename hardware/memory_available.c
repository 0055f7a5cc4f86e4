/* SPDX-License-Identifier: BSD-3-Clause
 *
 * proc_meminfo(5); Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of the kernel. What a group uses
 * includes pages of files that the kernel would give up at once, so inactive ones are not counted as used.
 */
#include "hardware/memory_available.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 1024, LINE_BYTES = 512 };

/* The number after `key` at the start of a line, "" for the file's first; -1 if there is none ("max"). */
static int64_t read_number(const char *path, const char *key)
{
    char line[LINE_BYTES];
    int64_t number = -1;
    bool found = false;
    FILE *file = fopen(path, "r");
    while (file && !found && fgets(line, sizeof line, file)) {
        found = strncmp(line, key, strlen(key)) == 0;
        if (found && sscanf(line + strlen(key), "%" SCNd64, &number) != 1)
            number = -1;
    }
    if (file)
        fclose(file);
    return number;
}

__attribute__((format(printf, 2, 3))) static int64_t number_in(const char *key, const char *format, ...)
{
    char path[PATH_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    return length < (int)sizeof path ? read_number(path, key) : -1;
}

static void limit_to(struct memory_available *available, int64_t limit, int64_t used, int64_t idle)
{
    if (limit < 0 || used < 0)
        return;
    used -= idle > 0 ? idle : 0;
    int64_t left = limit > used ? limit - used : 0;
    if (available->bytes < 0 || left < available->bytes)
        *available = (struct memory_available){.bytes = left, .limited = true};
}

/* The path of this process's group of version 2: "0::/user.slice/..."; "" if unknown. */
static void read_group(const char *root, char *group, size_t bytes)
{
    char line[LINE_BYTES];
    group[0] = 0;
    snprintf(line, sizeof line, "%s/proc/self/cgroup", root);
    FILE *file = fopen(line, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "0::", 3) == 0)
            snprintf(group, bytes, "%.*s", (int)strcspn(line + 3, "\n"), line + 3);
    if (file)
        fclose(file);
}

struct memory_available memory_available(const char *root)
{
    static const char v2[] = "/sys/fs/cgroup", v1[] = "/sys/fs/cgroup/memory";
    struct memory_available available = {.bytes = -1};
    char group[LINE_BYTES];
    int64_t kib = number_in("MemAvailable:", "%s/proc/meminfo", root);
    if (kib >= 0)
        available.bytes = kib * 1024;
    /* A limit of a parent holds for its children; the root has files only inside a container. */
    read_group(root, group, sizeof group);
    for (char *end = group + strlen(group); end; end = strrchr(group, '/')) {
        *end = 0;
        limit_to(&available, number_in("", "%s%s%s/memory.max", root, v2, group),
                 number_in("", "%s%s%s/memory.current", root, v2, group),
                 number_in("inactive_file ", "%s%s%s/memory.stat", root, v2, group));
    }
    limit_to(&available, number_in("", "%s%s/memory.limit_in_bytes", root, v1),
             number_in("", "%s%s/memory.usage_in_bytes", root, v1),
             number_in("total_inactive_file ", "%s%s/memory.stat", root, v1));
    return available;
}
