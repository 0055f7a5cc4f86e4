/* SPDX-License-Identifier: BSD-3-Clause
 *
 * CRC-32C (Castagnoli), the checksum of RFC 3720 section B.4, eight bytes a step with eight tables ("slicing by 8": M.
 * Kounavis and F. Berry, A systematic approach to building high performance software-based CRC generators, 2005).
 */
#include <pthread.h>
#include <string.h>

#include "images/zarr_codec.h"

enum { SLICES = 8 };

static const uint32_t polynomial = 0x82f63b78; /* 0x1edc6f41 with its bits reversed */
static uint32_t table[SLICES][256];

static void fill_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
        table[0][i] = crc;
    }
    for (int slice = 1; slice < SLICES; slice++)
        for (int i = 0; i < 256; i++)
            table[slice][i] = table[slice - 1][i] >> 8 ^ table[0][table[slice - 1][i] & 0xff];
}

uint32_t zarr_crc32c(const void *bytes, size_t count)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const uint8_t *p = bytes;
    uint32_t crc = ~UINT32_C(0);
    pthread_once(&once, fill_table);
    for (; count >= SLICES; count -= SLICES, p += SLICES)
        crc = table[7][(crc ^ p[0]) & 0xff] ^ table[6][(crc >> 8 ^ p[1]) & 0xff] ^ table[5][(crc >> 16 ^ p[2]) & 0xff] ^
              table[4][(crc >> 24 ^ p[3]) & 0xff] ^ table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
    for (; count > 0; count--, p++)
        crc = crc >> 8 ^ table[0][(crc ^ *p) & 0xff];
    return ~crc;
}
