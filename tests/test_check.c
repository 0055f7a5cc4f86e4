/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The checker accepts a sound operation and finds the faults of the planted ones, on each backend by itself. Linked
 * with the planted operations in place of the real ones.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/check.h"
#include "ops/args.h"
#include "tests/open_device.h"

static bool is_op(const char *name, const void *context)
{
    return strcmp(name, context) == 0;
}

static struct check_plan plan_for(const char *op, enum backend backend)
{
    struct check_plan plan = {
        .selects_op = is_op, .context = op, .types = {true, true, true}, .quick = true, .seed = 1};
    plan.backends[backend] = true;
    plan.variants[VARIANT_BUFFER] = plan.variants[VARIANT_IMAGE] = true;
    return plan;
}

Test(check, a_sound_operation_passes_with_openmp)
{
    struct check_count count;
    const struct check_plan plan = plan_for("add_scalar", BACKEND_OPENMP);
    cr_expect_eq(check_run(&plan, &count), STATUS_OK, "%s", status_text());
    cr_expect(count.compared > 0 && count.wrong == 0 && count.skipped == 0);
}

Test(check, a_sound_operation_passes_with_opencl)
{
    struct check_count count;
    struct opencl *opencl = open_device();
    struct check_plan plan = plan_for("add_scalar", BACKEND_OPENCL);
    plan.devices = &opencl;
    plan.device_count = 1;
    cr_expect_eq(check_run(&plan, &count), STATUS_OK, "%s", status_text());
    cr_expect(count.compared > 0 && count.wrong == 0 && count.skipped == 0);
    opencl_close(opencl);
}

Test(check, a_wrong_last_column_is_found)
{
    struct check_count count;
    const struct check_plan plan = plan_for("planted_wrong", BACKEND_OPENMP);
    cr_expect_eq(check_run(&plan, &count), STATUS_WRONG);
    cr_expect(count.compared > 0 && count.wrong == count.compared, "%ld of %ld", (long)count.wrong,
              (long)count.compared);
}

Test(check, one_wrong_pixel_of_a_kernel_is_found)
{
    struct check_count count;
    struct opencl *opencl = open_device();
    struct check_plan plan = plan_for("planted_wrong", BACKEND_OPENCL);
    plan.devices = &opencl;
    plan.device_count = 1;
    cr_expect_eq(check_run(&plan, &count), STATUS_WRONG);
    cr_expect(count.compared > 0 && count.wrong == count.compared, "%ld of %ld", (long)count.wrong,
              (long)count.compared);
    opencl_close(opencl);
}

Test(check, a_wrong_case_is_named_with_the_place)
{
    char *text = NULL;
    size_t bytes = 0;
    struct check_count count;
    struct check_plan plan = plan_for("planted_wrong", BACKEND_OPENMP);
    plan.out = open_memstream(&text, &bytes);
    plan.types[PIXEL_U16] = plan.types[PIXEL_F32] = false;
    cr_expect_eq(check_run(&plan, &count), STATUS_WRONG);
    fclose(plan.out);
    cr_expect(strstr(text, "wrong: planted_wrong() uint8 1x1x1 noise openmp, 1 threads: 1 of 1 pixels differ"), "%s",
              text);
    cr_expect(strstr(text, "129x35x9 noise openmp, 3 threads: 315 of 40635 pixels differ"), "%s", text);
    cr_expect(strstr(text, "first at 128,0,0"), "%s", text);
    free(text);
}

Test(check, every_cpu_level_is_walked)
{
    struct check_count one, all;
    struct check_plan plan = plan_for("add_scalar", BACKEND_OPENMP);
    cr_assert_eq(check_run(&plan, &one), STATUS_OK);
    plan.all_levels = true;
    cr_assert_eq(check_run(&plan, &all), STATUS_OK);
    cr_expect_eq(all.compared, one.compared * ((int)cpu_level_best() + 1));
}

Test(check, an_unselected_operation_is_not_run)
{
    struct check_count count;
    const struct check_plan plan = plan_for("no_such_operation", BACKEND_OPENMP);
    cr_expect_eq(check_run(&plan, &count), STATUS_OK);
    cr_expect_eq(count.compared, 0);
}

/* The planted operations that crash and hang do so, once, on the named backend: what is built on them may trust them.
 */
static void execute(const char *name, const char *where, enum backend backend)
{
    const struct op *op = op_find(name, PIXEL_U8);
    struct op_args args = op_args_preset(op);
    struct image pixels[2] = {0};
    struct execution execution;
    struct opencl *opencl = backend == BACKEND_OPENCL ? open_device() : NULL;
    const struct image *in[] = {&pixels[0]};
    cr_assert_eq(op_args_set(op, &args, "where", where), STATUS_OK);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(image_alloc(&pixels[i], (struct shape){16, 16, 1}, PIXEL_U8, 0, 1), STATUS_OK);
    cr_assert_eq(execution_prepare(&execution, op, &args, backend, opencl, 1, in, &pixels[1]), STATUS_OK, "%s",
                 status_text());
    cr_assert_eq(check_execution(&execution, &pixels[0]), STATUS_OK, "%s", status_text());
    execution_free(&execution);
    image_free(&pixels[0]);
    image_free(&pixels[1]);
    opencl_close(opencl);
}

Test(check, planted_crash_computes_when_not_asked_to_crash)
{
    execute("planted_crash", "never", BACKEND_OPENMP);
    execute("planted_crash", "opencl", BACKEND_OPENMP);
    execute("planted_crash", "openmp", BACKEND_OPENCL);
}

Test(check, planted_crash_aborts_in_openmp, .signal = SIGABRT)
{
    execute("planted_crash", "openmp", BACKEND_OPENMP);
}

Test(check, planted_crash_dies_in_opencl, .signal = SIGSEGV)
{
    execute("planted_crash", "opencl", BACKEND_OPENCL);
}

Test(check, planted_hang_computes_when_not_asked_to_hang)
{
    execute("planted_hang", "never", BACKEND_OPENMP);
    execute("planted_hang", "opencl", BACKEND_OPENMP);
    execute("planted_hang", "openmp", BACKEND_OPENCL);
}

Test(check, planted_hang_hangs_in_openmp, .signal = SIGALRM)
{
    alarm(1);
    execute("planted_hang", "openmp", BACKEND_OPENMP);
}

Test(check, planted_hang_hangs_in_opencl, .signal = SIGALRM)
{
    alarm(2);
    execute("planted_hang", "opencl", BACKEND_OPENCL);
}
