/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "reports/table.h"
#include "tests/made_up_rows.h"

/* What the table shows; to be freed. */
static char *print(const struct case_row *rows, int count, int width, bool ascii)
{
    char *text = NULL;
    size_t bytes;
    struct table_options options = {.width = width, .ascii = ascii};
    FILE *out = open_memstream(&text, &bytes);
    setenv("LC_ALL", "C.UTF-8", 1);
    table_print(out, rows, count, &options);
    fclose(out);
    return text;
}

static void expect_table(const struct case_row *rows, int count, int width, const char *expected)
{
    char *text = print(rows, count, width, false);
    cr_expect_str_eq(text, expected, "found:\n%s", text);
    free(text);
}

static struct case_row timed(struct case_row row, double push_ns, double compute_ns, double pull_ns)
{
    row.push_ns = push_ns;
    row.compute_ns = compute_ns;
    row.pull_ns = pull_ns;
    return row;
}

enum { FLIPS = 8 };

/* flip at two sizes in both residencies on a GPU, with its CPU rows. */
static void flips(struct case_row rows[FLIPS])
{
    rows[0] = timed(gpu_row("flip", 256, "end_to_end", 0.5), 20e3, 10e3, 30e3);
    rows[1] = timed(gpu_row("flip", 256, "resident", 2), 0, 10.25e3, 0);
    rows[2] = timed(gpu_row("flip", 1024, "end_to_end", 2), 200e3, 40e3, 300e3);
    rows[3] = timed(gpu_row("flip", 1024, "resident", 25), 0, 40e3, 0);
    rows[1].median_ns = 10.25e3;
    rows[3].median_ns = 40e3;
    rows[4] = cpu_row("flip", 256, "end_to_end", 30e3);
    rows[5] = cpu_row("flip", 256, "resident", 20.5e3);
    rows[6] = cpu_row("flip", 1024, "end_to_end", 1.08e6);
    rows[7] = cpu_row("flip", 1024, "resident", 1e6);
    rows[7].threads = 16;
    for (int i = 0; i < FLIPS; i++)
        strcpy(rows[i].parameters, "axes=x");
}

Test(table, a_gpu)
{
    struct case_row rows[FLIPS];
    flips(rows);
    expect_table(rows, FLIPS, 90,
        "On this machine the GPU (NVIDIA H100) pays off for images from about 1024x1024 in 1 of 1\n"
        "operation, counting transfer; with the images kept on it, for images of every size tested,\n"
        "from 256x256 to 1024x1024, in 1 of 1 operation.\n"
        "\n"
        "NVIDIA H100 (GPU) against Xeon (OpenMP)\n"
        "  image      data                CPU     push  compute     pull  speedup            faster\n"
        "flip axes=x, 2D u16, noise\n"
        "  256x256    end to end   30.0 µs 8t  20.0 µs  10.0 µs  30.0 µs  0.50x [0.45-0.55]  CPU\n"
        "             resident     20.5 µs 8t        -  10.2 µs        -  2.0x [1.8-2.2]     GPU\n"
        "  1024x1024  end to end   1.08 ms 8t   200 µs  40.0 µs   300 µs  2.0x [1.8-2.2]     GPU\n"
        "             resident    1.00 ms 16t        -  40.0 µs        -  25x [23-28]        GPU\n"
        "\n"
        "Break-even: image size from which it is faster than OpenMP on the CPU; number of\n"
        "  operations in a row that repay one push and pull\n"
        "  flip axes=x, 2D u16, noise\n"
        "    end to end  about 510x510 pixels, between 256x256 and 1024x1024 (95%: 470x470 to\n"
        "                560x560)\n"
        "    resident    always faster (from 256x256 tested)\n"
        "    in a row    5 at 256x256, 1 at 1024x1024\n"
        "\n"
        "Times are medians; 8t: 8 threads. speedup: CPU time / device time, with its 95% interval.\n"
        "faster: the winner where that interval lies above 1.10 or below 0.91, otherwise toss-up.\n"
        "end to end: with push to the device and pull back; resident: the image stays on the\n"
        "device.\n");
}

