/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which planes of a file make up the wanted image, whether they fit together and into the file, and reading them.
 *
 * The order of the steps is the point: pages are listed and judged first, memory is taken next, pixels are decoded
 * last.
 */
#include "images/tiff.h"

#include <omp.h>
#include <stdio.h>

#include "images/tiff_layout.h"
#include "images/tiff_planes.h"

struct stack {
    struct tiff_file file;
    struct tiff_pages pages;
    struct tiff_layout layout;
    int64_t raw_offset;  /* ImageJ's files above 4 GB: where plane 0 begins; -1: every plane has its page */
    int64_t plane_bytes; /* as stored: with all samples where they are interleaved */
    enum pixel_type type;
};

/* One page, uncompressed, whose description names more images: their planes follow the first without pages. A directory
 * behind the pixels was not written by ImageJ, but by a program that took one plane and kept the description. */
static enum status find_raw_planes(struct stack *stack, const struct tiff_layout *described)
{
    int64_t planes = tiff_layout_planes(described), bytes;
    int64_t offset = tiff_plane_offset(&stack->file, &stack->pages.page[0]);
    if (offset < 0 || stack->pages.page[0].directory > (uint64_t)offset)
        return STATUS_OK;
    if (__builtin_mul_overflow(planes, stack->plane_bytes, &bytes) || bytes > stack->file.bytes - offset)
        return status_fail(STATUS_INPUT, "%s: truncated: its description names %lld images, the file ends after %lld",
                           stack->file.path, (long long)planes,
                           (long long)((stack->file.bytes - offset) / stack->plane_bytes));
    stack->raw_offset = offset;
    stack->layout = *described;
    return STATUS_OK;
}

/* What the description says is followed if the pages agree: a stale one survives many a conversion. OME files may hold
 * further series behind the first. */
static enum status find_layout(struct stack *stack)
{
    struct tiff_layout described;
    const char *text = NULL;
    int64_t pages = stack->pages.count;
    TIFFGetField(stack->file.handle, TIFFTAG_IMAGEDESCRIPTION, &text);
    stack->raw_offset = -1;
    stack->layout = tiff_layout_slices(pages);
    if (!tiff_layout_parse(text, stack->pages.page[0].samples, &described))
        return STATUS_OK;
    int64_t planes = tiff_layout_planes(&described);
    if (planes == pages || (described.order == TIFF_ORDER_OME && planes < pages))
        stack->layout = described;
    else if (described.order == TIFF_ORDER_IMAGEJ && pages == 1 && planes > 1)
        return find_raw_planes(stack, &described);
    return STATUS_OK;
}

static enum status open_stack(struct stack *stack, const char *path)
{
    enum status status;
    TRY(tiff_file_open(&stack->file, path));
    TRY(tiff_pages_list(&stack->file, &stack->pages));
    TRY(tiff_page_type(&stack->file, &stack->pages.page[0], &stack->type));
    TRY(tiff_page_bytes(&stack->file, &stack->pages.page[0], &stack->plane_bytes));
    tiff_file_forget(&stack->file);
    if (!TIFFSetSubDirectory(stack->file.handle, stack->pages.page[0].directory))
        return tiff_file_damaged(&stack->file, "the first page cannot be read");
    TRY(find_layout(stack));
done:
    return status;
}

static enum status check_selection(const char *path, const char *what, int64_t wanted, int64_t count)
{
    if (wanted >= 0 && wanted < count)
        return STATUS_OK;
    if (count == 1)
        return status_fail(STATUS_USAGE, "%s: %s %lld: the file has one %s, number 0", path, what, (long long)wanted,
                           what);
    return status_fail(STATUS_USAGE, "%s: %s %lld: the file has %lld, numbered 0 to %lld", path, what,
                       (long long)wanted, (long long)count, (long long)count - 1);
}

/* The plane of slice z in the selected channel and frame. */
static int64_t plane_of(const struct stack *stack, const struct tiff_info *info, int64_t z)
{
    const struct tiff_layout *l = &stack->layout;
    return info->channel / stack->pages.page[0].samples * l->channel_step + z * l->slice_step +
           info->frame * l->frame_step;
}

static enum status check_alike(const struct stack *stack, const struct tiff_page *page)
{
    const struct tiff_page *first = &stack->pages.page[0];
    const long long number = page - first + 1;
    if (page->width != first->width || page->height != first->height)
        return status_fail(STATUS_INPUT, "%s: page %lld is %lldx%lld pixels, page 1 is %lldx%lld: not one stack",
                           stack->file.path, number, (long long)page->width, (long long)page->height,
                           (long long)first->width, (long long)first->height);
    if (page->samples != first->samples || page->bits != first->bits || page->format != first->format)
        return status_fail(STATUS_INPUT, "%s: page %lld has other pixels than page 1: not one stack", stack->file.path,
                           number);
    return STATUS_OK;
}

