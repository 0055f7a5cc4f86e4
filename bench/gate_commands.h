/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Commands of other projects under the gate. A command is run by the shell and timed as a whole, or prints its times,
 * one a line: "blur 12.3 ms", "12.3ms", "load: 0.4 s", "0.0123" (seconds). What stands before the number is the case;
 * lines of one case are its samples; other lines are passed over.
 */
#ifndef BENCH_GATE_COMMANDS_H
#define BENCH_GATE_COMMANDS_H

#include "bench/gate_visit.h"

/* True for such a line; name[0] is 0 where there is no name. */
bool gate_commands_read_time(const char *line, char *name, size_t name_bytes, double *ns);

/* Runs the command once to find its cases, in the order it prints them; "command" when it is timed as a whole.
 * STATUS_CRASH: it fails or prints no time. */
enum status gate_commands_cases(const struct gate_program *program, double patience_s, struct gate_cases *cases);

/* request->samples runs of the command as one visit; see gate_visit(). */
enum status gate_commands_visit(const struct gate_program *program, const struct gate_request *request,
                                struct gate_hello *hello, struct gate_answer *answers);

#endif
