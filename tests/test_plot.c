/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tables and scripts of figures to the last byte; what gnuplot makes of them is for test_report_plot.py.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "reports/plot.h"
#include "tests/expected_file.h"
#include "tests/made_up_rows.h"

static struct case_row rows[12];
static struct limits limits;
static struct plot_names names;
static char folder[] = "/tmp/breakeven_plot_XXXXXX";

static struct case_row timed(struct case_row row, double median_ns)
{
    row.median_ns = median_ns;
    row.ci_low_ns = 0.9 * median_ns;
    row.ci_high_ns = 1.25 * median_ns;
    return row;
}

static void add_limit(const char *name, int64_t bytes, double value)
{
    struct limit row = limit_row(bytes > 0 ? "bandwidth" : "peak", name, bytes > 0 ? "B/s" : "op/s");
    strcpy(row.device, "NVIDIA H100");
    strcpy(row.backend, "opencl");
    strcpy(row.device_type, "gpu");
    row.bytes = bytes;
    row.value = value;
    cr_assert_eq(limits_add(&limits, &row), STATUS_OK);
}

/* Two sizes, two values of a parameter, end to end and resident; one interval is unknown and one case failed. */
static void make(void)
{
    cr_assert(mkdtemp(folder));
    for (int i = 0; i < 3; i++) {
        const int side = i == 1 ? 512 : 256;
        rows[4 * i] = timed(cpu_row("mean", side, "resident", 0), 4000 * (i + 1));
        rows[4 * i + 1] = timed(gpu_row("mean", side, "resident", 4), 1000 * (i + 1));
        rows[4 * i + 2] = timed(cpu_row("mean", side, "end_to_end", 0), 5000 * (i + 1));
        rows[4 * i + 3] = timed(gpu_row("mean", side, "end_to_end", 0.5), 10000 * (i + 1));
        for (int k = 0; k < 4; k++) {
            struct case_row *row = &rows[4 * i + k];
            strcpy(row->parameters, i == 2 ? "radius=3,shape=box" : "radius=1,shape=box");
            row->flops = 10.0 * side * side;
            row->bytes_min = 4.0 * side * side;
        }
        rows[4 * i + 3].push_ns = 6000;
        rows[4 * i + 3].compute_ns = 1000 * (i + 1);
        rows[4 * i + 3].pull_ns = 3000;
    }
    rows[1].ci_low_ns = rows[1].ci_high_ns = NAN;
    rows[7] = failed_row(rows[7], "oom", "too large");
    add_limit("copy", 1 << 20, 5e12);
    add_limit("copy", 1 << 22, 2e12);
    add_limit("read", 1 << 20, NAN);
    add_limit("float32_fma", -1, 4e13);
}

static char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void remove_all(void)
{
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (entry->d_name[0] != '.')
            unlink(path_of(entry->d_name));
    closedir(listing);
    rmdir(folder);
    limits_free(&limits);
    free(names.rows);
}

TestSuite(plot, .init = make, .fini = remove_all);

static enum status write_all(int count)
{
    const struct plot_report report = {rows, count, &limits};
    return plot_write(folder, &report, &names);
}

/* The whole of a file, to be freed. */
static char *content(const char *name)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path_of(name), "r");
    cr_assert(file, "%s", path_of(name));
    cr_assert_geq(getdelim(&text, &room, 0, file), 0);
    fclose(file);
    return text;
}

static bool is_there(const char *name)
{
    for (int i = 0; i < names.count; i++)
        if (strcmp(names.rows[i], name) == 0)
            return true;
    return false;
}

Test(plot, every_kind_as_expected)
{
    static const char *const figures[] = {"time_resident_mean_radius_1_shape_box_2d_u16_noise",
                                          "parameter_resident_mean_against_radius_shape_box_256x256_u16_noise_resident",
                                          "speedup_2d_resident",
                                          "parts_nvidia_h100_2d",
                                          "roofline_nvidia_h100",
                                          "bandwidth_nvidia_h100"};
    char *all = NULL;
    size_t bytes;
    cr_assert_eq(write_all(12), STATUS_OK, "%s", status_text());
    FILE *out = open_memstream(&all, &bytes);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        for (int k = 0; k < 2; k++) {
            char name[128];
            snprintf(name, sizeof name, "%s.%s", figures[i], k ? "gp" : "dat");
            cr_expect(is_there(figures[i]), "%s", figures[i]);
            char *text = content(name);
            fprintf(out, "==> %s\n%s", name, text);
            free(text);
        }
    fclose(out);
    expect_file(all, "plot.txt");
    cr_expect(!strstr(all, "nan") && !strstr(all, "inf") && !strstr(all, "-1 "), "%s", all);
    free(all);
}

