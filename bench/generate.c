/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven --generate WHAT: the build writes each to its file.
 */
#include "bench/generate.h"

#include <string.h>

enum status generate(const char *what, FILE *out)
{
    static const struct {
        const char *name;
        void (*write)(FILE *out);
    } kinds[] = {{"man", generate_manual}, {"bash", generate_bash}, {"zsh", generate_zsh}, {"fish", generate_fish}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, what) == 0) {
            kinds[i].write(out);
            return fflush(out) == 0 && !ferror(out) ? STATUS_OK
                                                    : status_fail(STATUS_IO, "--generate %s: no space", what);
        }
    return status_fail(STATUS_USAGE, "--generate %s; valid: man, bash, zsh, fish", what);
}
