/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Readings from trees of files that the test writes, and from a library that plays NVML (tests/fake_nvml.c).
 */
#include <criterion/criterion.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "hardware/telemetry.h"

#define GPU   "/sys/bus/pci/devices/0000:65:00.0"
#define RAPL  "/sys/class/powercap/intel-rapl:"
#define HWMON "/sys/class/hwmon/hwmon"

static const struct pci_address address = {.bus = 0x65};
static char root[64];
static struct telemetry *telemetry;

static void setup(void)
{
    strcpy(root, "/tmp/breakeven-telemetry-XXXXXX");
    cr_assert(mkdtemp(root));
}

static void teardown(void)
{
    char command[128];
    telemetry_close(telemetry);
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    cr_expect_eq(system(command), 0);
}

TestSuite(telemetry, .init = setup, .fini = teardown);

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

static void drop(const char *path)
{
    char whole[PATH_MAX];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    cr_assert_eq(remove(whole), 0);
}

static struct telemetry_reading read_cpu(void)
{
    telemetry_close(telemetry);
    cr_assert_eq(telemetry_open(NULL, root, &telemetry), STATUS_OK);
    return telemetry_read(telemetry);
}

static struct telemetry_reading read_gpu(void)
{
    telemetry_close(telemetry);
    cr_assert_eq(telemetry_open_gpu(&address, root, &telemetry), STATUS_OK);
    return telemetry_read(telemetry);
}

static void expect_nothing(struct telemetry_reading reading)
{
    cr_expect(isnan(reading.clock_mhz));
    cr_expect(isnan(reading.memory_clock_mhz));
    cr_expect(isnan(reading.temperature_c));
    cr_expect(isnan(reading.power_w));
    cr_expect(isnan(reading.energy_j));
}

