/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "hardware/status.h"

Test(status, text_is_empty_before_the_first_failure)
{
    cr_expect_str_eq(status_text(), "");
}

Test(status, fail_returns_the_code_and_keeps_the_text)
{
    cr_expect_eq(status_fail(STATUS_INPUT, "%s: %d bytes missing", "cells.tif", 12), STATUS_INPUT);
    cr_expect_str_eq(status_text(), "cells.tif: 12 bytes missing");
    status_fail(STATUS_IO, "disk full");
    cr_expect_str_eq(status_text(), "disk full");
}

Test(status, text_is_one_line)
{
    status_fail(STATUS_DEVICE, "first\nsecond\r\nthird");
    cr_expect_str_eq(status_text(), "first second  third");
}

Test(status, text_may_quote_the_text_before)
{
    status_fail(STATUS_DEVICE, "clCreateBuffer failed");
    status_fail(STATUS_DEVICE, "%s, 16 bytes asked for", status_text());
    cr_expect_str_eq(status_text(), "clCreateBuffer failed, 16 bytes asked for");
}

Test(status, long_text_is_cut)
{
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    status_fail(STATUS_DEVICE, "%s", text);
    cr_expect_eq(strlen(status_text()), 1023);
}

static void *fail_in_thread(void *text)
{
    status_fail(STATUS_DEVICE, "of the other thread");
    strcpy(text, status_text());
    return NULL;
}

Test(status, text_belongs_to_its_thread)
{
    char other[64] = "";
    pthread_t thread;
    status_fail(STATUS_DEVICE, "of this thread");
    cr_assert_eq(pthread_create(&thread, NULL, fail_in_thread, other), 0);
    pthread_join(thread, NULL);
    cr_expect_str_eq(other, "of the other thread");
    cr_expect_str_eq(status_text(), "of this thread");
}

Test(status, names_go_there_and_back)
{
    cr_expect_str_eq(status_name(STATUS_OK), "ok");
    cr_expect_str_eq(status_name(STATUS_WRONG), "wrong");
    cr_expect_str_eq(status_name((enum status)1000), "unknown");
    cr_expect_str_eq(status_name((enum status) - 1), "unknown");
#define X(code, name) cr_expect_eq(status_from_name(name), code);
    STATUS_LIST(X)
#undef X
    cr_expect_eq(status_from_name("no such name"), STATUS_DEVICE);
}

Test(status, exit_codes_are_those_of_the_manual)
{
    cr_expect_eq(status_exit_code(STATUS_OK), 0);
    cr_expect_eq(status_exit_code(STATUS_USAGE), 2);
    cr_expect_eq(status_exit_code(STATUS_INPUT), 2);
    cr_expect_eq(status_exit_code(STATUS_WRONG), 4);
    cr_expect_eq(status_exit_code(STATUS_CRASH), 5);
    cr_expect_eq(status_exit_code(STATUS_HANG), 5);
    cr_expect_eq(status_exit_code(STATUS_DEVICE), 1);
    cr_expect_eq(status_exit_code(STATUS_MEMORY), 1);
}

static enum status passes_on(enum status code, int *released)
{
    enum status status;
    TRY(code);
    TRY(status_fail(STATUS_USAGE, "the second step failed"));
done:
    (*released)++;
    return status;
}

Test(status, try_passes_the_code_on_and_releases)
{
    int released = 0;
    cr_expect_eq(passes_on(STATUS_MEMORY, &released), STATUS_MEMORY);
    cr_expect_eq(passes_on(STATUS_OK, &released), STATUS_USAGE);
    cr_expect_eq(released, 2);
}

/* Planted: what a driver or a file name brings along must not command a terminal, nor break JSON. */
Test(status, text_is_fit_for_a_terminal)
{
    status_fail(STATUS_DEVICE, "on %s\nand %s", "\x1b[2JGPU\x07", "\xff\xc3");
    cr_expect_str_eq(status_text(), "on ?[2JGPU? and ??");
    status_fail(STATUS_INPUT, "%s", "Zelle µ.tif");
    cr_expect_str_eq(status_text(), "Zelle µ.tif");
}
