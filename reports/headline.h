/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a run says, in sentences for somebody who has an image to process and wonders about a GPU.
 */
#ifndef REPORTS_HEADLINE_H
#define REPORTS_HEADLINE_H

#include "hardware/status.h"
#include "reports/row.h"

/* One paragraph: for each device in how many operations, and from which image size, it pays off; what was not measured
 * and what failed. Counted from the verdicts of the rows alone. *text is to be freed with free(). */
enum status headline_text(const struct case_row *rows, int count, char **text);

#endif
