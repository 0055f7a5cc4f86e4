/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From the rows of a store to a file. Written beside and renamed: a full disk leaves no half page under the name.
 */
#include "bench/report_html.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
    char beside[4096];
    bool to_stdout = strcmp(path, "-") == 0;
    if ((size_t)snprintf(beside, sizeof beside, "%s.part", path) >= sizeof beside)
        return status_fail(STATUS_IO, "the name of the page is too long: %s", path);
    FILE *file = to_stdout ? stdout : fopen(beside, "w");
    if (!file)
        return status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    enum status status = html_write(file, &report);
    bool failed = fflush(file) != 0 || ferror(file);
    if (!to_stdout)
        failed = fclose(file) != 0 || failed;
    if (status == STATUS_OK && (failed || (!to_stdout && rename(beside, path) != 0)))
        status = status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    if (!to_stdout && status != STATUS_OK)
        unlink(beside);
    return status;
}
