/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The error need not fall as the margin grows, so bisection alone proves nothing; confirmation on other pieces does as
 * far as samples can. A window that holds the whole piece is exact whatever the operation: margins are therefore only
 * believed up to a quarter of the piece, unless the piece is the image.
 */
#include "tiles/margin_search.h"

#include <stdlib.h>
#include <string.h>

#include "tiles/margin_sample.h"
#include "tiles/sweep.h"

enum { SIDE_2D_PX = 128, SIDE_3D_PX = 32, CONFIRMATIONS = 3, GROWTH_DOUBLINGS = 2 };

struct search {
    const struct margin_request *request;
    struct margin_found *found;
    struct margin_sample *sample; /* piece 0 of this side */
    int64_t side_px;
    int64_t margin_px[3]; /* smaller ones were seen to fail */
};

static int64_t axis_px(struct shape s, int axis)
{
    return axis == 0 ? s.width : axis == 1 ? s.height : s.depth;
}

int64_t margin_largest(const int64_t margin_px[3])
{
    const int64_t flat = margin_px[0] > margin_px[1] ? margin_px[0] : margin_px[1];
    return flat > margin_px[2] ? flat : margin_px[2];
}

bool margin_grows(const struct graph *graph)
{
    for (int i = 0; i < graph->count; i++)
        if (graph->nodes[i].kind == GRAPH_GROW)
            return true;
    return false;
}

void margin_automatic(const struct graph *graph, int64_t growth_px, int64_t margin_px[3])
{
    struct sweep sweep;
    memset(margin_px, 0, 3 * sizeof *margin_px);
    for (int node = 0; node < graph->count; node++) {
        const bool last = node == graph->count - 1, barrier = graph_is_barrier(&graph->nodes[node]);
        for (int k = barrier ? 0 : 1; k < (last ? 2 : 1); k++) {
            sweep_make(graph, k ? node : graph->nodes[node].in[0], -1, growth_px, NULL, &sweep);
            for (int space = sweep.first_space; space <= sweep.last_space; space++)
                for (int axis = 0; axis < 3; axis++)
                    if (sweep.margin_px[space][axis] > margin_px[axis])
                        margin_px[axis] = sweep.margin_px[space][axis];
        }
    }
}

static enum status wrong_pixels(struct search *s, struct margin_sample *sample, const int64_t *margin_px, bool *wrong)
{
    int64_t wrong_px = 0;
    const enum status status = margin_sample_wrong(sample, margin_px, &wrong_px);
    s->found->trials++;
    *wrong = wrong_px > 0;
    return status;
}

/* One axis with that margin, the others whole. */
static enum status try_axis(struct search *s, struct margin_sample *sample, int axis, int64_t px, bool *wrong)
{
    int64_t margin_px[3] = {sample->shape.width, sample->shape.height, sample->shape.depth};
    margin_px[axis] = px;
    return wrong_pixels(s, sample, margin_px, wrong);
}

static bool is_whole(const struct search *s, const struct margin_sample *sample, int axis)
{
    return axis_px(sample->shape, axis) == axis_px(s->request->shape, axis);
}

/* From the margin known so far upwards; *enough is false if this piece is too small to tell. */
static enum status search_axis(struct search *s, struct margin_sample *sample, int axis, bool *enough)
{
    enum status status;
    const int64_t side = axis_px(sample->shape, axis), most = is_whole(s, sample, axis) ? side : side / 4;
    int64_t fails = s->margin_px[axis] - 1, good = s->margin_px[axis];
    bool wrong = true;
    *enough = good <= most;
    if (!*enough)
        return STATUS_OK;
    TRY(try_axis(s, sample, axis, good, &wrong));
    for (int64_t step = 1; wrong && good < most; step *= 2) {
        fails = good;
        good = good + step < most ? good + step : most;
        TRY(try_axis(s, sample, axis, good, &wrong));
    }
    *enough = !wrong;
    while (!wrong && good - fails > 1) {
        const int64_t middle = fails + (good - fails) / 2;
        bool middle_wrong;
        TRY(try_axis(s, sample, axis, middle, &middle_wrong));
        *(middle_wrong ? &fails : &good) = middle;
    }
    s->margin_px[axis] = wrong ? good + 1 : good;
done:
    return status;
}

static struct shape cube(int64_t side_px)
{
    return (struct shape){side_px, side_px, side_px};
}

static enum status sample_make(struct search *s, int index, struct margin_sample *sample)
{
    s->found->pieces++;
    return margin_sample_make(s->request, cube(s->side_px), index, sample);
}

