/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Distances of words, and what a mistyped one was meant to be. The cleaning of text is tested with status.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "hardware/text.h"

Test(text, distance_counts_letters_left_out_added_changed_and_swapped)
{
    cr_expect_eq(text_distance("median", "median"), 0);
    cr_expect_eq(text_distance("median", "MEDIAN"), 0);
    cr_expect_eq(text_distance("", ""), 0);
    cr_expect_eq(text_distance("", "mean"), 4);
    cr_expect_eq(text_distance("profil", "profile"), 1);
    cr_expect_eq(text_distance("profille", "profile"), 1);
    cr_expect_eq(text_distance("flop", "flip"), 1);
    cr_expect_eq(text_distance("medain", "median"), 1);
    cr_expect_eq(text_distance("kitten", "sitting"), 3);
    cr_expect_eq(text_distance("ca", "abc"), 3); /* optimal string alignment; unrestricted it would be 2 */
    cr_expect_neq(text_distance("erode", "dilate"), 1);
}

Test(text, distance_is_the_same_both_ways)
{
    const char *words[] = {"", "a", "mean", "median", "maximum_z_projection", "minimum"};
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            cr_expect_eq(text_distance(words[i], words[j]), text_distance(words[j], words[i]));
}

Test(text, long_words_are_compared_up_to_a_bound)
{
    char a[500], b[500];
    memset(a, 'x', sizeof a - 1);
    a[sizeof a - 1] = 0;
    memcpy(b, a, sizeof b);
    b[300] = 'y';
    cr_expect_eq(text_distance(a, b), 0);
    b[10] = 'y';
    cr_expect_eq(text_distance(a, b), 1);
}

static const char *meant(const char *typed)
{
    static char text[96];
    static const char *const names[] = {"mean",    "median", "minimum", "gaussian_blur",
                                        "sigma_x", "sigma",  "flip",    "run"};
    struct text_guess guess = text_guess(typed);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        text_guess_offer(&guess, names[i]);
    return text_meant(&guess, text, sizeof text);
}

Test(text, the_nearest_name_is_meant)
{
    cr_expect_str_eq(meant("medin"), "; did you mean 'median'?");
    cr_expect_str_eq(meant("mena"), "; did you mean 'mean'?");
    cr_expect_str_eq(meant("GaussianBlur"), "; did you mean 'gaussian_blur'?");
    cr_expect_str_eq(meant("rum"), "; did you mean 'run'?");
}

Test(text, of_equally_near_names_the_shortest_is_meant)
{
    cr_expect_str_eq(meant("sigma_"), "; did you mean 'sigma'?");
}

Test(text, a_part_of_a_name_is_enough)
{
    cr_expect_str_eq(meant("blur"), "; did you mean 'gaussian_blur'?");
    cr_expect_str_eq(meant("gauss"), "; did you mean 'gaussian_blur'?");
}

Test(text, what_is_far_from_all_names_means_none)
{
    cr_expect_str_eq(meant("frobnicate"), "");
    cr_expect_str_eq(meant("x"), "");
    cr_expect_str_eq(meant("an"), "");
    cr_expect_str_eq(meant(""), "");
}

Test(text, a_short_buffer_is_filled_and_ended)
{
    char text[8];
    struct text_guess guess = text_guess("medin");
    text_guess_offer(&guess, "median");
    cr_expect_str_eq(text_meant(&guess, text, sizeof text), "; did y");
}
