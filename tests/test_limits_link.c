/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Transfers, launches and allocations: what is decided without a device on made-up answers, and the stages on a real
 * one.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hardware/limits_allocation.h"
#include "hardware/limits_launch.h"
#include "hardware/limits_stages.h"
#include "hardware/limits_transfer.h"
#include "tests/open_device.h"

static const uint64_t gib = 1 << 30;

/* A memory that gives up to `holds` bytes, and no answer after `patience` questions. */
struct made_up_memory {
    uint64_t holds, largest_asked;
    int asked, patience;
};

static enum allocation_answer ask_made_up(void *context, uint64_t bytes)
{
    struct made_up_memory *m = context;
    if (bytes > m->largest_asked)
        m->largest_asked = bytes;
    if (++m->asked > m->patience)
        return ALLOCATION_ENOUGH;
    return bytes <= m->holds ? ALLOCATION_WORKS : ALLOCATION_FAILS;
}

Test(allocation_search, finds_the_edge_within_one_percent)
{
    const uint64_t edges[] = {4096, 3 * gib / 10, 5 * gib, 19 * gib, 20 * gib, 41 * gib + 12345, 79 * gib};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        struct made_up_memory m = {.holds = edges[i], .patience = 100};
        const struct allocation_search s = allocation_search(ask_made_up, &m, 20 * gib, 80 * gib);
        cr_expect_leq(s.works_bytes, edges[i]);
        cr_expect_gt(s.fails_bytes, edges[i]);
        cr_expect_gt((double)s.works_bytes, 0.98 * (double)edges[i] - 8192, "%g of %g", (double)s.works_bytes,
                     (double)edges[i]);
        cr_expect_lt(m.asked, 40);
        cr_expect_not(s.cut_short);
    }
}

Test(allocation_search, ends_on_every_memory)
{
    struct made_up_memory all = {.holds = UINT64_MAX, .patience = 100}, none = {.holds = 0, .patience = 100},
                          slow = {.holds = 50 * gib, .patience = 3};
    struct allocation_search s = allocation_search(ask_made_up, &all, 20 * gib, 80 * gib);
    cr_expect(s.works_bytes == 80 * gib && s.fails_bytes == 0 && all.asked == 2);
    s = allocation_search(ask_made_up, &none, 20 * gib, 80 * gib);
    cr_expect(s.works_bytes == 0 && s.fails_bytes > 0 && none.asked < 60);
    s = allocation_search(ask_made_up, &slow, 20 * gib, 80 * gib);
    cr_expect(s.cut_short && s.works_bytes == 50 * gib);
    s = allocation_search(ask_made_up, &all, 0, 0);
    cr_expect(s.works_bytes == 0 && s.fails_bytes == 0);
}

Test(allocation_search, never_asks_for_more_than_the_most)
{
    struct made_up_memory m = {.holds = UINT64_MAX, .patience = 100};
    const struct allocation_search s = allocation_search(ask_made_up, &m, 20 * gib, gib + 77);
    cr_expect_eq(s.works_bytes, gib);
    cr_expect_eq(m.largest_asked, gib);
}

Test(allocation_ceiling, a_shared_host_stays_alive)
{
    const char *reason;
    const struct device card = {.type = DEVICE_GPU, .global_bytes = 80 * gib};
    const struct device integrated = {.type = DEVICE_GPU, .global_bytes = 12 * gib, .unified_memory = true};
    const struct device cpu = {.type = DEVICE_CPU, .global_bytes = 16 * gib};
    cr_expect_eq(allocation_ceiling(&card, gib, &reason), 80 * gib);
    cr_expect_str_empty(reason);
    cr_expect_eq(allocation_ceiling(&integrated, 10 * gib, &reason), 5 * gib);
    cr_expect(strstr(reason, "half"));
    cr_expect_eq(allocation_ceiling(&integrated, -1, &reason), 0);
    cr_expect_eq(allocation_ceiling(&cpu, 16 * gib, &reason), gib);
    cr_expect(strstr(reason, "CPU"));
    cr_expect_eq(allocation_ceiling(&cpu, gib, &reason), gib / 2);
}

Test(launch_times, nonsense_is_not_believed)
{
    const struct event_times good = {1000, 2000, 5000, 6000};
    cr_expect(launch_times_sane(&good, 10000));
    cr_expect(launch_times_sane(&(struct event_times){1000, 1000, 1000, 1000}, 10000), "a clock of little resolution");
    cr_expect_not(launch_times_sane(&(struct event_times){0, 0, 0, 0}, 10000));
    cr_expect_not(launch_times_sane(&(struct event_times){1000, 2000, 5000, 0}, 10000));
    cr_expect_not(launch_times_sane(&(struct event_times){0, 2000, 5000, 6000}, 10000));
    cr_expect_not(launch_times_sane(&(struct event_times){6000, 5000, 2000, 1000}, 10000));
    cr_expect_not(launch_times_sane(&(struct event_times){1000, 6000, 5000, 7000}, 10000));
    cr_expect_not(launch_times_sane(&(struct event_times){1000, 2000, 5000, 90000}, 10000),
                  "longer than the host waited");
}