/* One size, one value: no curve, but a bar. */
Test(plot, no_curve_of_one_point)
{
    cr_assert_eq(write_all(2), STATUS_OK, "%s", status_text());
    for (int i = 0; i < names.count; i++)
        cr_expect(strncmp(names.rows[i], "time_", 5) != 0 && strncmp(names.rows[i], "parameter_", 10) != 0, "%s",
                  names.rows[i]);
    cr_expect(is_there("speedup_2d_resident"));
}

/* The script without what stands between single quotes, where '' is one quote. In place; returns it. */
static char *without_quoted(char *script)
{
    bool inside = false;
    char *to = script;
    for (const char *from = script; *from; from++)
        if (*from == '\'')
            inside = !inside;
        else if (!inside)
            *to++ = *from;
    *to = 0;
    return script;
}

/* Planted: names that would end the quotes, run a command, go on in a further line, or leave the folder. */
Test(plot, hostile_names_are_only_text)
{
    for (int i = 0; i < 12; i++)
        if (strcmp(rows[i].backend, "opencl") == 0)
            strcpy(rows[i].device, "'; system('touch /tmp/x') `touch y` @m\n!touch z ]]> \\");
    strcpy(rows[0].content, "../../etc/'passwd");
    for (int i = 1; i < 12; i++)
        strcpy(rows[i].content, rows[0].content);
    cr_assert_eq(write_all(12), STATUS_OK, "%s", status_text());
    cr_expect(is_there("roofline_system_touch_tmp_x_touch_y_m_touch_z"), "%s", names.rows[names.count - 2]);
    for (int i = 0; i < names.count; i++) {
        char name[PLOT_NAME + 4];
        cr_expect_eq(strspn(names.rows[i], "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(names.rows[i]), "%s",
                     names.rows[i]);
        snprintf(name, sizeof name, "%s.gp", names.rows[i]);
        char *text = content(name);
        without_quoted(text);
        cr_expect(!strstr(text, "touch ") && !strchr(text, '`') && !strchr(text, '@') && !strstr(text, "system("), "%s",
                  text);
        free(text);
    }
    char *text = content("time_resident_mean_radius_1_shape_box_2d_u16_etc_passwd.gp");
    cr_expect(strstr(text, "title '''; system(''touch /tmp/x'') `touch y` @m?!touch z ]] > \\'"), "%s", text);
    char planted[] = "title 'a'; system('touch x')\n";
    cr_expect(strstr(without_quoted(planted), "system"), "the checker sees what is not quoted");
    free(text);
}

/* Two names that differ only in what a file name cannot hold. */
Test(plot, no_figure_takes_the_name_of_another)
{
    for (int i = 0; i < 4; i++) {
        strcpy(rows[8 + i].content, "noise?");
        strcpy(rows[8 + i].parameters, rows[0].parameters);
        rows[4 + i].width = 256;
        rows[4 + i].height = 256;
        rows[i].width = 128;
    }
    rows[4] = rows[8];
    rows[4].width = 128;
    cr_assert_eq(write_all(12), STATUS_OK, "%s", status_text());
    for (int i = 0; i < names.count; i++)
        for (int k = 0; k < i; k++)
            cr_expect_str_neq(names.rows[i], names.rows[k]);
}

Test(plot, what_cannot_be_drawn_is_said)
{
    limits.count = 0;
    for (int i = 0; i < 12; i++)
        rows[i] = failed_row(rows[i], "oom", "");
    cr_expect_eq(write_all(12), STATUS_INPUT);
    cr_expect_eq(write_all(0), STATUS_INPUT);
}

Test(plot, a_folder_that_is_not_there_is_named)
{
    const struct plot_report report = {rows, 12, &limits};
    cr_expect_eq(plot_write("/nowhere", &report, &names), STATUS_IO);
    cr_expect(strstr(status_text(), "/nowhere/time_"), "%s", status_text());
}
