/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The image is `other`.
 */
#define FINISH(blur, other) ((other) - (blur))
#include "gaussian.clh"
