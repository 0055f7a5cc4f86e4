/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The image is `other`.
 */
#define FINISH(blur, other) select((other) / (blur), (blur) - (blur), (blur) == 0.0f)
#include "gaussian.clh"
