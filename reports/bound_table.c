/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One line per residency and side, "31% launch at 256x256, 97% memory at 2048x2048": how far the time is from what the
 * machine allows at that size.
 */
#include "reports/bound_table.h"

#include <math.h>
#include <string.h>

#include "reports/format.h"
#include "reports/table_line.h"

enum { LABEL_COLUMN = 16 };

static bool has_share(const struct ordered_row *rows, int count)
{
    for (int i = 0; i < count; i++)
        if (row_ok(rows[i].row) && isfinite(rows[i].row->limit_percent))
            return true;
    return false;
}

/* Of the rows of one subject those of a residency, or their CPU rows; "" where none has a share. */
static void describe(char *text, size_t size, const struct ordered_row *rows, int count, const char *residency, bool cpu)
{
    size_t used = 0;
    *text = 0;
    for (int i = 0; i < count && used < size; i++) {
        const struct case_row *row = cpu ? rows[i].cpu : rows[i].row;
        char shape[FORMAT_MAX];
        if (!row || !row_ok(row) || !isfinite(row->limit_percent) || strcmp(row->residency, residency) != 0)
            continue;
        used += (size_t)snprintf(text + used, size - used, "%s%.*f%% %s at %s", used ? ", " : "",
                                 row->limit_percent < 1 ? 1 : 0, row->limit_percent, row->bound,
                                 format_shape(shape, sizeof shape, row));
    }
}

static void print_side(const struct terminal *t, const struct ordered_row *rows, int count, const char *residency, bool cpu)
{
    char text[TEXT_BYTES], label[CELL_BYTES];
    describe(text, sizeof text, rows, count, residency, cpu);
    if (!*text)
        return;
    snprintf(label, sizeof label, "%s", "CPU");
    for (int i = 0; i < count && !cpu; i++)
        if (strcmp(rows[i].row->residency, residency) == 0)
            table_data(label, sizeof label, rows[i].row);
    fprintf(t->out, "    %-*s", LABEL_COLUMN - 4, label);
    terminal_wrap(t, NULL, text, LABEL_COLUMN, LABEL_COLUMN);
}

void bound_table_print(const struct terminal *t, const struct ordered_row *rows, int count)
{
    static const char *const residencies[] = {"end_to_end", "resident"};
    char subject[CELL_BYTES];
    if (!has_share(rows, count))
        return;
    fputc('\n', t->out);
    terminal_wrap(t, TERMINAL_BOLD,
                  "Against the limits of this machine (breakeven profile): the share of what they allow, and what binds", 0,
                  2);
    for (int i = 0, same; i < count; i += same) {
        same = order_same_subject(rows + i, count - i);
        if (!has_share(rows + i, same))
            continue;
        table_subject(subject, sizeof subject, rows[i].row);
        fputs("  ", t->out);
        terminal_wrap(t, NULL, subject, 2, 4);
        for (int r = 0; r < 2; r++) {
            print_side(t, rows + i, same, residencies[r], false);
            print_side(t, rows + i, same, residencies[r], true);
        }
    }
}
