/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Text on a terminal: its width, colour, and lines broken between words.
 */
#ifndef REPORTS_TERMINAL_H
#define REPORTS_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

struct terminal {
    FILE *out;
    int width; /* columns */
    bool colour;
    bool utf8;
};

/* Colours, as the number in the terminal's command; NULL is plain. */
#define TERMINAL_BOLD   "1"
#define TERMINAL_RED    "31"
#define TERMINAL_GREEN  "32"
#define TERMINAL_YELLOW "33"

/* What `out` is. Colour unless NO_COLOR is set or the terminal is dumb; a file has 80 columns and no colour. UTF-8 as
 * the environment's locale says. */
struct terminal terminal_of(FILE *out);

void terminal_print(const struct terminal *terminal, const char *colour, const char *text);

/* The words of `text` on as many lines as it takes, the last one ended. The line has `at` columns already; further ones
 * begin at `indent`. A word is at most 1023 bytes. */
void terminal_wrap(const struct terminal *terminal, const char *colour, const char *text, int at, int indent);

#endif
