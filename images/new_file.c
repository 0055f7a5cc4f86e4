/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Only after a successful fsync() and close() is it known that the disk had room, so the name comes last.
 */
#include "images/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_TRIES = 100 };

enum status new_file_failed(const struct new_file *file)
{
    return status_fail(STATUS_IO, "%s: cannot be written: %s", file->path, strerror(errno));
}

enum status new_file_open(struct new_file *file, const char *path)
{
    struct stat about;
    const size_t bytes = strlen(path) + 48;
    *file = (struct new_file){.path = path, .descriptor = -1};
    /* Anything but a plain file under that name (a device, a folder) would be replaced by rename(). */
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode))
        return status_fail(STATUS_IO, "%s: exists and is not a file", path);
    file->part = malloc(bytes);
    if (!file->part)
        return status_fail(STATUS_MEMORY, "%s: no host memory for its name", path);
    for (int i = 0; i < NAME_TRIES && file->descriptor < 0; i++) {
        snprintf(file->part, bytes, "%s.%ld-%d.part", path, (long)getpid(), i);
        file->descriptor = open(file->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->descriptor < 0 && errno != EEXIST)
            break;
    }
    if (file->descriptor >= 0)
        return STATUS_OK;
    enum status status = new_file_failed(file);
    free(file->part);
    file->part = NULL;
    return status;
}

enum status new_file_finish(struct new_file *file)
{
    enum status status = STATUS_OK;
    if (fsync(file->descriptor) != 0)
        status = new_file_failed(file);
    if (close(file->descriptor) != 0 && status == STATUS_OK)
        status = new_file_failed(file);
    file->descriptor = -1;
    if (status == STATUS_OK && rename(file->part, file->path) != 0)
        status = new_file_failed(file);
    if (status == STATUS_OK) {
        free(file->part);
        file->part = NULL;
    }
    new_file_discard(file);
    return status;
}

void new_file_discard(struct new_file *file)
{
    if (!file->part)
        return;
    if (file->descriptor >= 0)
        close(file->descriptor);
    unlink(file->part);
    free(file->part);
    file->part = NULL;
}
