/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One frame for all pages, so that the policy against loading anything and the order of data and scripts stand once.
 */
#include "reports/html_page.h"

#include <string.h>

extern const char page_frame[], page_style[], page_chart[];

void html_page_text(FILE *out, const char *text)
{
    for (const char *c = text; *c; c++)
        switch (*c) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        default:
            putc(*c, out);
        }
}

/* What stands for a name of the frame. */
static enum status write_part(FILE *out, const char *name, const struct html_part *parts, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(parts[i].name, name) == 0) {
            if (parts[i].write)
                return parts[i].write(out, parts[i].data);
            fputs(parts[i].text, out);
            return STATUS_OK;
        }
    fputs(strcmp(name, "STYLE") == 0 ? page_style : strcmp(name, "CHART") == 0 ? page_chart : "", out);
    return STATUS_OK;
}

enum status html_page_write(FILE *out, const struct html_part *parts, int count)
{
    enum status status = STATUS_OK;
    const char *from = page_frame, *at;
    while ((at = strchr(from, '@')) != NULL) {
        char name[16];
        size_t length = strcspn(at + 1, "@");
        snprintf(name, sizeof name, "%.*s", (int)length, at + 1);
        fwrite(from, 1, (size_t)(at - from), out);
        TRY(write_part(out, name, parts, count));
        from = at + 1 + length + (at[1 + length] == '@');
    }
    fputs(from, out);
done:
    return status;
}
