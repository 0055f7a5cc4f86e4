/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/suite.h"
#include "reports/reference.h"
#include "tests/made_up_rows.h"

static struct reference_row *rows;
static int count;

static void load(void)
{
    cr_assert_eq(reference_load("lecture", &rows, &count), STATUS_OK, "%s", status_text());
}

static void unload(void)
{
    free(rows);
}

TestSuite(reference, .init = load, .fini = unload);

static const struct reference_row *named(const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    cr_assert_fail("%s is missing", name);
    return NULL;
}

Test(reference, has_the_28_rows_as_published)
{
    int flat = 0;
    double uhd = 0, p6000 = 0;
    for (int i = 0; i < count; i++) {
        flat += rows[i].dimensions == 2;
        uhd += rows[i].uhd620_speedup;
        p6000 += rows[i].p6000_speedup;
    }
    cr_expect_eq(count, 28);
    cr_expect_eq(flat, 13);
    cr_expect_float_eq(uhd, 71 + 108.1, 1e-9); /* the sums of the two columns, 2D and 3D */
    cr_expect_float_eq(p6000, 209 + 774, 1e-9);
    cr_expect_eq(named("Median2D")->p6000_speedup, 35);
    cr_expect_eq(named("Minimum3D")->p6000_speedup, 188);
    cr_expect_eq(named("Rotate3D")->uhd620_speedup, 0.1);
    cr_expect_str_eq(named("Rotate3D")->footnotes, "1 3 4 6");
    cr_expect_str_eq(named("Erode2D")->footnotes, "1 2 5 6");
}

/* One unit in the last place that the table prints, and the 3 digits of the times. */
static bool agrees(double published, double cpu_ms, double gpu_ms)
{
    return fabs(cpu_ms / gpu_ms - published) <= 0.55 + 0.03 * published;
}

Test(reference, published_speedups_follow_from_the_times)
{
    for (int i = 0; i < count; i++) {
        cr_expect(agrees(rows[i].uhd620_speedup, rows[i].i7_8650u_ms, rows[i].uhd620_ms), "%s", rows[i].name);
        cr_expect(agrees(rows[i].p6000_speedup, rows[i].i7_8650u_ms, rows[i].p6000_ms), "%s", rows[i].name);
    }
    /* Planted: against its own CPU the P6000 has another speedup, which must not pass for the published one. */
    cr_expect_not(agrees(named("Mean3D")->p6000_speedup, named("Mean3D")->xeon_4110_ms, named("Mean3D")->p6000_ms));
}

Test(reference, another_name_is_refused)
{
    struct reference_row *none;
    int no_rows;
    cr_expect_eq(reference_load("lectures", &none, &no_rows), STATUS_USAGE);
    cr_expect_null(none);
}

Test(reference, the_suite_is_those_cases)
{
    struct case_group *groups;
    int group_count;
    struct axes axes = {.suite = "lecture", .seed = 1};
    cr_assert_eq(suite_groups(&axes, &groups, &group_count), STATUS_OK, "%s", status_text());
    cr_expect_eq(group_count, 28);
    for (int i = 0; i < count; i++) {
        int found = 0;
        for (int g = 0; g < group_count; g++) {
            struct case_row row = cpu_row(groups[g].op, 1, "resident", 1);
            strcpy(row.parameters, groups[g].parameters);
            strcpy(row.type, pixel_type_name(groups[g].type));
            strcpy(row.content, content_name(groups[g].content));
            row.width = groups[g].shape.width;
            row.height = groups[g].shape.height;
            row.depth = groups[g].shape.depth;
            row.dimensions = row.depth > 1 ? 3 : 2;
            found += reference_is_case(&rows[i], &row);
            strcpy(row.residency, "end_to_end");
            cr_expect_not(reference_is_case(&rows[i], &row));
        }
        cr_expect_eq(found, 1, "%s: %d cases", rows[i].name, found);
    }
    free(groups);
}

Test(reference, a_suite_has_no_axes)
{
    struct case_group *groups;
    int group_count;
    struct axes axes = {.suite = "lecture", .sizes = "64x64"};
    cr_expect_eq(suite_groups(&axes, &groups, &group_count), STATUS_USAGE);
    axes = (struct axes){.suite = "lectures"};
    cr_expect_eq(suite_groups(&axes, &groups, &group_count), STATUS_USAGE);
    cr_expect_str_eq(status_text(), "suite 'lectures'; valid: lecture");
}
