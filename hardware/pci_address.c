/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Three ways to ask, newest first. The queries' numbers are those of the public OpenCL headers and extension texts
 * (cl_khr_pci_bus_info, cl_nv_device_attribute_query, cl_amd_device_attribute_query); the layout of NVIDIA's slot
 * number, device in the upper bits and function in the lower three, is the PCI convention that hwloc/opencl.h reads it
 * by.
 */
#include "hardware/pci_address.h"

#include <stdio.h>

enum {
    QUERY_PCI_BUS_INFO_KHR = 0x410F,
    QUERY_PCI_BUS_ID_NV = 0x4008,
    QUERY_PCI_SLOT_ID_NV = 0x4009,
    QUERY_PCI_DOMAIN_ID_NV = 0x400A,
    QUERY_TOPOLOGY_AMD = 0x4037,
    TOPOLOGY_AMD_PCIE = 1
};

/* A driver that answers with fewer bytes than asked for has not answered the question. */
static bool query(const struct device *device, cl_device_info what, void *value, size_t bytes)
{
    size_t used = 0;
    return clGetDeviceInfo(device->id, what, bytes, value, &used) == CL_SUCCESS && used == bytes;
}

static bool by_khr(const struct device *device, struct pci_address *address)
{
    cl_uint info[4]; /* domain, bus, device, function */
    if (!query(device, QUERY_PCI_BUS_INFO_KHR, info, sizeof info))
        return false;
    *address = (struct pci_address){info[0], info[1], info[2], info[3]};
    return true;
}

static bool by_nvidia(const struct device *device, struct pci_address *address)
{
    cl_uint bus, slot, domain;
    if (!query(device, QUERY_PCI_BUS_ID_NV, &bus, sizeof bus) ||
        !query(device, QUERY_PCI_SLOT_ID_NV, &slot, sizeof slot))
        return false;
    if (!query(device, QUERY_PCI_DOMAIN_ID_NV, &domain, sizeof domain))
        domain = 0; /* drivers before CUDA 10.2 */
    *address = (struct pci_address){domain, bus & 0xff, slot >> 3 & 0x1f, slot & 7};
    return true;
}

static bool by_amd(const struct device *device, struct pci_address *address)
{
    struct {
        cl_uint type;
        cl_uchar unused[17], bus, device, function;
    } topology;
    if (!query(device, QUERY_TOPOLOGY_AMD, &topology, sizeof topology) || topology.type != TOPOLOGY_AMD_PCIE)
        return false;
    *address = (struct pci_address){0, topology.bus, topology.device, topology.function};
    return true;
}

bool pci_address_of(const struct device *device, struct pci_address *address)
{
    return by_khr(device, address) || by_nvidia(device, address) || by_amd(device, address);
}

void pci_address_text(const struct pci_address *address, char text[PCI_ADDRESS_TEXT])
{
    snprintf(text, PCI_ADDRESS_TEXT, "%04x:%02x:%02x.%x", address->domain, address->bus & 0xff, address->device & 0x1f,
             address->function & 7);
}
