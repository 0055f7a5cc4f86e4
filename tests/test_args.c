/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Parameters of a made-up operation with every kind: a real number with two that follow it, a whole number, a choice.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "ops/args.h"

enum { SIGMA, SIGMA_X, SIGMA_Y, RADIUS, SHAPE };

static const struct op blur = {
    .name = "blur",
    .params = {{.name = "sigma", .kind = OP_REAL, .low = 0, .high = 100, .preset = 2, .tested = "0,0.7"},
               {.name = "sigma_x", .kind = OP_REAL, .low = 0, .high = 100, .follows = "sigma", .tested = "1.5"},
               {.name = "sigma_y", .kind = OP_REAL, .low = 0, .high = 100, .follows = "sigma", .tested = "3"},
               {.name = "radius", .kind = OP_INTEGER, .low = 0, .high = 9, .preset = 1},
               {.name = "shape", .kind = OP_CHOICE, .choices = "box,sphere"}},
};

static const struct op bare = {.name = "bare"};

/* The canonical form of `text`, or the error text. */
static const char *parsed(const struct op *op, const char *text)
{
    static char formatted[256];
    struct op_args args;
    if (op_args_parse(op, text, &args) != STATUS_OK)
        return status_text();
    return op_args_format(op, &args, formatted, sizeof formatted);
}

Test(args, presets)
{
    struct op_args args = op_args_preset(&blur);
    cr_expect_eq(args.value[SIGMA], 2);
    cr_expect_eq(args.value[SIGMA_X], 2);
    cr_expect_eq(args.value[SIGMA_Y], 2);
    cr_expect_eq(args.value[RADIUS], 1);
    cr_expect_eq(args.value[SHAPE], 0);
}

Test(args, text_to_values_and_back)
{
    cr_expect_str_eq(parsed(&blur, ""), "sigma=2 radius=1 shape=box");
    cr_expect_str_eq(parsed(&blur, "sigma=0.5,shape=sphere"), "sigma=0.5 radius=1 shape=sphere");
    cr_expect_str_eq(parsed(&blur, " sigma = 0.5 ,\tradius =3 "), "sigma=0.5 radius=3 shape=box");
    cr_expect_str_eq(parsed(&blur, "radius=9"), "sigma=2 radius=9 shape=box");
    cr_expect_str_eq(parsed(&blur, "radius=1e0"), "sigma=2 radius=1 shape=box");
    cr_expect_str_eq(parsed(&bare, ""), "");
}

Test(args, a_follower_takes_the_value_of_its_leader_unless_given)
{
    cr_expect_str_eq(parsed(&blur, "sigma_x=5"), "sigma=2 sigma_x=5 radius=1 shape=box");
    cr_expect_str_eq(parsed(&blur, "sigma=3,sigma_x=5"), "sigma=3 sigma_x=5 radius=1 shape=box");
    cr_expect_str_eq(parsed(&blur, "sigma_x=5,sigma=3"), "sigma=3 sigma_x=5 radius=1 shape=box");
    cr_expect_str_eq(parsed(&blur, "sigma=3,sigma_x=3"), "sigma=3 radius=1 shape=box");
}

Test(args, refusals_say_what_is_valid)
{
    cr_expect_str_eq(parsed(&blur, "sgima=1"),
                     "blur has no parameter 'sgima'; did you mean 'sigma'? valid: sigma, sigma_x, sigma_y, radius, shape");
    cr_expect_str_eq(parsed(&bare, "radius=1"), "bare has no parameter 'radius'; valid: none");
    cr_expect_str_eq(parsed(&blur, "sigma=1,sigma=2"), "blur: parameter 'sigma' is given twice");
    cr_expect_str_eq(parsed(&blur, "sigma"), "blur: 'sigma' is not of the form name=value");
    cr_expect_str_eq(parsed(&blur, "radius=10"), "blur: radius=10 is out of range; valid: 0 to 9");
    cr_expect_str_eq(parsed(&blur, "radius=-1"), "blur: radius=-1 is out of range; valid: 0 to 9");
    cr_expect_str_eq(parsed(&blur, "radius=1.5"), "blur: radius=1.5 is not a whole number");
    cr_expect_str_eq(parsed(&blur, "shape=ball"), "blur: shape=ball; valid: box,sphere");
    cr_expect_str_eq(parsed(&blur, "shape=bo"), "blur: shape=bo; valid: box,sphere");
    cr_expect_str_eq(parsed(&blur, "shape=box,sphere"), "blur: 'sphere' is not of the form name=value");
}

Test(args, what_is_no_number_is_refused)
{
    const char *const wrong[] = {"", "abc", "1x", "nan", "inf", "-inf", "1e999", "1 2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct op_args args = op_args_preset(&blur);
        cr_expect_eq(op_args_set(&blur, &args, "sigma", wrong[i]), STATUS_USAGE, "sigma=%s was taken", wrong[i]);
        cr_expect_eq(args.value[SIGMA], 2);
    }
}

Test(args, set_changes_one_and_its_followers)
{
    struct op_args args = op_args_preset(&blur);
    cr_expect_eq(op_args_set(&blur, &args, "sigma", "4"), STATUS_OK);
    cr_expect_eq(args.value[SIGMA_Y], 4);
    cr_expect_eq(op_args_set(&blur, &args, "shape", "sphere"), STATUS_OK);
    cr_expect_eq(args.value[SHAPE], 1);
    cr_expect_eq(op_args_set(&blur, &args, "depth", "1"), STATUS_USAGE);
    cr_expect_str_eq(strchr(status_text(), ';'), "; valid: sigma, sigma_x, sigma_y, radius, shape");
}

Test(args, a_short_buffer_is_filled_and_ended)
{
    char text[10];
    struct op_args args = op_args_preset(&blur);
    memset(text, 'x', sizeof text);
    cr_expect_str_eq(op_args_format(&blur, &args, text, sizeof text), "sigma=2 r");
}

/* All sets the checker walks, one per line. */
static void list_tested(const struct op *op, char *lines)
{
    struct op_args args;
    char text[256];
    *lines = 0;
    for (int i = 0; op_args_tested(op, i, &args); i++) {
        strcat(lines, op_args_format(op, &args, text, sizeof text));
        strcat(lines, "\n");
    }
}

Test(args, tested_sets_are_every_combination_and_one_with_the_followers_apart)
{
    char lines[1024];
    list_tested(&blur, lines);
    cr_expect_str_eq(lines, "sigma=2 radius=1 shape=box\n"
                            "sigma=0 radius=1 shape=box\n"
                            "sigma=0.7 radius=1 shape=box\n"
                            "sigma=2 radius=1 shape=sphere\n"
                            "sigma=0 radius=1 shape=sphere\n"
                            "sigma=0.7 radius=1 shape=sphere\n"
                            "sigma=2 sigma_x=1.5 sigma_y=3 radius=1 shape=box\n");
    list_tested(&bare, lines);
    cr_expect_str_eq(lines, "\n");
}
