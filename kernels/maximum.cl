/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Maxima: the kernels of all extrema, built with MAXIMUM. */
#include "extremum.clh"
