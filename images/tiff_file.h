/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An open TIFF file whose complaints are kept instead of printed, so that they become the text of a failure.
 */
#ifndef IMAGES_TIFF_FILE_H
#define IMAGES_TIFF_FILE_H

#include <stdint.h>
#include <tiffio.h>

#include "hardware/status.h"

enum tiff_complaint { TIFF_NO_COMPLAINT, TIFF_WARNED, TIFF_FAILED };

/* Must not move while it is open: libtiff holds its address. */
struct tiff_file {
    const char *path; /* as the user knows it */
    TIFF *handle;     /* NULL: not open */
    int descriptor;
    int64_t bytes; /* size when opened */

    /* libtiff's first error since tiff_file_forget(), or else its first warning. */
    enum tiff_complaint complaint;
    int error_number; /* errno at that moment */
    char text[256];
};

/* Opens for reading and loads the first page. STATUS_INPUT with the reason; then `file` is closed. */
enum status tiff_file_open(struct tiff_file *file, const char *path);

/* Takes over an open descriptor for writing; `mode` as TIFFOpen() has it. On failure the descriptor is still open. */
enum status tiff_file_create(struct tiff_file *file, const char *path, int descriptor, const char *mode);

/* Closes, if open. */
void tiff_file_close(struct tiff_file *file);

/* Before a step whose own complaints are wanted. */
void tiff_file_forget(struct tiff_file *file);

/* What libtiff complained of, without the file's name in front; or `otherwise`. */
const char *tiff_file_words(const struct tiff_file *file, const char *otherwise);

/* Records "path: what libtiff said", or `otherwise` if it said nothing, as STATUS_INPUT. */
enum status tiff_file_damaged(const struct tiff_file *file, const char *otherwise);

/* Records "path: cannot be written: reason" as STATUS_IO; the system's reason if errno was 0 before. */
enum status tiff_file_unwritable(const struct tiff_file *file);

#endif
