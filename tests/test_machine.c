/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Facts from files that the test writes: a laptop, a virtual machine in a container, a machine that tells nothing.
 */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hardware/machine.h"

static char root[64];

static void setup(void)
{
    strcpy(root, "/tmp/breakeven-machine-XXXXXX");
    cr_assert(mkdtemp(root));
}

static void teardown(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    cr_expect_eq(system(command), 0);
}

TestSuite(machine, .init = setup, .fini = teardown);

/* Writes `text` to a file below the root and makes its folders. */
static void put(const char *path, const char *text)
{
    char whole[PATH_MAX];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    for (char *slash = strchr(whole + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(whole, 0755);
        *slash = '/';
    }
    FILE *file = fopen(whole, "w");
    cr_assert(file);
    cr_assert(fputs(text, file) >= 0);
    fclose(file);
}

Test(machine, a_laptop_on_battery)
{
    put("/proc/sys/kernel/hostname", "lab-laptop\n");
    put("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
    put("/etc/os-release", "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n");
    put("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
    put("/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n");
    put("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
    put("/sys/devices/system/cpu/smt/active", "1\n");
    put("/sys/class/power_supply/AC/type", "Mains\n");
    put("/sys/class/power_supply/AC/online", "0\n");
    put("/sys/class/power_supply/BAT0/type", "Battery\n");
    put("/sys/class/power_supply/BAT0/status", "Discharging\n");
    put("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu avx2 fma\nbugs\t\t: hypervisor\n");
    put("/proc/loadavg", "0.52 1.00 12.25 2/812 12345\n");
    const struct machine machine = machine_facts(root);
    cr_expect_str_eq(machine.host, "lab-laptop");
    cr_expect_str_eq(machine.kernel, "6.1.0-18-amd64");
    cr_expect_str_eq(machine.os, "Debian GNU/Linux 12 (bookworm)");
    cr_expect_str_eq(machine.governor, "powersave");
    cr_expect_eq(machine.turbo, 0);
    cr_expect_eq(machine.smt, 1);
    cr_expect_eq(machine.mains, 0);
    cr_expect_eq(machine.virtual_machine, 0);
    cr_expect_eq(machine.load[0], 0.52);
    cr_expect_eq(machine.load[1], 1.0);
    cr_expect_eq(machine.load[2], 12.25);
    cr_expect_eq(machine.cpu_quota_cores, -1);
}

Test(machine, a_virtual_machine_in_a_container)
{
    put("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu avx2 hypervisor fma\n");
    put("/sys/fs/cgroup/cpu.max", "150000 100000\n");
    put("/sys/devices/system/cpu/smt/active", "0\n");
    put("/sys/devices/system/cpu/cpufreq/boost", "1\n");
    put("/etc/os-release", "PRETTY_NAME=Plain\n");
    const struct machine machine = machine_facts(root);
    cr_expect_eq(machine.virtual_machine, 1);
    cr_expect_eq(machine.cpu_quota_cores, 1.5);
    cr_expect_eq(machine.smt, 0);
    cr_expect_eq(machine.turbo, 1);
    cr_expect_str_eq(machine.os, "Plain");
}

Test(machine, one_that_tells_nothing)
{
    const struct machine machine = machine_facts(root);
    cr_expect_str_eq(machine.host, "");
    cr_expect_str_eq(machine.kernel, "");
    cr_expect_str_eq(machine.os, "");
    cr_expect_str_eq(machine.governor, "");
    cr_expect_eq(machine.turbo, -1);
    cr_expect_eq(machine.smt, -1);
    cr_expect_eq(machine.mains, -1);
    cr_expect_eq(machine.virtual_machine, -1);
    cr_expect_eq(machine.load[0], -1);
    cr_expect_eq(machine.load[2], -1);
    cr_expect_eq(machine.cpu_quota_cores, -1);
}

Test(machine, what_cannot_be_read_as_a_fact_is_unknown)
{
    put("/sys/devices/system/cpu/smt/active", "\n");
    put("/sys/devices/system/cpu/cpufreq/boost", "maybe\n");
    put("/proc/loadavg", "0.5 x\n");
    put("/sys/fs/cgroup/cpu.max", "max 100000\n");
    const struct machine machine = machine_facts(root);
    cr_expect_eq(machine.smt, -1);
    cr_expect_eq(machine.turbo, -1);
    cr_expect_eq(machine.load[0], -1);
    cr_expect_eq(machine.cpu_quota_cores, -1);
}

Test(machine, governors_that_differ_are_mixed)
{
    put("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
    put("/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "performance\n");
    cr_expect_str_eq(machine_facts(root).governor, "performance");
    put("/sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "powersave\n");
    cr_expect_str_eq(machine_facts(root).governor, "mixed");
}

Test(machine, one_supply_online_is_mains)
{
    put("/sys/class/power_supply/BAT0/type", "Battery\n");
    put("/sys/class/power_supply/BAT0/status", "Charging\n");
    cr_expect_eq(machine_facts(root).mains, -1);
    put("/sys/class/power_supply/USB0/type", "USB\n");
    put("/sys/class/power_supply/USB0/online", "0\n");
    cr_expect_eq(machine_facts(root).mains, 0);
    put("/sys/class/power_supply/USB1/type", "USB\n");
    put("/sys/class/power_supply/USB1/online", "1\n");
    cr_expect_eq(machine_facts(root).mains, 1);
    put("/sys/class/power_supply/USB2/type", "USB\n");
    put("/sys/class/power_supply/USB2/online", "0\n");
    cr_expect_eq(machine_facts(root).mains, 1);
}

Test(machine, the_battery_of_a_mouse_does_not_count)
{
    put("/sys/class/power_supply/mouse/type", "Battery\n");
    put("/sys/class/power_supply/mouse/scope", "Device\n");
    put("/sys/class/power_supply/mouse/status", "Discharging\n");
    cr_expect_eq(machine_facts(root).mains, -1);
}

Test(machine, this_one_has_a_kernel)
{
    const struct machine machine = machine_facts("");
    cr_expect(machine.kernel[0]);
    cr_expect(machine.load[0] >= 0);
}
