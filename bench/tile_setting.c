/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reading lists of tiles and margins.
 */
#include "bench/tile_setting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/axes.h"

enum { ITEM_BYTES = 64 };

/* The next item of a comma-separated list into item[]; false after the last. Items that are too long are cut, and are
 * then no valid ones. */
static bool next_item(const char **list, char item[ITEM_BYTES])
{
    if (!*list)
        return false;
    const size_t length = strcspn(*list, ",");
    snprintf(item, ITEM_BYTES, "%.*s", (int)(length < ITEM_BYTES ? length : ITEM_BYTES), *list);
    *list = (*list)[length] ? *list + length + 1 : NULL;
    return true;
}

static enum status add_tile(const char *item, struct shape result, struct tile_settings *s)
{
    struct shape tile;
    if (shape_parse(item, &tile) != STATUS_OK)
        return status_fail(STATUS_USAGE, "--tile '%s'; valid: such as 64, 64x32 or 64x32x8, each at least 1", item);
    if (!strchr(item, 'x') && result.depth > 1)
        tile.depth = tile.width;
    if (tile.width > result.width || tile.height > result.height || tile.depth > result.depth)
        return status_fail(STATUS_USAGE, "--tile %s: %lldx%lldx%lld is larger than the result, which is %lldx%lldx%lld",
                           item, (long long)tile.width, (long long)tile.height, (long long)tile.depth,
                           (long long)result.width, (long long)result.height, (long long)result.depth);
    for (int i = 0; i < s->tile_count; i++)
        if (shape_equal(s->tiles[i], tile))
            return STATUS_OK;
    if (s->tile_count == TILE_SIZES_MAX)
        return status_fail(STATUS_USAGE, "--tile: more than %d sizes", TILE_SIZES_MAX);
    s->tiles[s->tile_count++] = tile;
    return STATUS_OK;
}

enum status tile_settings_tiles(const char *text, struct shape result, struct tile_settings *settings)
{
    enum status status = STATUS_OK;
    char item[ITEM_BYTES];
    while (next_item(&text, item))
        TRY(add_tile(item, result, settings));
done:
    return status;
}

static enum status add_margin(struct tile_margin margin, struct tile_settings *s)
{
    for (int i = 0; i < s->margin_count; i++)
        if (s->margins[i].kind == margin.kind && s->margins[i].px == margin.px)
            return STATUS_OK;
    if (s->margin_count == TILE_MARGINS_MAX)
        return status_fail(STATUS_USAGE, "--margin: more than %d margins", TILE_MARGINS_MAX);
    s->margins[s->margin_count++] = margin;
    return STATUS_OK;
}

/* "10" is one number, "0:80:10" three; 0 for anything else. */
static int numbers_of(const char *item, long long number[3])
{
    int count = 0;
    for (const char *at = item; count < 3; at++) {
        char *end;
        if (*at < '0' || *at > '9')
            return 0;
        errno = 0;
        number[count++] = strtoll(at, &end, 10);
        if (errno || number[count - 1] > TILE_MARGIN_MOST_PX)
            return 0;
        if (!*end)
            return count;
        if (*end != ':')
            return 0;
        at = end;
    }
    return 0;
}

static enum status add_margins(const char *item, struct tile_settings *s)
{
    enum status status = STATUS_OK;
    long long number[3];
    if (strcmp(item, "auto") == 0)
        return add_margin((struct tile_margin){.kind = TILE_MARGIN_AUTO}, s);
    if (strcmp(item, "measured") == 0)
        return add_margin((struct tile_margin){.kind = TILE_MARGIN_MEASURED}, s);
    const int count = numbers_of(item, number);
    if (count != 1 && (count != 3 || number[1] < number[0] || number[2] < 1))
        return status_fail(STATUS_USAGE,
                           "--margin '%s'; valid: a number of pixels up to %d, LOW:HIGH:STEP, auto, measured", item,
                           TILE_MARGIN_MOST_PX);
    for (long long px = number[0]; px <= (count == 1 ? number[0] : number[1]); px += count == 1 ? 1 : number[2])
        TRY(add_margin((struct tile_margin){.kind = TILE_MARGIN_PX, .px = px}, s));
done:
    return status;
}

enum status tile_settings_margins(const char *text, struct tile_settings *settings)
{
    enum status status = STATUS_OK;
    char item[ITEM_BYTES];
    while (next_item(&text, item))
        TRY(add_margins(item, settings));
done:
    return status;
}

const char *tile_margin_text(const struct tile_margin *margin, char *text, size_t bytes)
{
    if (margin->kind == TILE_MARGIN_PX)
        snprintf(text, bytes, "%lld", (long long)margin->px);
    else
        snprintf(text, bytes, "%s", margin->kind == TILE_MARGIN_AUTO ? "auto" : "measured");
    return text;
}

bool tile_settings_want(const struct tile_settings *settings, enum tile_margin_kind kind)
{
    for (int i = 0; i < settings->margin_count; i++)
        if (settings->margins[i].kind == kind)
            return true;
    return false;
}
