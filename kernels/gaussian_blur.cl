/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The passes of gaussian.clh and nothing after them.
 */
#include "gaussian.clh"
