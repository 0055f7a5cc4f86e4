/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Status names and the per-thread text of the last failure.
 */
#include "hardware/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hardware/text.h"

static _Thread_local char last_text[1024];

static const char *const names[] = {
#define X(code, name) [code] = name,
    STATUS_LIST(X)
#undef X
};

enum { STATUS_COUNT = sizeof names / sizeof names[0] };

enum status status_fail(enum status status, const char *format, ...)
{
    /* Formatted aside first: an argument may be status_text() itself. */
    char text[sizeof last_text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *c = text; *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    text_clean(last_text, sizeof last_text, text);
    return status;
}

const char *status_text(void)
{
    return last_text;
}

const char *status_name(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? names[status] : "unknown";
}

enum status status_from_name(const char *name)
{
    for (int i = 0; i < STATUS_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (enum status)i;
    return STATUS_DEVICE;
}

int status_exit_code(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return 0;
    case STATUS_USAGE:
    case STATUS_INPUT:
    case STATUS_UNSUPPORTED:
        return 2;
    case STATUS_WRONG:
        return 4;
    case STATUS_CRASH:
    case STATUS_HANG:
        return 5;
    default:
        return 1;
    }
}
