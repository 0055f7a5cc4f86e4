/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The kernel's files, as its Documentation describes them: hwmon/sysfs-interface (temp in m°C, power in uW, energy in
 * uJ, freq in Hz), gpu/amdgpu/thermal (power1_average, power1_input, freq1 = shader clock, freq2 = memory clock,
 * pp_dpm_*), ABI/testing/sysfs-driver-intel-i915-hwmon and -xe-hwmon (energy1 of the card, energy2 of the package),
 * ABI/testing/sysfs-driver-intel-xe-... and i915's gt folders (act: the clock it has, cur: the clock asked for).
 *
 * Which file serves a figure is decided when the GPU is opened; a figure out of any plausible range is no figure.
 */
#include "hardware/telemetry_sysfs.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct figure {
    char path[SYSFS_PATH]; /* "": there is none */
    double scale;
    bool steps; /* a list of clocks, of which a star marks the one in use */
};

struct sysfs_gpu {
    struct figure clock, memory_clock, temperature, power;
    struct sysfs_counter energy;
    bool has_hwmon;
};

static bool read_whole(const char *path, int64_t *value)
{
    char text[64] = "", *end;
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    bool read = fgets(text, sizeof text, file);
    fclose(file);
    errno = 0;
    *value = strtoll(text, &end, 10);
    return read && end != text && errno == 0 && end[strspn(end, " \t\n")] == 0;
}

double sysfs_number(const char *path, double scale, double low, double high)
{
    int64_t whole;
    if (!*path || !read_whole(path, &whole))
        return NAN;
    double value = (double)whole * scale;
    return value >= low && value <= high ? value : NAN;
}

bool sysfs_find(char path[SYSFS_PATH], const char *pattern, ...)
{
    char whole[SYSFS_PATH];
    glob_t found = {0};
    va_list arguments;
    va_start(arguments, pattern);
    int length = vsnprintf(whole, sizeof whole, pattern, arguments);
    va_end(arguments);
    path[0] = 0;
    if (length < SYSFS_PATH && glob(whole, 0, NULL, &found) == 0 && strlen(found.gl_pathv[0]) < SYSFS_PATH)
        strcpy(path, found.gl_pathv[0]);
    globfree(&found);
    return path[0];
}

double sysfs_counter_j(struct sysfs_counter *counter)
{
    int64_t now;
    if (!counter->path[0] || counter->lost || !read_whole(counter->path, &now) || now < 0)
        return NAN;
    if (counter->started && now < counter->last_uj) {
        counter->lost = counter->range_uj < counter->last_uj;
        counter->total_uj += counter->range_uj - counter->last_uj + now;
    } else if (counter->started) {
        counter->total_uj += now - counter->last_uj;
    }
    counter->started = true;
    counter->last_uj = now;
    return counter->lost ? NAN : (double)counter->total_uj * 1e-6;
}

/* Lines such as "1: 1350Mhz *". */
static double starred_mhz(const char *path)
{
    char line[128];
    double mhz = NAN;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        unsigned step, clock;
        char unit[8], star;
        if (sscanf(line, "%3u: %5u%3[A-Za-z] %c", &step, &clock, unit, &star) == 4 && strcasecmp(unit, "mhz") == 0 &&
            star == '*')
            mhz = clock;
    }
    if (file)
        fclose(file);
    return mhz;
}

static double read_figure(const struct figure *figure, double low, double high)
{
    if (!figure->steps)
        return sysfs_number(figure->path, figure->scale, low, high);
    double value = starred_mhz(figure->path);
    return value >= low && value <= high ? value : NAN;
}

/* The first of a list of files that there is. */
struct choice {
    const char *pattern; /* below the device's folder; NULL ends the list */
    double scale;
    bool steps;
};

static void choose(struct figure *figure, const char *folder, const struct choice *choices)
{
    for (const struct choice *c = choices; c->pattern; c++)
        if (sysfs_find(figure->path, "%s/%s", folder, c->pattern)) {
            figure->scale = c->scale;
            figure->steps = c->steps;
            return;
        }
}

static const struct choice clocks[] = {
    {"hwmon/hwmon*/freq1_input", 1e-6, false},
    {"pp_dpm_sclk", 1, true},
    {"tile0/gt0/freq0/act_freq", 1, false},
    {"drm/card*/gt/gt0/rps_act_freq_mhz", 1, false},
    {"drm/card*/gt_act_freq_mhz", 1, false},
    {"tile0/gt0/freq0/cur_freq", 1, false},
    {"drm/card*/gt/gt0/rps_cur_freq_mhz", 1, false},
    {"drm/card*/gt_cur_freq_mhz", 1, false},
    {0},
};

static const struct choice memory_clocks[] = {
    {"hwmon/hwmon*/freq2_input", 1e-6, false},
    {"pp_dpm_mclk", 1, true},
    {0},
};

static const struct choice temperatures[] = {
    {"hwmon/hwmon*/temp1_input", 1e-3, false},
    {"hwmon/hwmon*/temp2_input", 1e-3, false},
    {0},
};

static const struct choice powers[] = {
    {"hwmon/hwmon*/power1_average", 1e-6, false},
    {"hwmon/hwmon*/power1_input", 1e-6, false},
    {0},
};

struct sysfs_gpu *sysfs_gpu_open(const struct pci_address *address, const char *root)
{
    char text[PCI_ADDRESS_TEXT], folder[SYSFS_PATH], hwmon[SYSFS_PATH];
    pci_address_text(address, text);
    if (!sysfs_find(folder, "%s/sys/bus/pci/devices/%s", root, text))
        return NULL;
    struct sysfs_gpu *gpu = calloc(1, sizeof *gpu);
    if (!gpu)
        return NULL;
    gpu->has_hwmon = sysfs_find(hwmon, "%s/hwmon/hwmon*", folder);
    choose(&gpu->clock, folder, clocks);
    choose(&gpu->memory_clock, folder, memory_clocks);
    choose(&gpu->temperature, folder, temperatures);
    choose(&gpu->power, folder, powers);
    if (!sysfs_find(gpu->energy.path, "%s/hwmon/hwmon*/energy1_input", folder))
        sysfs_find(gpu->energy.path, "%s/hwmon/hwmon*/energy2_input", folder);
    return gpu;
}

double sysfs_gpu_energy_j(struct sysfs_gpu *gpu)
{
    return sysfs_counter_j(&gpu->energy);
}

bool sysfs_gpu_has_energy(const struct sysfs_gpu *gpu)
{
    return gpu->energy.path[0];
}

struct telemetry_reading sysfs_gpu_read(struct sysfs_gpu *gpu)
{
    return (struct telemetry_reading){
        .clock_mhz = read_figure(&gpu->clock, 1, 20e3),
        .memory_clock_mhz = read_figure(&gpu->memory_clock, 1, 20e3),
        .temperature_c = read_figure(&gpu->temperature, -50, 150),
        .power_w = read_figure(&gpu->power, 1e-3, 1e4),
        .energy_j = sysfs_gpu_energy_j(gpu),
    };
}

const char *sysfs_gpu_source(const struct sysfs_gpu *gpu)
{
    return gpu->has_hwmon ? "hwmon" : gpu->clock.path[0] || gpu->memory_clock.path[0] ? "sysfs" : "";
}
