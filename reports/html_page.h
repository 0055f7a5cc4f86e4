/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A page that opens offline: reports/page/frame.html, in which a name between @ signs is where something goes in.
 * @STYLE@ and @CHART@ (Chart.js, where the build found it) are filled here, the others by the caller. What goes in is
 * never searched for such names.
 */
#ifndef REPORTS_HTML_PAGE_H
#define REPORTS_HTML_PAGE_H

#include <stdio.h>

#include "hardware/status.h"

struct html_part {
    const char *name;                                  /* "DATA" */
    const char *text;                                  /* our own; used where there is no write() */
    enum status (*write)(FILE *out, const void *data); /* NULL: the text */
    const void *data;                                  /* the caller's, handed to write() */
};

/* Writes the page with these parts; what none is given for is empty. STATUS_MEMORY, or what a part comes to; whether
 * writing to `out` succeeded is for the caller to ask (ferror()). */
enum status html_page_write(FILE *out, const struct html_part *parts, int count);

/* Other people's text between tags: '<', '>' and '&' become entities. */
void html_page_text(FILE *out, const char *text);

#endif
