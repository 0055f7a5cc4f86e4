/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hardware/clock.h"
#include "hardware/environment.h"

/* The environment with these devices, parsed; the caller releases it. */
static json_t *described(const struct device *devices, size_t count)
{
    char *text;
    json_error_t error;
    cr_assert_eq(environment_json("x86-64-v3", devices, count, &text), STATUS_OK, "%s", status_text());
    cr_assert_null(strchr(text, '\n'), "one line");
    json_t *json = json_loads(text, 0, &error);
    cr_assert(json, "%s", error.text);
    free(text);
    return json;
}

static json_t *member(json_t *json, const char *object, const char *key)
{
    json_t *value = json_object_get(json_object_get(json, object), key);
    cr_assert(value, "%s.%s is missing", object, key);
    return value;
}

Test(environment, tool_host_and_cpu)
{
    json_t *json = described(NULL, 0);
    cr_expect(strlen(json_string_value(member(json, "tool", "version"))) >= 5);
    cr_expect(strstr(json_string_value(member(json, "tool", "flags")), "-ffp-contract=off"));
    cr_expect(strncmp(json_string_value(member(json, "tool", "compiler")), "GNU ", 4) == 0);
    cr_expect(json_is_string(member(json, "host", "kernel")));
    cr_expect(json_is_real(member(json, "host", "load_average_1min")));
    cr_expect_str_eq(json_string_value(member(json, "cpu", "simd_level")), "x86-64-v3");
    cr_expect(json_integer_value(member(json, "cpu", "usable_cores")) >= 1);
    cr_expect(json_real_value(json_object_get(json, "clock_overhead_ns")) > 0);
    cr_expect_eq(json_array_size(json_object_get(json, "opencl_devices")), 0);
    json_decref(json);
}

/* Walks the whole description: a fact that is not known must not look like a number. */
static void expect_no_zero(const char *path, json_t *value)
{
    const char *key;
    json_t *child;
    if (json_is_object(value))
        json_object_foreach(value, key, child) expect_no_zero(key, child);
    cr_expect(!json_is_integer(value) || json_integer_value(value) > 0, "%s is 0", path);
    cr_expect(!json_is_string(value) || json_string_value(value)[0], "%s is empty", path);
}

Test(environment, unknown_is_null_never_zero)
{
    setenv("HWLOC_SYNTHETIC", "pu:4", 1);
    const struct device bare = {.index = 1, .name = "bare", .type = DEVICE_GPU};
    json_t *json = described(&bare, 1), *device = json_array_get(json_object_get(json, "opencl_devices"), 0);
    cr_expect(json_is_null(member(json, "cpu", "model")));
    cr_expect(json_is_null(member(json, "cpu", "cores")));
    cr_expect(json_is_null(member(json, "cpu", "l3_cache_bytes")));
    cr_expect(json_is_null(json_object_get(device, "clock_mhz")));
    cr_expect(json_is_null(json_object_get(device, "global_memory_bytes")));
    cr_expect(json_is_null(json_object_get(device, "driver")));
    expect_no_zero("host", json_object_get(json, "host"));
    expect_no_zero("cpu", json_object_get(json, "cpu"));
    expect_no_zero("device", device);
    json_decref(json);
}

Test(environment, devices_with_their_limits)
{
    const struct device devices[] = {
        {.index = 0, .name = "pthread", .type = DEVICE_CPU},
        {.index = 1,
         .name = "NVIDIA H100",
         .platform = "NVIDIA CUDA",
         .driver = "550.54",
         .type = DEVICE_GPU,
         .compute_units = 132,
         .clock_mhz = 1980,
         .global_bytes = 84929347584,
         .exact_division = true},
    };
    json_t *json = described(devices, 2), *gpu = json_array_get(json_object_get(json, "opencl_devices"), 1);
    cr_expect_eq(json_integer_value(json_object_get(gpu, "index")), 1);
    cr_expect_str_eq(json_string_value(json_object_get(gpu, "name")), "NVIDIA H100");
    cr_expect_str_eq(json_string_value(json_object_get(gpu, "platform")), "NVIDIA CUDA");
    cr_expect_str_eq(json_string_value(json_object_get(gpu, "driver")), "550.54");
    cr_expect_str_eq(json_string_value(json_object_get(gpu, "type")), "gpu");
    cr_expect_eq(json_integer_value(json_object_get(gpu, "compute_units")), 132);
    cr_expect_eq(json_integer_value(json_object_get(gpu, "clock_mhz")), 1980);
    cr_expect_eq(json_integer_value(json_object_get(gpu, "global_memory_bytes")), 84929347584);
    cr_expect(json_is_true(json_object_get(gpu, "exact_division")));
    cr_expect(json_is_false(json_object_get(gpu, "images")));
    json_decref(json);
}

Test(environment, variables_that_change_results_are_kept_and_others_are_not)
{
    clearenv();
    setenv("OMP_NUM_THREADS", "3", 1);
    setenv("GOMP_SPINCOUNT", "0", 1);
    setenv("POCL_MAX_PTHREAD_COUNT", "2", 1);
    setenv("OCL_ICD_VENDORS", "", 1);
    setenv("CUDA_VISIBLE_DEVICES", "1", 1);
    setenv("BREAKEVEN_CPU_LEVEL", "v2", 1);
    setenv("CUDA_VISIBLE_DEVICES_OF_ANOTHER", "1", 1);
    setenv("PASSWORD", "secret", 1);
    json_t *json = described(NULL, 0), *variables = json_object_get(json, "variables");
    json_t *expected = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "OMP_NUM_THREADS", "3", "GOMP_SPINCOUNT", "0",
                                 "POCL_MAX_PTHREAD_COUNT", "2", "OCL_ICD_VENDORS", "", "CUDA_VISIBLE_DEVICES", "1",
                                 "BREAKEVEN_CPU_LEVEL", "v2");
    cr_expect(json_equal(variables, expected), "%s", json_dumps(variables, 0));
    json_decref(expected);
    json_decref(json);
}

Test(environment, text_that_is_not_utf8_is_null)
{
    const struct device odd = {.index = 1, .name = "GPU \xff\xfe", .type = DEVICE_GPU};
    setenv("BREAKEVEN_ODD", "\xff", 1);
    json_t *json = described(&odd, 1);
    cr_expect(json_is_null(json_object_get(json_array_get(json_object_get(json, "opencl_devices"), 0), "name")));
    cr_expect(json_is_null(member(json, "variables", "BREAKEVEN_ODD")));
    json_decref(json);
}

Test(clock, goes_forward_and_costs_something)
{
    int64_t before = clock_ns();
    usleep(2000);
    cr_expect(clock_ns() - before >= 2000000);
    cr_expect(clock_overhead_ns() > 0.1 && clock_overhead_ns() < 100000);
}
