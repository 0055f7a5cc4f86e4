/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "reports/order.h"
#include "tests/made_up_rows.h"

Test(order, devices_first_then_subjects_then_sizes)
{
    struct case_row rows[] = {
        cpu_row("flip", 64, "resident", 1),    gpu_row("median", 64, "resident", 1),
        gpu_row("flip", 512, "end_to_end", 1), gpu_row("flip", 64, "resident", 1),
        gpu_row("flip", 64, "end_to_end", 1),  gpu_row("flip", 64, "resident", 1),
        cpu_row("median", 64, "resident", 1),  cpu_row("flip", 64, "resident", 1),
    };
    static const int expected[] = {4, 3, 2, 1, 5, 7, 6, 0};
    struct ordered_row *ordered;
    strcpy(rows[5].device_type, "cpu");
    strcpy(rows[0].backend, "reference");
    cr_assert_eq(order_rows(rows, 8, &ordered), STATUS_OK);
    for (int i = 0; i < 8; i++)
        cr_expect_eq(ordered[i].row - rows, expected[i], "at %d: %d", i, (int)(ordered[i].row - rows));
    cr_expect_eq(order_same_size(ordered, 8), 2);
    cr_expect_eq(order_same_subject(ordered, 8), 3);
    cr_expect_eq(order_same_device(ordered, 8), 4);
    cr_expect_eq(order_same_device(ordered + 4, 4), 1);
    cr_expect_eq(row_class(&rows[5]), ROW_CPU_DEVICE);
    free(ordered);
}

Test(order, a_device_row_is_compared_with_the_fastest_openmp_row_of_the_same_work)
{
    struct case_row rows[] = {
        gpu_row("flip", 64, "resident", 1),    cpu_row("flip", 64, "resident", 30), cpu_row("flip", 64, "resident", 10),
        cpu_row("flip", 64, "resident", 20),   cpu_row("flip", 64, "resident", 1),  cpu_row("flip", 64, "resident", 1),
        cpu_row("flip", 64, "end_to_end", 1),  cpu_row("flip", 128, "resident", 1), cpu_row("add", 64, "resident", 1),
        gpu_row("median", 64, "resident", 10),
    };
    struct ordered_row *ordered;
    strcpy(rows[4].status, "hang");
    strcpy(rows[5].backend, "reference");
    cr_assert_eq(order_rows(rows, 10, &ordered), STATUS_OK);
    cr_expect_eq(ordered[0].cpu, &rows[2]);
    cr_expect_null(ordered[1].cpu, "there is no median on the CPU");
    for (int i = 2; i < 10; i++)
        cr_expect_eq(ordered[i].compared, ordered[i].row == &rows[2]);
    free(ordered);
}

/* Planted: each of these differs in one thing from what the GPU did, and must not be taken for the same work. */
Test(order, different_work_is_not_compared)
{
    for (int i = 0; i < 11; i++) {
        struct case_row rows[] = {gpu_row("flip", 64, "resident", 1), cpu_row("flip", 64, "resident", 1)};
        struct ordered_row *ordered;
        struct case_row *cpu = &rows[1];
        switch (i) {
        case 0:
            strcpy(cpu->parameters, "axes=y");
            break;
        case 1:
            strcpy(cpu->type, "u8");
            break;
        case 2:
            strcpy(cpu->content, "cells");
            break;
        case 3:
            strcpy(cpu->cache, "rotate");
            break;
        case 4:
            cpu->width = 32, cpu->height = 128;
            break;
        case 5:
            cpu->dimensions = 3;
            break;
        case 6:
            cpu->run = 2;
            break;
        case 7:
            strcpy(cpu->variant, "image");
            break;
        case 8:
            strcpy(cpu->variant, "buffer"); /* as files from before there were variants have it unsaid */
            break;
        case 9:
            cpu->tile_width = 64;
            break;
        case 10:
            cpu->margin_px = 10;
            break;
        }
        cr_assert_eq(order_rows(rows, 2, &ordered), STATUS_OK);
        cr_expect_eq(ordered[0].cpu != NULL, i == 8, "case %d", i);
        free(ordered);
    }
}
