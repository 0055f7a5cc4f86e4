/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Pictures and what erosion makes of them. Rows from the top, planes follow each other; '#' is true, '.' is not, spaces
 * mean nothing.
 */
#ifndef TESTS_EROSION_CASES_H
#define TESTS_EROSION_CASES_H

#include "images/image.h"

/* The eroded picture; it is also what dilating '.' makes of '.'. */
struct erosion_case {
    const char *what, *parameters;
    struct shape shape;
    const char *picture, *eroded;
};

static const struct erosion_case erosion_cases[] = {
    {
        .what = "a box takes the corners too",
        .parameters = "radius=1",
        .shape = {7, 5, 1},
        .picture = "#######"
                   "#######"
                   "###.###"
                   "#######"
                   "#######",
        .eroded = "#######"
                  "##...##"
                  "##...##"
                  "##...##"
                  "#######",
    },
    {
        .what = "a sphere of radius 1 is the four neighbours",
        .parameters = "radius=1,shape=sphere",
        .shape = {7, 5, 1},
        .picture = "#######"
                   "#######"
                   "###.###"
                   "#######"
                   "#######",
        .eroded = "#######"
                  "###.###"
                  "##...##"
                  "###.###"
                  "#######",
    },
    {
        .what = "a sphere of radius 2",
        .parameters = "radius=2,shape=sphere",
        .shape = {7, 7, 1},
        .picture = "#######"
                   "#######"
                   "#######"
                   "###.###"
                   "#######"
                   "#######"
                   "#######",
        .eroded = "#######"
                  "###.###"
                  "##...##"
                  "#.....#"
                  "##...##"
                  "###.###"
                  "#######",
    },
    {
        .what = "the border is clamped, not false",
        .parameters = "radius=2",
        .shape = {6, 2, 1},
        .picture = "######"
                   ".#####",
        .eroded = "...###"
                  "...###",
    },
    {
        .what = "what lies inside disappears",
        .parameters = "radius=1",
        .shape = {6, 4, 1},
        .picture = "......"
                   ".####."
                   ".####."
                   "......",
        .eroded = "......"
                  "......"
                  "......"
                  "......",
    },
    {
        .what = "radius 0 binarises",
        .parameters = "radius=0",
        .shape = {4, 2, 1},
        .picture = "#.#."
                   ".#.#",
        .eroded = "#.#."
                  ".#.#",
    },
    {
        .what = "a sphere of radius 0 binarises",
        .parameters = "radius=0,shape=sphere",
        .shape = {4, 2, 1},
        .picture = "#.#."
                   ".#.#",
        .eroded = "#.#."
                  ".#.#",
    },
    {
        .what = "a window larger than the image, all true",
        .parameters = "radius=100",
        .shape = {3, 2, 2},
        .picture = "### ### ### ###",
        .eroded = "### ### ### ###",
    },
    {
        .what = "a window larger than the image, one false",
        .parameters = "radius=100",
        .shape = {3, 2, 2},
        .picture = "### ##. ### ###",
        .eroded = "... ... ... ...",
    },
    {
        .what = "a sphere in 3D is the six neighbours",
        .parameters = "radius=1,shape=sphere",
        .shape = {3, 3, 3},
        .picture = "### ### ###"
                   "### #.# ###"
                   "### ### ###",
        .eroded = "### #.# ###"
                  "#.# ... #.#"
                  "### #.# ###",
    },
    {
        .what = "a box in 3D",
        .parameters = "radius=1",
        .shape = {3, 3, 3},
        .picture = "### ### ###"
                   "### ### ###"
                   "### ### ##.",
        .eroded = "### ### ###"
                  "### #.. #.."
                  "### #.. #..",
    },
};

#endif
