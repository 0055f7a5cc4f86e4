/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What can fail returns an enum status. The place that meets the failure records one line of text with status_fail();
 * everything above passes the code on with TRY() and never rewrites the text. The command line prints it once.
 */
#ifndef HARDWARE_STATUS_H
#define HARDWARE_STATUS_H

#define STATUS_LIST(X)                                                                                                 \
    X(STATUS_OK, "ok")                                                                                                 \
    X(STATUS_USAGE, "usage")                 /* the user named something that does not exist or is out of range */     \
    X(STATUS_INPUT, "input")                 /* a file is missing, damaged, or of a kind that is not read */           \
    X(STATUS_IO, "io")                       /* writing failed: disk full, no permission */                            \
    X(STATUS_MEMORY, "memory")               /* host memory is not enough */                                           \
    X(STATUS_DEVICE_MEMORY, "oom")           /* device memory is not enough */                                         \
    X(STATUS_DEVICE, "device")               /* an OpenCL call failed */                                               \
    X(STATUS_UNSUPPORTED, "unsupported")     /* a valid request that this operation or device cannot serve */          \
    X(STATUS_WRONG, "wrong")                 /* a result differs from the reference */                                 \
    X(STATUS_CRASH, "crash")                 /* a worker process died */                                               \
    X(STATUS_HANG, "hang")                   /* a worker process made no progress */                                   \
    X(STATUS_STORE, "store")                 /* the result store cannot be opened, read or written */

enum status {
#define X(code, name) code,
    STATUS_LIST(X)
#undef X
};

/* Records the text (printf style, one line) for this thread, made fit for a terminal by text_clean(); returns `status`. */
enum status status_fail(enum status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text of this thread's last failure; "" before the first. */
const char *status_text(void);

/* Short lower-case name of a code, as used in the store. */
const char *status_name(enum status status);

/* The code of such a name; STATUS_DEVICE for a name that is not known. */
enum status status_from_name(const char *name);

/* Process exit status for a code: 0 fine, 2 usage, input and unsupported, 4 wrong results, 5 crash or hang, 1 the rest. */
int status_exit_code(enum status status);

/* Needs a local `enum status status` and a label `done:` that releases everything. */
#define TRY(expression)                                                                                                \
    do {                                                                                                               \
        if ((status = (expression)) != STATUS_OK)                                                                      \
            goto done;                                                                                                 \
    } while (0)

#endif
