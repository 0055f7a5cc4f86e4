/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Text that comes from drivers, files and users, made fit for a terminal and for JSON.
 */
#ifndef HARDWARE_TEXT_H
#define HARDWARE_TEXT_H

#include <stddef.h>

/* `from` with '?' in place of control characters and of bytes that are not UTF-8; cut to `size` bytes, its end
 * included, where a character ends. `text` may be `from`. Returns `text`. */
char *text_clean(char *text, size_t size, const char *from);

#endif
