/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Files of /proc, /sys and /etc/os-release, documented in the kernel's Documentation/ABI and os-release(5).
 */
#include "hardware/machine.h"

#include <glob.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 1024 };

/* The first line of a file without its end; false and "" if there is none. */
__attribute__((format(printf, 3, 4))) static bool read_line(char *line, size_t bytes, const char *format, ...)
{
    char path[PATH_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    line[0] = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    bool read = fgets(line, (int)bytes, file);
    fclose(file);
    line[strcspn(line, "\n")] = 0;
    return read && line[0];
}

/* The value of a line that starts with `key`, up to the end of the line; false and "" if no line does. */
static bool read_keyed(const char *path, const char *key, char *value, size_t bytes)
{
    char *line = NULL;
    size_t length = 0;
    bool found = false;
    FILE *file = fopen(path, "r");
    value[0] = 0;
    while (file && !found && getline(&line, &length, file) > 0) {
        found = strncmp(line, key, strlen(key)) == 0;
        if (found)
            snprintf(value, bytes, "%s", line + strlen(key));
    }
    free(line);
    if (file)
        fclose(file);
    value[strcspn(value, "\n")] = 0;
    return found;
}

static void read_os(const char *root, char *os, size_t bytes)
{
    char path[PATH_BYTES], value[256];
    snprintf(path, sizeof path, "%s/etc/os-release", root);
    read_keyed(path, "PRETTY_NAME=", value, sizeof value);
    char *start = value + strspn(value, "\"'");
    start[strcspn(start, "\"'")] = 0;
    snprintf(os, bytes, "%s", start);
}

static void read_governor(const char *root, char *governor, size_t bytes)
{
    char pattern[PATH_BYTES], found[32];
    glob_t files = {0};
    governor[0] = 0;
    snprintf(pattern, sizeof pattern, "%s/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor", root);
    if (glob(pattern, 0, NULL, &files) == 0)
        for (size_t i = 0; i < files.gl_pathc; i++) {
            if (!read_line(found, sizeof found, "%s", files.gl_pathv[i]))
                continue;
            bool differs = governor[0] && strcmp(governor, found) != 0;
            snprintf(governor, bytes, "%s", differs ? "mixed" : found);
            if (differs)
                break;
        }
    globfree(&files);
}

static int read_flag(const char *root, const char *path)
{
    char line[16];
    if (!read_line(line, sizeof line, "%s%s", root, path) || (line[0] != '0' && line[0] != '1'))
        return -1;
    return line[0] == '1';
}

static int read_turbo(const char *root)
{
    int off = read_flag(root, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    return off >= 0 ? !off : read_flag(root, "/sys/devices/system/cpu/cpufreq/boost");
}

/* A supply that is online means mains; a discharging battery, or supplies of which none is online, mean battery.
 * Batteries of a mouse or a headset have the scope "Device". */
static int read_mains(const char *root)
{
    char pattern[PATH_BYTES], type[32], scope[32], state[32];
    glob_t supplies = {0};
    int mains = -1;
    snprintf(pattern, sizeof pattern, "%s/sys/class/power_supply/*", root);
    if (glob(pattern, 0, NULL, &supplies) == 0)
        for (size_t i = 0; i < supplies.gl_pathc && mains != 1; i++) {
            const char *supply = supplies.gl_pathv[i];
            read_line(scope, sizeof scope, "%s/scope", supply);
            if (strcmp(scope, "Device") == 0 || !read_line(type, sizeof type, "%s/type", supply))
                continue;
            if (strcmp(type, "Battery") == 0) {
                if (read_line(state, sizeof state, "%s/status", supply) && strcmp(state, "Discharging") == 0)
                    mains = 0;
            } else if (read_line(state, sizeof state, "%s/online", supply)) {
                mains = state[0] == '1';
            }
        }
    globfree(&supplies);
    return mains;
}

/* Hypervisors announce themselves by a flag of the CPU. */
static int read_virtual_machine(const char *root)
{
    char path[PATH_BYTES], flags[8192];
    snprintf(path, sizeof path, "%s/proc/cpuinfo", root);
    if (!read_keyed(path, "flags", flags, sizeof flags))
        return -1;
    char *rest = NULL;
    for (char *flag = strtok_r(flags, " \t:", &rest); flag; flag = strtok_r(NULL, " \t:", &rest))
        if (strcmp(flag, "hypervisor") == 0)
            return 1;
    return 0;
}

/* Microseconds of CPU time per period, or "max". */
static double read_cpu_quota(const char *root)
{
    char line[64];
    double quota, period;
    if (!read_line(line, sizeof line, "%s/sys/fs/cgroup/cpu.max", root) ||
        sscanf(line, "%lf %lf", &quota, &period) != 2 || period <= 0)
        return -1;
    return quota / period;
}

struct machine machine_facts(const char *root)
{
    char line[256];
    struct machine machine = {.load = {-1, -1, -1}};
    read_line(machine.host, sizeof machine.host, "%s/proc/sys/kernel/hostname", root);
    read_line(machine.kernel, sizeof machine.kernel, "%s/proc/sys/kernel/osrelease", root);
    read_os(root, machine.os, sizeof machine.os);
    read_governor(root, machine.governor, sizeof machine.governor);
    machine.turbo = read_turbo(root);
    machine.smt = read_flag(root, "/sys/devices/system/cpu/smt/active");
    machine.mains = read_mains(root);
    machine.virtual_machine = read_virtual_machine(root);
    machine.cpu_quota_cores = read_cpu_quota(root);
    if (read_line(line, sizeof line, "%s/proc/loadavg", root) &&
        sscanf(line, "%lf %lf %lf", &machine.load[0], &machine.load[1], &machine.load[2]) != 3)
        machine.load[0] = machine.load[1] = machine.load[2] = -1;
    return machine;
}
