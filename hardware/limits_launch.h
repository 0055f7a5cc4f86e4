/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Whether the times of a finished command can be believed.
 */
#ifndef HARDWARE_LIMITS_LAUNCH_H
#define HARDWARE_LIMITS_LAUNCH_H

#include "hardware/opencl.h"

/* All four there and in order, and QUEUED to END not longer than the host waited, `wall_ns`, by more than 2 % and 2 us
 * (the resolution of some devices' clocks): drivers do return zeros, leave the order, and count in other units. */
bool launch_times_sane(const struct event_times *times, double wall_ns);

#endif
