/* SPDX-License-Identifier: BSD-3-Clause
 *
 * All operations, for every pixel type and CPU level they were compiled for. The list is made by the build from set(OPS).
 */
#ifndef OPS_REGISTRY_H
#define OPS_REGISTRY_H

#include "ops/op.h"

/* Instruction sets the CPU code is compiled for. On other architectures than x86-64 there is one, "native". */
#define CPU_LEVEL_LIST(X) X(CPU_V2, "x86-64-v2") X(CPU_V3, "x86-64-v3") X(CPU_V4, "x86-64-v4")

enum cpu_level {
#define X(code, name) code,
    CPU_LEVEL_LIST(X)
#undef X
    CPU_LEVEL_COUNT
};

/* The best level of this CPU. BREAKEVEN_CPU_LEVEL=v2|v3|v4 in the environment lowers it (never raises it). */
enum cpu_level cpu_level_best(void);

const char *cpu_level_name(enum cpu_level level);

/* Number of operations. */
int ops_count(void);

/* The i-th operation, in the order of set(OPS), for an intensity type at a level that this CPU has. */
const struct op *op_at(int i, enum pixel_type type, enum cpu_level level);

/* By name at the best level; NULL if there is none or the type is no intensity. */
const struct op *op_find(const char *name, enum pixel_type type);

/* STATUS_USAGE that names the unknown operation and the one that was probably meant, else lists the valid ones. */
enum status op_unknown(const char *name);

#endif
