/* SPDX-License-Identifier: BSD-3-Clause
 *
 * As little as a launch can do. It takes a buffer and could write to it, so that no driver may drop it.
 */
kernel void EMPTY(global uint *out)
{
    if (get_global_id(0) > 1000000)
        out[0] = 1;
}
