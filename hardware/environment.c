/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Gathers the facts of cpu.h, machine.h and opencl.h into JSON. What is not known becomes null.
 */
#include "hardware/environment.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "hardware/build_info.h"
#include "hardware/clock.h"
#include "hardware/cpu.h"
#include "hardware/machine.h"

/* The setters write null for what is not known: "" and what is not UTF-8, sizes under 1, flags and numbers under 0. */
static void set_text(json_t *object, const char *key, const char *text)
{
    json_t *string = text[0] ? json_string(text) : NULL;
    json_object_set_new(object, key, string ? string : json_null());
}

static void set_size(json_t *object, const char *key, int64_t size)
{
    json_object_set_new(object, key, size > 0 ? json_integer(size) : json_null());
}

static void set_flag(json_t *object, const char *key, int flag)
{
    json_object_set_new(object, key, flag < 0 ? json_null() : json_boolean(flag));
}

static void set_real(json_t *object, const char *key, double value)
{
    json_object_set_new(object, key, value < 0 ? json_null() : json_real(value));
}

static json_t *tool_json(void)
{
    json_t *json = json_object();
    set_text(json, "version", BUILD_VERSION);
    set_text(json, "commit", BUILD_COMMIT);
    set_text(json, "compiler", BUILD_COMPILER);
    set_text(json, "flags", BUILD_FLAGS);
    return json;
}

static json_t *host_json(const struct machine *machine)
{
    json_t *json = json_object();
    set_text(json, "name", machine->host);
    set_text(json, "kernel", machine->kernel);
    set_text(json, "os", machine->os);
    set_flag(json, "virtual_machine", machine->virtual_machine);
    set_text(json, "power", machine->mains < 0 ? "" : machine->mains ? "mains" : "battery");
    set_real(json, "cpu_quota_cores", machine->cpu_quota_cores);
    set_real(json, "load_average_1min", machine->load[0]);
    set_real(json, "load_average_5min", machine->load[1]);
    set_real(json, "load_average_15min", machine->load[2]);
    return json;
}

static json_t *cpu_json(const struct machine *machine, const char *simd_level)
{
    const struct cpu *cpu = cpu_facts();
    json_t *json = json_object();
    set_text(json, "model", cpu->model);
    set_text(json, "vendor", cpu->vendor);
    set_size(json, "packages", cpu->packages);
    set_size(json, "cores", cpu->cores);
    set_size(json, "threads", cpu->threads);
    set_size(json, "numa_nodes", cpu->numa_nodes);
    set_size(json, "usable_cores", cpu->usable_cores);
    set_size(json, "usable_threads", cpu->usable_threads);
    set_size(json, "l1d_cache_bytes", cpu->l1d.bytes);
    set_size(json, "l1d_caches", cpu->l1d.count);
    set_size(json, "l2_cache_bytes", cpu->l2.bytes);
    set_size(json, "l2_caches", cpu->l2.count);
    set_size(json, "l3_cache_bytes", cpu->l3.bytes);
    set_size(json, "l3_caches", cpu->l3.count);
    set_size(json, "memory_bytes", cpu->memory_bytes);
    set_text(json, "simd_level", simd_level);
    set_text(json, "governor", machine->governor);
    set_flag(json, "turbo", machine->turbo);
    set_flag(json, "smt", machine->smt);
    return json;
}

static json_t *variables_json(void)
{
    static const char *const prefixes[] = {"OMP_", "GOMP_", "POCL_", "OCL_", "CUDA_VISIBLE_DEVICES=", "BREAKEVEN_"};
    json_t *json = json_object();
    for (char **variable = environ; *variable; variable++)
        for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
            const char *equals = strchr(*variable, '=');
            if (!equals || strncmp(*variable, prefixes[i], strlen(prefixes[i])) != 0)
                continue;
            char name[128];
            snprintf(name, sizeof name, "%.*s", (int)(equals - *variable), *variable);
            if (equals[1])
                set_text(json, name, equals + 1);
            else
                json_object_set_new(json, name, json_string("")); /* set but empty is not unknown */
        }
    return json;
}

static json_t *device_json(const struct device *device)
{
    json_t *json = json_object();
    json_object_set_new(json, "index", json_integer(device->index));
    set_text(json, "name", device->name);
    set_text(json, "platform", device->platform);
    set_text(json, "vendor", device->vendor);
    set_text(json, "driver", device->driver);
    set_text(json, "version", device->version);
    set_text(json, "type", device_type_name(device->type));
    set_size(json, "compute_units", device->compute_units);
    set_size(json, "clock_mhz", device->clock_mhz);
    set_size(json, "global_memory_bytes", (int64_t)device->global_bytes);
    set_size(json, "local_memory_bytes", (int64_t)device->local_bytes);
    set_size(json, "max_allocation_bytes", (int64_t)device->max_alloc_bytes);
    set_size(json, "cache_bytes", (int64_t)device->cache_bytes);
    set_size(json, "max_work_group", (int64_t)device->max_work_group);
    set_flag(json, "images", device->images);
    set_flag(json, "unified_memory", device->unified_memory);
    set_flag(json, "double_precision", device->double_precision);
    set_flag(json, "exact_division", device->exact_division);
    return json;
}

enum status environment_json(const char *simd_level, const struct device *devices, size_t count, char **text)
{
    const struct machine machine = machine_facts("");
    json_t *json = json_object(), *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, device_json(&devices[i]));
    json_object_set_new(json, "tool", tool_json());
    json_object_set_new(json, "host", host_json(&machine));
    json_object_set_new(json, "cpu", cpu_json(&machine, simd_level));
    set_real(json, "clock_overhead_ns", clock_overhead_ns());
    json_object_set_new(json, "variables", variables_json());
    json_object_set_new(json, "opencl_devices", list);
    set_text(json, "opencl_left_out", devices_left_out());
    *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return *text ? STATUS_OK : status_fail(STATUS_MEMORY, "no host memory for the description of the environment");
}
