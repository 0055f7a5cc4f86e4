/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Objects that touch, told apart by their brightest spots: the maxima of a Gaussian blur (spot_sigma) that lie inside
 * the outline, which is Otsu's threshold of another blur (outline_sigma), are numbered and grown inside the outline.
 * After clEsperanto's operation of this name (Haase et al., CLIJ, Nature Methods 2020). All blurs are float32.
 */
#include "ops/kernels.h"
#include "ops/otsu_outline.h"
#include "ops/seeded_labels.h"

extern const struct op OP_F32(detect_maxima), OP_U8(binary_and);

enum { SPOT_SIGMA, OUTLINE_SIGMA };

static const struct op_args none = {{0}};

static enum status find_spots(const struct stages *stages, struct image *spots)
{
    enum status status;
    struct stages s = *stages;
    const struct op_args blur = blur_args(s.call->args->value[SPOT_SIGMA]);
    struct image blurred = stages_image(&s, spots->shape, PIXEL_F32);
    TRY(stages_run(&s, &OP(gaussian_blur), &blur, s.call->in[0], NULL, &blurred));
    TRY(stages_run(&s, &OP_F32(detect_maxima), &none, &blurred, NULL, spots));
done:
    return status;
}

static enum status voronoi_otsu_labeling_stages(struct stages *s)
{
    enum status status;
    const struct shape shape = s->call->out->shape;
    struct image spots = stages_image(s, shape, PIXEL_U8), outline = stages_image(s, shape, PIXEL_U8);
    TRY(find_spots(s, &spots));
    TRY(otsu_outline(s, s->call->args->value[OUTLINE_SIGMA], &outline));
    TRY(stages_run(s, &OP_U8(binary_and), &none, &spots, &outline, &spots));
    TRY(seeded_labels(s, &spots, &outline));
done:
    return status;
}

static size_t voronoi_otsu_labeling_bytes(const struct op_args *args, struct shape in, int threads)
{
    const struct op_args spot = blur_args(args->value[SPOT_SIGMA]);
    const size_t blurred = stages_image_bytes(in, PIXEL_F32);
    const size_t blur = stages_scratch_bytes(&OP(gaussian_blur), &spot, in, threads);
    const size_t maxima = stages_scratch_bytes(&OP_F32(detect_maxima), &none, in, threads);
    const size_t and = stages_scratch_bytes(&OP_U8(binary_and), &none, in, threads);
    const size_t spots = larger_bytes(blurred + larger_bytes(blur, maxima), and);
    const size_t outline = otsu_outline_bytes(args->value[OUTLINE_SIGMA], in, threads);
    return 2 * stages_image_bytes(in, PIXEL_U8) +
           larger_bytes(larger_bytes(spots, outline), seeded_labels_bytes(in, threads));
}

static enum status voronoi_otsu_labeling_ref(const struct op_call *call)
{
    const size_t bytes = voronoi_otsu_labeling_bytes(call->args, call->in[0]->shape, 1);
    return stages_ref(call, bytes, voronoi_otsu_labeling_stages);
}

static enum status voronoi_otsu_labeling_omp(const struct op_call *call)
{
    return voronoi_otsu_labeling_stages(&(struct stages){.call = call, .memory = call->scratch});
}

static enum status voronoi_otsu_labeling_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    const struct device_image *in = call->in[0];
    const struct op_args spot = blur_args(call->args->value[SPOT_SIGMA]);
    struct device_image blurred, spots, outline;
    TRY(stages_device_image(plan, in->shape, PIXEL_F32, &blurred));
    TRY(stages_device_image(plan, in->shape, PIXEL_U8, &spots));
    TRY(stages_device_image(plan, in->shape, PIXEL_U8, &outline));
    TRY(stages_append(plan, &OP(gaussian_blur), &spot, in, NULL, &blurred));
    TRY(stages_append(plan, &OP_F32(detect_maxima), &none, &blurred, NULL, &spots));
    TRY(otsu_outline_append(plan, call->args->value[OUTLINE_SIGMA], in, &blurred, &outline));
    TRY(stages_append(plan, &OP_U8(binary_and), &none, &spots, &outline, &spots));
    TRY(seeded_labels_append(plan, &spots, &outline, call->out));
done:
    return status;
}

static double voronoi_otsu_labeling_flops(const struct op_args *args, struct shape in)
{
    const struct op_args spot = blur_args(args->value[SPOT_SIGMA]), outline = blur_args(args->value[OUTLINE_SIGMA]);
    return gaussian_flops_per_px(spot.value, in) + gaussian_flops_per_px(outline.value, in);
}

const struct op OP(voronoi_otsu_labeling) = {
    OP_COMMON(voronoi_otsu_labeling),
    .summary = "numbers objects by their spots, grown inside Otsu's outline",
    .full_only = true,
    .params = {{.name = "spot_sigma",
                .help = "standard deviation of the Gaussian whose maxima are the spots: how far apart objects are",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 3.5,
                .tested = "0,1,5"},
               {.name = "outline_sigma",
                .help = "standard deviation of the Gaussian whose threshold is the outline",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 1,
                .tested = "0,2"}},
    .inputs = 1,
    .result = RESULT_LABELS,
    .margin = MARGIN_GLOBAL,
    .margin_rule = "global",
    .accepts = seeded_labels_accepts,
    .flops_per_px = voronoi_otsu_labeling_flops,
    .ref = voronoi_otsu_labeling_ref,
    .omp = voronoi_otsu_labeling_omp,
    .scratch_bytes = voronoi_otsu_labeling_bytes,
    .ocl = voronoi_otsu_labeling_ocl,
};
