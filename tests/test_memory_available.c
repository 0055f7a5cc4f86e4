/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Available memory of made-up machines.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hardware/memory_available.h"

static char root[] = "/tmp/breakeven_memory_XXXXXX";

/* Writes a file below the root, and the folders it lies in. */
static void put(const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = strchr(full + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(full, 0700);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_root(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", root);
    cr_expect_eq(system(command), 0);
}

Test(memory_available, available_memory_is_what_the_control_group_leaves)
{
    cr_assert_not_null(mkdtemp(root));
    cr_expect_eq(memory_available(root).bytes, -1);
    put("/proc/meminfo", "MemTotal:       1000 kB\nMemAvailable:    800 kB\n");
    cr_expect_eq(memory_available(root).bytes, 800 * 1024);
    cr_expect_not(memory_available(root).limited);
    put("/proc/self/cgroup", "1:cpu:/x\n0::/batch/job\n");
    put("/sys/fs/cgroup/batch/job/memory.max", "max\n");
    put("/sys/fs/cgroup/batch/job/memory.current", "4096\n");
    cr_expect_eq(memory_available(root).bytes, 800 * 1024);
    put("/sys/fs/cgroup/batch/memory.max", "500000\n");
    put("/sys/fs/cgroup/batch/memory.current", "300000\n");
    cr_expect_eq(memory_available(root).bytes, 200000, "the parent's limit counts");
    put("/sys/fs/cgroup/batch/memory.stat", "anon 1\ninactive_file 50000\n");
    cr_expect_eq(memory_available(root).bytes, 250000);
    cr_expect(memory_available(root).limited);
    put("/sys/fs/cgroup/memory.max", "100\n");
    put("/sys/fs/cgroup/memory.current", "300\n");
    cr_expect_eq(memory_available(root).bytes, 0);
    remove_root();
}

Test(memory_available, of_this_machine_is_positive_or_unknown)
{
    int64_t bytes = memory_available("").bytes;
    cr_expect(bytes == -1 || bytes > 0);
}

/* A line that only begins alike, and a group of version 1. */
Test(memory_available, look_alikes_do_not_count)
{
    cr_assert_not_null(mkdtemp(root));
    put("/proc/meminfo", "MemAvailableHigh: 5 kB\nMemAvailable:    800 kB\n");
    cr_expect_eq(memory_available(root).bytes, 800 * 1024);
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    put("/sys/fs/cgroup/memory/memory.usage_in_bytes", "4096\n");
    cr_expect_eq(memory_available(root).bytes, 800 * 1024);
    cr_expect_not(memory_available(root).limited, "that number means no limit");
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "100000\n");
    cr_expect_eq(memory_available(root).bytes, 100000 - 4096);
    remove_root();
}
