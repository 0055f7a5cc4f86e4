/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Samples per second of OpenCL images (textures) of one float32 channel: rows "sample_2d_nearest", "sample_2d_linear",
 * "sample_3d_nearest", "sample_3d_linear". The image is small and read along x, so that the sampler is the limit and
 * not the memory. On a device without such images the rows have no value.
 */
#include "hardware/limits_stages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "hardware/limits_checks.h"

extern const char kernel_limits_sampling[];

static const double BUDGET_NS = 60e6;

static const struct sampling_kind {
    const char *name;
    bool linear;
    size_t size[3];
} kinds[] = {{"sample_2d_nearest", false, {512, 512, 1}},
             {"sample_2d_linear", true, {512, 512, 1}},
             {"sample_3d_nearest", false, {64, 64, 64}},
             {"sample_3d_linear", true, {64, 64, 64}}};

struct stage {
    struct opencl *opencl;
    const struct sampling_kind *kind;
    struct plan *memory; /* owns image and sums */
    struct sampling_walk walk;
};

enum status sampling_walk_launch(struct plan *plan, const struct sampling_walk *walk, double *samples)
{
    const struct device *device = &plan_opencl(plan)->device;
    const size_t *size = walk->size;
    const cl_int width = (cl_int)size[0], steps = walk->steps;
    const bool cpu = device->type == DEVICE_CPU;
    char options[32];
    /* On a GPU a patch of the image at a time: its cache is laid out in patches. */
    struct launch launch = {.kernel = "sample_image",
                            .options = options,
                            .global = {size[0], size[1], size[2]},
                            .local = {cpu ? size[0] : 16, cpu ? 1 : 8, 1},
                            .arguments = {ARG(walk->image), ARG(width), ARG(steps), ARG(walk->sums), ARG(walk->least)}};
    snprintf(options, sizeof options, "-D IMAGE=%d%s", size[2] > 1 ? 3 : 2, walk->linear ? " -D LINEAR" : "");
    if (size[0] % 16 != 0 || size[1] % 8 != 0)
        return status_fail(STATUS_UNSUPPORTED, "sample_image: %zu x %zu is not made of 16 x 8", size[0], size[1]);
    *samples = (double)size[0] * (double)size[1] * (double)size[2] * steps;
    return plan_launch(plan, &launch);
}

/* Sampled are ones, which take the same way through a sampler as any other number, and whose sums are known. The image
 * is filled by a run of its own, apart from those that are timed. */
static enum status make_image(struct stage *s)
{
    static const cl_image_format format = {CL_R, CL_FLOAT};
    const size_t *size = s->kind->size, pixels = size[0] * size[1] * size[2], bytes = pixels * sizeof(cl_float);
    enum status status;
    struct plan *fill = NULL;
    cl_mem from;
    float *ones = malloc(bytes);
    if (!ones)
        return status_fail(STATUS_MEMORY, "no host memory for an image to sample");
    for (size_t i = 0; i < pixels; i++)
        ones[i] = 1;
    TRY(plan_create(s->opencl, kernel_limits_sampling, "-cl-std=CL1.2", &s->memory));
    TRY(plan_image(s->memory, &format, size, &s->walk.image));
    TRY(plan_scratch(s->memory, bytes, &s->walk.sums));
    TRY(plan_create(s->opencl, kernel_limits_sampling, "-cl-std=CL1.2", &fill));
    TRY(plan_constant(fill, ones, bytes, &from));
    TRY(plan_copy_to_image(fill, from, s->walk.image, size));
    TRY(plan_run(fill, NULL));
    TRY(opencl_finish(s->opencl));
done:
    plan_free(fill);
    free(ones);
    return status;
}

/* Every work-item's sum of two samples. */
static enum status check(const struct stage *s)
{
    enum status status;
    struct plan *plan = NULL;
    struct sampling_walk walk = s->walk;
    const size_t pixels = walk.size[0] * walk.size[1] * walk.size[2];
    double samples;
    walk.steps = 2;
    walk.least = -INFINITY;
    TRY(plan_create(s->opencl, kernel_limits_sampling, "-cl-std=CL1.2", &plan));
    TRY(plan_clear(plan, walk.sums, pixels * sizeof(cl_float)));
    TRY(sampling_walk_launch(plan, &walk, &samples));
    TRY(limit_run_and_expect(plan, walk.sums, pixels, s->kind->name, walk.steps, NAN));
done:
    plan_free(plan);
    return status;
}

static enum status make(void *context, int variant, int steps, struct plan **plan, double *amount, int *most_steps)
{
    struct stage *s = context;
    enum status status;
    (void)variant;
    (void)most_steps;
    s->walk.steps = steps;
    TRY(plan_create(s->opencl, kernel_limits_sampling, "-cl-std=CL1.2", plan));
    TRY(sampling_walk_launch(*plan, &s->walk, amount));
    return STATUS_OK;
done:
    plan_free(*plan);
    *plan = NULL;
    return status;
}

static enum status measure(struct stage *s, struct limit *row)
{
    enum status status;
    int best;
    struct limit_work work = {
        .opencl = s->opencl, .variants = 1, .only = -1, .make = make, .context = s, .budget_ns = BUDGET_NS};
    TRY(make_image(s));
    TRY(limit_fastest(&work, row, &best, NULL));
    TRY(check(s));
done:
    plan_free(s->memory);
    return status;
}

enum status limits_sampling(struct opencl *opencl, struct limits *limits)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct sampling_kind *kind = &kinds[i];
        struct stage s = {.opencl = opencl, .kind = kind, .walk = {.linear = kind->linear, .least = INFINITY}};
        struct limit row = limit_row("sampling", kind->name, "samples/s");
        for (int d = 0; d < 3; d++)
            s.walk.size[d] = kind->size[d];
        const bool measured = measure(&s, &row) == STATUS_OK;
        TRY(measured ? limits_add(limits, &row) : limits_add_failure(limits, &row));
    }
done:
    return status;
}
