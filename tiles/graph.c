/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From chains to graphs.
 */
#include "tiles/graph.h"

#include <assert.h>
#include <string.h>

#include "ops/registry.h"
#include "tiles/growth.h"

static int add(struct graph *g, struct graph_node node)
{
    assert(g->count < GRAPH_NODES_MAX);
    node.space = g->spaces - 1;
    g->nodes[g->count] = node;
    return g->count++;
}

static int add_op(struct graph *g, enum graph_kind kind, const struct op *op, struct op_args args, int in, int step)
{
    return add(
        g,
        (struct graph_node){
            .kind = kind, .op = op, .args = args, .in = {in}, .inputs = 1, .step = step, .type = op_result_type(op)});
}

static const struct op_args none = {{0}};

/* Otsu's outline of the labelings: a blur that is float32 whatever its input, and the threshold of that. */
static int add_blur(struct graph *g, int in, double sigma, int step)
{
    const struct op *blur = op_find("gaussian_blur", g->nodes[in].type);
    const int node = add_op(g, GRAPH_OP, blur, (struct op_args){{sigma, sigma, sigma, sigma}}, in, step);
    g->nodes[node].type = PIXEL_F32;
    return node;
}

static int add_outline(struct graph *g, int in, double sigma, int step)
{
    return add_op(g, GRAPH_THRESHOLD, op_find("auto_threshold", PIXEL_F32), none, add_blur(g, in, sigma, step), step);
}

static int add_label(struct graph *g, int in, int step)
{
    return add_op(g, GRAPH_LABEL, op_find("label", PIXEL_U8), none, in, step);
}

static int add_growth(struct graph *g, int seeds, int outline, int step)
{
    g->grow = growth_op();
    return add(g, (struct graph_node){.kind = GRAPH_GROW,
                                      .op = &g->grow,
                                      .in = {add_label(g, seeds, step), outline},
                                      .inputs = 2,
                                      .step = step,
                                      .type = PIXEL_U32});
}

static void add_voronoi(struct graph *g, const struct chain_step *s, int in, int step)
{
    const int blurred = add_blur(g, in, s->args.value[op_param_index(s->op, "spot_sigma")], step);
    const int spots = add_op(g, GRAPH_OP, op_find("detect_maxima", PIXEL_F32), none, blurred, step);
    const int outline = add_outline(g, in, s->args.value[op_param_index(s->op, "outline_sigma")], step);
    const int seeds = add_op(g, GRAPH_OP, op_find("binary_and", PIXEL_U8), none, spots, step);
    g->nodes[seeds].in[1] = outline;
    g->nodes[seeds].inputs = 2;
    add_growth(g, seeds, outline, step);
}

static void add_eroded(struct graph *g, const struct chain_step *s, int in, int step)
{
    const int outline = add_outline(g, in, s->args.value[op_param_index(s->op, "outline_sigma")], step);
    const struct op_args erosion = {{s->args.value[op_param_index(s->op, "number_of_erosions")]}};
    add_growth(g, add_op(g, GRAPH_OP, op_find("erode", PIXEL_U8), erosion, outline, step), outline, step);
}

static void add_move(struct graph *g, const struct chain_step *s, int in, int step)
{
    g->shapes[g->spaces] = op_result_shape(s->op, &s->args, g->shapes[g->spaces - 1]);
    g->spaces++;
    add_op(g, GRAPH_MOVE, s->op, s->args, in, step);
}

static enum status add_step(struct graph *g, const struct chain_step *s, int step)
{
    enum status status = STATUS_OK;
    const int in = g->count - 1;
    /* The graph's own labels are not bound by the sizes that one label operation can take: its parts are asked. */
    if (s->op->margin != MARGIN_GLOBAL)
        TRY(op_accepts(s->op, &s->args, g->shapes[g->spaces - 1]));
    if (strcmp(s->op->name, "label") == 0)
        add_op(g, GRAPH_LABEL, s->op, s->args, in, step);
    else if (strcmp(s->op->name, "auto_threshold") == 0)
        add_op(g, GRAPH_THRESHOLD, s->op, s->args, in, step);
    else if (strcmp(s->op->name, "gauss_otsu_labeling") == 0)
        add_label(g, add_outline(g, in, s->args.value[op_param_index(s->op, "outline_sigma")], step), step);
    else if (strcmp(s->op->name, "voronoi_otsu_labeling") == 0)
        add_voronoi(g, s, in, step);
    else if (strcmp(s->op->name, "eroded_otsu_labeling") == 0)
        add_eroded(g, s, in, step);
    else if (s->op->source_region)
        add_move(g, s, in, step);
    else if (s->op->margin != MARGIN_PIXELS)
        return status_fail(STATUS_UNSUPPORTED, "%s cannot be computed in tiles", s->op->name);
    else
        add_op(g, GRAPH_OP, s->op, s->args, in, step);
    if (s->op->inputs == 2) {
        const int node = g->count - 1;
        struct graph_node second = {.kind = GRAPH_INPUT, .step = step, .type = s->op->type};
        struct graph_node whole = g->nodes[node];
        g->count--;
        whole.in[1] = add(g, second);
        whole.inputs = 2;
        add(g, whole);
    }
done:
    return status;
}

enum status graph_make(const struct chain *chain, struct shape shape, struct graph *g)
{
    enum status status = STATUS_OK;
    memset(g, 0, sizeof *g);
    g->spaces = 1;
    g->shapes[0] = shape;
    add(g, (struct graph_node){.kind = GRAPH_INPUT, .step = -1, .type = chain->steps[0].op->type});
    for (int i = 0; i < chain->count; i++)
        TRY(add_step(g, &chain->steps[i], i));
done:
    return status;
}

int64_t graph_margin_px(const struct graph *graph, int node, int axis)
{
    const struct graph_node *n = &graph->nodes[node];
    const struct shape s = graph->shapes[n->space];
    const int64_t whole = axis == 0 ? s.width : axis == 1 ? s.height : s.depth;
    /* An axis of one pixel is never filtered. */
    return n->kind == GRAPH_OP && n->op->margin_px && whole > 1 ? n->op->margin_px(&n->args, axis) : 0;
}

bool graph_is_barrier(const struct graph_node *node)
{
    return node->kind == GRAPH_THRESHOLD || node->kind == GRAPH_LABEL;
}
