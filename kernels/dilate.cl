/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Dilation: erosion of bits that say whether a pixel is zero.
 */
#define FLIP ALL_SET

#include "packed_morphology.clh"
