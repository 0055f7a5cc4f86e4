/* SPDX-License-Identifier: BSD-3-Clause
 *
 * MemAvailable is the kernel's own estimate, free memory and caches that it can give up
 * (Documentation/filesystems/proc). It knows nothing of a container's limit: there memory.max less memory.current
 * counts, and the part of the file cache that is given up first (inactive_file) is not in use
 * (Documentation/admin-guide/cgroup-v2).
 */
#include "hardware/host_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number after `key` at the start of a line, times `unit`; -1 without such a line or without a number there. */
static int64_t read_number(const char *root, const char *path, const char *key, int64_t unit)
{
    char name[1024], line[256];
    int64_t number = -1;
    snprintf(name, sizeof name, "%s%s", root, path);
    FILE *file = fopen(name, "r");
    if (!file)
        return -1;
    while (number < 0 && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        const char *text = line + strlen(key);
        char *end;
        const long long value = strtoll(text, &end, 10);
        if (end == text || value < 0 || value > INT64_MAX / unit)
            break;
        number = value * unit;
    }
    fclose(file);
    return number;
}

int64_t host_memory_available(const char *root)
{
    const int64_t available = read_number(root, "/proc/meminfo", "MemAvailable:", 1024);
    const int64_t limit = read_number(root, "/sys/fs/cgroup/memory.max", "", 1);
    const int64_t used = read_number(root, "/sys/fs/cgroup/memory.current", "", 1);
    if (limit < 0 || used < 0)
        return available;
    const int64_t cache = read_number(root, "/sys/fs/cgroup/memory.stat", "inactive_file ", 1);
    int64_t left = limit - used + (cache > 0 ? cache : 0);
    left = left < 0 ? 0 : left > limit ? limit : left;
    return available < 0 || left < available ? left : available;
}
