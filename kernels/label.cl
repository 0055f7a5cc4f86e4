/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Connected components. The kernels are in a file of their own, for the operations that label on their way.
 */
#include "label.clh"
