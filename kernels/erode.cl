/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Erosion of bits that say whether a pixel is not zero.
 */
#define FLIP 0

#include "packed_morphology.clh"
