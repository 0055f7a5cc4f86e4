/* SPDX-License-Identifier: BSD-3-Clause
 *
 * NO_COLOR: see no-color.org; it counts when set and not empty.
 */
#include "reports/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "reports/format.h"

static bool environment_is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"}; /* the first that is set counts */
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

struct terminal terminal_of(FILE *out)
{
    struct terminal terminal = {.out = out, .width = 80, .utf8 = environment_is_utf8()};
    struct winsize size;
    const char *no_colour = getenv("NO_COLOR"), *kind = getenv("TERM");
    if (!isatty(fileno(out)))
        return terminal;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        terminal.width = size.ws_col;
    terminal.colour = !(no_colour && *no_colour) && kind && strcmp(kind, "dumb") != 0;
    return terminal;
}

void terminal_print(const struct terminal *terminal, const char *colour, const char *text)
{
    if (terminal->colour && colour)
        fprintf(terminal->out, "\033[%sm%s\033[0m", colour, text);
    else
        fputs(text, terminal->out);
}

void terminal_wrap(const struct terminal *terminal, const char *colour, const char *text, int at, int indent)
{
    char word[1024];
    for (bool first = true; *text; first = false) {
        size_t bytes = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)bytes, text);
        text += bytes + strspn(text + bytes, " ");
        int width = format_width(word);
        if (!first && at + 1 + width > terminal->width) {
            fprintf(terminal->out, "\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            fputc(' ', terminal->out);
            at++;
        }
        terminal_print(terminal, colour, word);
        at += width;
    }
    fputc('\n', terminal->out);
}
