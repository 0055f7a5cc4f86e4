/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Facts of the saved machines in tests/machines, whose origin their README tells. MACHINES is that folder.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "hardware/cpu.h"
#include "hardware/machine.h"

static const struct saved {
    const char *name;
    struct cpu cpu;
    struct machine machine;
} machines[] = {
    {"laptop_integrated_gpu",
     {"Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz", "GenuineIntel", 1, 4, 8, 1, 4, 8, {32768, 4}, {262144, 4}, {8388608, 1},
      16544901120},
     {"", "6.1.0-18-amd64", "Debian GNU/Linux 12 (bookworm)", "powersave", 1, 1, 0, 0, {0.31, 0.42, 0.40}, -1}},
    {"workstation_two_gpus",
     {"Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz", "GenuineIntel", 2, 40, 80, 2, 40, 80, {32768, 40}, {1048576, 40},
      {28835840, 2}, 206158430208},
     {"", "5.15.0-91-generic", "Ubuntu 22.04.3 LTS", "performance", 1, 1, -1, 0, {1.04, 0.98, 0.75}, -1}},
    {"no_opencl",
     {"AMD Ryzen 7 3700X 8-Core Processor", "AuthenticAMD", 1, 8, 16, 1, 8, 16, {32768, 8}, {524288, 8}, {16777216, 2},
      16777216000},
     {"", "6.8.0-31-generic", "Ubuntu 24.04 LTS", "schedutil", 1, 1, -1, 0, {0.05, 0.10, 0.09}, -1}},
    {"pocl_only",
     {"AMD EPYC", "AuthenticAMD", 1, 2, 2, 1, 2, 2, {32768, 2}, {1048576, 2}, {33554432, 1}, 21435199488},
     {"", "6.18.44", "Debian GNU/Linux 12 (bookworm)", "", -1, 0, -1, 1, {1.15, 2.38, 3.93}, -1}},
};

static const char *path_of(const struct saved *saved, const char *what)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s/%s", MACHINES, saved->name, what);
    return path;
}

static void expect_cache(const char *name, struct cpu_cache found, struct cpu_cache expected)
{
    cr_expect_eq(found.bytes, expected.bytes, "%s: %lld bytes", name, (long long)found.bytes);
    cr_expect_eq(found.count, expected.count, "%s: %d caches", name, found.count);
}

/* Each test is a process of its own and finds the facts anew. */
static void expect_cpu(const struct saved *saved)
{
    unsetenv("HWLOC_THISSYSTEM");
    unsetenv("HWLOC_SYNTHETIC");
    setenv("HWLOC_XMLFILE", path_of(saved, "hwloc.xml"), 1);
    const struct cpu *cpu = cpu_facts(), *expected = &saved->cpu;
    cr_expect_str_eq(cpu->model, expected->model);
    cr_expect_str_eq(cpu->vendor, expected->vendor);
    cr_expect_eq(cpu->packages, expected->packages);
    cr_expect_eq(cpu->cores, expected->cores);
    cr_expect_eq(cpu->threads, expected->threads);
    cr_expect_eq(cpu->numa_nodes, expected->numa_nodes);
    cr_expect_eq(cpu_cores(), expected->usable_cores, "the affinity of this process is not that machine's");
    cr_expect_eq(cpu_threads(), expected->usable_threads);
    expect_cache("L1", cpu->l1d, expected->l1d);
    expect_cache("L2", cpu->l2, expected->l2);
    expect_cache("L3", cpu->l3, expected->l3);
    cr_expect_eq(cpu->memory_bytes, expected->memory_bytes);
}

Test(saved_machines, cpu_of_the_laptop)
{
    expect_cpu(&machines[0]);
}

Test(saved_machines, cpu_of_the_workstation)
{
    expect_cpu(&machines[1]);
}

Test(saved_machines, cpu_of_the_machine_without_opencl)
{
    expect_cpu(&machines[2]);
}

Test(saved_machines, cpu_of_the_machine_with_pocl)
{
    expect_cpu(&machines[3]);
}

/* Planted: a file that is none must not pass for the machine that was asked for. */
Test(saved_machines, a_file_that_is_not_there_is_not_that_machine)
{
    setenv("HWLOC_XMLFILE", MACHINES "/nowhere/hwloc.xml", 1);
    cr_expect_str_neq(cpu_facts()->model, machines[0].cpu.model);
    cr_expect(cpu_cores() >= 1);
}

Test(saved_machines, settings)
{
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        const struct machine found = machine_facts(path_of(&machines[i], "root")), *expected = &machines[i].machine;
        cr_expect_str_eq(found.host, "", "a saved machine has no name");
        cr_expect_str_eq(found.kernel, expected->kernel);
        cr_expect_str_eq(found.os, expected->os);
        cr_expect_str_eq(found.governor, expected->governor);
        cr_expect_eq(found.turbo, expected->turbo, "%s", machines[i].name);
        cr_expect_eq(found.smt, expected->smt, "%s", machines[i].name);
        cr_expect_eq(found.mains, expected->mains, "%s", machines[i].name);
        cr_expect_eq(found.virtual_machine, expected->virtual_machine, "%s", machines[i].name);
        for (int average = 0; average < 3; average++)
            cr_expect_eq(found.load[average], expected->load[average], "%s", machines[i].name);
        cr_expect_eq(found.cpu_quota_cores, expected->cpu_quota_cores);
    }
}
