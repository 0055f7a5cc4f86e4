/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the build makes of the tables of options, so that none of it is written by hand: the man page and the shells'
 * completions.
 */
#ifndef BENCH_GENERATE_H
#define BENCH_GENERATE_H

#include <stdio.h>

#include "hardware/status.h"

/* Writes "man", "bash", "zsh" or "fish". STATUS_USAGE for another word, STATUS_IO. */
enum status generate(const char *what, FILE *out);

void generate_manual(FILE *out);
void generate_bash(FILE *out);
void generate_zsh(FILE *out);
void generate_fish(FILE *out);

#endif
