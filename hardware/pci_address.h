/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Where an OpenCL device sits on the PCI bus, which is what it is known by outside OpenCL: by NVML and in sysfs.
 */
#ifndef HARDWARE_PCI_ADDRESS_H
#define HARDWARE_PCI_ADDRESS_H

#include "hardware/opencl.h"

struct pci_address {
    unsigned domain, bus, device, function;
};

enum { PCI_ADDRESS_TEXT = 32 };

/* False if the driver does not tell. */
bool pci_address_of(const struct device *device, struct pci_address *address);

/* "0000:65:00.0", as sysfs and NVML write it. */
void pci_address_text(const struct pci_address *address, char text[PCI_ADDRESS_TEXT]);

#endif
