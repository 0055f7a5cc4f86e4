/* SPDX-License-Identifier: BSD-3-Clause
 *
 * NVIDIA's management library (NVML), opened at run time: a machine without it has no readings, and no error.
 */
#ifndef HARDWARE_TELEMETRY_NVML_H
#define HARDWARE_TELEMETRY_NVML_H

#include "hardware/telemetry.h"

/* How often the energy counter advances is not documented. Users saw 10 ms (gpuopenanalytics/pynvml, pull request 18);
 * sensors of power were measured to advance every 20 to 100 ms (Yang, Adamek, Armour 2023, arXiv 2312.02741). The
 * slowest is assumed. */
enum { NVML_ENERGY_STEP_NS = 100000000 };

struct nvml;

/* The GPU at that address; NULL if NVML is missing, too old, does not start, or does not know the GPU. */
struct nvml *nvml_open(const struct pci_address *address);

struct telemetry_reading nvml_read(const struct nvml *nvml);

/* NAN on GPUs before Volta, which have no counter. */
double nvml_energy_j(const struct nvml *nvml);

/* NULL is fine. */
void nvml_close(struct nvml *nvml);

#endif
