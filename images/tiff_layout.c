/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Two dialects. ImageJ writes lines of key=value ("ImageJ=1.53t", "images=30", "channels=3", "slices=10"), leaves out
 * what is 1, and stores channels fastest, then slices, then frames. OME-XML names sizes and order in the attributes of
 * its first Pixels element; only those are read, so a file whose TiffData elements permute the planes or point into
 * other files is followed as far as its sizes agree with its pages.
 */
#include "images/tiff_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Far above any real file, and its third power fits 64 bits. */
enum { SIZE_MAX_LISTED = 1 << 20 };

static const char *const names[] = {
#define X(code, name) [code] = name,
    TIFF_ORDER_LIST(X)
#undef X
};

const char *tiff_order_name(enum tiff_order order)
{
    return names[order];
}

int64_t tiff_layout_planes(const struct tiff_layout *layout)
{
    return layout->channels * layout->slices * layout->frames;
}

size_t tiff_layout_text(int64_t slices, char text[TIFF_LAYOUT_TEXT_BYTES])
{
    return (size_t)snprintf(text, TIFF_LAYOUT_TEXT_BYTES, "ImageJ=1.53t\nimages=%lld\nslices=%lld\nloop=false\n",
                            (long long)slices, (long long)slices);
}

/* Sets the steps for an order such as "CZT", fastest first; false if it is not an order of these three. */
static bool set_steps(struct tiff_layout *layout, const char *order)
{
    int64_t step = 1;
    for (int i = 0; i < 3; i++) {
        switch (order[i]) {
        case 'C':
            layout->channel_step = step;
            step *= layout->channels;
            break;
        case 'Z':
            layout->slice_step = step;
            step *= layout->slices;
            break;
        case 'T':
            layout->frame_step = step;
            step *= layout->frames;
            break;
        default:
            return false;
        }
    }
    return layout->channel_step && layout->slice_step && layout->frame_step;
}

struct tiff_layout tiff_layout_slices(int64_t planes)
{
    struct tiff_layout layout = {.order = TIFF_ORDER_PAGES, .channels = 1, .slices = planes, .frames = 1};
    set_steps(&layout, "CZT");
    return layout;
}

/* The number at `text`; 0 if there is none between 1 and the largest. */
static int64_t size_at(const char *text)
{
    long long value = strtoll(text, NULL, 10);
    return value >= 1 && value <= SIZE_MAX_LISTED ? value : 0;
}

/* The size on the line `key`, which ends in '='; `otherwise` if there is no such line. */
static int64_t imagej_size(const char *description, const char *key, int64_t otherwise)
{
    size_t length = strlen(key);
    for (const char *line = description; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0)
            return size_at(line + length);
    }
    return otherwise;
}

static bool parse_imagej(const char *description, struct tiff_layout *layout)
{
    int64_t images = imagej_size(description, "images=", 1);
    layout->order = TIFF_ORDER_IMAGEJ;
    layout->channels = imagej_size(description, "channels=", 1);
    layout->slices = imagej_size(description, "slices=", 1);
    layout->frames = imagej_size(description, "frames=", 1);
    if (tiff_layout_planes(layout) != images) {
        layout->channels = layout->frames = 1;
        layout->slices = images;
    }
    return images > 0 && set_steps(layout, "CZT");
}

/* Start of the value of an attribute of the element in [element, end), which begins with '<'; NULL if it has none. */
static const char *attribute(const char *element, const char *end, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = element + 1; (at = strstr(at, name)) && at < end; at += length)
        if (strchr(" \t\r\n", at[-1]) && at[length] == '=' && (at[length + 1] == '"' || at[length + 1] == '\''))
            return at + length + 2;
    return NULL;
}

static bool parse_ome(const char *description, int64_t samples, struct tiff_layout *layout)
{
    const char *plain = strstr(description, "<Pixels"), *pixels = plain ? plain : strstr(description, "<ome:Pixels");
    const char *end = pixels ? strchr(pixels, '>') : NULL;
    if (!end)
        return false;
    const char *order = attribute(pixels, end, "DimensionOrder");
    const char *c = attribute(pixels, end, "SizeC"), *z = attribute(pixels, end, "SizeZ");
    const char *t = attribute(pixels, end, "SizeT");
    if (!order || !c || !z || !t || strncmp(order, "XY", 2) != 0 || size_at(c) % samples != 0)
        return false;
    layout->order = TIFF_ORDER_OME;
    layout->channels = size_at(c) / samples;
    layout->slices = size_at(z);
    layout->frames = size_at(t);
    return tiff_layout_planes(layout) > 0 && set_steps(layout, order + 2);
}

bool tiff_layout_parse(const char *description, int64_t samples, struct tiff_layout *layout)
{
    *layout = (struct tiff_layout){0};
    if (!description)
        return false;
    if (strncmp(description, "ImageJ=", 7) == 0)
        return parse_imagej(description, layout);
    return strstr(description, "<OME") || strstr(description, "<ome:OME") ? parse_ome(description, samples, layout)
                                                                          : false;
}
