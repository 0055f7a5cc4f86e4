/* SPDX-License-Identifier: BSD-3-Clause
 *
 * File layout: a text key (device, driver, options, source) of `key_bytes`, then the driver's binary. Files are written
 * beside and renamed, so that two processes that build the same program do not meet half a file.
 */
#include "hardware/program_cache.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 1024 };

struct cache_header {
    char magic[8];
    uint64_t key_bytes;
    uint64_t binary_bytes;
};

static const char magic[8] = {'b', 'r', 'k', 'e', 'v', 'e', 'n', '1'};

static uint64_t fnv1a(const char *text, uint64_t hash)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

static char *make_key(const struct opencl *opencl, const char *source, const char *options)
{
    char *key = NULL;
    const struct device *d = &opencl->device;
    if (asprintf(&key, "%s\n%s\n%s\n%s\n%s\n%s", d->platform, d->name, d->driver, d->version, options, source) < 0)
        return NULL;
    return key;
}

static bool make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        int failed = mkdir(path, 0755);
        *slash = '/';
        if (failed && errno != EEXIST)
            return false;
    }
    return true;
}

bool program_cache_folder(char *folder, size_t size)
{
    const char *own = getenv("BREAKEVEN_CACHE"), *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length = -1;
    if (own && *own)
        length = snprintf(folder, size, "%s", own);
    else if (xdg && *xdg)
        length = snprintf(folder, size, "%s/breakeven", xdg);
    else if (home && *home)
        length = snprintf(folder, size, "%s/.cache/breakeven", home);
    return length >= 0 && (size_t)length < size;
}

void program_cache_make_folder(const char *path)
{
    char copy[PATH_BYTES];
    if (snprintf(copy, sizeof copy, "%s", path) < PATH_BYTES)
        make_directories(copy);
}

static bool cache_path(const char *key, char path[PATH_BYTES])
{
    char folder[PATH_BYTES];
    if (!program_cache_folder(folder, sizeof folder))
        return false;
    uint64_t hash = fnv1a(key, 0xcbf29ce484222325u);
    return snprintf(path, PATH_BYTES, "%s/%016llx.clbin", folder, (unsigned long long)hash) < PATH_BYTES;
}

/* The binary of a file whose key matches, to be freed; NULL for everything else. */
static unsigned char *read_entry(const char *path, const char *key, size_t *bytes)
{
    struct cache_header header;
    struct stat facts;
    unsigned char *binary = NULL;
    char *found = NULL;
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    if (fstat(fileno(file), &facts) != 0 || fread(&header, sizeof header, 1, file) != 1 ||
        memcmp(header.magic, magic, sizeof magic) != 0 || header.key_bytes != strlen(key) ||
        sizeof header + header.key_bytes + header.binary_bytes != (uint64_t)facts.st_size || header.binary_bytes == 0)
        goto done;
    found = malloc(header.key_bytes);
    binary = malloc(header.binary_bytes);
    if (!found || !binary || fread(found, 1, header.key_bytes, file) != header.key_bytes ||
        memcmp(found, key, header.key_bytes) != 0 ||
        fread(binary, 1, header.binary_bytes, file) != header.binary_bytes) {
        free(binary);
        binary = NULL;
        goto done;
    }
    *bytes = header.binary_bytes;
done:
    free(found);
    fclose(file);
    return binary;
}

bool program_cache_load(struct opencl *opencl, const char *source, const char *options, cl_program *program)
{
    char path[PATH_BYTES];
    size_t bytes = 0;
    cl_int code, binary_status;
    unsigned char *binary = NULL;
    bool loaded = false;
    char *key = make_key(opencl, source, options);
    if (!key || !cache_path(key, path) || !(binary = read_entry(path, key, &bytes)))
        goto done;
    *program = clCreateProgramWithBinary(opencl->context, 1, &opencl->device.id, &bytes,
                                         (const unsigned char **)&binary, &binary_status, &code);
    if (code != CL_SUCCESS)
        goto done;
    loaded = binary_status == CL_SUCCESS &&
             clBuildProgram(*program, 1, &opencl->device.id, options, NULL, NULL) == CL_SUCCESS;
    if (!loaded)
        clReleaseProgram(*program);
done:
    free(binary);
    free(key);
    return loaded;
}

static bool write_entry(const char *path, const char *key, const unsigned char *binary, size_t bytes)
{
    struct cache_header header = {.key_bytes = strlen(key), .binary_bytes = bytes};
    char beside[PATH_BYTES + 32];
    memcpy(header.magic, magic, sizeof magic);
    snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
    FILE *file = fopen(beside, "wb");
    if (!file)
        return false;
    bool written = fwrite(&header, sizeof header, 1, file) == 1 && fwrite(key, 1, header.key_bytes, file) == header.key_bytes &&
                   fwrite(binary, 1, bytes, file) == bytes;
    written = fclose(file) == 0 && written;
    if (!written || rename(beside, path) != 0)
        unlink(beside);
    return written;
}

void program_cache_save(struct opencl *opencl, const char *source, const char *options, cl_program program)
{
    char path[PATH_BYTES];
    size_t bytes = 0;
    unsigned char *binary = NULL;
    char *key = make_key(opencl, source, options);
    if (!key || !cache_path(key, path) || !make_directories(path))
        goto done;
    if (clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof bytes, &bytes, NULL) != CL_SUCCESS || bytes == 0 ||
        !(binary = malloc(bytes)) ||
        clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof binary, &binary, NULL) != CL_SUCCESS)
        goto done;
    write_entry(path, key, binary, bytes);
done:
    free(binary);
    free(key);
}
