/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A file that appears under its name only when it is complete: it is written under another name in the same folder,
 * made safe on the disk, and renamed. Until then a file that had the name before is untouched.
 */
#ifndef IMAGES_NEW_FILE_H
#define IMAGES_NEW_FILE_H

#include "hardware/status.h"

struct new_file {
    const char *path; /* as the user knows it; must live as long */
    char *part;       /* where it is written; NULL: not open */
    int descriptor;
};

/* Opens for writing and reading. STATUS_IO with the system's reason, or for a path that is a folder or a device. On
 * failure there is nothing to discard. */
enum status new_file_open(struct new_file *file, const char *path);

/* Records "path: cannot be written: reason" with errno as STATUS_IO. */
enum status new_file_failed(const struct new_file *file);

/* Gives the file its name; a failure discards it. */
enum status new_file_finish(struct new_file *file);

/* Removes what was written. Also right for a struct of zeros, and after new_file_finish(). */
void new_file_discard(struct new_file *file);

#endif