static void put_laptop(void)
{
    put(RAPL "0/name", "package-0\n");
    put(RAPL "0/energy_uj", "262143000000\n");
    put(RAPL "0/max_energy_range_uj", "262143328850\n");
    put(RAPL "0:0/name", "core\n"); /* a part of the package */
    put(RAPL "0:0/energy_uj", "1000000\n");
    put(RAPL "1/name", "psys\n"); /* holds the package again */
    put(RAPL "1/energy_uj", "2000000\n");
    put("/sys/class/powercap/intel-rapl-mmio:0/name", "package-0\n"); /* the package again */
    put("/sys/class/powercap/intel-rapl-mmio:0/energy_uj", "3000000\n");
    put(HWMON "0/name", "nvme\n");
    put(HWMON "0/temp1_input", "99000\n");
    put(HWMON "1/name", "coretemp\n");
    put(HWMON "1/temp1_label", "Package id 0\n");
    put(HWMON "1/temp1_input", "51000\n");
    put(HWMON "1/temp2_label", "Core 0\n");
    put(HWMON "1/temp2_input", "53000\n");
    put("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "2000000\n");
    put("/sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "3000000\n");
    put("/proc/cpuinfo", "cpu MHz\t\t: 1234.5\n");
}

Test(telemetry, a_laptop)
{
    put_laptop();
    struct telemetry_reading reading = read_cpu();
    cr_expect_str_eq(telemetry_source(telemetry), "RAPL and hwmon");
    cr_expect_eq(reading.clock_mhz, 2500);
    cr_expect_float_eq(reading.temperature_c, 51, 1e-9);
    cr_expect(isnan(reading.memory_clock_mhz));
    cr_expect(isnan(reading.power_w), "power in the first reading");
    cr_expect_eq(telemetry_energy_step_ns(telemetry), 1e6);
    put(RAPL "0/energy_uj", "262143250000\n");
    put(RAPL "0:0/energy_uj", "9000000\n");
    cr_expect_float_eq(telemetry_energy_j(telemetry) - reading.energy_j, 0.25, 1e-9);
}

Test(telemetry, rapl_starts_again)
{
    put_laptop();
    double before = read_cpu().energy_j;
    put(RAPL "0/energy_uj", "671150\n"); /* 328850 to the end of the range */
    cr_expect_float_eq(telemetry_energy_j(telemetry) - before, 1.0, 1e-9);
    put(RAPL "0/energy_uj", "1671150\n");
    cr_expect_float_eq(telemetry_energy_j(telemetry) - before, 2.0, 1e-9);
}

/* Without the range nobody knows how much is missing: planted, a wrong answer here would be -262143 J. */
Test(telemetry, a_counter_that_goes_back_is_lost)
{
    put_laptop();
    put(RAPL "0/max_energy_range_uj", "oops\n");
    cr_expect(isfinite(read_cpu().energy_j));
    put(RAPL "0/energy_uj", "671150\n");
    cr_expect(isnan(telemetry_energy_j(telemetry)));
    put(RAPL "0/energy_uj", "771150\n");
    cr_expect(isnan(telemetry_energy_j(telemetry)));
}

Test(telemetry, two_packages_are_summed_and_neither_may_be_missing)
{
    put_laptop();
    put(RAPL "2/name", "package-1\n");
    put(RAPL "2/energy_uj", "100\n");
    put(RAPL "2/max_energy_range_uj", "262143328850\n");
    double before = read_cpu().energy_j;
    put(RAPL "0/energy_uj", "262143100000\n");
    put(RAPL "2/energy_uj", "500100\n");
    cr_expect_float_eq(telemetry_energy_j(telemetry) - before, 0.6, 1e-9);
    drop(RAPL "2/energy_uj");
    cr_expect(isnan(telemetry_energy_j(telemetry)));
    put(RAPL "2/energy_uj", "1500100\n");
    cr_expect_float_eq(telemetry_energy_j(telemetry) - before, 1.6, 1e-9);
}

Test(telemetry, power_of_the_cpu_is_energy_over_time)
{
    struct timespec start, end;
    put_laptop();
    clock_gettime(CLOCK_MONOTONIC, &start);
    read_cpu();
    put(RAPL "0/energy_uj", "262143300000\n");
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    double power = telemetry_read(telemetry).power_w;
    clock_gettime(CLOCK_MONOTONIC, &end);
    double most_s = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) * 1e-9;
    cr_expect(power <= 0.3 / 0.05 && power >= 0.3 / most_s, "%g W", power);
    cr_expect(isnan(telemetry_read(telemetry).power_w), "too soon after");
}

Test(telemetry, the_clock_of_cpuinfo_where_there_is_no_cpufreq)
{
    put("/proc/cpuinfo", "processor\t: 0\ncpu MHz\t\t: 1000.5\nprocessor\t: 1\ncpu MHz\t\t: 3000.5\n");
    cr_expect_eq(read_cpu().clock_mhz, 2000.5);
    cr_expect_str_eq(telemetry_source(telemetry), "");
}

Test(telemetry, amd_with_a_driver_of_its_own)
{
    put(HWMON "0/name", "amd_energy\n");
    put(HWMON "0/energy1_label", "Ecore000\n");
    put(HWMON "0/energy1_input", "5\n");
    put(HWMON "0/energy9_label", "Esocket0\n");
    put(HWMON "0/energy9_input", "1000000\n");
    put(HWMON "1/name", "k10temp\n");
    put(HWMON "1/temp1_label", "Tctl\n");
    put(HWMON "1/temp1_input", "80000\n");
    put(HWMON "1/temp2_label", "Tdie\n");
    put(HWMON "1/temp2_input", "70000\n");
    put(HWMON "1/temp3_label", "Tccd1\n");
    put(HWMON "1/temp3_input", "75000\n");
    struct telemetry_reading reading = read_cpu();
    cr_expect_str_eq(telemetry_source(telemetry), "amd_energy and hwmon");
    cr_expect_float_eq(reading.temperature_c, 70, 1e-9);
    put(HWMON "0/energy9_input", "4000000\n");
    cr_expect_float_eq(telemetry_energy_j(telemetry) - reading.energy_j, 3, 1e-9);
    put(HWMON "1/temp2_label", "else\n");
    drop(HWMON "1/temp2_input");
    cr_expect_float_eq(read_cpu().temperature_c, 80, 1e-9);
}

Test(telemetry, an_empty_tree)
{
    expect_nothing(read_cpu());
    cr_expect_str_eq(telemetry_source(telemetry), "");
    cr_expect_eq(telemetry_energy_step_ns(telemetry), 0);
    expect_nothing(read_gpu());
    cr_expect_str_eq(telemetry_source(telemetry), "");
    cr_expect_eq(telemetry_energy_step_ns(telemetry), 0);
}

Test(telemetry, damaged_files_tell_nothing)
{
    static const char *const damaged[] = {
        "",      "\n",  "unknown\n", "12 apples\n", "-5000000000\n", "99999999999999999999999\n",
        "1e300", "nan", "0x10\n",    "5.5\n"};
    put("/sys/class/powercap/intel-rapl:0/name", "package-0\n");
    put(HWMON "0/name", "coretemp\n");
    put(GPU "/vendor", "0x1002\n");
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        put(RAPL "0/energy_uj", damaged[i]);
        put(HWMON "0/temp1_input", damaged[i]);
        put("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", damaged[i]);
        put("/proc/cpuinfo", damaged[i]);
        expect_nothing(read_cpu());
        put(GPU "/hwmon/hwmon3/power1_average", damaged[i]);
        put(GPU "/hwmon/hwmon3/temp1_input", damaged[i]);
        put(GPU "/hwmon/hwmon3/freq1_input", damaged[i]);
        put(GPU "/hwmon/hwmon3/energy1_input", damaged[i]);
        put(GPU "/pp_dpm_mclk", damaged[i]);
        expect_nothing(read_gpu());
    }
}

