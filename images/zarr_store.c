/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Every path is built here from the folder that the user named and names that we made or that were found harmless.
 * Files are opened without blocking and must be regular ones, so that a pipe in a store stops nobody.
 */
#include "images/zarr_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { JSON_BYTES_MAX = 16 << 20 };

char *zarr_join(const char *folder, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s%s%s", folder, *name ? "/" : "", name) < 0) {
        status_fail(STATUS_MEMORY, "%s: no host memory for a name", folder);
        return NULL;
    }
    return path;
}

bool zarr_path_inside(const char *relative)
{
    for (const char *part = relative;; part++) {
        size_t length = strcspn(part, "/");
        if (length == 0 || (part[0] == '.' && (length == 1 || (length == 2 && part[1] == '.'))))
            return false;
        part += length;
        if (!*part)
            return true;
    }
}

bool zarr_exists(const char *folder, const char *name)
{
    struct stat about;
    char *path = zarr_join(folder, name);
    bool exists = path && lstat(path, &about) == 0;
    free(path);
    return exists;
}

enum status zarr_file_open(const char *path, int *descriptor, int64_t *bytes)
{
    struct stat about;
    *bytes = 0;
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*descriptor < 0)
        return errno == ENOENT ? STATUS_OK : status_fail(STATUS_INPUT, "%s: %s", path, strerror(errno));
    bool known = fstat(*descriptor, &about) == 0;
    if (known && S_ISREG(about.st_mode)) {
        *bytes = about.st_size;
        return STATUS_OK;
    }
    enum status status = status_fail(STATUS_INPUT, "%s: %s", path, known ? "is not a file" : strerror(errno));
    close(*descriptor);
    *descriptor = -1;
    return status;
}

enum status zarr_file_read(int descriptor, const char *path, void *to, size_t bytes, int64_t offset)
{
    while (bytes > 0) {
        ssize_t got = pread(descriptor, to, bytes, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return status_fail(STATUS_INPUT, "%s: %s", path, got < 0 ? strerror(errno) : "the file ends too early");
        to = (char *)to + got;
        bytes -= (size_t)got;
        offset += got;
    }
    return STATUS_OK;
}

static enum status parse(const char *path, const char *text, size_t bytes, json_t **root)
{
    json_error_t error;
    *root = json_loadb(text, bytes, 0, &error);
    if (!*root)
        return status_fail(STATUS_INPUT, "%s: line %d, column %d: %s", path, error.line, error.column, error.text);
    if (json_is_object(*root))
        return STATUS_OK;
    json_decref(*root);
    *root = NULL;
    return status_fail(STATUS_INPUT, "%s: is not a JSON object", path);
}

enum status zarr_json_load(const char *folder, const char *name, json_t **root)
{
    enum status status = STATUS_MEMORY;
    int descriptor = -1;
    int64_t bytes;
    char *text = NULL, *path = zarr_join(folder, name);
    *root = NULL;
    if (!path)
        goto done;
    TRY(zarr_file_open(path, &descriptor, &bytes));
    if (descriptor < 0)
        goto done;
    if (bytes > JSON_BYTES_MAX)
        TRY(status_fail(STATUS_INPUT, "%s: %lld bytes are too many for metadata", path, (long long)bytes));
    text = malloc((size_t)bytes + 1);
    if (!text)
        TRY(status_fail(STATUS_MEMORY, "%s: no host memory for %lld bytes", path, (long long)bytes));
    TRY(zarr_file_read(descriptor, path, text, (size_t)bytes, 0));
    status = parse(path, text, (size_t)bytes, root);
done:
    if (descriptor >= 0)
        close(descriptor);
    free(text);
    free(path);
    return status;
}

enum status zarr_json_save(const char *folder, const char *name, const json_t *root)
{
    enum status status = STATUS_MEMORY;
    struct zarr_part part;
    char *path = zarr_join(folder, name), *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (!path)
        goto done;
    if (!text)
        TRY(status_fail(STATUS_MEMORY, "%s: no host memory for metadata", path));
    TRY(zarr_part_open(&part, path));
    status = zarr_part_write(&part, text, strlen(text));
    status = zarr_part_close(&part, status == STATUS_OK ? zarr_part_write(&part, "\n", 1) : status);
done:
    free(text);
    free(path);
    return status;
}

static enum status unwritable(const char *path)
{
    return status_fail(STATUS_IO, "%s: cannot be written: %s", path, strerror(errno));
}

enum status zarr_folder_make(const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return STATUS_OK;
    return unwritable(path);
}

/* The folders above a file, outermost first. Another thread may make the same ones at the same time. */
static bool make_parents(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return false;
    *slash = '\0';
    bool made = mkdir(path, 0777) == 0 || errno == EEXIST ||
                (errno == ENOENT && make_parents(path) && (mkdir(path, 0777) == 0 || errno == EEXIST));
    *slash = '/';
    return made;
}

enum status zarr_part_open(struct zarr_part *part, const char *path)
{
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
    *part = (struct zarr_part){.path = path, .descriptor = -1};
    if (asprintf(&part->name, "%s.part", path) < 0) {
        part->name = NULL;
        return status_fail(STATUS_MEMORY, "%s: no host memory for its name", path);
    }
    part->descriptor = open(part->name, flags, 0666);
    if (part->descriptor < 0 && errno == ENOENT && make_parents(part->name))
        part->descriptor = open(part->name, flags, 0666);
    if (part->descriptor >= 0)
        return STATUS_OK;
    enum status status = unwritable(path);
    free(part->name);
    part->name = NULL;
    return status;
}

enum status zarr_part_write(struct zarr_part *part, const void *from, size_t bytes)
{
    while (bytes > 0) {
        ssize_t put = write(part->descriptor, from, bytes);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return unwritable(part->path);
        from = (const char *)from + put;
        bytes -= (size_t)put;
    }
    return STATUS_OK;
}

enum status zarr_part_close(struct zarr_part *part, enum status status)
{
    if (part->descriptor < 0)
        return status;
    if (close(part->descriptor) != 0 && status == STATUS_OK)
        status = unwritable(part->path);
    if (status == STATUS_OK && rename(part->name, part->path) != 0)
        status = unwritable(part->path);
    if (status != STATUS_OK)
        unlink(part->name);
    free(part->name);
    *part = (struct zarr_part){.descriptor = -1};
    return status;
}
