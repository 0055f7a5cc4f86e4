/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Text that comes from drivers, files and users, made fit for a terminal and for JSON; and what a mistyped name was
 * meant to be.
 */
#ifndef HARDWARE_TEXT_H
#define HARDWARE_TEXT_H

#include <stddef.h>

/* `from` with '?' in place of control characters and of bytes that are not UTF-8; cut to `size` bytes, its end
 * included, where a character ends. `text` may be `from`. Returns `text`. */
char *text_clean(char *text, size_t size, const char *from);

/* How many letters were left out, added, changed, or swapped with their neighbour to make one word of the other; upper
 * and lower case are the same. Words are compared up to their 63rd byte. */
int text_distance(const char *a, const char *b);

/* Looks for the name that was meant: start with text_guess(), offer every valid name, then ask for text_meant(). */
struct text_guess {
    const char *typed; /* the caller's */
    char best[64];     /* "" : none is near */
    int distance;      /* of the best */
};

struct text_guess text_guess(const char *typed);

/* A name is near if one letter in three, and at least one, would have to change; else if it holds what was typed. The
 * shortest of equally near ones stays, then the first. */
void text_guess_offer(struct text_guess *guess, const char *name);

/* "; did you mean 'median'?", or "" if no name was near. Lives in `text`, which is returned. */
char *text_meant(const struct text_guess *guess, char *text, size_t size);

#endif
