/* SPDX-License-Identifier: BSD-3-Clause
 *
 * OpenCL programs. A program is built once per process for a source text and options; the built binary is also kept on
 * disk, keyed by device, driver, source and options, under $BREAKEVEN_CACHE, else $XDG_CACHE_HOME/breakeven, else
 * $HOME/.cache/breakeven. A damaged or foreign cache file is ignored and replaced; no cache is no error.
 */
#ifndef HARDWARE_PROGRAM_H
#define HARDWARE_PROGRAM_H

#include "hardware/opencl.h"

/* The built program of `source` with `options`, owned by `opencl`. A build failure is STATUS_DEVICE with the first line of
 * the build log. */
enum status program_get(struct opencl *opencl, const char *source, const char *options, cl_program *program);

/* Called by opencl_close(). */
void programs_release(struct opencl *opencl);

#endif
