/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Facts of made-up CPUs, which have known answers, and what must hold on every real one. Each test is a process of its
 * own and so finds the facts anew.
 */
#include <criterion/criterion.h>
#include <sched.h>
#include <stdlib.h>

#include "hardware/cpu.h"

Test(cpu, facts_of_a_made_up_server)
{
    setenv("HWLOC_SYNTHETIC",
           "pack:2 [numa(memory=1GiB)] l3:1(size=32MiB) l2:4(size=1MiB) l1d:1(size=48KiB) core:1 pu:2", 1);
    const struct cpu *cpu = cpu_facts();
    cr_expect_eq(cpu->packages, 2);
    cr_expect_eq(cpu->cores, 8);
    cr_expect_eq(cpu->threads, 16);
    cr_expect_eq(cpu->numa_nodes, 2);
    cr_expect_eq(cpu->l1d.bytes, 49152);
    cr_expect_eq(cpu->l1d.count, 8);
    cr_expect_eq(cpu->l2.bytes, 1048576);
    cr_expect_eq(cpu->l2.count, 8);
    cr_expect_eq(cpu->l3.bytes, 33554432);
    cr_expect_eq(cpu->l3.count, 2);
    cr_expect_eq(cpu->memory_bytes, 2147483648);
    cr_expect_eq(cpu_cores(), 8);
    cr_expect_eq(cpu_threads(), 16);
}

Test(cpu, what_a_machine_does_not_show_is_unknown)
{
    setenv("HWLOC_SYNTHETIC", "pu:4", 1);
    const struct cpu *cpu = cpu_facts();
    cr_expect_str_eq(cpu->model, "");
    cr_expect_str_eq(cpu->vendor, "");
    cr_expect_eq(cpu->packages, -1);
    cr_expect_eq(cpu->cores, -1);
    cr_expect_eq(cpu->threads, 4);
    cr_expect_eq(cpu->l1d.bytes, -1);
    cr_expect_eq(cpu->l3.bytes, -1);
    cr_expect_eq(cpu->l3.count, -1);
    cr_expect_eq(cpu_cores(), 4, "a hardware thread counts as a core");
    cr_expect_eq(cpu_threads(), 4);
}

Test(cpu, a_description_that_makes_no_sense_is_no_error)
{
    setenv("HWLOC_SYNTHETIC", "nonsense", 1);
    cr_expect(cpu_cores() >= 1);
    cr_expect(cpu_threads() >= 1);
}

Test(cpu, facts_of_this_machine_are_sane)
{
    const struct cpu *cpu = cpu_facts();
    cr_expect(cpu->threads >= 1);
    cr_expect(cpu->cores == -1 || cpu->cores <= cpu->threads);
    cr_expect(cpu_cores() >= 1 && cpu_cores() <= cpu_threads());
    cr_expect(cpu_threads() <= cpu->threads);
    cr_expect(cpu->memory_bytes == -1 || cpu->memory_bytes > 1 << 24);
    cr_expect(cpu->l1d.bytes == -1 || (cpu->l1d.bytes >= 4096 && cpu->l1d.count >= 1));
    cr_expect_eq(cpu_facts(), cpu, "found once");
}

Test(cpu, the_affinity_mask_is_honoured)
{
    cpu_set_t all, one;
    cr_assert_eq(sched_getaffinity(0, sizeof all, &all), 0);
    int first = 0;
    while (!CPU_ISSET(first, &all))
        first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    cr_assert_eq(sched_setaffinity(0, sizeof one, &one), 0);
    cr_expect_eq(cpu_threads(), 1);
    cr_expect_eq(cpu_cores(), 1);
    cr_expect(cpu_facts()->threads >= CPU_COUNT(&all), "the machine is as large as before");
}
