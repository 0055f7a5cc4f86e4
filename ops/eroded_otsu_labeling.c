/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Objects that touch at narrow places: Otsu's threshold of a Gaussian blur, eroded until they come apart, numbered, and
 * grown back inside the outline. After clEsperanto's operation of this name. Erosions by a box follow each other
 * as one erosion of the sum of their radii.
 */
#include "ops/kernels.h"
#include "ops/otsu_outline.h"
#include "ops/seeded_labels.h"

extern const struct op OP_U8(erode);

enum { EROSIONS, OUTLINE_SIGMA };

static struct op_args erosion(const struct op_args *args)
{
    return (struct op_args){{args->value[EROSIONS], 0}};
}

static enum status eroded_otsu_labeling_stages(struct stages *s)
{
    enum status status;
    const struct op_args erode = erosion(s->call->args);
    const struct shape shape = s->call->out->shape;
    struct image outline = stages_image(s, shape, PIXEL_U8), cores = stages_image(s, shape, PIXEL_U8);
    TRY(otsu_outline(s, s->call->args->value[OUTLINE_SIGMA], &outline));
    TRY(stages_run(s, &OP_U8(erode), &erode, &outline, NULL, &cores));
    TRY(seeded_labels(s, &cores, &outline));
done:
    return status;
}

static size_t eroded_otsu_labeling_bytes(const struct op_args *args, struct shape in, int threads)
{
    const struct op_args erode = erosion(args);
    const size_t outline = otsu_outline_bytes(args->value[OUTLINE_SIGMA], in, threads);
    const size_t eroded = stages_scratch_bytes(&OP_U8(erode), &erode, in, threads);
    return 2 * stages_image_bytes(in, PIXEL_U8) +
           larger_bytes(larger_bytes(outline, eroded), seeded_labels_bytes(in, threads));
}

static enum status eroded_otsu_labeling_ref(const struct op_call *call)
{
    const size_t bytes = eroded_otsu_labeling_bytes(call->args, call->in[0]->shape, 1);
    return stages_ref(call, bytes, eroded_otsu_labeling_stages);
}

static enum status eroded_otsu_labeling_omp(const struct op_call *call)
{
    return eroded_otsu_labeling_stages(&(struct stages){.call = call, .memory = call->scratch});
}

static enum status eroded_otsu_labeling_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    const struct device_image *in = call->in[0];
    const struct op_args erode = erosion(call->args);
    struct device_image blurred, outline, cores;
    TRY(stages_device_image(plan, in->shape, PIXEL_F32, &blurred));
    TRY(stages_device_image(plan, in->shape, PIXEL_U8, &outline));
    TRY(stages_device_image(plan, in->shape, PIXEL_U8, &cores));
    TRY(otsu_outline_append(plan, call->args->value[OUTLINE_SIGMA], in, &blurred, &outline));
    TRY(stages_append(plan, &OP_U8(erode), &erode, &outline, NULL, &cores));
    TRY(seeded_labels_append(plan, &cores, &outline, call->out));
done:
    return status;
}

static double eroded_otsu_labeling_flops(const struct op_args *args, struct shape in)
{
    const struct op_args blur = blur_args(args->value[OUTLINE_SIGMA]);
    return gaussian_flops_per_px(blur.value, in);
}

const struct op OP(eroded_otsu_labeling) = {
    OP_COMMON(eroded_otsu_labeling),
    .summary = "numbers the eroded objects of Otsu's outline, grown back",
    .full_only = true,
    .params = {{.name = "number_of_erosions",
                .help = "erosions by a box of radius 1 that set objects apart",
                .kind = OP_INTEGER,
                .low = 0,
                .high = 100,
                .preset = 5,
                .tested = "0,1"},
               {.name = "outline_sigma",
                .help = "standard deviation of the Gaussian",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 2,
                .tested = "0"}},
    .inputs = 1,
    .result = RESULT_LABELS,
    .margin = MARGIN_GLOBAL,
    .margin_rule = "global",
    .accepts = seeded_labels_accepts,
    .flops_per_px = eroded_otsu_labeling_flops,
    .ref = eroded_otsu_labeling_ref,
    .omp = eroded_otsu_labeling_omp,
    .scratch_bytes = eroded_otsu_labeling_bytes,
    .ocl = eroded_otsu_labeling_ocl,
};
