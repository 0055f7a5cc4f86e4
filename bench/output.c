/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Files of reports.
 */
#include "bench/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status output_open(struct output *o, const char *path)
{
    struct stat about;
    *o = (struct output){.path = path};
    if (strcmp(path, "-") == 0) {
        o->file = stdout;
        return STATUS_OK;
    }
    /* A device, a pipe or a link (/dev/null, /dev/stdout) must not give way to a file. */
    if (lstat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        o->file = o->own = fopen(path, "w");
    } else {
        if (asprintf(&o->beside, "%s.part", path) < 0) {
            o->beside = NULL;
            return status_fail(STATUS_MEMORY, "%s: no host memory", path);
        }
        o->file = o->own = fopen(o->beside, "w");
    }
    return o->file ? STATUS_OK : status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
}

enum status output_check(const char *path)
{
    struct stat about;
    struct output trial;
    /* Opening a pipe would wait for its reader. */
    if (!path || strcmp(path, "-") == 0 || (lstat(path, &about) == 0 && !S_ISREG(about.st_mode)))
        return STATUS_OK;
    const enum status status = output_open(&trial, path);
    if (status == STATUS_OK)
        unlink(trial.beside);
    else
        return output_close(&trial, status);
    fclose(trial.own);
    free(trial.beside);
    return STATUS_OK;
}

enum status output_close(struct output *o, enum status written)
{
    enum status status = written;
    if (o->file) {
        bool failed = fflush(o->file) != 0 || ferror(o->file);
        if (o->own)
            failed = fclose(o->file) != 0 || failed;
        if (status == STATUS_OK && (failed || (o->beside && rename(o->beside, o->path) != 0)))
            status = status_fail(STATUS_IO, "%s: %s", o->path, strerror(errno));
        if (o->beside && status != STATUS_OK)
            unlink(o->beside);
    }
    free(o->beside);
    *o = (struct output){0};
    return status;
}
