/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which planes of a file make up the wanted image, and whether they fit together and into the file.
 *
 * Pages are listed and judged before any memory for pixels is taken.
 */
#include "images/tiff_stack.h"

#include <stdio.h>

/* One page, uncompressed, whose description names more images: their planes follow the first without pages. A directory
 * behind the pixels was not written by ImageJ, but by a program that took one plane and kept the description. */
static enum status find_raw_planes(struct tiff_stack *stack, const struct tiff_layout *described)
{
    int64_t planes = tiff_layout_planes(described), bytes;
    int64_t offset = stack->pages.page[0].raw_offset;
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
static enum status find_layout(struct tiff_stack *stack)
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

static enum status open_file(struct tiff_stack *stack, const char *path)
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
static int64_t plane_of(const struct tiff_stack *stack, int64_t z)
{
    const struct tiff_layout *l = &stack->layout;
    const struct tiff_info *info = &stack->info;
    return info->channel / stack->pages.page[0].samples * l->channel_step + z * l->slice_step +
           info->frame * l->frame_step;
}

static enum status check_alike(const struct tiff_stack *stack, const struct tiff_page *page)
{
    const struct tiff_page *first = &stack->pages.page[0];
    const long long number = page->number;
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
static enum status check_pages(const struct tiff_stack *stack)
{
    enum status status = STATUS_OK;
    for (int64_t z = 0; z < stack->info.slices && stack->raw_offset < 0; z++) {
        const struct tiff_page *page = &stack->pages.page[plane_of(stack, z)];
        int64_t bytes;
        enum pixel_type type;
        TRY(check_alike(stack, page));
        TRY(tiff_page_type(&stack->file, page, &type));
        TRY(tiff_page_bytes(&stack->file, page, &bytes));
        if ((uint64_t)bytes > page->decodable_bytes)
            return status_fail(STATUS_INPUT,
                               "%s: truncated or damaged: page %lld of %lldx%lld pixels needs %lld bytes, its "
                               "part of the file can hold %llu",
                               stack->file.path, (long long)page->number, (long long)page->width,
                               (long long)page->height, (long long)bytes, (unsigned long long)page->decodable_bytes);
    }
done:
    return status;
}

static struct tiff_info describe(const struct tiff_stack *stack, const struct tiff_selection *selection)
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

enum status tiff_stack_open(struct tiff_stack *stack, const char *path, const struct tiff_selection *selection)
{
    enum status status;
    *stack = (struct tiff_stack){0};
    TRY(open_file(stack, path));
    stack->info = describe(stack, selection);
    TRY(check_selection(path, "channel", stack->info.channel, stack->info.channels));
    TRY(check_selection(path, "frame", stack->info.frame, stack->info.frames));
    TRY(check_pages(stack));
    stack->shape = (struct shape){stack->pages.page[0].width, stack->pages.page[0].height, stack->info.slices};
done:
    return status;
}

struct tiff_plane tiff_stack_plane(const struct tiff_stack *stack, int64_t z)
{
    const struct tiff_page *first = &stack->pages.page[0];
    const int64_t number = plane_of(stack, z), sample = stack->info.channel % first->samples;
    if (stack->raw_offset >= 0)
        return (struct tiff_plane){first, stack->raw_offset + number * stack->plane_bytes, sample};
    const struct tiff_page *page = &stack->pages.page[number];
    return (struct tiff_plane){page, page->raw_offset, sample};
}

void tiff_stack_close(struct tiff_stack *stack)
{
    tiff_pages_free(&stack->pages);
    tiff_file_close(&stack->file);
}
