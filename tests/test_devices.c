/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Choosing among made-up devices: what is chosen is what was asked for, or nothing with the valid choices; never
 * silently another one.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/opencl.h"

enum { COUNT = 4 };

static const struct device made_up[COUNT] = {
    {.index = 0, .name = "pthread-AMD EPYC", .platform = "Portable Computing Language", .type = DEVICE_CPU},
    {.index = 1, .name = "NVIDIA H100", .platform = "NVIDIA CUDA", .type = DEVICE_GPU},
    {.index = 2, .name = "NVIDIA RTX A4000", .platform = "NVIDIA CUDA", .type = DEVICE_GPU},
    {.index = 3, .name = "FPGA board", .platform = "Vendor", .type = DEVICE_ACCELERATOR},
};

/* What `text` chooses among the first `count` devices, as "0110"; on refusal "". */
static const char *choice(const char *text, size_t count)
{
    static char letters[COUNT + 1];
    bool chosen[COUNT];
    memset(chosen, 1, sizeof chosen);
    if (devices_choose(made_up, count, text, chosen) != STATUS_OK)
        return "";
    for (size_t i = 0; i < count; i++)
        letters[i] = chosen[i] ? '1' : '0';
    letters[count] = 0;
    return letters;
}

Test(devices, by_index)
{
    cr_expect_str_eq(choice("0", COUNT), "1000");
    cr_expect_str_eq(choice("2", COUNT), "0010");
}

Test(devices, by_kind)
{
    cr_expect_str_eq(choice("all", COUNT), "1111");
    cr_expect_str_eq(choice("gpu", COUNT), "0110");
    cr_expect_str_eq(choice("GPU", COUNT), "0110");
    cr_expect_str_eq(choice("cpu", COUNT), "1000");
}

Test(devices, by_part_of_a_name)
{
    cr_expect_str_eq(choice("H100", COUNT), "0100");
    cr_expect_str_eq(choice("h100", COUNT), "0100");
    cr_expect_str_eq(choice("rtx a", COUNT), "0010");
    cr_expect_str_eq(choice("NVIDIA RTX A4000", COUNT), "0010");
}

Test(devices, all_of_none_is_none)
{
    bool chosen;
    cr_expect_eq(devices_choose(NULL, 0, "all", &chosen), STATUS_OK);
}

Test(devices, a_name_that_fits_several_is_refused)
{
    bool chosen[COUNT];
    cr_expect_eq(devices_choose(made_up, COUNT, "nvidia", chosen), STATUS_USAGE);
    cr_expect(strstr(status_text(), "matches several devices"), "%s", status_text());
    cr_expect(strstr(status_text(), "1 = NVIDIA H100 (NVIDIA CUDA)"), "%s", status_text());
    cr_expect(strstr(status_text(), "2 = NVIDIA RTX A4000 (NVIDIA CUDA)"), "%s", status_text());
}

Test(devices, what_is_not_there_is_refused)
{
    const char *const absent[] = {"4", "-1", "1x", "Radeon", "", " ", "all devices", "99999999999999999999"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        bool chosen[COUNT];
        cr_expect_eq(devices_choose(made_up, COUNT, absent[i], chosen), STATUS_USAGE, "'%s' was taken", absent[i]);
    }
}

Test(devices, no_gpu_is_refused_and_never_replaced_by_a_cpu)
{
    cr_expect_str_eq(choice("gpu", 1), "");
    cr_expect(strstr(status_text(), "--device gpu: no such device"), "%s", status_text());
    cr_expect(strstr(status_text(), "0 = pthread-AMD EPYC"), "the text names what there is: %s", status_text());
}

Test(devices, no_device_at_all_is_refused_with_the_words_that_exist)
{
    bool chosen;
    cr_expect_eq(devices_choose(NULL, 0, "0", &chosen), STATUS_USAGE);
    cr_expect_str_eq(status_text(), "--device 0: no such device; valid: all, gpu, cpu");
}

Test(devices, types_have_names)
{
    cr_expect_str_eq(device_type_name(DEVICE_CPU), "cpu");
    cr_expect_str_eq(device_type_name(DEVICE_GPU), "gpu");
    cr_expect_str_eq(device_type_name(DEVICE_ACCELERATOR), "accelerator");
}

Test(devices, those_of_this_machine_are_numbered_and_named)
{
    struct device *devices;
    size_t count;
    cr_assert_eq(devices_find(&devices, &count), STATUS_OK, "%s", status_text());
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(devices[i].index, (int)i);
        cr_expect(devices[i].name[0] && devices[i].platform[0]);
        cr_expect(devices[i].compute_units > 0 && devices[i].global_bytes > 0 && devices[i].max_work_group > 0);
    }
    free(devices);
}