Test(telemetry, an_amd_gpu)
{
    put(GPU "/vendor", "0x1002\n");
    put(GPU "/hwmon/hwmon3/power1_average", "123000000\n");
    put(GPU "/hwmon/hwmon3/power1_input", "99000000\n");
    put(GPU "/hwmon/hwmon3/temp1_input", "61500\n");
    put(GPU "/pp_dpm_sclk", "0: 500Mhz\n1: 1350Mhz *\n2: 2100Mhz\n");
    put(GPU "/pp_dpm_mclk", "0: 96Mhz\n1: 1000Mhz *\n");
    struct telemetry_reading reading = read_gpu();
    cr_expect_str_eq(telemetry_source(telemetry), "hwmon");
    cr_expect_float_eq(reading.power_w, 123, 1e-9);
    cr_expect_float_eq(reading.temperature_c, 61.5, 1e-9);
    cr_expect_eq(reading.clock_mhz, 1350);
    cr_expect_eq(reading.memory_clock_mhz, 1000);
    cr_expect(isnan(reading.energy_j));
    cr_expect_eq(telemetry_energy_step_ns(telemetry), 0);
    put(GPU "/hwmon/hwmon3/freq1_input", "2105000000\n");
    drop(GPU "/hwmon/hwmon3/power1_average");
    cr_expect_float_eq(read_gpu().clock_mhz, 2105, 1e-9);
    cr_expect_float_eq(telemetry_read(telemetry).power_w, 99, 1e-9);
    put(GPU "/pp_dpm_mclk", "0: 96Mhz\n1: 1000Mhz\n");
    cr_expect(isnan(read_gpu().memory_clock_mhz), "no star");
}

Test(telemetry, intel_gpus)
{
    put(GPU "/vendor", "0x8086\n");
    put(GPU "/drm/card1/gt_cur_freq_mhz", "1150\n");
    cr_expect_eq(read_gpu().clock_mhz, 1150);
    cr_expect_str_eq(telemetry_source(telemetry), "sysfs");
    put(GPU "/drm/card1/gt/gt0/rps_act_freq_mhz", "1100\n");
    put(GPU "/hwmon/hwmon2/energy1_input", "7000000\n");
    struct telemetry_reading reading = read_gpu();
    cr_expect_eq(reading.clock_mhz, 1100);
    cr_expect(telemetry_energy_step_ns(telemetry) > 0);
    put(GPU "/hwmon/hwmon2/energy1_input", "9500000\n");
    cr_expect_float_eq(telemetry_energy_j(telemetry) - reading.energy_j, 2.5, 1e-9);
    put(GPU "/drm/card1/gt/gt0/rps_act_freq_mhz", "0\n");
    cr_expect(isnan(telemetry_read(telemetry).clock_mhz), "asleep");
    put(GPU "/tile0/gt0/freq0/act_freq", "2400\n");
    cr_expect_eq(read_gpu().clock_mhz, 2400);
}

static struct telemetry_reading read_nvidia(const char *library, const char *failure)
{
    setenv("BREAKEVEN_NVML", library, 1);
    setenv("FAKE_NVML", failure, 1);
    return read_gpu();
}

