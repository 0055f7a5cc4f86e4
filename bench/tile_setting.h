/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which tiles and margins a sweep walks, as the user typed them.
 *
 *     tiles     64,256,512x128     a single number is a square, of a 3D result a cube
 *     margins   0:80:10            from 0 to 80 px in steps of 10
 *               0,10,auto          auto: what the operations state; measured: what margin_search() finds
 */
#ifndef BENCH_TILE_SETTING_H
#define BENCH_TILE_SETTING_H

#include "images/image.h"

enum { TILE_SIZES_MAX = 64, TILE_MARGINS_MAX = 1024, TILE_MARGIN_MOST_PX = 1000000 };

enum tile_margin_kind { TILE_MARGIN_PX, TILE_MARGIN_AUTO, TILE_MARGIN_MEASURED };

struct tile_margin {
    enum tile_margin_kind kind;
    int64_t px; /* TILE_MARGIN_PX only */
};

struct tile_settings {
    struct shape tiles[TILE_SIZES_MAX];
    int tile_count;
    struct tile_margin margins[TILE_MARGINS_MAX];
    int margin_count;
};

/* Repeated items are taken once. STATUS_USAGE names the item: no number, 0, a tile larger than the result. */
enum status tile_settings_tiles(const char *text, struct shape result, struct tile_settings *settings);

enum status tile_settings_margins(const char *text, struct tile_settings *settings);

/* "10", "auto", "measured"; returns `text`. */
const char *tile_margin_text(const struct tile_margin *margin, char *text, size_t bytes);

/* True if some margin is of that kind. */
bool tile_settings_want(const struct tile_settings *settings, enum tile_margin_kind kind);

#endif
