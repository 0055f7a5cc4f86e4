/* SPDX-License-Identifier: BSD-3-Clause
 *
 * None of its own: the kernels are those of gaussian_blur, auto_threshold and label.
 */
