/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Programs by source and options: first from this process, then from disk, then from the compiler.
 */
#include "hardware/program.h"

#include <stdlib.h>
#include <string.h>

#include "hardware/clock.h"
#include "hardware/program_cache.h"

struct program {
    struct program *next;
    char *source;
    char *options;
    cl_program built;
};

/* The compiler's messages, of any length, in memory to be freed; NULL if the driver gives none. */
static char *build_log(struct opencl *opencl, cl_program program)
{
    enum { LOG_MOST = 1 << 24 };
    const cl_device_id id = opencl->device.id;
    size_t bytes = 0;
    if (clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, 0, NULL, &bytes) != CL_SUCCESS || bytes > LOG_MOST)
        return NULL;
    char *log = calloc(1, bytes + 1);
    if (log && clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, bytes, log, NULL) != CL_SUCCESS) {
        free(log);
        return NULL;
    }
    return log;
}

/* Of the log the line that holds the first error, from there on; without the word the first line. */
static enum status build_failure(struct opencl *opencl, cl_program program, cl_int code)
{
    char *log = build_log(opencl, program);
    const char *error = log ? strstr(log, "error") : NULL;
    const char *line = error ? error : log ? log + strspn(log, " \t\r\n") : "";
    if (!*line)
        line = "no build log";
    enum status status =
        status_fail(STATUS_DEVICE, "clBuildProgram: %s (%d) on %s: %.*s", opencl_error_name(code), code,
                    opencl->device.name, (int)strcspn(line, "\n"), line);
    free(log);
    return status;
}

static enum status compile(struct opencl *opencl, const char *source, const char *options, cl_program *program)
{
    cl_int code;
    *program = clCreateProgramWithSource(opencl->context, 1, &source, NULL, &code);
    if (code != CL_SUCCESS)
        return opencl_check(code, "clCreateProgramWithSource", opencl);
    code = clBuildProgram(*program, 1, &opencl->device.id, options, NULL, NULL);
    if (code == CL_SUCCESS)
        return STATUS_OK;
    enum status status = build_failure(opencl, *program, code);
    clReleaseProgram(*program);
    *program = NULL;
    return status;
}

enum status program_get(struct opencl *opencl, const char *source, const char *options, cl_program *program)
{
    for (struct program *p = opencl->programs; p; p = p->next)
        if (strcmp(p->options, options) == 0 && strcmp(p->source, source) == 0) {
            *program = p->built;
            return STATUS_OK;
        }

    enum status status;
    struct program *entry = calloc(1, sizeof *entry);
    if (!entry || !(entry->source = strdup(source)) || !(entry->options = strdup(options))) {
        status = status_fail(STATUS_MEMORY, "no host memory for a program");
        goto done;
    }
    int64_t start = clock_ns();
    if (program_cache_load(opencl, source, options, &entry->built)) {
        opencl->programs_from_cache++;
    } else {
        TRY(compile(opencl, source, options, &entry->built));
        program_cache_save(opencl, source, options, entry->built);
        opencl->programs_compiled++;
    }
    opencl->build_ns += clock_ns() - start;
    entry->next = opencl->programs;
    opencl->programs = entry;
    *program = entry->built;
    return STATUS_OK;
done:
    if (entry) {
        free(entry->source);
        free(entry->options);
    }
    free(entry);
    return status;
}

void programs_release(struct opencl *opencl)
{
    while (opencl->programs) {
        struct program *entry = opencl->programs;
        opencl->programs = entry->next;
        clReleaseProgram(entry->built);
        free(entry->source);
        free(entry->options);
        free(entry);
    }
}
