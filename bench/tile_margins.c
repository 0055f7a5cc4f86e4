/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which of the margins asked for a sweep takes, and what they are in pixels. One computation is measured once, however
 * many of the margins it is.
 */
#include "bench/tile_sweep.h"

const int64_t *tile_sweep_margin(const struct tile_sweep_request *request, const struct tile_margin *margin,
                                 int64_t margin_px[3])
{
    if (margin->kind == TILE_MARGIN_AUTO || (margin->kind == TILE_MARGIN_MEASURED && request->margins->grows))
        return NULL;
    for (int axis = 0; axis < 3; axis++)
        margin_px[axis] = margin->kind == TILE_MARGIN_PX ? margin->px : request->margins->measured_px[axis];
    return margin_px;
}

static bool same_px(const struct tile_sweep_request *r, const int64_t a[3], const int64_t b[3])
{
    const struct shape s = r->in->shape;
    const int64_t whole[3] = {s.width, s.height, s.depth};
    for (int axis = 0; axis < 3; axis++)
        if (whole[axis] > 1 && a[axis] != b[axis])
            return false;
    return true;
}

static bool has_one_sweep(const struct graph *graph)
{
    for (int i = 0; i < graph->count; i++)
        if (graph_is_barrier(&graph->nodes[i]))
            return false;
    return true;
}

/* True if a margin that goes before it is the same computation: the automatic one before the measured one before
 * numbers. In several sweeps the automatic margins differ. */
static bool is_repeated(const struct tile_sweep_request *r, const struct tile_margin *margin)
{
    int64_t px[3];
    const bool automatic = tile_settings_want(r->settings, TILE_MARGIN_AUTO);
    if (margin->kind == TILE_MARGIN_AUTO)
        return false;
    if (!tile_sweep_margin(r, margin, px))
        return automatic;
    if (automatic && has_one_sweep(r->graph) && same_px(r, px, r->margins->automatic_px))
        return true;
    return margin->kind == TILE_MARGIN_PX && !r->margins->grows &&
           tile_settings_want(r->settings, TILE_MARGIN_MEASURED) && same_px(r, px, r->margins->measured_px);
}

bool tile_sweep_wants(const struct tile_sweep_request *r, const struct tile_margin *margin)
{
    const int64_t *measured = r->margins->measured_px;
    const bool none = margin->kind == TILE_MARGIN_MEASURED && (measured[0] < 0 || measured[1] < 0 || measured[2] < 0);
    return !none && !is_repeated(r, margin);
}
