/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Growing; the kernels of the stages before are those of the operations of their names.
 */
#include "grow_labels.clh"
