/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Parameter values: parsing, printing, and the sets that the checker walks.
 */
#include "ops/args.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/text.h"

enum { VALUE_BYTES = 64 };

static void copy_to_followers(const struct op *op, struct op_args *args, int leader, const bool *given)
{
    for (int i = 0; op->params[i].name; i++)
        if (op->params[i].follows && strcmp(op->params[i].follows, op->params[leader].name) == 0 && !(given && given[i]))
            args->value[i] = args->value[leader];
}

struct op_args op_args_preset(const struct op *op)
{
    struct op_args args = {0};
    for (int i = 0; op->params[i].name; i++)
        args.value[i] = op->params[i].preset;
    for (int i = 0; op->params[i].name; i++)
        copy_to_followers(op, &args, i, NULL);
    return args;
}

/* Position of `word` in a comma-separated list, or -1. */
static int list_position(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (int i = 0;; i++) {
        size_t item = strcspn(list, ",");
        if (item == length && strncmp(list, word, length) == 0)
            return i;
        if (!list[item])
            return -1;
        list += item + 1;
    }
}

/* The i-th word of a comma-separated list in `word`; false past the end. */
static bool list_word(const char *list, int i, char word[VALUE_BYTES])
{
    for (; i > 0; i--) {
        list += strcspn(list, ",");
        if (!*list++)
            return false;
    }
    snprintf(word, VALUE_BYTES, "%.*s", (int)strcspn(list, ","), list);
    return true;
}

static enum status parse_value(const struct op *op, const struct op_param *param, const char *text, double *value)
{
    if (param->kind == OP_CHOICE) {
        int position = list_position(param->choices, text);
        if (position < 0)
            return status_fail(STATUS_USAGE, "%s: %s=%s; valid: %s", op->name, param->name, text, param->choices);
        *value = position;
        return STATUS_OK;
    }
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !isfinite(number) || (param->kind == OP_INTEGER && number != floor(number)))
        return status_fail(STATUS_USAGE, "%s: %s=%s is not %s", op->name, param->name, text,
                           param->kind == OP_INTEGER ? "a whole number" : "a number");
    if (number < param->low || number > param->high)
        return status_fail(STATUS_USAGE, "%s: %s=%s is out of range; valid: %g to %g", op->name, param->name, text,
                           param->low, param->high);
    *value = number;
    return STATUS_OK;
}

static enum status unknown_param(const struct op *op, const char *name)
{
    char valid[512] = "", meant[96];
    struct text_guess guess = text_guess(name);
    for (int i = 0; op->params[i].name; i++) {
        size_t used = strlen(valid);
        snprintf(valid + used, sizeof valid - used, "%s%s", i ? ", " : "", op->params[i].name);
        text_guess_offer(&guess, op->params[i].name);
    }
    if (guess.best[0])
        return status_fail(STATUS_USAGE, "%s has no parameter '%s'%s valid: %s", op->name, name,
                           text_meant(&guess, meant, sizeof meant), valid);
    return status_fail(STATUS_USAGE, "%s has no parameter '%s'; valid: %s", op->name, name, *valid ? valid : "none");
}

static enum status set_param(const struct op *op, struct op_args *args, const char *name, const char *value, bool *given)
{
    int i = op_param_index(op, name);
    if (i < 0)
        return unknown_param(op, name);
    if (given && given[i])
        return status_fail(STATUS_USAGE, "%s: parameter '%s' is given twice", op->name, name);
    enum status status = parse_value(op, &op->params[i], value, &args->value[i]);
    if (given)
        given[i] = true;
    if (status == STATUS_OK)
        copy_to_followers(op, args, i, given);
    return status;
}

enum status op_args_set(const struct op *op, struct op_args *args, const char *name, const char *value)
{
    return set_param(op, args, name, value, NULL);
}

/* Cuts white space at both ends, in place. */
static char *trimmed(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = 0;
    return text;
}

enum status op_args_parse(const struct op *op, const char *text, struct op_args *args)
{
    enum status status = STATUS_OK;
    bool given[OP_PARAMS_MAX] = {false};
    char *rest = NULL, *copy = strdup(text);
    *args = op_args_preset(op);
    if (!copy)
        return status_fail(STATUS_MEMORY, "no host memory for parameters");
    for (char *item = strtok_r(copy, ",", &rest); item; item = strtok_r(NULL, ",", &rest)) {
        char *equals = strchr(item, '=');
        if (!equals) {
            status = status_fail(STATUS_USAGE, "%s: '%s' is not of the form name=value", op->name, trimmed(item));
            goto done;
        }
        *equals = 0;
        TRY(set_param(op, args, trimmed(item), trimmed(equals + 1), given));
    }
done:
    free(copy);
    return status;
}

char *op_args_format(const struct op *op, const struct op_args *args, char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; op->params[i].name && used < bytes; i++) {
        const struct op_param *param = &op->params[i];
        char word[VALUE_BYTES];
        if (param->follows && args->value[i] == args->value[op_param_index(op, param->follows)])
            continue;
        if (param->kind != OP_CHOICE || !list_word(param->choices, (int)args->value[i], word))
            snprintf(word, sizeof word, "%.9g", args->value[i]);
        used += (size_t)snprintf(text + used, bytes - used, "%s%s=%s", used ? " " : "", param->name, word);
    }
    return text;
}

/* How many values of a parameter the checker walks: the preset and those of its list, or all choices. */
static int tested_count(const struct op_param *param)
{
    const char *list = param->kind == OP_CHOICE ? param->choices : param->tested;
    int count = param->kind == OP_CHOICE ? 0 : 1;
    char word[VALUE_BYTES];
    for (int i = 0; list && list_word(list, i, word); i++)
        count++;
    return count;
}

static double tested_value(const struct op_param *param, int i)
{
    char word[VALUE_BYTES];
    if (param->kind == OP_CHOICE)
        return i;
    if (i == 0 || !list_word(param->tested, i - 1, word))
        return param->preset;
    return strtod(word, NULL);
}

bool op_args_tested(const struct op *op, int i, struct op_args *args)
{
    int sets = 1;
    bool followers = false;
    *args = op_args_preset(op);
    /* The mixed-radix digits of i pick a value for each parameter that stands alone. */
    for (int p = 0; op->params[p].name; p++) {
        const struct op_param *param = &op->params[p];
        if (param->follows) {
            followers = followers || param->tested;
            continue;
        }
        int count = tested_count(param);
        args->value[p] = tested_value(param, i / sets % count);
        copy_to_followers(op, args, p, NULL);
        sets *= count;
    }
    if (i < sets)
        return true;

    /* One more set, in which every follower goes its own way. */
    for (int p = 0; op->params[p].name; p++)
        if (op->params[p].follows && op->params[p].tested)
            args->value[p] = tested_value(&op->params[p], 1);
    return i == sets && followers;
}
