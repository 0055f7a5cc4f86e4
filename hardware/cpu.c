/* SPDX-License-Identifier: BSD-3-Clause
 *
 * hwloc knows the kernel's many files, and other sources where those are missing. HWLOC_SYNTHETIC in the environment
 * replaces the machine by a described one, HWLOC_XMLFILE by a saved one, which is how the tests get known answers.
 */
#include "hardware/cpu.h"

#include <hwloc.h>
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

#include "hardware/text.h"

static struct cpu facts;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int count_of(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    int count = hwloc_get_nbobjs_by_type(topology, type);
    return count > 0 ? count : -1;
}

static struct cpu_cache cache_of(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    hwloc_obj_t first = hwloc_get_obj_by_type(topology, type, 0);
    if (!first || first->attr->cache.size == 0)
        return (struct cpu_cache){.bytes = -1, .count = -1};
    return (struct cpu_cache){.bytes = (int64_t)first->attr->cache.size, .count = count_of(topology, type)};
}

/* The affinity mask this process was started with; false if unknown. OpenMP binds the initial thread to one place
 * before main() if OMP_PROC_BIND asks for it; the mask before that is the union of OpenMP's places. */
static bool starting_mask(cpu_set_t *mask)
{
    if (sched_getaffinity(0, sizeof *mask, mask) != 0)
        return false;
    for (int place = 0; place < omp_get_num_places(); place++) {
        int ids[CPU_SETSIZE], count = omp_get_place_num_procs(place);
        if (count > CPU_SETSIZE)
            return false;
        omp_get_place_proc_ids(place, ids);
        for (int i = 0; i < count; i++)
            CPU_SET((size_t)ids[i], mask);
    }
    return true;
}

void cpu_unbind(void)
{
    cpu_set_t mask;
    if (starting_mask(&mask))
        sched_setaffinity(0, sizeof mask, &mask);
}

/* Takes out of `usable` what the affinity mask forbids. */
static void apply_affinity(hwloc_bitmap_t usable)
{
    cpu_set_t mask;
    if (!starting_mask(&mask))
        return;
    for (unsigned i = 0; i < CPU_SETSIZE; i++)
        if (!CPU_ISSET(i, &mask))
            hwloc_bitmap_clr(usable, i);
}

static int count_usable(hwloc_topology_t topology, hwloc_bitmap_t usable, hwloc_obj_type_t type)
{
    int count = 0;
    for (hwloc_obj_t object = NULL; (object = hwloc_get_next_obj_by_type(topology, type, object));)
        count += hwloc_bitmap_intersects(object->cpuset, usable);
    return count > 0 ? count : 1;
}

/* In containers hwloc may see only a part of what the system says it has. -1: unknown. */
static int64_t total_memory(hwloc_topology_t topology, hwloc_obj_t root)
{
    int64_t bytes = root->total_memory > 0 ? (int64_t)root->total_memory : -1;
    struct sysinfo system;
    if (hwloc_topology_is_thissystem(topology) && sysinfo(&system) == 0) {
        int64_t all = (int64_t)system.totalram * system.mem_unit;
        bytes = all > bytes ? all : bytes;
    }
    return bytes;
}

static void read_topology(hwloc_topology_t topology)
{
    const char *model = NULL, *vendor = NULL;
    hwloc_obj_t root = hwloc_get_root_obj(topology), package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);
    if (package) {
        model = hwloc_obj_get_info_by_name(package, "CPUModel");
        vendor = hwloc_obj_get_info_by_name(package, "CPUVendor");
    }
    text_clean(facts.model, sizeof facts.model, model ? model : "");
    text_clean(facts.vendor, sizeof facts.vendor, vendor ? vendor : "");
    facts.packages = count_of(topology, HWLOC_OBJ_PACKAGE);
    facts.cores = count_of(topology, HWLOC_OBJ_CORE);
    facts.threads = count_of(topology, HWLOC_OBJ_PU);
    facts.numa_nodes = count_of(topology, HWLOC_OBJ_NUMANODE);
    facts.l1d = cache_of(topology, HWLOC_OBJ_L1CACHE);
    facts.l2 = cache_of(topology, HWLOC_OBJ_L2CACHE);
    facts.l3 = cache_of(topology, HWLOC_OBJ_L3CACHE);
    facts.memory_bytes = total_memory(topology, root);

    hwloc_bitmap_t usable = hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(topology));
    if (!usable)
        return;
    if (hwloc_topology_is_thissystem(topology))
        apply_affinity(usable);
    facts.usable_threads = count_usable(topology, usable, HWLOC_OBJ_PU);
    /* Some machines show no cores, only hardware threads. */
    facts.usable_cores = facts.cores < 0 ? facts.usable_threads : count_usable(topology, usable, HWLOC_OBJ_CORE);
    hwloc_bitmap_free(usable);
}

static void find_facts(void)
{
    const struct cpu_cache unknown = {.bytes = -1, .count = -1};
    hwloc_topology_t topology;
    facts = (struct cpu){.packages = -1, .cores = -1, .threads = -1, .numa_nodes = -1, .memory_bytes = -1};
    facts.usable_cores = facts.usable_threads = 1;
    facts.l1d = facts.l2 = facts.l3 = unknown;
    setenv("HWLOC_HIDE_ERRORS", "2", 0); /* it would print what it misses, such as /sys in a container */
    if (hwloc_topology_init(&topology) != 0)
        return;
    if (hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED) == 0 &&
        hwloc_topology_load(topology) == 0)
        read_topology(topology);
    hwloc_topology_destroy(topology);
}

const struct cpu *cpu_facts(void)
{
    pthread_once(&once, find_facts);
    return &facts;
}

int cpu_cores(void)
{
    return cpu_facts()->usable_cores;
}

int cpu_threads(void)
{
    return cpu_facts()->usable_threads;
}
