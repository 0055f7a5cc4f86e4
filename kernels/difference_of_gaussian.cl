/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The first blur is `other`, which the second one is subtracted from.
 */
#define OTHER_IS_FLOAT
#define FINISH(blur, other) ((other) - (blur))
#include "gaussian.clh"
