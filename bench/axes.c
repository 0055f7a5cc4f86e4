/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From axes to groups. The default sizes are those of the lecture's table (2048x2048 is 8 MB in 16 bit) and smaller ones
 * in steps of about sixteen, between which a run then looks for the break-even size.
 */
#include "bench/axes.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/text.h"
#include "ops/args.h"
#include "ops/registry.h"

enum { ITEMS_MOST = 256, ITEM_BYTES = 48 };

struct items {
    char text[ITEMS_MOST][ITEM_BYTES];
    int count;
};

static enum status add_item(struct items *items, const char *text, int length)
{
    if (items->count == ITEMS_MOST || length >= ITEM_BYTES || length == 0)
        return status_fail(STATUS_USAGE, "'%s': %s", text,
                           items->count == ITEMS_MOST ? "too many items in a list" : "an item is empty or too long");
    snprintf(items->text[items->count++], ITEM_BYTES, "%.*s", length, text);
    return STATUS_OK;
}

/* "2:10:4" or "128:4096:x2"; anything else is one item. */
static enum status add_range(struct items *items, const char *text, int length)
{
    char item[ITEM_BYTES], factor[2] = "";
    double low, high, step;
    int used = 0;
    if (!memchr(text, ':', (size_t)length))
        return add_item(items, text, length);
    snprintf(item, sizeof item, "%.*s", length, text);
    if (sscanf(item, "%lf:%lf:%1[x]%lf%n", &low, &high, factor, &step, &used) != 4)
        used = sscanf(item, "%lf:%lf:%lf%n", &low, &high, &step, &used) == 3 ? (int)strlen(item) : -1;
    bool grows = factor[0] ? step > 1 && low > 0 : step > 0;
    if (used != (int)strlen(item) || !grows || high < low)
        return status_fail(STATUS_USAGE, "'%s' is no range; valid: low:high:step or low:high:xFACTOR", item);
    for (int i = 0;; i++) {
        double value = factor[0] ? low * pow(step, i) : low + i * step;
        if (value > high * (1 + 1e-9))
            return STATUS_OK;
        int printed = snprintf(item, sizeof item, "%.9g", value);
        enum status status = add_item(items, item, printed);
        if (status != STATUS_OK)
            return status;
    }
}

static enum status split(const char *list, struct items *items)
{
    items->count = 0;
    for (;; list++) {
        int length = (int)strcspn(list, ",");
        enum status status = add_range(items, list, length);
        if (status != STATUS_OK)
            return status;
        list += length;
        if (!*list)
            return STATUS_OK;
    }
}

enum status shape_parse(const char *text, struct shape *shape)
{
    int64_t size[3] = {0, 0, 1};
    int axes = 0;
    const char *rest = text;
    char *end = (char *)rest;
    for (; axes < 3; axes++) {
        errno = 0;
        size[axes] = strtoll(rest, &end, 10);
        if (end == rest || errno || size[axes] < 1 || *rest == '-' || *rest == '+')
            return status_fail(STATUS_USAGE, "size '%s'; valid: WIDTHxHEIGHT or WIDTHxHEIGHTxDEPTH, each at least 1", text);
        if (*end != 'x')
            break;
        rest = end + 1;
    }
    if (*end || axes == 3)
        return status_fail(STATUS_USAGE, "size '%s'; valid: WIDTHxHEIGHT or WIDTHxHEIGHTxDEPTH, each at least 1", text);
    *shape = (struct shape){size[0], axes == 0 ? size[0] : size[1], size[2]};
    return STATUS_OK;
}

struct sweep {
    struct items ops, sizes, types, contents, variants;
    const char *params;
    struct case_group *groups;
    int count;
    struct shape own; /* the user's image; width 0: none */
};

static enum status add_group(struct sweep *sweep, const struct case_group *group)
{
    for (int i = 0; i < sweep->count; i++) {
        const struct case_group *g = &sweep->groups[i];
        if (strcmp(g->op, group->op) == 0 && strcmp(g->parameters, group->parameters) == 0 && g->type == group->type &&
            shape_equal(g->shape, group->shape) && g->content == group->content && g->variant == group->variant)
            return STATUS_OK;
    }
    struct case_group *grown = realloc(sweep->groups, (size_t)(sweep->count + 1) * sizeof *grown);
    if (!grown)
        return status_fail(STATUS_MEMORY, "no host memory for %d cases", sweep->count);
    sweep->groups = grown;
    grown[sweep->count++] = *group;
    return STATUS_OK;
}