Test(link, messages_fit_both_memories)
{
    struct device device = {.type = DEVICE_GPU, .max_alloc_bytes = 20 * gib, .global_bytes = 80 * gib};
    cr_expect_eq(link_largest_bytes(&device, 64 * (int64_t)gib), gib / 2);
    cr_expect_eq(link_largest_bytes(&device, 4 * (int64_t)gib - 1), gib / 4);
    cr_expect_leq(link_largest_bytes(&device, -1), gib / 64);
    cr_expect_eq(link_largest_bytes(&device, 0), 0);
    device.max_alloc_bytes = gib / 2 + 1;
    cr_expect_eq(link_largest_bytes(&device, 64 * (int64_t)gib), gib / 8);
    device = (struct device){.type = DEVICE_CPU, .max_alloc_bytes = 20 * gib, .global_bytes = 80 * gib};
    cr_expect_eq(link_largest_bytes(&device, 64 * (int64_t)gib), gib / 4);
}

/* Ways that say how fast they were, and carried nothing. */
static enum status carry_nothing(void *context, double *ns)
{
    (void)context;
    *ns = 1;
    return STATUS_OK;
}

Test(link, a_way_that_carries_nothing_is_found_out)
{
    struct opencl *opencl = open_device();
    struct link link;
    cr_assert_eq(link_open(opencl, &link), STATUS_OK, "%s", status_text());
    for (int way = 0; way < LINK_WAYS; way++) {
        struct link_way planted = link_ways[way];
        planted.once = carry_nothing;
        cr_expect_eq(link_check(&link, &link_ways[way]), STATUS_OK, "%s: %s", planted.name, status_text());
        cr_expect_eq(link_check(&link, &planted), STATUS_WRONG, "%s", planted.name);
    }
    link_close(&link);
    cr_expect_eq(opencl->allocated_bytes, 0);
    opencl_close(opencl);
}

/* What holds for every row, and that nothing is kept on the device. */
static struct limits measured(enum status (*stage)(struct opencl *opencl, struct limits *limits))
{
    struct limits limits = {0};
    struct opencl *opencl = open_device();
    cr_assert_eq(stage(opencl, &limits), STATUS_OK, "%s", status_text());
    cr_expect_eq(opencl->allocated_bytes, 0);
    opencl_close(opencl);
    cr_assert_gt(limits.count, 0);
    for (int i = 0; i < limits.count; i++) {
        const struct limit *row = &limits.rows[i];
        cr_expect(isnan(row->value) ? row->reason[0] != 0 : row->value >= 0 && isfinite(row->value), "%s: %g",
                  row->name, row->value);
        if (strcmp(row->unit, "1") != 0)
            cr_expect(isnan(row->value) || row->value > 0, "%s: %g", row->name, row->value);
        if (!isnan(row->low) && !isnan(row->value))
            cr_expect(row->low <= row->high, "%s: %g to %g", row->name, row->low, row->high);
    }
    return limits;
}

static const struct limit *find(const struct limits *limits, const char *name)
{
    for (int i = 0; i < limits->count; i++)
        if (strcmp(limits->rows[i].name, name) == 0)
            return &limits->rows[i];
    cr_assert(false, "no row %s", name);
    return NULL;
}

Test(stage, transfer, .timeout = 100)
{
    static const char *const fits[] = {"latency", "bandwidth", "fit_error"};
    struct limits limits = measured(limits_transfer);
    for (int way = 0; way < LINK_WAYS; way++) {
        int sizes = 0;
        for (int i = 0; i < limits.count; i++)
            if (strcmp(limits.rows[i].name, link_ways[way].name) == 0) {
                cr_expect_str_eq(limits.rows[i].unit, "B/s");
                cr_expect(limits.rows[i].bytes >= 4096 && (limits.rows[i].bytes & (limits.rows[i].bytes - 1)) == 0);
                sizes++;
            }
        cr_expect_geq(sizes, 8, "%s", link_ways[way].name);
        for (int fit = 0; fit < 3 && way != LINK_BOTH_PINNED; fit++) {
            char name[LIMIT_NAME];
            snprintf(name, sizeof name, "%s_%s", link_ways[way].name, fits[fit]);
            find(&limits, name);
        }
    }
    const struct limit *zero_copy = find(&limits, "map_zero_copy");
    cr_expect(zero_copy->value == 0 || zero_copy->value == 1);
    cr_expect(strstr(zero_copy->reason, "a map of"));
    if (zero_copy->value == 1)
        cr_expect_str_eq(find(&limits, "push_mapped")->reason, "memcpy in shared memory");
    limits_free(&limits);
}

Test(stage, launch, .timeout = 60)
{
    static const char *const names[] = {"enqueue",    "launch_and_wait", "back_to_back", "enqueue_to_start",
                                        "build_cold", "first_call",      "build_cached"};
    struct limits limits = measured(limits_launch);
    cr_expect_eq(limits.count, 7);
    for (int i = 0; i < 7; i++)
        cr_expect_str_eq(find(&limits, names[i])->unit, "ns");
    limits_free(&limits);
}

Test(stage, allocation, .timeout = 60)
{
    struct limits limits = measured(limits_allocation);
    const struct limit *largest = find(&limits, "largest_allocation"), *total = find(&limits, "memory_total");
    cr_expect_gt(largest->value, 0);
    cr_expect_gt(total->value, 0);
    cr_expect_leq(total->value, find(&limits, "memory_declared")->value);
    cr_expect(strstr(largest->reason, "a quarter"));
    cr_expect_gt(find(&limits, "largest_declared")->value, 0);
    limits_free(&limits);
}