/* All axes, on larger and larger pieces. *exact is false if wrong pixels remain although windows hold the image. */
static enum status search_upwards(struct search *s, bool *exact)
{
    enum status status = STATUS_OK;
    *exact = true;
    for (int axis = 0; axis < 3 && *exact; axis++) {
        if (axis_px(s->request->shape, axis) == 1)
            continue;
        for (bool enough = false; !enough && *exact;) {
            TRY(search_axis(s, s->sample, axis, &enough));
            if (enough)
                continue;
            *exact = !is_whole(s, s->sample, axis);
            if (!*exact)
                continue;
            s->side_px *= 2;
            margin_sample_free(s->sample);
            TRY(sample_make(s, 0, s->sample));
        }
    }
done:
    return status;
}

/* Raises the margins that another piece needs; all of them by one if none is to blame alone. */
static enum status raise_margins(struct search *s, struct margin_sample *other)
{
    enum status status = STATUS_OK;
    int64_t before[3];
    bool enough;
    memcpy(before, s->margin_px, sizeof before);
    for (int axis = 0; axis < 3; axis++)
        if (axis_px(s->request->shape, axis) > 1)
            TRY(search_axis(s, other, axis, &enough));
    if (memcmp(before, s->margin_px, sizeof before) == 0)
        for (int axis = 0; axis < 3; axis++)
            s->margin_px[axis] += axis_px(s->request->shape, axis) > 1;
done:
    return status;
}

/* True on *again if a margin had to be raised. */
static enum status confirm_on(struct search *s, int index, bool *again)
{
    enum status status;
    bool wrong = false;
    struct margin_sample *other = malloc(sizeof *other);
    *again = false;
    if (!other)
        return status_fail(STATUS_MEMORY, "no host memory for a piece of an image");
    status = sample_make(s, index, other);
    if (status == STATUS_OK) {
        TRY(wrong_pixels(s, other, s->margin_px, &wrong));
        *again = wrong && margin_largest(s->margin_px) <
                              margin_largest((int64_t[3]){s->request->shape.width, s->request->shape.height,
                                                          s->request->shape.depth});
        if (*again)
            TRY(raise_margins(s, other));
    }
done:
    margin_sample_free(other);
    free(other);
    return status;
}

static enum status search_all(struct search *s)
{
    enum status status;
    bool exact, again;
    TRY(search_upwards(s, &exact));
    for (int index = 1; exact && index <= CONFIRMATIONS; index++) {
        TRY(confirm_on(s, index, &again));
        if (!again)
            continue;
        TRY(search_upwards(s, &exact)); /* a larger margin may want a larger piece */
        index = 0;
    }
    for (int axis = 0; axis < 3; axis++)
        s->found->measured_px[axis] = exact ? s->margin_px[axis] : -1;
done:
    return status;
}

/* What growth takes on a few pieces, and that its check holds. */
static enum status look_at_growth(struct search *s)
{
    enum status status = STATUS_OK;
    s->side_px <<= GROWTH_DOUBLINGS;
    for (int index = 0; index <= CONFIRMATIONS; index++) {
        bool wrong = false;
        margin_sample_free(s->sample);
        TRY(sample_make(s, index, s->sample));
        TRY(wrong_pixels(s, s->sample, NULL, &wrong));
        if (wrong)
            return status_fail(STATUS_WRONG, "labels that grew across tiles differ from the untiled ones");
        if (s->sample->report.growth_px > s->found->growth_px)
            s->found->growth_px = s->sample->report.growth_px;
    }
done:
    return status;
}

enum status margin_search(const struct margin_request *request, struct margin_found *found)
{
    enum status status;
    struct graph *graph = malloc(sizeof *graph);
    struct search s = {.request = request,
                       .found = found,
                       .sample = calloc(1, sizeof *s.sample),
                       .side_px = request->shape.depth > 1 ? SIDE_3D_PX : SIDE_2D_PX};
    *found = (struct margin_found){.growth_px = -1, .measured_px = {-1, -1, -1}};
    if (!graph || !s.sample) {
        status = status_fail(STATUS_MEMORY, "no host memory to search for a margin");
        goto done;
    }
    TRY(graph_make(request->chain, request->shape, graph));
    found->grows = margin_grows(graph);
    if (found->grows) {
        TRY(look_at_growth(&s));
        margin_automatic(graph, found->growth_px, found->automatic_px);
        memcpy(found->measured_px, found->automatic_px, sizeof found->measured_px);
    } else {
        margin_automatic(graph, 0, found->automatic_px);
        TRY(sample_make(&s, 0, s.sample));
        TRY(search_all(&s));
    }
done:
    if (s.sample)
        margin_sample_free(s.sample);
    free(s.sample);
    free(graph);
    return status;
}
