/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From the rows of a store to a page.
 */
#include "bench/report_html.h"

#include "bench/output.h"
#include "reports/html.h"

enum status report_html(const struct report_input *input, const char *path)
{
    const struct html_report report = {
        .name = input->run.name,
        .run = input->run.id,
        .started_unix_s = input->run.started_unix_s,
        .finished_unix_s = input->run.finished_unix_s,
        .environment = input->run.environment,
        .cases = input->cases,
        .case_count = input->case_count,
        .limits = &input->limits,
        .series = input->series,
        .series_count = input->series_count,
    };
    struct output output;
    enum status status = output_open(&output, path);
    if (status == STATUS_OK)
        status = html_write(output.file, &report);
    return output_close(&output, status);
}