/* Every page that will be read: like the first, of a kind that is read, and with enough stored bytes. */
static enum status check_pages(const struct stack *stack, const struct tiff_info *info)
{
    enum status status = STATUS_OK;
    for (int64_t z = 0; z < info->slices && stack->raw_offset < 0; z++) {
        const struct tiff_page *page = &stack->pages.page[plane_of(stack, info, z)];
        int64_t bytes;
        enum pixel_type type;
        TRY(check_alike(stack, page));
        TRY(tiff_page_type(&stack->file, page, &type));
        TRY(tiff_page_bytes(&stack->file, page, &bytes));
        if ((uint64_t)bytes > page->decodable_bytes)
            return status_fail(STATUS_INPUT,
                               "%s: truncated or damaged: page %lld of %lldx%lld pixels needs %lld bytes, its "
                               "part of the file can hold %llu",
                               stack->file.path, (long long)(page - stack->pages.page) + 1, (long long)page->width,
                               (long long)page->height, (long long)bytes, (unsigned long long)page->decodable_bytes);
    }
done:
    return status;
}

static enum status read_planes(struct stack *stack, const struct tiff_info *info, struct image *image)
{
    enum status status = STATUS_OK;
    const int64_t sample = info->channel % stack->pages.page[0].samples;
    for (int64_t z = 0; z < info->slices && status == STATUS_OK; z++) {
        int64_t plane = plane_of(stack, info, z);
        if (stack->raw_offset >= 0)
            status = tiff_plane_copy(&stack->file, &stack->pages.page[0],
                                     stack->raw_offset + plane * stack->plane_bytes, sample, image, z);
        else
            status = tiff_plane_decode(&stack->file, &stack->pages.page[plane], sample, image, z);
    }
    return status;
}

static struct tiff_info describe(const struct stack *stack, const struct tiff_selection *selection)
{
    const struct tiff_page *first = &stack->pages.page[0];
    const TIFFCodec *codec = TIFFFindCODEC(first->compression);
    struct tiff_info info = {.channels = stack->layout.channels * first->samples,
                             .slices = stack->layout.slices,
                             .frames = stack->layout.frames,
                             .channel = selection ? selection->channel : 0,
                             .frame = selection ? selection->frame : 0,
                             .pages = stack->pages.count,
                             .order = stack->layout.order};
    snprintf(info.compression, sizeof info.compression, "%s",
             first->compression == COMPRESSION_NONE ? "none"
             : codec                                ? codec->name
                                                    : "unknown");
    return info;
}

/* Opens, and judges all pages that make up the selected image. */
static enum status find_image(struct stack *stack, const char *path, const struct tiff_selection *selection,
                              struct tiff_info *info, struct shape *shape)
{
    enum status status;
    TRY(open_stack(stack, path));
    *info = describe(stack, selection);
    TRY(check_selection(path, "channel", info->channel, info->channels));
    TRY(check_selection(path, "frame", info->frame, info->frames));
    TRY(check_pages(stack, info));
    *shape = (struct shape){stack->pages.page[0].width, stack->pages.page[0].height, info->slices};
done:
    return status;
}

static void close_stack(struct stack *stack)
{
    tiff_pages_free(&stack->pages);
    tiff_file_close(&stack->file);
}

enum status tiff_shape(const char *path, const struct tiff_selection *selection, struct shape *shape,
                       enum pixel_type *type)
{
    struct stack stack = {0};
    struct tiff_info found;
    enum status status = find_image(&stack, path, selection, &found, shape);
    *type = stack.type;
    close_stack(&stack);
    return status;
}

enum status tiff_read(const char *path, const struct tiff_selection *selection, struct image *image,
                      struct tiff_info *info)
{
    enum status status;
    struct stack stack = {0};
    struct tiff_info found;
    struct shape shape;
    *image = (struct image){0};
    TRY(find_image(&stack, path, selection, &found, &shape));
    TRY(image_alloc(image, shape, stack.type, 0, omp_get_max_threads()));
    TRY(read_planes(&stack, &found, image));
    found.nonfinite = image_count_nonfinite(image);
    if (info)
        *info = found;
done:
    close_stack(&stack);
    if (status != STATUS_OK)
        image_free(image);
    return status;
}
