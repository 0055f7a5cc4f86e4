/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a report must be to the last byte is kept in tests/expected/. With BREAKEVEN_WRITE_EXPECTED set a test writes
 * the file instead: look at the difference before it is committed.
 */
#ifndef TESTS_EXPECTED_FILE_H
#define TESTS_EXPECTED_FILE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void expect_file(const char *text, const char *name)
{
    char path[512], *expected = NULL;
    size_t room = 0;
    snprintf(path, sizeof path, "%s/expected/%s", TESTS_FOLDER, name);
    if (getenv("BREAKEVEN_WRITE_EXPECTED")) {
        FILE *out = fopen(path, "w");
        cr_assert(out, "%s", path);
        fputs(text, out);
        fclose(out);
    }
    FILE *file = fopen(path, "r");
    cr_assert(file, "%s", path);
    cr_assert_geq(getdelim(&expected, &room, 0, file), 0);
    fclose(file);
    cr_expect_str_eq(text, expected, "%s", path);
    free(expected);
}

/* The numbers that a page embeds, a line for each member, so that differences can be read. */
static inline void expect_page_data(const char *page, const char *name)
{
    const char *from = strstr(page, "id=\"data\">");
    cr_assert(from, "there are no data");
    from += strlen("id=\"data\">");
    const char *end = strstr(from, "</script>");
    cr_assert(end);
    char *lines = NULL;
    size_t bytes;
    FILE *out = open_memstream(&lines, &bytes);
    for (; from < end; from++)
        fputs(from[0] == ',' && from[1] == '"' ? ",\n" : (const char[]){*from, 0}, out);
    fputc('\n', out);
    fclose(out);
    expect_file(lines, name);
    cr_expect(!strstr(lines, "nan") && !strstr(lines, "inf"), "%s", lines);
    free(lines);
}

#endif