/* Makes one set of arguments per combination of the parameter axes, starting with axis `text`. */
static enum status sweep_params(struct sweep *sweep, struct case_group *group, const struct op *op, struct op_args args,
                                const char *text)
{
    enum status status = STATUS_OK;
    char name[ITEM_BYTES] = "", list[256] = "";
    int used = 0;
    while (*text == ' ')
        text++;
    if (!*text) {
        op_args_format(op, &args, group->parameters, sizeof group->parameters);
        for (char *c = group->parameters; *c; c++)
            *c = *c == ' ' ? ',' : *c;
        return op_accepts(op, &args, group->shape) == STATUS_OK ? add_group(sweep, group) : STATUS_OK;
    }
    if (sscanf(text, "%47[^= ]=%255[^ ]%n", name, list, &used) != 2)
        return status_fail(STATUS_USAGE, "--params '%s' is not of the form name=value,value", text);
    if (op_param_index(op, name) < 0)
        return sweep_params(sweep, group, op, args, text + used);
    struct items *values = malloc(sizeof *values);
    if (!values)
        return status_fail(STATUS_MEMORY, "no host memory for parameter values");
    TRY(split(list, values));
    for (int i = 0; i < values->count; i++) {
        struct op_args set = args;
        TRY(op_args_set(op, &set, name, values->text[i]));
        TRY(sweep_params(sweep, group, op, set, text + used));
    }
done:
    free(values);
    return status;
}

/* A parameter that none of the operations has is a mistake. */
static enum status check_params(const struct sweep *sweep, const char *text)
{
    char name[ITEM_BYTES];
    int used;
    while (sscanf(text, " %47[^= ]=%*[^ ]%n", name, &used) == 1) {
        bool known = false;
        char meant[96];
        struct text_guess guess = text_guess(name);
        for (int i = 0; i < sweep->ops.count; i++) {
            const struct op *op = op_find(sweep->ops.text[i], PIXEL_U8);
            known = known || op_param_index(op, name) >= 0;
            for (int p = 0; op->params[p].name; p++)
                text_guess_offer(&guess, op->params[p].name);
        }
        if (!known)
            return status_fail(STATUS_USAGE, "--params: none of the operations has a parameter '%s'%s", name,
                               text_meant(&guess, meant, sizeof meant));
        text += used;
    }
    return STATUS_OK;
}

/* One group per variant that the operation has, and per set of parameters. */
static enum status sweep_variants(struct sweep *sweep, struct case_group *group, const struct op *op)
{
    enum status status = STATUS_OK;
    for (int v = 0; v < sweep->variants.count; v++) {
        group->variant = op_variant_find(sweep->variants.text[v]);
        if (group->variant == VARIANT_COUNT)
            return status_fail(STATUS_USAGE, "variant '%s'; valid: buffer, image", sweep->variants.text[v]);
        const struct op *variant = op_with_variant(op, group->variant);
        if (variant)
            TRY(sweep_params(sweep, group, variant, op_args_preset(op), sweep->params));
        else
            status_fail(STATUS_UNSUPPORTED, "%s has no variant on OpenCL images (see breakeven ops)", op->name);
    }
done:
    return status;
}

#define X(code, name) " " name
static enum status sweep_op(struct sweep *sweep, const struct axes *axes, const char *name)
{
    enum status status = STATUS_OK;
    for (int t = 0; t < sweep->types.count; t++)
        for (int s = 0; s < sweep->sizes.count + (sweep->own.width > 0); s++)
            for (int c = 0; c < (axes->image ? 1 : sweep->contents.count); c++) {
                struct case_group group = {.op = NULL, .type = pixel_type_find(sweep->types.text[t])};
                if (group.type >= PIXEL_INTENSITY_COUNT)
                    return status_fail(STATUS_USAGE, "pixel type '%s'; valid: uint8, uint16, float32", sweep->types.text[t]);
                const struct op *op = op_find(name, group.type);
                if (!op)
                    return op_unknown(name);
                group.op = op->name;
                group.shape = sweep->own;
                if (s < sweep->sizes.count)
                    TRY(shape_parse(sweep->sizes.text[s], &group.shape));
                group.content = axes->image ? CONTENT_COUNT : content_find(sweep->contents.text[c]);
                group.image_name = axes->image_name;
                if (!axes->image && group.content == CONTENT_COUNT)
                    return status_fail(STATUS_USAGE, "content '%s'; valid:" CONTENT_LIST(X), sweep->contents.text[c]);
                TRY(sweep_variants(sweep, &group, op));
            }
done:
    return status;
}
#undef X

