/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the commands share: numbers, devices, the end; their table and --help are in command_parse.c.
 */
#include "bench/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int command_end(enum status status)
{
    if (status != STATUS_OK)
        fprintf(stderr, "breakeven: %s\n", status_text());
    return status_exit_code(status);
}

enum status command_flush(void)
{
    return fflush(stdout) == 0 && !ferror(stdout) ? STATUS_OK
                                                  : status_fail(STATUS_IO, "standard output cannot be written");
}

enum status command_integer(const char *option, const char *text, long long low, long long *value)
{
    char *end;
    errno = 0;
    *value = strtoll(text, &end, 10);
    if (end == text || *end || errno || *value < low)
        return status_fail(STATUS_USAGE, "%s %s: a whole number of at least %lld is wanted", option, text, low);
    return STATUS_OK;
}

enum status command_bytes(const char *option, const char *text, int64_t *bytes)
{
    char *end;
    const double number = strtod(text, &end);
    const double unit = strcmp(end, "G") == 0   ? 1 << 30
                        : strcmp(end, "M") == 0 ? 1 << 20
                        : strcmp(end, "T") == 0 ? 0x1p40
                                                : 0;
    if (end == text || unit == 0 || !(number > 0) || number * unit > 0x1p60)
        return status_fail(STATUS_USAGE, "%s %s: an amount of memory such as 512M or 4G is wanted", option, text);
    *bytes = (int64_t)(number * unit);
    return STATUS_OK;
}

enum status command_seconds(const char *option, const char *text, double *seconds)
{
    char *end;
    *seconds = strtod(text, &end);
    double unit = strcmp(end, "") == 0 || strcmp(end, "s") == 0 ? 1
                  : strcmp(end, "m") == 0                       ? 60
                  : strcmp(end, "h") == 0                       ? 3600
                                                                : 0;
    *seconds *= unit;
    if (end == text || !(*seconds > 0) || *seconds > 1e6)
        return status_fail(STATUS_USAGE, "%s %s: a positive time is wanted, such as 90s, 2m or 1h", option, text);
    return STATUS_OK;
}

enum status command_open_devices(const char *text, struct opencl ***opened, size_t *count)
{
    enum status status;
    struct device *devices = NULL;
    size_t found = 0;
    bool *chosen = NULL;
    *opened = NULL;
    *count = 0;
    TRY(devices_find(&devices, &found));
    if (*devices_left_out())
        fprintf(stderr, "breakeven: left out, because their devices cannot be listed: %s\n", devices_left_out());
    chosen = calloc(found + 1, sizeof *chosen);
    *opened = calloc(found + 1, sizeof **opened);
    if (!chosen || !*opened) {
        status = status_fail(STATUS_MEMORY, "no host memory for the list of devices");
        goto done;
    }
    TRY(devices_choose(devices, found, text, chosen));
    for (size_t i = 0; i < found; i++)
        if (chosen[i]) {
            TRY(opencl_open(&devices[i], &(*opened)[*count]));
            (*count)++;
        }
done:
    free(chosen);
    free(devices);
    if (status != STATUS_OK) {
        command_close_devices(*opened, *count);
        *opened = NULL;
        *count = 0;
    }
    return status;
}

void command_close_devices(struct opencl **opened, size_t count)
{
    for (size_t i = 0; i < count; i++)
        opencl_close(opened[i]);
    free(opened);
}
