/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Writes every word of a buffer, whatever its size.
 */
kernel void touch(global uint *buffer, ulong words)
{
    for (ulong i = get_global_id(0); i < words; i += get_global_size(0))
        buffer[i] = 0x5eed1e55;
}