/* Fisher-Yates with a 64-bit linear congruential generator (Knuth's MMIX constants). */
void axes_shuffle(struct case_group *groups, int count, uint64_t seed)
{
    uint64_t state = seed;
    for (int i = count - 1; i > 0; i--) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        int j = (int)((state >> 33) % (uint64_t)(i + 1));
        struct case_group swap = groups[i];
        groups[i] = groups[j];
        groups[j] = swap;
    }
}

static enum status split_all(struct sweep *sweep, const struct axes *axes)
{
    enum status status;
    const char *quick = "256x256,1024x1024,2048x2048", *quick_3d = "64x64x16,256x256x32";
    const char *full = "128x128,256x256,512x512,1024x1024,2048x2048,4096x4096";
    const char *full_3d = "64x64x16,128x128x32,256x256x64,512x512x64";
    char both[256], own_type[16] = "uint16";
    snprintf(both, sizeof both, "%s,%s", axes->quick ? quick : full, axes->quick ? quick_3d : full_3d);
    const char *sizes = both;
    /* The smallest window: a plain reference of larger ones in 3D takes longer than all measuring. */
    sweep->params = axes->params ? axes->params : axes->quick && !axes->ops ? "radius=1" : "";
    if (axes->image) {
        sweep->own = axes->image->shape;
        bool is_3d = sweep->own.depth > 1;
        sizes = axes->quick ? (is_3d ? quick_3d : quick) : (is_3d ? full_3d : full);
        snprintf(own_type, sizeof own_type, "%s", pixel_type_name(axes->image->type));
    }
    TRY(split(axes->sizes ? axes->sizes : sizes, &sweep->sizes));
    TRY(split(axes->types ? axes->types : axes->image || axes->quick ? own_type : "uint8,uint16,float32", &sweep->types));
    TRY(split(axes->variants ? axes->variants : "buffer", &sweep->variants));
    TRY(split(axes->contents ? axes->contents : "noise", &sweep->contents));
    if (axes->ops)
        TRY(split(axes->ops, &sweep->ops));
    for (int i = 0; !axes->ops && i < ops_count(); i++) {
        const struct op *op = op_at(i, PIXEL_U8, CPU_V2);
        if (!axes->quick || !op->full_only)
            TRY(add_item(&sweep->ops, op->name, (int)strlen(op->name)));
    }
    for (int i = 0; i < sweep->ops.count; i++)
        if (!op_find(sweep->ops.text[i], PIXEL_U8))
            return op_unknown(sweep->ops.text[i]);
    TRY(check_params(sweep, sweep->params));
done:
    return status;
}

enum status axes_groups(const struct axes *axes, struct case_group **groups, int *count)
{
    enum status status;
    struct sweep *sweep = calloc(1, sizeof *sweep);
    *groups = NULL;
    *count = 0;
    if (!sweep)
        return status_fail(STATUS_MEMORY, "no host memory for the list of cases");
    TRY(split_all(sweep, axes));
    for (int i = 0; i < sweep->ops.count; i++)
        TRY(sweep_op(sweep, axes, sweep->ops.text[i]));
    if (sweep->count == 0) {
        status = status_fail(STATUS_USAGE, "no case is left: %s", status_text()); /* the last refusal */
        goto done;
    }
    axes_shuffle(sweep->groups, sweep->count, axes->seed);
    *groups = sweep->groups;
    *count = sweep->count;
    sweep->groups = NULL;
done:
    free(sweep->groups);
    free(sweep);
    return status;
}

const struct op *case_group_op(const struct case_group *group, struct op_args *args)
{
    const struct op *op = op_find(group->op, group->type);
    op_args_parse(op, group->parameters, args);
    return op_with_variant(op, group->variant);
}
