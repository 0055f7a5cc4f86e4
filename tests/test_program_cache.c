/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Programs on disk. Each test opens the device anew for every build, as a new process would, in a cache folder of its
 * own.
 */
#include <dirent.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hardware/program.h"
#include "tests/open_device.h"

static const char source[] = "kernel void one(global int *out) { out[0] = 1; }";

static char top[PATH_MAX];    /* removed after the test */
static char folder[PATH_MAX]; /* the cache, two levels below, not yet made */

static void setup(void)
{
    snprintf(top, sizeof top, "/tmp/breakeven-cache-XXXXXX");
    cr_assert(mkdtemp(top));
    snprintf(folder, sizeof folder, "%.4000s/made/here", top);
    setenv("BREAKEVEN_CACHE", folder, 1);
}

static void teardown(void)
{
    char command[PATH_MAX + 32];
    snprintf(command, sizeof command, "rm -rf '%s'", top);
    cr_expect_eq(system(command), 0);
}

TestSuite(program_cache, .init = setup, .fini = teardown);

/* Builds on a freshly opened device: true if the program came from the cache. */
static bool from_cache(const char *text, const char *options)
{
    struct opencl *opencl = open_device();
    cl_program program, again;
    cr_assert_eq(program_get(opencl, text, options, &program), STATUS_OK, "%s", status_text());
    cr_assert_eq(program_get(opencl, text, options, &again), STATUS_OK);
    cr_expect_eq(program, again, "one process builds a program once");
    cr_expect_eq(opencl->programs_compiled + opencl->programs_from_cache, 1);
    cr_expect(opencl->build_ns > 0);

    cl_int code;
    cl_kernel kernel = clCreateKernel(program, "one", &code);
    cr_expect_eq(code, CL_SUCCESS, "the program is usable");
    clReleaseKernel(kernel);
    bool cached = opencl->programs_from_cache == 1;
    opencl_close(opencl);
    return cached;
}

/* Number of files in the cache; the path of the last one in `path`. */
static int entries(char path[PATH_MAX])
{
    int count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (entry->d_name[0] != '.') {
            snprintf(path, PATH_MAX, "%.3000s/%s", folder, entry->d_name);
            count++;
        }
    if (dir)
        closedir(dir);
    return count;
}

static void overwrite(const char *path, const void *bytes, size_t count, long at)
{
    FILE *file = fopen(path, "r+b");
    cr_assert(file);
    cr_assert_eq(fseek(file, at, SEEK_SET), 0);
    cr_assert_eq(fwrite(bytes, 1, count, file), count);
    cr_assert_eq(fclose(file), 0);
}

/* The layout that program_cache.c documents. */
struct header {
    char magic[8];
    uint64_t key_bytes;
    uint64_t binary_bytes;
};

static struct header header_of(const char *path)
{
    struct header header;
    FILE *file = fopen(path, "rb");
    cr_assert(file && fread(&header, sizeof header, 1, file) == 1);
    fclose(file);
    return header;
}

static off_t bytes_of(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 ? facts.st_size : -1;
}

Test(program_cache, compiled_once_then_taken_from_disk)
{
    char path[PATH_MAX];
    cr_expect_not(from_cache(source, ""));
    cr_expect_eq(entries(path), 1);
    cr_expect(from_cache(source, ""));
    cr_expect_eq(entries(path), 1);
}

Test(program_cache, source_and_options_are_part_of_the_key)
{
    char path[PATH_MAX];
    cr_expect_not(from_cache(source, ""));
    cr_expect_not(from_cache(source, "-D X=1"));
    cr_expect_not(from_cache("kernel void one(global int *out) { out[0] = 2; }", ""));
    cr_expect_eq(entries(path), 3);
}

Test(program_cache, a_truncated_file_is_replaced)
{
    char path[PATH_MAX];
    cr_expect_not(from_cache(source, ""));
    cr_assert_eq(entries(path), 1);
    off_t whole = bytes_of(path);
    const off_t lengths[] = {0, 10, 24, 60, whole / 2, whole - 1};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        cr_assert_eq(truncate(path, lengths[i]), 0);
        cr_expect_not(from_cache(source, ""), "a file of %ld bytes was taken", (long)lengths[i]);
        cr_expect_eq(bytes_of(path), whole);
        cr_expect(from_cache(source, ""));
    }
}

Test(program_cache, a_file_that_claims_a_huge_binary_is_replaced)
{
    char path[PATH_MAX];
    cr_expect_not(from_cache(source, ""));
    cr_assert_eq(entries(path), 1);
    const uint64_t huge = UINT64_MAX;
    overwrite(path, &huge, sizeof huge, offsetof(struct header, binary_bytes));
    cr_expect_not(from_cache(source, ""));
    cr_expect(from_cache(source, ""));
}

Test(program_cache, the_file_of_another_program_is_replaced)
{
    char path[PATH_MAX];
    cr_expect_not(from_cache(source, ""));
    cr_assert_eq(entries(path), 1);
    /* As a hash collision would leave it: the key ends with the source, whose last letter is another. */
    overwrite(path, "?", 1, (long)(sizeof(struct header) + header_of(path).key_bytes) - 1);
    cr_expect_not(from_cache(source, ""));
    cr_expect(from_cache(source, ""));
}

Test(program_cache, a_binary_that_the_driver_refuses_is_replaced)
{
    char path[PATH_MAX], zeros[64] = {0};
    cr_expect_not(from_cache(source, ""));
    cr_assert_eq(entries(path), 1);
    overwrite(path, zeros, sizeof zeros, (long)(sizeof(struct header) + header_of(path).key_bytes));
    cr_expect_not(from_cache(source, ""));
    cr_expect(from_cache(source, ""));
}

Test(program_cache, a_folder_that_cannot_be_made_is_no_error)
{
    char file[PATH_MAX];
    snprintf(file, sizeof file, "%.4000s/made", top);
    FILE *in_the_way = fopen(file, "w");
    cr_assert(in_the_way);
    fclose(in_the_way);
    cr_expect_not(from_cache(source, ""));
    cr_expect_not(from_cache(source, ""));
}

Test(program_cache, a_folder_that_takes_no_files_is_no_error)
{
    setenv("BREAKEVEN_CACHE", "/proc/self", 1); /* not even root's */
    cr_expect_not(from_cache(source, ""));
    cr_expect_not(from_cache(source, ""));
}

Test(program_cache, without_any_folder_programs_still_build)
{
    unsetenv("BREAKEVEN_CACHE");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    cr_expect_not(from_cache(source, ""));
}

Test(program_cache, the_folder_is_that_of_the_desktop_or_of_the_home)
{
    char path[PATH_MAX];
    unsetenv("BREAKEVEN_CACHE");
    setenv("HOME", top, 1);
    unsetenv("XDG_CACHE_HOME");
    cr_expect_not(from_cache(source, ""));
    snprintf(folder, sizeof folder, "%.4000s/.cache/breakeven", top);
    cr_expect_eq(entries(path), 1);

    char desktop[PATH_MAX];
    snprintf(desktop, sizeof desktop, "%.4000s/desktop", top);
    setenv("XDG_CACHE_HOME", desktop, 1);
    cr_expect_not(from_cache(source, ""));
    snprintf(folder, sizeof folder, "%.4000s/breakeven", desktop);
    cr_expect_eq(entries(path), 1);
}
