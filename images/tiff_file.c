/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Opening through a descriptor of our own: a missing file gets the system's words, folders and pipes are refused before
 * anything blocks, and the size is known before libtiff believes anything that the file says.
 */
#include "images/tiff_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Beside the file's own size, what libtiff may allocate at once: lists of strips and tiles, and decoders' buffers. */
enum { LIBTIFF_BYTES_MAX = 256 << 20 };

static void keep(struct tiff_file *file, enum tiff_complaint complaint, const char *format, va_list arguments)
{
    if (complaint <= file->complaint)
        return;
    file->complaint = complaint;
    file->error_number = errno;
    vsnprintf(file->text, sizeof file->text, format, arguments);
}

static int on_error(TIFF *handle, void *file, const char *module, const char *format, va_list arguments)
{
    (void)handle, (void)module;
    keep(file, TIFF_FAILED, format, arguments);
    return 1;
}

static int on_warning(TIFF *handle, void *file, const char *module, const char *format, va_list arguments)
{
    (void)handle, (void)module;
    keep(file, TIFF_WARNED, format, arguments);
    return 1;
}

static TIFF *open_handle(struct tiff_file *file, const char *mode)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options)
        return NULL;
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, file);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, file);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)file->bytes + LIBTIFF_BYTES_MAX);
    TIFF *handle = TIFFFdOpenExt(file->descriptor, file->path, mode, options);
    TIFFOpenOptionsFree(options);
    return handle;
}

enum status tiff_file_open(struct tiff_file *file, const char *path)
{
    struct stat about;
    *file = (struct tiff_file){.path = path};
    file->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->descriptor < 0)
        return status_fail(STATUS_INPUT, "%s: %s", path, strerror(errno));

    enum status status;
    if (fstat(file->descriptor, &about) != 0)
        status = status_fail(STATUS_INPUT, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(about.st_mode))
        status = status_fail(STATUS_INPUT, "%s: %s", path, S_ISDIR(about.st_mode) ? "is a folder" : "is not a file");
    else if (about.st_size == 0)
        status = status_fail(STATUS_INPUT, "%s: the file is empty", path);
    else {
        /* m: no memory map, so that a file cut short meanwhile is an error and no signal. c: strips as they are stored;
         * libtiff would else cut large ones into pieces of 8 kB and read those one by one. */
        file->bytes = about.st_size;
        file->handle = open_handle(file, "rmc");
        if (file->handle)
            return STATUS_OK;
        status = tiff_file_damaged(file, "not a readable TIFF file");
    }
    close(file->descriptor);
    return status;
}

enum status tiff_file_create(struct tiff_file *file, const char *path, int descriptor, const char *mode)
{
    *file = (struct tiff_file){.path = path, .descriptor = descriptor};
    file->handle = open_handle(file, mode);
    return file->handle ? STATUS_OK : tiff_file_unwritable(file);
}

void tiff_file_close(struct tiff_file *file)
{
    if (file->handle)
        TIFFClose(file->handle);
    file->handle = NULL;
}

void tiff_file_forget(struct tiff_file *file)
{
    file->complaint = TIFF_NO_COMPLAINT;
    file->error_number = 0;
    file->text[0] = '\0';
}

const char *tiff_file_words(const struct tiff_file *file, const char *otherwise)
{
    size_t length = strlen(file->path);
    const char *text = file->complaint == TIFF_NO_COMPLAINT ? otherwise : file->text;
    /* Some of libtiff's messages begin with the name. */
    if (strncmp(text, file->path, length) == 0 && strncmp(text + length, ": ", 2) == 0)
        text += length + 2;
    return text;
}

enum status tiff_file_damaged(const struct tiff_file *file, const char *otherwise)
{
    return status_fail(STATUS_INPUT, "%s: %s", file->path, tiff_file_words(file, otherwise));
}

enum status tiff_file_unwritable(const struct tiff_file *file)
{
    const char *text = file->error_number ? strerror(file->error_number) : file->text;
    return status_fail(STATUS_IO, "%s: cannot be written: %s", file->path, *text ? text : "libtiff gives no reason");
}
