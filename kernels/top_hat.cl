/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Minima, then maxima that are subtracted: the kernels of all extrema, built with MAXIMUM and SUBTRACT for the second. */
#include "extremum.clh"
