/* SPDX-License-Identifier: BSD-3-Clause
 *
 * UTF-8 by its definition in RFC 3629. Distances of words are "optimal string alignment": Levenshtein's with swapped
 * neighbours as one step, since those are what fingers do.
 */
#include "hardware/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MOST = 63 };

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

static int smallest(int a, int b)
{
    return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

int text_distance(const char *a, const char *b)
{
    const int rows = (int)strnlen(a, WORD_MOST), columns = (int)strnlen(b, WORD_MOST);
    int cost[WORD_MOST + 1][WORD_MOST + 1];
    for (int i = 0; i <= rows; i++)
        for (int j = 0; j <= columns; j++) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const int changed = cost[i - 1][j - 1] + !same_letter(a[i - 1], b[j - 1]);
            cost[i][j] = smallest(changed, 1 + smallest(cost[i - 1][j], cost[i][j - 1]));
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]))
                cost[i][j] = smallest(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    return cost[rows][columns];
}

struct text_guess text_guess(const char *typed)
{
    return (struct text_guess){.typed = typed};
}

void text_guess_offer(struct text_guess *guess, const char *name)
{
    enum { PART_LEAST = 3 }; /* "a" is in nearly every name */
    const int length = (int)strnlen(guess->typed, WORD_MOST), most = length < 6 ? 1 : length / 3;
    int distance = text_distance(guess->typed, name);
    if (distance > most) {
        if (length < PART_LEAST || !strcasestr(name, guess->typed))
            return;
        distance += WORD_MOST; /* behind all names that are near as a whole */
    }
    const bool shorter = strlen(name) < strlen(guess->best);
    if (guess->best[0] && (guess->distance < distance || (guess->distance == distance && !shorter)))
        return;
    snprintf(guess->best, sizeof guess->best, "%s", name);
    guess->distance = distance;
}

char *text_meant(const struct text_guess *guess, char *text, size_t size)
{
    text[0] = 0;
    if (guess->best[0])
        snprintf(text, size, "; did you mean '%s'?", guess->best);
    return text;
}