Test(table, narrow)
{
    struct case_row rows[FLIPS];
    flips(rows);
    expect_table(rows, FLIPS, 72,
        "On this machine the GPU (NVIDIA H100) pays off for images from about\n"
        "1024x1024 in 1 of 1 operation, counting transfer; with the images kept\n"
        "on it, for images of every size tested, from 256x256 to 1024x1024, in 1\n"
        "of 1 operation.\n"
        "\n"
        "NVIDIA H100 (GPU) against Xeon (OpenMP)\n"
        " image     data              CPU   push compute   pull speedup           faster\n"
        "flip axes=x, 2D u16, noise\n"
        " 256x256   end to end  30.0µs 8t 20.0µs  10.0µs 30.0µs 0.50x [0.45-0.55] CPU\n"
        "           resident    20.5µs 8t      -  10.2µs      - 2.0x [1.8-2.2]    GPU\n"
        " 1024x1024 end to end  1.08ms 8t  200µs  40.0µs  300µs 2.0x [1.8-2.2]    GPU\n"
        "           resident   1.00ms 16t      -  40.0µs      - 25x [23-28]       GPU\n"
        "\n"
        "Break-even: image size from which it is faster than OpenMP on the CPU;\n"
        "  number of operations in a row that repay one push and pull\n"
        "  flip axes=x, 2D u16, noise\n"
        "    end to end  about 510x510 pixels, between 256x256 and 1024x1024\n"
        "                (95%: 470x470 to 560x560)\n"
        "    resident    always faster (from 256x256 tested)\n"
        "    in a row    5 at 256x256, 1 at 1024x1024\n"
        "\n"
        "Times are medians; 8t: 8 threads. speedup: CPU time / device time, with\n"
        "its 95% interval. faster: the winner where that interval lies above 1.10\n"
        "or below 0.91, otherwise toss-up. end to end: with push to the device\n"
        "and pull back; resident: the image stays on the device.\n");
}

Test(table, wide)
{
    struct case_row rows[FLIPS], small[4];
    flips(rows);
    memcpy(small, rows, 2 * sizeof *rows);
    memcpy(small + 2, rows + 4, 2 * sizeof *rows);
    expect_table(small, 4, 115,
"On this machine the GPU (NVIDIA H100) pays off in none of 1 operation for images up to 256x256, counting transfer;\n"
"with the images kept on it, for images of 256x256, the only size tested, in 1 of 1 operation.\n"
"\n"
"NVIDIA H100 (GPU) against Xeon (OpenMP)\n"
"  operation                   image    data               CPU     push  compute     pull  speedup            faster\n"
"  flip axes=x, 2D u16, noise  256x256  end to end  30.0 µs 8t  20.0 µs  10.0 µs  30.0 µs  0.50x [0.45-0.55]  CPU\n"
"                                       resident    20.5 µs 8t        -  10.2 µs        -  2.0x [1.8-2.2]     GPU\n"
"\n"
"Break-even: image size from which it is faster than OpenMP on the CPU; number of operations in a row that repay one\n"
"  push and pull\n"
"  flip axes=x, 2D u16, noise\n"
"    end to end  not faster at 256x256, the only size\n"
"    resident    faster at 256x256, the only size\n"
"    in a row    5 at 256x256\n"
"\n"
"Times are medians; 8t: 8 threads. speedup: CPU time / device time, with its 95% interval. faster: the winner where\n"
"that interval lies above 1.10 or below 0.91, otherwise toss-up. end to end: with push to the device and pull back;\n"
"resident: the image stays on the device.\n");
}

Test(table, failures_and_flags)
{
    struct case_row rows[FLIPS];
    flips(rows);
    rows[2] = failed_row(rows[2], "device_memory",
                         "clCreateBuffer: CL_MEM_OBJECT_ALLOCATION_FAILURE on \x1b[31mNVIDIA H100");
    rows[3] = failed_row(rows[3], "crash", "");
    rows[5] = failed_row(rows[5], "hang", "no progress in 60 s");
    strcpy(rows[0].flags, "noisy drift");
    strcpy(rows[4].flags, "throttled");
    strcpy(rows[1].cache, "rotate");
    strcpy(rows[5].cache, "rotate");
    strcpy(rows[3].flags, "timeout");
    expect_table(rows, FLIPS, 90,
        "On this machine the GPU (NVIDIA H100) pays off in none of 1 operation for images up to\n"
        "256x256, counting transfer; with the images kept on it, for images of 256x256, the only\n"
        "size tested, in 1 of 1 operation. 3 cases failed and are not counted here.\n"
        "\n"
        "NVIDIA H100 (GPU) against Xeon (OpenMP)\n"
        " image     data                    CPU    push compute    pull speedup           faster\n"
        "flip axes=x, 2D u16, noise\n"
        " 256x256   end to end       30.0 µs 8t 20.0 µs 10.0 µs 30.0 µs 0.50x [0.45-0.55] CPU\n"
        "           noisy drift, CPU: throttled\n"
        "           resident, rotate     failed       - 10.2 µs       - 2.0x [1.8-2.2]    GPU\n"
        " 1024x1024 end to end       device_memory: clCreateBuffer:\n"
        "                            CL_MEM_OBJECT_ALLOCATION_FAILURE on ?[31mNVIDIA H100\n"
        "           resident         crash\n"
        "           timeout\n"
        "\n"
        "Break-even: image size from which it is faster than OpenMP on the CPU; number of\n"
        "  operations in a row that repay one push and pull\n"
        "  flip axes=x, 2D u16, noise\n"
        "    end to end  not faster at 256x256, the only size\n"
        "    resident, rotate faster at 256x256, the only size\n"
        "\n"
        "Xeon (OpenMP)\n"
        "  operation                   image    data\n"
        "  flip axes=x, 2D u16, noise  256x256  resident, rotate  hang: no progress in 60 s\n"
        "\n"
        "Times are medians; 8t: 8 threads. speedup: CPU time / device time, with its 95% interval.\n"
        "faster: the winner where that interval lies above 1.10 or below 0.91, otherwise toss-up.\n"
        "end to end: with push to the device and pull back; resident: the image stays on the\n"
        "device. low, high: 95% interval of the median. best: the shortest sample.\n");
}

