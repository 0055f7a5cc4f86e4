/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Overwriting a store removes a folder of the user's. Only what looks like a Zarr store in every single name is
 * removed: metadata files, chunks (numbers, with the separators between them), and folders of those. One foreign file,
 * or a link, and nothing is touched. What was killed while it made or removed a store must not be in the way for good:
 * metadata are removed last, so that what is left still shows what it was, and a folder without chunks has nothing to
 * lose.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "images/zarr.h"
#include "images/zarr_store.h"

enum { DEPTH_MAX = 16 };

static bool ends_with(const char *text, size_t length, const char *end)
{
    size_t bytes = strlen(end);
    return length >= bytes && memcmp(text + length - bytes, end, bytes) == 0;
}

/* "12", "c", "0.3.1", "c.0.3.1". */
static bool is_key(const char *name, size_t length)
{
    if (length > 0 && name[0] == 'c') {
        if (length == 1)
            return true;
        if (name[1] != '.')
            return false;
        name += 2, length -= 2;
    }
    return length > 0 && strspn(name, "0123456789.") >= length && name[0] != '.';
}

/* Without the ".part" of a file that was not finished. */
static size_t name_length(const char *name)
{
    const size_t length = strlen(name);
    return ends_with(name, length, ".part") ? length - strlen(".part") : length;
}

static bool is_metadata(const char *name)
{
    static const char *const metadata[] = {".zarray", ".zgroup", ".zattrs", ".zmetadata", "zarr.json", ZARR_MARK};
    const size_t length = name_length(name);
    for (size_t i = 0; i < sizeof metadata / sizeof metadata[0]; i++)
        if (length == strlen(metadata[i]) && memcmp(name, metadata[i], length) == 0)
            return true;
    return false;
}

static bool is_part_of_store(const char *name)
{
    return is_metadata(name) || is_key(name, name_length(name));
}

bool zarr_is_store(const char *path)
{
    return zarr_exists(path, ".zarray") || zarr_exists(path, ".zgroup") || zarr_exists(path, "zarr.json");
}

/* Calls `visit` for everything in a folder, depth first, the folder's own files in between. */
static enum status walk(const char *path, enum status (*visit)(const char *, const char *, bool, int), int depth)
{
    enum status status = STATUS_OK;
    DIR *folder = opendir(path);
    if (!folder)
        return status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(folder));) {
        struct stat about;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *inside = zarr_join(path, entry->d_name);
        if (!inside)
            status = STATUS_MEMORY;
        else if (lstat(inside, &about) != 0)
            status = status_fail(STATUS_IO, "%s: %s", inside, strerror(errno));
        else if (!S_ISDIR(about.st_mode) && !S_ISREG(about.st_mode))
            status = status_fail(STATUS_USAGE, "%s: is no part of a Zarr store, which is not overwritten", inside);
        else
            status = visit(inside, entry->d_name, S_ISDIR(about.st_mode), depth);
        free(inside);
    }
    closedir(folder);
    return status;
}

static enum status check_entry(const char *path, const char *name, bool folder, int depth)
{
    if (depth >= DEPTH_MAX || !(is_part_of_store(name) || (folder && zarr_is_store(path))))
        return status_fail(STATUS_USAGE, "%s: is no part of a Zarr store, which is not overwritten", path);
    return folder ? walk(path, check_entry, depth + 1) : STATUS_OK;
}

static enum status find_chunk(const char *path, const char *name, bool folder, int depth)
{
    if (folder)
        return depth < DEPTH_MAX ? walk(path, find_chunk, depth + 1) : STATUS_USAGE;
    return is_metadata(name) ? STATUS_OK : STATUS_USAGE;
}

static enum status remove_entry(const char *path, const char *name, bool folder, int depth);

static enum status remove_but_metadata(const char *path, const char *name, bool folder, int depth)
{
    return !folder && is_metadata(name) ? STATUS_OK : remove_entry(path, name, folder, depth);
}

static enum status remove_entry(const char *path, const char *name, bool folder, int depth)
{
    (void)name;
    if (!folder)
        return unlink(path) == 0 ? STATUS_OK
                                 : status_fail(STATUS_IO, "%s: cannot be removed: %s", path, strerror(errno));
    enum status status = walk(path, remove_but_metadata, depth + 1);
    if (status == STATUS_OK)
        status = walk(path, remove_entry, depth + 1);
    if (status == STATUS_OK && rmdir(path) != 0)
        status = status_fail(STATUS_IO, "%s: cannot be removed: %s", path, strerror(errno));
    return status;
}

enum status zarr_tree_check(const char *path)
{
    struct stat about;
    const bool folder = lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
    if (!folder || !(zarr_is_store(path) || zarr_exists(path, ZARR_MARK) || walk(path, find_chunk, 0) == STATUS_OK))
        return status_fail(STATUS_USAGE, "%s: exists and is not a Zarr store: not overwritten", path);
    return walk(path, check_entry, 0);
}

enum status zarr_tree_remove(const char *path)
{
    return remove_entry(path, path, true, 0);
}
