/* SPDX-License-Identifier: BSD-3-Clause
 *
 * fork and exec with a pipe; poll() for the patience. The processes of base and head run one at a time.
 */
#include "bench/gate_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hardware/cpu.h"

enum { READ_BYTES = 65536, CANNOT_RUN = 127 };

static void run_child(pid_t parent, int output, int errors, char *const *argv)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    /* Both backends work in one process: a driver's threads that run on the CPU must not inherit a binding of OpenMP's.
     */
    setenv("OMP_PROC_BIND", "false", 1);
    setenv("OMP_DYNAMIC", "false", 1);
    /* Threads that wait must sleep. On a machine that is busy with other things a spinning one keeps the very thread
     * that it waits for from its core, and a call of 50 us takes 20 ms, or not. */
    setenv("OMP_WAIT_POLICY", "passive", 1);
    cpu_unbind();
    execvp(argv[0], argv);
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(CANNOT_RUN);
}

enum status gate_process_start(struct gate_process *p, char *const *argv, const char *name)
{
    int ends[2];
    *p = (struct gate_process){.output = -1, .errors = tmpfile()};
    snprintf(p->name, sizeof p->name, "%s", name);
    if (!p->errors)
        return status_fail(STATUS_CRASH, "no temporary file for what %s says: %s", name, strerror(errno));
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fclose(p->errors);
        p->errors = NULL;
        return status_fail(STATUS_CRASH, "pipe: %s", strerror(errno));
    }
    const pid_t parent = getpid();
    fflush(NULL);
    p->pid = fork();
    if (p->pid == 0)
        run_child(parent, ends[1], fileno(p->errors), argv);
    close(ends[1]);
    p->output = ends[0];
    return p->pid > 0 ? STATUS_OK : status_fail(STATUS_CRASH, "fork: %s", strerror(errno));
}

static enum status make_room(struct gate_process *p)
{
    if (p->taken > 0)
        memmove(p->buffer, p->buffer + p->taken, p->used - p->taken);
    p->used -= p->taken;
    p->taken = 0;
    if (p->capacity - p->used > READ_BYTES)
        return STATUS_OK;
    char *grown = realloc(p->buffer, p->capacity + 2 * READ_BYTES);
    if (!grown)
        return status_fail(STATUS_MEMORY, "no host memory for the output of %s", p->name);
    p->buffer = grown;
    p->capacity += 2 * READ_BYTES;
    return STATUS_OK;
}

enum status gate_process_line(struct gate_process *p, double patience_s, char **line)
{
    enum status status;
    *line = NULL;
    for (;;) {
        char *start = p->buffer ? p->buffer + p->taken : NULL;
        char *end = p->used > p->taken ? memchr(start, '\n', p->used - p->taken) : NULL;
        if (end) {
            *end = 0;
            p->taken += (size_t)(end - start) + 1;
            *line = start;
            return STATUS_OK;
        }
        if (!p->buffer || p->taken > 0 || p->capacity - p->used <= READ_BYTES)
            TRY(make_room(p));
        struct pollfd wait = {.fd = p->output, .events = POLLIN};
        const int ready = poll(&wait, 1, (int)(patience_s * 1000));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0) {
            kill(p->pid, SIGKILL);
            p->killed = true;
            return status_fail(STATUS_HANG, "%s made no progress for %g s and was killed", p->name, patience_s);
        }
        const ssize_t got = read(p->output, p->buffer + p->used, READ_BYTES);
        if (got > 0) {
            p->used += (size_t)got;
            continue;
        }
        if (p->used > 0 && p->buffer[p->used - 1] != '\n') { /* a last line without its end */
            p->buffer[p->used++] = '\n';
            continue;
        }
        return STATUS_OK;
    }
done:
    return status;
}

/* Waits for the end; a process that is stuck in a driver cannot even be killed and is not waited for without end. */
static void reap(const struct gate_process *p, int *how)
{
    for (int waited_ms = 0; p->killed && waited_ms < 5000; waited_ms += 10) {
        if (waitpid(p->pid, how, WNOHANG) != 0)
            return;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    while (!p->killed && waitpid(p->pid, how, 0) < 0 && errno == EINTR)
        ;
}

/* The last line that is not empty. */
static void last_error(struct gate_process *p, char *text, size_t bytes)
{
    char line[512];
    text[0] = 0;
    rewind(p->errors);
    while (fgets(line, sizeof line, p->errors)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0])
            snprintf(text, bytes, ": %s", line);
    }
}

enum status gate_process_end(struct gate_process *p, int *exit_code)
{
    enum status status = STATUS_OK;
    char why[600] = "";
    int how = 0;
    *exit_code = -1;
    if (p->output >= 0)
        close(p->output);
    if (p->pid > 0) {
        reap(p, &how);
        if (p->errors)
            last_error(p, why, sizeof why);
        if (WIFSIGNALED(how))
            status = status_fail(STATUS_CRASH, "%s was ended by signal %d (%s)%s", p->name, WTERMSIG(how),
                                 strsignal(WTERMSIG(how)), why);
        else if ((*exit_code = WEXITSTATUS(how)) != 0)
            status = status_fail(STATUS_CRASH, "%s exited with %d%s", p->name, *exit_code, why);
    }
    if (p->errors)
        fclose(p->errors);
    free(p->buffer);
    *p = (struct gate_process){.output = -1};
    return status;
}
