/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Workers are this very program, executed anew with its own environment: OpenMP reads its variables before main().
 */
#include "bench/worker_link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/worker.h"
#include "hardware/cpu.h"

enum { STARTS_MOST = 3, READ_BYTES = 65536 };

/* In the child. The CPU's threads are bound. How long they spin is left to the OpenMP library, as in any program; the
 * worker ends them before it answers (see worker.c). A driver that runs on the CPU starts threads of its own, which
 * must not inherit a binding. */
static void set_environment(int device_index)
{
    if (device_index == WORKER_CPU) {
        setenv("OMP_PROC_BIND", "spread", 0);
        setenv("OMP_PLACES", "cores", 0);
        setenv("OMP_DYNAMIC", "false", 0);
    } else {
        setenv("OMP_PROC_BIND", "false", 1);
        setenv("OMP_WAIT_POLICY", "passive", 1);
    }
}

static enum status start(struct worker_link *link)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return status_fail(STATUS_CRASH, "socketpair: %s", strerror(errno));
    pid_t parent = getpid(), pid = fork();
    if (pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return status_fail(STATUS_CRASH, "fork: %s", strerror(errno));
    }
    if (pid == 0) {
        char socket_text[16], device_text[16];
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
        fcntl(ends[1], F_SETFD, 0);
        snprintf(socket_text, sizeof socket_text, "%d", ends[1]);
        snprintf(device_text, sizeof device_text, "%d", link->device_index);
        set_environment(link->device_index);
        cpu_unbind();
        dup2(STDERR_FILENO, STDOUT_FILENO); /* what a driver prints must not end up in the table */
        execl("/proc/self/exe", "breakeven", "worker", socket_text, device_text, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    link->pid = pid;
    link->socket = ends[0];
    link->used = 0;
    return STATUS_OK;
}

/* Waits up to `most_ms` for the process to end; then its pid is forgotten. */
static bool reap(struct worker_link *link, int most_ms, int *how)
{
    for (int waited = 0; waited <= most_ms; waited += 10) {
        if (waitpid(link->pid, how, WNOHANG) != 0) {
            link->pid = 0;
            return true;
        }
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    return false;
}

/* A process that is stuck in a driver cannot even be killed; it is left behind and not waited for without end. */
static void bury(struct worker_link *link, int *how)
{
    if (!link->pid)
        return;
    close(link->socket);
    kill(link->pid, SIGKILL);
    reap(link, 5000, how);
    link->pid = 0;
}

static enum status crashed(struct worker_link *link)
{
    /* The end of the socket and the end of the process are a moment apart; waiting keeps the signal that ended it. */
    int how = 0;
    int socket = link->socket;
    if (reap(link, 1000, &how))
        close(socket);
    else
        bury(link, &how);
    if (WIFSIGNALED(how))
        return status_fail(STATUS_CRASH, "the worker for %s was ended by signal %d (%s)", link->name, WTERMSIG(how),
                           strsignal(WTERMSIG(how)));
    return status_fail(STATUS_CRASH, "the worker for %s exited with %d", link->name, WEXITSTATUS(how));
}

/* One line of the worker's, parsed; NULL with a status when it died or kept silent until the deadline. */
static enum status receive(struct worker_link *link, double patience_s, json_t **message)
{
    *message = NULL;
    for (;;) {
        char *end = link->used ? memchr(link->buffer, '\n', link->used) : NULL;
        if (end) {
            size_t length = (size_t)(end - link->buffer) + 1;
            *message = json_loadb(link->buffer, length, 0, NULL);
            memmove(link->buffer, link->buffer + length, link->used - length);
            link->used -= length;
            return *message ? STATUS_OK : status_fail(STATUS_CRASH, "the worker for %s sent garbage", link->name);
        }
        if (link->capacity - link->used < READ_BYTES) {
            char *grown = realloc(link->buffer, link->capacity + READ_BYTES);
            if (!grown)
                return status_fail(STATUS_MEMORY, "no host memory for a worker's answer");
            link->buffer = grown;
            link->capacity += READ_BYTES;
        }
        struct pollfd wait = {.fd = link->socket, .events = POLLIN};
        int ready = poll(&wait, 1, (int)(patience_s * 1000));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0) {
            int how;
            bury(link, &how);
            return status_fail(STATUS_HANG, "the worker for %s made no progress for %g s and was killed", link->name,
                               patience_s);
        }
        ssize_t got = read(link->socket, link->buffer + link->used, READ_BYTES);
        if (got <= 0)
            return crashed(link);
        link->used += (size_t)got;
    }
}

/* The next message that is no sign of life. A failed answer becomes this process's status and text. */
static enum status receive_answer(struct worker_link *link, double patience_s, json_t **answer)
{
    for (;;) {
        enum status status = receive(link, patience_s, answer);
        if (status != STATUS_OK)
            return status;
        if (!json_object_get(*answer, "alive"))
            break;
        json_decref(*answer);
    }
    const char *name = json_string_value(json_object_get(*answer, "status"));
    const char *text = json_string_value(json_object_get(*answer, "text"));
    enum status status = name ? status_from_name(name) : STATUS_CRASH;
    if (status == STATUS_OK)
        return STATUS_OK;
    status_fail(status, "%s", text ? text : "an answer without a status");
    json_decref(*answer);
    *answer = NULL;
    return status;
}

/* Each process lists the devices anew. When one has gone meanwhile, an index means another device: nothing may be timed
 * under the name of what is not there. */
static enum status check_device(const struct worker_link *link, json_t *hello)
{
    const char *name = "", *platform = "", *driver = "";
    json_int_t listed = 0;
    if (link->device_index == WORKER_CPU)
        return STATUS_OK;
    if (json_unpack(hello, "{s:s,s:s,s:s,s:I}", "name", &name, "platform", &platform, "driver", &driver, "listed",
                    &listed) != 0)
        return status_fail(STATUS_CRASH, "the worker for %s does not say which device it opened", link->name);
    if (listed != (json_int_t)link->listed || strcmp(name, link->name) != 0 || strcmp(platform, link->platform) != 0 ||
        strcmp(driver, link->driver) != 0)
        return status_fail(STATUS_DEVICE, "the devices have changed: %d of %zu was %s, %d of %lld is now %s",
                           link->device_index, link->listed, link->name, link->device_index, (long long)listed, name);
    return STATUS_OK;
}

static enum status ensure_started(struct worker_link *link)
{
    if (link->pid)
        return STATUS_OK;
    if (link->failed_starts >= STARTS_MOST)
        return status_fail(link->start_status, "not tried again after %d times: %s", STARTS_MOST, link->start_failure);
    json_t *hello = NULL;
    enum status status = start(link);
    if (status == STATUS_OK)
        status = receive_answer(link, link->watchdog_s > 60 ? link->watchdog_s : 60, &hello);
    if (status == STATUS_OK)
        status = check_device(link, hello);
    link->failed_starts = status == STATUS_OK ? 0 : link->failed_starts + 1;
    int how;
    if (status != STATUS_OK) {
        link->start_status = status;
        snprintf(link->start_failure, sizeof link->start_failure, "%s", status_text());
        bury(link, &how);
    }
    json_decref(hello);
    return status;
}

enum status worker_ask(struct worker_link *link, json_t *request, double patience, json_t **answer)
{
    *answer = NULL;
    enum status status = ensure_started(link);
    char *text = status == STATUS_OK ? json_dumps(request, JSON_COMPACT) : NULL;
    if (status == STATUS_OK) {
        size_t length = strlen(text);
        text[length] = '\n'; /* in place of the terminator: the line is sent by length */
        if (send(link->socket, text, length + 1, MSG_NOSIGNAL) != (ssize_t)(length + 1))
            status = crashed(link);
        else
            status = receive_answer(link, link->watchdog_s * patience, answer);
    }
    free(text);
    json_decref(request);
    return status;
}

int64_t worker_cpu_ns(const struct worker_link *link)
{
    clockid_t clock;
    struct timespec used;
    if (!link->pid || clock_getcpuclockid(link->pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

void worker_stop(struct worker_link *link)
{
    int how;
    bury(link, &how);
    free(link->buffer);
    link->buffer = NULL;
    link->used = link->capacity = 0;
}