Test(table, opencl_on_the_cpu)
{
    struct case_row rows[FLIPS];
    flips(rows);
    for (int i = 0; i < 4; i++) {
        strcpy(rows[i].device, "cpu-haswell");
        strcpy(rows[i].device_type, "cpu");
    }
    expect_table(rows, FLIPS, 90,
        "cpu-haswell is this machine's CPU, run through OpenCL. No GPU was measured, and this says\n"
        "nothing about one. It is faster than OpenMP for images from about 1024x1024 in 1 of 1\n"
        "operation, counting transfer; with the images kept on it, for images of every size tested,\n"
        "from 256x256 to 1024x1024, in 1 of 1 operation.\n"
        "\n"
        "cpu-haswell (this machine's CPU, through OpenCL) against Xeon (OpenMP)\n"
        "  image      data                CPU     push  compute     pull  speedup            faster\n"
        "flip axes=x, 2D u16, noise\n"
        "  256x256    end to end   30.0 µs 8t  20.0 µs  10.0 µs  30.0 µs  0.50x [0.45-0.55]  OpenMP\n"
        "             resident     20.5 µs 8t        -  10.2 µs        -  2.0x [1.8-2.2]     OpenCL\n"
        "  1024x1024  end to end   1.08 ms 8t   200 µs  40.0 µs   300 µs  2.0x [1.8-2.2]     OpenCL\n"
        "             resident    1.00 ms 16t        -  40.0 µs        -  25x [23-28]        OpenCL\n"
        "\n"
        "Break-even: image size from which it is faster than OpenMP on the CPU; number of\n"
        "  operations in a row that repay one push and pull\n"
        "  flip axes=x, 2D u16, noise\n"
        "    end to end  about 510x510 pixels, between 256x256 and 1024x1024 (95%: 470x470 to\n"
        "                560x560)\n"
        "    resident    always faster (from 256x256 tested)\n"
        "    in a row    5 at 256x256, 1 at 1024x1024\n"
        "\n"
        "Times are medians; 8t: 8 threads. speedup: CPU time / device time, with its 95% interval.\n"
        "faster: the winner where that interval lies above 1.10 or below 0.91, otherwise toss-up.\n"
        "end to end: with push to the device and pull back; resident: the image stays on the\n"
        "device.\n");
}

/* A second block beside the buffers' for the variant, each compared with the CPU row measured beside it. */
Test(table, opencl_images)
{
    struct case_row rows[2 * FLIPS];
    flips(rows);
    flips(rows + FLIPS);
    for (int i = 0; i < FLIPS; i++)
        strcpy(rows[FLIPS + i].variant, "image");
    rows[FLIPS + 4].median_ns = 77e3;
    char *text = print(rows, 2 * FLIPS, 90, false);
    cr_expect(strstr(text, "\nflip axes=x, 2D u16, noise\n  256x256    end to end   30.0 µs 8t"), "%s", text);
    cr_expect(strstr(text, "\nflip axes=x, 2D u16, noise, on OpenCL images\n  256x256    end to end   77.0 µs 8t"), "%s", text);
    cr_expect(strstr(text, "\n  flip axes=x, 2D u16, noise, on OpenCL images\n    end to end  about 510x510"), "%s", text);
    cr_expect_null(strstr(text, "Xeon (OpenMP)\n  image      data               CPU      low"), "no CPU row is left over");
    free(text);
}

