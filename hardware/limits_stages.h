/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The functions of limit_stages; each file says which rows it makes.
 */
#ifndef HARDWARE_LIMITS_STAGES_H
#define HARDWARE_LIMITS_STAGES_H

#include "hardware/limits.h"

enum status limits_cpu_bandwidth(struct limits *limits);
enum status limits_cpu_peak(struct limits *limits);
enum status limits_cpu_launch(struct limits *limits);
enum status limits_cpu_allocation(struct limits *limits);

enum status limits_bandwidth(struct opencl *opencl, struct limits *limits);
enum status limits_peak(struct opencl *opencl, struct limits *limits);
enum status limits_transfer(struct opencl *opencl, struct limits *limits);
enum status limits_launch(struct opencl *opencl, struct limits *limits);
enum status limits_atomics(struct opencl *opencl, struct limits *limits);
enum status limits_sampling(struct opencl *opencl, struct limits *limits);
enum status limits_allocation(struct opencl *opencl, struct limits *limits);

#endif
