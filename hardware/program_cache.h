/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Built programs on disk (see program.h for where). One file per key; the whole key is stored in the file and compared,
 * so that a hash collision can never hand out the wrong program.
 */
#ifndef HARDWARE_PROGRAM_CACHE_H
#define HARDWARE_PROGRAM_CACHE_H

#include "hardware/opencl.h"

/* True if the program was on disk and the driver took it. */
bool program_cache_load(struct opencl *opencl, const char *source, const char *options, cl_program *program);

/* Keeps the built program; failing to is no error. */
void program_cache_save(struct opencl *opencl, const char *source, const char *options, cl_program program);

/* The folder of all that is kept on disk; false where there is none. */
bool program_cache_folder(char *folder, size_t size);

/* Makes the folders that a file's path names; failing to is found when the file is opened. */
void program_cache_make_folder(const char *path);

#endif