Test(telemetry, nvml)
{
    struct telemetry_reading reading = read_nvidia(FAKE_NVML, "");
    cr_expect_str_eq(telemetry_source(telemetry), "NVML");
    cr_expect_eq(reading.clock_mhz, 1980);
    cr_expect_eq(reading.memory_clock_mhz, 2619);
    cr_expect_eq(reading.temperature_c, 41);
    cr_expect_float_eq(reading.power_w, 123.456, 1e-9);
    cr_expect_float_eq(reading.energy_j, 5000000000.123, 1e-5);
    cr_expect_eq(telemetry_energy_step_ns(telemetry), 1e8);
}

Test(telemetry, nvml_is_not_asked_about_other_makes)
{
    put(GPU "/vendor", "0x1002\n");
    read_nvidia(FAKE_NVML, "");
    cr_expect_str_eq(telemetry_source(telemetry), "");
    put(GPU "/vendor", "0x10de\n");
    read_nvidia(FAKE_NVML, "");
    cr_expect_str_eq(telemetry_source(telemetry), "NVML");
}

Test(telemetry, nvml_that_fails)
{
    put(GPU "/vendor", "0x10de\n");
    put(GPU "/hwmon/hwmon3/temp1_input", "45000\n"); /* nouveau */
    static const char *const failures[] = {"init", "gpu"};
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(read_nvidia(FAKE_NVML, failures[i]).temperature_c, 45);
        cr_expect_str_eq(telemetry_source(telemetry), "hwmon");
    }
    cr_expect_eq(read_nvidia(FAKE_NVML_EMPTY, "").temperature_c, 45);
    cr_expect_eq(read_nvidia("/nowhere/libnvidia-ml.so.1", "").temperature_c, 45);
}

Test(telemetry, a_gpu_that_is_lost_tells_nothing)
{
    expect_nothing(read_nvidia(FAKE_NVML, "lost"));
    cr_expect_eq(telemetry_energy_step_ns(telemetry), 0);
    cr_expect(isfinite(read_nvidia(FAKE_NVML, "").energy_j));
    setenv("FAKE_NVML", "lost", 1);
    expect_nothing(telemetry_read(telemetry));
}

Test(telemetry, zero_is_no_clock_and_no_power)
{
    struct telemetry_reading reading = read_nvidia(FAKE_NVML, "zeros");
    cr_expect(isnan(reading.clock_mhz) && isnan(reading.memory_clock_mhz) && isnan(reading.power_w));
}

Test(telemetry, an_old_nvml_has_no_energy)
{
    struct telemetry_reading reading = read_nvidia(FAKE_NVML_OLD, "");
    cr_expect_eq(reading.clock_mhz, 1980);
    cr_expect(isnan(reading.energy_j));
    cr_expect_eq(telemetry_energy_step_ns(telemetry), 0);
}

Test(telemetry, a_device_without_an_address_knows_nothing)
{
    const struct device device = {.type = DEVICE_GPU};
    put_laptop();
    cr_assert_eq(telemetry_open(&device, root, &telemetry), STATUS_OK);
    expect_nothing(telemetry_read(telemetry));
}

Test(telemetry, a_device_on_the_cpu_has_the_figures_of_the_cpu)
{
    const struct device device = {.type = DEVICE_CPU};
    put_laptop();
    cr_assert_eq(telemetry_open(&device, root, &telemetry), STATUS_OK);
    cr_expect_str_eq(telemetry_source(telemetry), "RAPL and hwmon");
}

Test(telemetry, the_root_comes_from_the_environment)
{
    cr_expect_str_eq(telemetry_root(), "");
    setenv("BREAKEVEN_SYSROOT", "/elsewhere", 1);
    cr_expect_str_eq(telemetry_root(), "/elsewhere");
}

Test(telemetry, this_machine_gives_nothing_impossible)
{
    cr_assert_eq(telemetry_open(NULL, "", &telemetry), STATUS_OK);
    struct telemetry_reading reading = telemetry_read(telemetry);
    cr_expect(isnan(reading.clock_mhz) || reading.clock_mhz > 0);
    cr_expect(isnan(reading.temperature_c) || reading.temperature_c > -50);
}
