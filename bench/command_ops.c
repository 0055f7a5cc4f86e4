/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven ops: operations as their descriptors tell, as text or JSON.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "bench/command.h"
#include "ops/registry.h"

enum option_key { OPTION_JSON = 1000 };

static const struct argp_option options[] = {
    {"json", OPTION_JSON, 0, 0, "print as JSON", 0},
    {0},
};

static const char *const kind_names[] = {[OP_REAL] = "real", [OP_INTEGER] = "integer", [OP_CHOICE] = "choice"};
static const char *const result_names[] = {
    [RESULT_AS_INPUT] = "as input", [RESULT_BINARY] = "binary", [RESULT_LABELS] = "labels", [RESULT_FLOAT32] = "float32"};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    if (key == ARGP_KEY_ARG) {
        status_fail(STATUS_USAGE, "ops: '%s' is no option", text);
        return ENOTSUP;
    }
    if (key != OPTION_JSON)
        return ARGP_ERR_UNKNOWN;
    *(bool *)state->input = true;
    return 0;
}

static void choice_text(const struct op_param *p, int position, char *text, size_t bytes)
{
    const char *item = p->choices;
    for (; position > 0; position--)
        item += strcspn(item, ",") + 1;
    snprintf(text, bytes, "%.*s", (int)strcspn(item, ","), item);
}

static json_t *param_json(const struct op_param *p)
{
    char preset[64];
    json_t *json = json_pack("{s:s,s:s,s:s,s:s}", "name", p->name, "help", p->help, "unit", p->unit ? p->unit : "", "kind",
                             kind_names[p->kind]);
    if (p->kind == OP_CHOICE) {
        choice_text(p, (int)p->preset, preset, sizeof preset);
        json_object_set_new(json, "choices", json_string(p->choices));
        json_object_set_new(json, "default", json_string(preset));
    } else {
        json_object_set_new(json, "low", json_real(p->low));
        json_object_set_new(json, "high", json_real(p->high));
        json_object_set_new(json, "default", p->follows ? json_null() : json_real(p->preset));
    }
    json_object_set_new(json, "follows", p->follows ? json_string(p->follows) : json_null());
    return json;
}

static json_t *op_json(const struct op *op)
{
    json_t *params = json_array();
    for (int i = 0; op->params[i].name; i++)
        json_array_append_new(params, param_json(&op->params[i]));
    json_t *variants = json_array();
    for (int v = 0; v < VARIANT_COUNT; v++)
        if (op_with_variant(op, (enum op_variant)v))
            json_array_append_new(variants, json_string(op_variant_name((enum op_variant)v)));
    return json_pack("{s:s,s:s,s:i,s:[s,s,s],s:s,s:s,s:s,s:f,s:o,s:o}", "name", op->name, "summary", op->summary, "inputs",
                     op->inputs, "types", "uint8", "uint16", "float32", "result", result_names[op->result], "dimensions",
                     op->dimensions == OP_3D_ONLY ? "3D" : "2D and 3D", "margin", op->margin_rule, "tolerance", op->tolerance,
                     "variants", variants, "parameters", params);
}

static void print_op(const struct op *op)
{
    printf("%s: %s\n", op->name, op->summary);
    printf("    %s; %s of uint8, uint16, float32; result %s; margin %s\n", op->dimensions == OP_3D_ONLY ? "3D only" : "2D and 3D",
           op->inputs == 2 ? "two images" : "one image", result_names[op->result], op->margin_rule);
    if (op->image)
        printf("    variants buffer, image: %s\n", op->image->tolerance_reason);
    for (int i = 0; op->params[i].name; i++) {
        const struct op_param *p = &op->params[i];
        char preset[64];
        printf("    %s", p->name);
        if (p->kind == OP_CHOICE) {
            choice_text(p, (int)p->preset, preset, sizeof preset);
            printf(" (%s): %s; one of %s\n", preset, p->help, p->choices);
        } else if (p->follows) {
            printf(" (as %s): %s; %g to %g %s\n", p->follows, p->help, p->low, p->high, p->unit ? p->unit : "");
        } else {
            printf(" (%g): %s; %g to %g %s\n", p->preset, p->help, p->low, p->high, p->unit ? p->unit : "");
        }
    }
}

static const struct argp argp = {options, parse_option, NULL, "Lists operations: NAME(PARAMETER=VALUE, ...).", 0, 0, 0};

static int command(int argc, char **argv)
{
    int usage;
    bool as_json = false;
    if (!command_parse(&command_ops, argc, argv, &as_json, &usage))
        return usage;
    json_t *list = json_array();
    for (int i = 0; i < ops_count(); i++) {
        const struct op *op = op_at(i, PIXEL_U8, CPU_V2);
        if (as_json)
            json_array_append_new(list, op_json(op));
        else
            print_op(op);
    }
    if (as_json) {
        json_dumpf(list, stdout, JSON_INDENT(2));
        printf("\n");
    }
    json_decref(list);
    return 0;
}

const struct command command_ops = {
    .name = "ops",
    .help = "list operations and their parameters",
    .argp = &argp,
    .examples = {{"breakeven ops", "ranges and defaults of all parameters"},
                 {"breakeven ops --json", "the same for programs"}},
    .run = command,
};
