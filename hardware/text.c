/* SPDX-License-Identifier: BSD-3-Clause
 *
 * UTF-8 by its definition in RFC 3629.
 */
#include "hardware/text.h"

#include <string.h>

/* Bytes of the UTF-8 character at `text`; 0 if it is none, or a control character. */
static int character_bytes(const char *text)
{
    const unsigned char *t = (const unsigned char *)text;
    int bytes = t[0] < 0x80 ? 1 : t[0] < 0xc2 ? 0 : t[0] < 0xe0 ? 2 : t[0] < 0xf0 ? 3 : t[0] < 0xf5 ? 4 : 0;
    if (bytes == 1)
        return t[0] >= 0x20 && t[0] != 0x7f;
    for (int i = 1; i < bytes; i++)
        if ((t[i] & 0xc0) != 0x80)
            return 0;
    /* Overlong forms, halves of surrogate pairs and what is beyond U+10FFFF are no UTF-8 for JSON's writers either. */
    if ((t[0] == 0xe0 && t[1] < 0xa0) || (t[0] == 0xed && t[1] >= 0xa0) || (t[0] == 0xf0 && t[1] < 0x90) ||
        (t[0] == 0xf4 && t[1] >= 0x90))
        return 0;
    return bytes == 2 && t[0] == 0xc2 && t[1] < 0xa0 ? 0 : bytes; /* U+0080 to U+009F are control characters too */
}

char *text_clean(char *text, size_t size, const char *from)
{
    size_t used = 0;
    while (*from && used + 1 < size) {
        int bytes = character_bytes(from);
        if (used + (size_t)bytes + 1 > size)
            break;
        if (bytes)
            memmove(text + used, from, (size_t)bytes);
        else
            text[used] = '?';
        used += bytes ? (size_t)bytes : 1;
        from += bytes ? bytes : 1;
    }
    text[used] = 0;
    return text;
}
