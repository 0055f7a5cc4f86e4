/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Addresses as drivers tell them. OpenCL's one function that does is played by this file.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "hardware/pci_address.h"

static enum { TELLS_NOTHING, KHR, NVIDIA, NVIDIA_OLD, AMD, AMD_SHORT } driver;

static cl_int tell(const void *answer, size_t answer_bytes, size_t bytes, void *value, size_t *used)
{
    if (bytes < answer_bytes)
        return CL_INVALID_VALUE;
    memcpy(value, answer, answer_bytes);
    *used = answer_bytes;
    return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clGetDeviceInfo(cl_device_id id, cl_device_info what, size_t bytes, void *value,
                                                size_t *used)
{
    static const cl_uint khr[4] = {1, 0xc1, 0x1f, 7}, bus = 0x165, slot = 0x1d << 3 | 5, domain = 2;
    const unsigned char amd[24] = {1, [21] = 0xe3, [22] = 4, [23] = 1};
    (void)id;
    if (driver == KHR && what == 0x410F)
        return tell(khr, sizeof khr, bytes, value, used);
    if ((driver == NVIDIA || driver == NVIDIA_OLD) && what == 0x4008)
        return tell(&bus, sizeof bus, bytes, value, used);
    if ((driver == NVIDIA || driver == NVIDIA_OLD) && what == 0x4009)
        return tell(&slot, sizeof slot, bytes, value, used);
    if (driver == NVIDIA && what == 0x400A)
        return tell(&domain, sizeof domain, bytes, value, used);
    if (driver == AMD && what == 0x4037)
        return tell(amd, sizeof amd, bytes, value, used);
    if (driver == AMD_SHORT && what == 0x4037)
        return tell(amd, 20, bytes, value, used);
    return CL_INVALID_VALUE;
}

static const char *address_text(void)
{
    static char text[PCI_ADDRESS_TEXT];
    static const struct device device = {.type = DEVICE_GPU};
    struct pci_address found;
    if (!pci_address_of(&device, &found))
        return "";
    pci_address_text(&found, text);
    return text;
}

Test(pci_address, of_every_kind_of_driver)
{
    static const char *const expected[] = {
        [TELLS_NOTHING] = "",          [KHR] = "0001:c1:1f.7", [NVIDIA] = "0002:65:1d.5",
        [NVIDIA_OLD] = "0000:65:1d.5", [AMD] = "0000:e3:04.1", [AMD_SHORT] = ""};
    for (driver = TELLS_NOTHING; driver <= AMD_SHORT; driver++)
        cr_expect_str_eq(address_text(), expected[driver]);
}