Test(table, no_device)
{
    struct case_row row = cpu_row("flip", 256, "resident", 30e3);
    row.ci_low_ns = 29e3;
    row.ci_high_ns = 31e3;
    row.min_ns = 28e3;
    expect_table(&row, 1, 80,
        "No OpenCL device was measured: these are times of the CPU alone, and they say\n"
        "nothing about a GPU.\n"
        "\n"
        "Xeon (OpenMP)\n"
        "  operation            image    data             CPU      low     high     best\n"
        "  flip, 2D u16, noise  256x256  resident  30.0 µs 8t  29.0 µs  31.0 µs  28.0 µs\n"
        "\n"
        "Times are medians; 8t: 8 threads. low, high: 95% interval of the median. best:\n"
        "the shortest sample.\n");
}

Test(table, ascii_where_there_is_no_utf8)
{
    struct case_row row = cpu_row("flip", 256, "resident", 30e3);
    char *text = print(&row, 1, 80, true);
    cr_expect(strstr(text, " 30.0 us 8t"), "%s", text);
    free(text);
}

/* Sizes that differ stand for the rows. */
static bool shows_all(const char *text, const char *const *sizes, int count)
{
    for (int i = 0; i < count; i++)
        if (!strstr(text, sizes[i]))
            return false;
    return true;
}

Test(table, no_row_is_dropped)
{
    static const char *const sizes[] = {" 61x61 ", " 62x62 ", " 63x63 ", " 64x64 ", " 65x65 ", " 66x66 ", " 67x67 "};
    struct case_row rows[] = {
        gpu_row("flip", 61, "resident", NAN),
        failed_row(gpu_row("flip", 62, "resident", 1), "wrong", "7 of 3844 pixels differ"),
        failed_row(cpu_row("flip", 63, "resident", 1), "hang", ""),
        cpu_row("flip", 64, "resident", 1),
        cpu_row("flip", 65, "resident", 1),
        gpu_row("flip", 66, "streamed", 2),
        cpu_row("flip", 67, "resident", NAN),
    };
    strcpy(rows[4].backend, "reference");
    char *text = print(rows, 7, 100, false);
    cr_expect(shows_all(text, sizes, 7), "%s", text);
    cr_expect(strstr(text, "wrong: 7 of 3844 pixels differ"), "%s", text);
    cr_expect(strstr(text, "Xeon (plain reference)"), "%s", text);
    free(text);
    /* Planted: without one row the check must fail. */
    text = print(rows, 6, 100, false);
    cr_expect_not(shows_all(text, sizes, 7));
    free(text);
}

Test(table, no_rows)
{
    expect_table(NULL, 0, 80, "Nothing was measured.\n");
}

/* What the table sends to a terminal; static. */
static const char *print_to_terminal(const struct case_row *rows, int count)
{
    static char text[8192];
    struct table_options options = {.width = 90};
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert_geq(terminal, 0);
    cr_assert_eq(grantpt(terminal), 0);
    cr_assert_eq(unlockpt(terminal), 0);
    FILE *out = fopen(ptsname(terminal), "w");
    cr_assert(out);
    setvbuf(out, NULL, _IOFBF, sizeof text);
    table_print(out, rows, count, &options);
    fflush(out);
    ssize_t bytes = read(terminal, text, sizeof text - 1);
    text[bytes > 0 ? bytes : 0] = 0;
    fclose(out);
    close(terminal);
    return text;
}

Test(table, colour_only_on_a_terminal_and_not_against_the_users_will)
{
    struct case_row row = gpu_row("flip", 256, "end_to_end", 2);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    cr_expect(strstr(print_to_terminal(&row, 1), "\x1b[32mGPU\x1b[0m"), "%s", print_to_terminal(&row, 1));
    setenv("NO_COLOR", "1", 1);
    cr_expect_null(strchr(print_to_terminal(&row, 1), '\x1b'));
    setenv("NO_COLOR", "", 1);
    cr_expect(strchr(print_to_terminal(&row, 1), '\x1b'));
    setenv("TERM", "dumb", 1);
    cr_expect_null(strchr(print_to_terminal(&row, 1), '\x1b'));
    setenv("TERM", "xterm", 1);
    char *file = print(&row, 1, 90, false);
    cr_expect_null(strchr(file, '\x1b'));
    free(file);
}
