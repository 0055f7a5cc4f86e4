/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One process draws all figures, since starting gnuplot takes longer than a figure. It gets names of files as
 * arguments, without a shell, and none of the user's settings (-d), which could change what a figure shows. What it
 * says is kept in a file when it fails.
 */
#include "bench/report_plot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/plot.h"

extern char **environ;

static const char log_name[] = "gnuplot.log";

static enum status make_folder(const char *folder)
{
    struct stat about;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return status_fail(STATUS_IO, "%s: %s", folder, strerror(errno));
    if (stat(folder, &about) != 0 || !S_ISDIR(about.st_mode))
        return status_fail(STATUS_IO, "%s: is no folder", folder);
    return STATUS_OK;
}

/* "gnuplot", "-d", "time_flip.gp", ..., NULL; the names are in one allocation, to be freed as (*argv)[count + 3]. */
static enum status make_arguments(const struct plot_names *names, char ***argv)
{
    enum { END = 4 };
    char **list = calloc((size_t)names->count + 4, sizeof *list);
    char(*scripts)[PLOT_NAME + END] = calloc((size_t)names->count + 1, sizeof *scripts);
    *argv = list;
    if (!list || !scripts) {
        free(list);
        free(scripts);
        *argv = NULL;
        return status_fail(STATUS_MEMORY, "no memory to draw %d figures", names->count);
    }
    list[0] = "gnuplot";
    list[1] = "-d";
    for (int i = 0; i < names->count; i++) {
        snprintf(scripts[i], sizeof scripts[i], "%s.gp", names->rows[i]);
        list[i + 2] = scripts[i];
    }
    list[names->count + 3] = scripts[0];
    return STATUS_OK;
}

/* Starts it in the folder, with nothing to read and what it says in the log. Returns an error number. */
static int start(const char *folder, char *const *argv, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    error = posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (!error)
        error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!error)
        error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log_name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    if (!error)
        error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static enum status run_gnuplot(const char *folder, char *const *argv)
{
    pid_t pid;
    int ended = 0;
    const int error = start(folder, argv, &pid);
    if (error == ENOENT)
        return status_fail(
            STATUS_UNSUPPORTED,
            "gnuplot was not found (Debian, Ubuntu: gnuplot-nox), so no figure is drawn; tables and scripts are in %s",
            folder);
    if (error)
        return status_fail(STATUS_IO, "starting gnuplot: %s", strerror(error));
    while (waitpid(pid, &ended, 0) < 0)
        if (errno != EINTR)
            return status_fail(STATUS_IO, "waiting for gnuplot: %s", strerror(errno));
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
        return status_fail(STATUS_UNSUPPORTED, "gnuplot failed; what it said is in %s/%s", folder, log_name);
    return STATUS_OK;
}

/* A figure that is not there or empty was not drawn, whatever gnuplot's exit status says. */
static enum status look_at(const char *folder, const struct plot_names *names)
{
    static const char *const ends[] = {"svg", "pdf"};
    for (int i = 0; i < 2 * names->count; i++) {
        char *path;
        struct stat about;
        if (asprintf(&path, "%s/%s.%s", folder, names->rows[i / 2], ends[i % 2]) < 0)
            return status_fail(STATUS_MEMORY, "no memory to look at figures");
        const bool there = stat(path, &about) == 0 && about.st_size > 0;
        free(path);
        if (!there)
            return status_fail(STATUS_UNSUPPORTED, "gnuplot did not make %s.%s; what it said is in %s/%s",
                               names->rows[i / 2], ends[i % 2], folder, log_name);
    }
    return STATUS_OK;
}

static void remove_log(const char *folder)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, log_name) < 0)
        return;
    unlink(path);
    free(path);
}

enum status report_plot(const struct report_input *input, const char *folder, int *drawn)
{
    enum status status;
    struct plot_names names = {0};
    char **argv = NULL;
    const struct plot_report report = {input->cases, input->case_count, &input->limits};
    *drawn = 0;
    TRY(make_folder(folder));
    TRY(plot_write(folder, &report, &names));
    TRY(make_arguments(&names, &argv));
    TRY(run_gnuplot(folder, argv));
    TRY(look_at(folder, &names));
    remove_log(folder);
    *drawn = names.count;
done:
    if (argv)
        free(argv[names.count + 3]);
    free(argv);
    free(names.rows);
    return status;
}
