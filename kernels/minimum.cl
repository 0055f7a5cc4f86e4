/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Minima: the kernels of all extrema. */
#include "extremum.clh"
