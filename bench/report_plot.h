/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven report --plot FOLDER.
 */
#ifndef BENCH_REPORT_PLOT_H
#define BENCH_REPORT_PLOT_H

#include "bench/report_input.h"

/* Writes the tables and scripts of all figures (see reports/plot.h) into the folder, which is made if it is not there,
 * and draws them as SVG and PDF with gnuplot. *drawn is how many. STATUS_UNSUPPORTED: gnuplot was not found, or it
 * failed; the tables and scripts stay, and the text says so. STATUS_IO: something could not be written. */
enum status report_plot(const struct report_input *input, const char *folder, int *drawn);

#endif
