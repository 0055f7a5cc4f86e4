/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The two files of one figure while they are written, and what all figures share. For plot*.c alone.
 */
#ifndef REPORTS_PLOT_FILE_H
#define REPORTS_PLOT_FILE_H

#include <stdio.h>

#include "reports/order.h"
#include "reports/plot.h"

struct plot_set {
    const char *folder;
    const struct plot_report *report;
    struct ordered_row *ordered; /* of all cases */
    const struct case_row **devices;
    int device_count;
    struct plot_names *names;
};

struct plot_file {
    FILE *data, *script;
    char name[PLOT_NAME];
    double width_cm, height_cm; /* to be set before the first plot_draw() */
    int block;                  /* of the table: the next one */
    int drawn;                  /* lines and point sets so far */
};

/* Opens both and writes the script's head: encoding, title, grid. The name is made of the kind and the words of `what`,
 * with a number behind it where there is one of that name. STATUS_IO names the path. */
enum status plot_open(struct plot_set *set, const char *kind, const char *what, const char *title,
                      struct plot_file *file);

/* Ends both; on success the script ends with making the PDF, and the name is added to the set's. */
enum status plot_close(struct plot_set *set, struct plot_file *file, enum status written);

/* Begins a block of the table, with a comment on what it is; returns its number. */
int plot_block(struct plot_file *file, const char *what);

/* Draws a block, such as "using 1:2 with lines"; `title` NULL: not in the key. No setting of the script may follow. */
void plot_draw(struct plot_file *file, int block, const char *how, const char *title);

/* The same of a function of x, such as "1e9*x with lines". */
void plot_draw_function(struct plot_file *file, const char *how, const char *title);

/* Numbers of one line of the table; '?' for what is not finite. */
void plot_numbers(struct plot_file *file, const double *values, int count);

/* A text in quotes in which gnuplot replaces nothing, cut to so many characters: gnuplot makes room for the longest. */
void plot_quoted(FILE *script, const char *text, int most);

enum { PLOT_TITLE_CHARACTERS = 76, PLOT_LABEL_CHARACTERS = 52, PLOT_KEY_CHARACTERS = 80 };

/* "NVIDIA H100", "Xeon (OpenMP)", and the number of its colour from 1 on. */
void plot_device_name(char *text, size_t size, const struct case_row *row);
int plot_device_style(const struct plot_set *set, const struct case_row *row);

/* Ok, with a time. */
bool plot_has_time(const struct case_row *row);

/* Same residency and cache. */
bool plot_same_data(const struct case_row *a, const struct case_row *b);

/* Whether a row is the largest image of its subject, device and data of those that `wanted` takes. `i` counts in
 * set->ordered. */
bool plot_is_largest(const struct plot_set *set, int i, bool (*wanted)(const struct case_row *row));

/* The kinds of figures; each adds those that the rows allow, perhaps none. */
enum status plot_times(struct plot_set *set);
enum status plot_parameters(struct plot_set *set);
enum status plot_speedups(struct plot_set *set);
enum status plot_parts(struct plot_set *set);
enum status plot_limits(struct plot_set *set);

#endif
