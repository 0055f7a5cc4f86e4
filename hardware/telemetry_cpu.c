/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The kernel's files, as its Documentation describes them: power/powercap (zones intel-rapl:N, also on AMD; a package's
 * zone is named package-..., below it lie its parts, and beside it may lie psys, which holds the packages again),
 * hwmon/coretemp, hwmon/k10temp, hwmon/sysfs-interface, admin-guide/pm/cpufreq (kHz). zenpower and amd_energy are
 * drivers outside the kernel with hwmon's interface.
 */
#include "hardware/telemetry_cpu.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/telemetry_sysfs.h"

enum { PACKAGES_MOST = 32, SENSORS_MOST = 32 };

struct cpu_telemetry {
    char cpuinfo[SYSFS_PATH], source[32];
    struct sysfs_counter energy[PACKAGES_MOST];
    int packages;
    char temperature[SENSORS_MOST][SYSFS_PATH];
    int sensors;
    glob_t clocks;
};

/* The file's first line; "" without one. */
static void read_text(const char *path, char *text, size_t bytes)
{
    FILE *file = fopen(path, "r");
    text[0] = 0;
    if (file && !fgets(text, (int)bytes, file))
        text[0] = 0;
    if (file)
        fclose(file);
    text[strcspn(text, "\n")] = 0;
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static void add_package(struct cpu_telemetry *cpu, const char *path, int64_t range_uj)
{
    if (cpu->packages == PACKAGES_MOST || strlen(path) >= SYSFS_PATH)
        return;
    struct sysfs_counter *counter = &cpu->energy[cpu->packages++];
    strcpy(counter->path, path);
    counter->range_uj = range_uj;
}

/* intel-rapl:N, but not intel-rapl:N:M, which is a part of it. */
static void find_rapl(struct cpu_telemetry *cpu, const char *root)
{
    char pattern[SYSFS_PATH], path[2 * SYSFS_PATH], name[64];
    glob_t zones = {0};
    snprintf(pattern, sizeof pattern, "%s/sys/class/powercap/intel-rapl:[0-9]*", root);
    if (glob(pattern, 0, NULL, &zones) == 0)
        for (size_t i = 0; i < zones.gl_pathc; i++) {
            if (strchr(strrchr(zones.gl_pathv[i], '/'), ':') != strrchr(zones.gl_pathv[i], ':'))
                continue;
            snprintf(path, sizeof path, "%s/name", zones.gl_pathv[i]);
            read_text(path, name, sizeof name);
            if (!starts_with(name, "package-"))
                continue;
            snprintf(path, sizeof path, "%s/max_energy_range_uj", zones.gl_pathv[i]);
            double range = sysfs_number(path, 1, 1, 9e18);
            snprintf(path, sizeof path, "%s/energy_uj", zones.gl_pathv[i]);
            add_package(cpu, path, isnan(range) ? 0 : (int64_t)range);
        }
    globfree(&zones);
}

/* Calls `found` with each sensor of a kind ("temp", "energy") of one hwmon folder and its label. */
static void each_sensor(struct cpu_telemetry *cpu, const char *folder, const char *kind,
                        void (*found)(struct cpu_telemetry *cpu, const char *input, const char *label))
{
    char pattern[SYSFS_PATH + 32], path[SYSFS_PATH], label[64];
    glob_t inputs = {0};
    snprintf(pattern, sizeof pattern, "%s/%s[0-9]*_input", folder, kind);
    if (glob(pattern, 0, NULL, &inputs) == 0)
        for (size_t i = 0; i < inputs.gl_pathc; i++) {
            const char *input = inputs.gl_pathv[i];
            snprintf(path, sizeof path, "%.*s_label", (int)(strlen(input) - strlen("_input")), input);
            read_text(path, label, sizeof label);
            found(cpu, input, label);
        }
    globfree(&inputs);
}

static void add_any(struct cpu_telemetry *cpu, const char *input, const char *label)
{
    (void)label;
    if (cpu->sensors < SENSORS_MOST && strlen(input) < SYSFS_PATH)
        strcpy(cpu->temperature[cpu->sensors++], input);
}

/* Not a core's own, where there is one of the package. */
static void add_package_temperature(struct cpu_telemetry *cpu, const char *input, const char *label)
{
    if (!starts_with(label, "Core") && !starts_with(label, "Tccd"))
        add_any(cpu, input, label);
}

/* AMD's control value Tctl is shifted against the temperature on some models, which then have a Tdie as well. */
static void add_die(struct cpu_telemetry *cpu, const char *input, const char *label)
{
    if (strcmp(label, "Tdie") == 0)
        add_any(cpu, input, label);
}

static void add_socket(struct cpu_telemetry *cpu, const char *input, const char *label)
{
    if (starts_with(label, "Esocket"))
        add_package(cpu, input, 0);
}

/* The best kind of sensor that the folder has. */
static void find_temperature(struct cpu_telemetry *cpu, const char *folder)
{
    int before = cpu->sensors;
    each_sensor(cpu, folder, "temp", add_die);
    if (cpu->sensors == before)
        each_sensor(cpu, folder, "temp", add_package_temperature);
    if (cpu->sensors == before)
        each_sensor(cpu, folder, "temp", add_any);
}

static void find_hwmon(struct cpu_telemetry *cpu, const char *root)
{
    char pattern[SYSFS_PATH], path[2 * SYSFS_PATH], name[64];
    glob_t folders = {0};
    bool has_rapl = cpu->packages > 0;
    snprintf(pattern, sizeof pattern, "%s/sys/class/hwmon/hwmon[0-9]*", root);
    if (glob(pattern, 0, NULL, &folders) == 0)
        for (size_t i = 0; i < folders.gl_pathc; i++) {
            const char *folder = folders.gl_pathv[i];
            snprintf(path, sizeof path, "%s/name", folder);
            read_text(path, name, sizeof name);
            if (strcmp(name, "coretemp") == 0 || strcmp(name, "k10temp") == 0 || strcmp(name, "zenpower") == 0)
                find_temperature(cpu, folder);
            if (strcmp(name, "amd_energy") == 0 && !has_rapl)
                each_sensor(cpu, folder, "energy", add_socket);
        }
    globfree(&folders);
}

double cpu_telemetry_energy_j(struct cpu_telemetry *cpu)
{
    double sum = cpu->packages ? 0 : NAN;
    for (int i = 0; i < cpu->packages; i++)
        sum += sysfs_counter_j(&cpu->energy[i]);
    return sum;
}

struct cpu_telemetry *cpu_telemetry_open(const char *root)
{
    struct cpu_telemetry *cpu = calloc(1, sizeof *cpu);
    char pattern[SYSFS_PATH];
    if (!cpu)
        return NULL;
    snprintf(cpu->cpuinfo, sizeof cpu->cpuinfo, "%s/proc/cpuinfo", root);
    find_rapl(cpu, root);
    /* Only root may read it on most systems. */
    if (isnan(cpu_telemetry_energy_j(cpu)))
        cpu->packages = 0;
    bool has_rapl = cpu->packages > 0;
    find_hwmon(cpu, root);
    snprintf(cpu->source, sizeof cpu->source, "%s%s%s",
             has_rapl        ? "RAPL"
             : cpu->packages ? "amd_energy"
                             : "",
             cpu->packages && cpu->sensors ? " and " : "", cpu->sensors ? "hwmon" : "");
    snprintf(pattern, sizeof pattern, "%s/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_cur_freq", root);
    glob(pattern, 0, NULL, &cpu->clocks);
    return cpu;
}

static double cpuinfo_mhz(const char *path)
{
    static const char key[] = "cpu MHz";
    char *line = NULL;
    size_t capacity = 0;
    double sum = 0;
    int n = 0;
    FILE *file = fopen(path, "r");
    while (file && getline(&line, &capacity, file) > 0) {
        const char *colon = starts_with(line, key) ? strchr(line, ':') : NULL;
        double mhz = colon ? strtod(colon + 1, NULL) : 0;
        if (mhz >= 1 && mhz <= 20e3) {
            sum += mhz;
            n++;
        }
    }
    free(line);
    if (file)
        fclose(file);
    return n ? sum / n : NAN;
}

static double mean_clock_mhz(const struct cpu_telemetry *cpu)
{
    double sum = 0;
    int n = 0;
    for (size_t i = 0; i < cpu->clocks.gl_pathc; i++) {
        double mhz = sysfs_number(cpu->clocks.gl_pathv[i], 1e-3, 1, 20e3);
        if (isfinite(mhz)) {
            sum += mhz;
            n++;
        }
    }
    return n ? sum / n : cpuinfo_mhz(cpu->cpuinfo);
}

bool cpu_telemetry_has_energy(const struct cpu_telemetry *cpu)
{
    return cpu->packages > 0;
}

struct telemetry_reading cpu_telemetry_read(struct cpu_telemetry *cpu)
{
    double hottest = NAN;
    for (int i = 0; i < cpu->sensors; i++)
        hottest = fmax(hottest, sysfs_number(cpu->temperature[i], 1e-3, -50, 150)); /* fmax() passes over NAN */
    return (struct telemetry_reading){
        .clock_mhz = mean_clock_mhz(cpu),
        .memory_clock_mhz = NAN,
        .temperature_c = hottest,
        .power_w = NAN,
        .energy_j = cpu_telemetry_energy_j(cpu),
    };
}

const char *cpu_telemetry_source(const struct cpu_telemetry *cpu)
{
    return cpu->source;
}

void cpu_telemetry_close(struct cpu_telemetry *cpu)
{
    if (!cpu)
        return;
    globfree(&cpu->clocks);
    free(cpu);
}
