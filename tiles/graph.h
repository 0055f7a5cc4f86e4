/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A chain as tiles see it. Operations that need the whole image are taken apart into what a tile can compute by itself
 * and what all tiles must have told first: a threshold's level, the numbers of labels. The labelings of the lecture
 * become blur, threshold, label and growth; a node may be used twice, so this is a graph and no chain.
 *
 * A space is a coordinate system: operations that move pixels lead from one space to the next, all others stay in
 * theirs.
 */
#ifndef TILES_GRAPH_H
#define TILES_GRAPH_H

#include "ops/chain.h"

enum { GRAPH_NODES_MAX = CHAIN_STEPS_MAX + 8, GRAPH_SPACES_MAX = CHAIN_STEPS_MAX + 1 };

enum graph_kind {
    GRAPH_INPUT,     /* an image that is read: the chain's (the first node) or a step's second one */
    GRAPH_OP,        /* an operation on a window */
    GRAPH_MOVE,      /* an operation on a window that leads to the next space */
    GRAPH_THRESHOLD, /* auto_threshold; its level comes from a sweep over all tiles of in[0] */
    GRAPH_LABEL,     /* label; numbered by a sweep over all tiles of in[0], then read like an input */
    GRAPH_GROW,      /* labels in[0] grown inside outline in[1]: how far is known afterwards only */
};

struct graph_node {
    enum graph_kind kind;
    const struct op *op; /* NULL for inputs */
    struct op_args args;
    int in[OP_INPUTS_MAX]; /* nodes before this one */
    int inputs;
    int space, step; /* step: of the chain, -1 for the chain's input */
    enum pixel_type type;
};

struct graph {
    struct graph_node nodes[GRAPH_NODES_MAX];
    int count; /* the last node is the result */
    struct shape shapes[GRAPH_SPACES_MAX];
    int spaces;
    struct op grow; /* the descriptor of growing nodes */
};

/* Takes a chain for an image of `shape` apart. The chain must outlive the graph. STATUS_UNSUPPORTED if a step does not
 * take what arrives there. */
enum status graph_make(const struct chain *chain, struct shape shape, struct graph *graph);

/* Pixels that a node needs around its own along x, y, z, from its descriptor; 0 for growth. */
int64_t graph_margin_px(const struct graph *graph, int node, int axis);

/* True if a sweep over all tiles must come before the node's own: thresholds and labels. */
bool graph_is_barrier(const struct graph_node *node);

#endif
