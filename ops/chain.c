/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Parsing a chain. White space is free around names, brackets and bars.
 */
#include "ops/chain.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ops/args.h"
#include "ops/registry.h"

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = 0;
    return text;
}

/* Cuts "with=FILE" out of a parameter list, in place; NULL when there is none. */
static char *take_with(char *list)
{
    for (char *item = list; *item; item += *item == ',') {
        size_t length = strcspn(item, ",");
        size_t space = strspn(item, " \t");
        if (strncmp(item + space, "with=", 5) != 0) {
            item += length;
            continue;
        }
        char *path = strndup(item + space + 5, length - space - 5);
        bool more = item[length] == ',';
        memmove(item, item + length + more, strlen(item + length + more) + 1);
        if (!more && item > list)
            item[-1] = 0; /* the comma before it */
        return path;
    }
    return NULL;
}

static enum status parse_step(char *text, enum pixel_type input, struct chain_step *step)
{
    char *name = trim(text), *list = strchr(name, '(');
    char none[] = "";
    if (list) {
        size_t length = strlen(list);
        if (list[length - 1] != ')')
            return status_fail(STATUS_USAGE, "'%s': the bracket is not closed at the end", name);
        list[length - 1] = 0;
        *list++ = 0;
        name = trim(name);
    } else {
        list = none;
    }
    if (!*name)
        return status_fail(STATUS_USAGE, "a step of the chain is empty");
    if (!op_find(name, PIXEL_U8))
        return op_unknown(name);
    step->op = op_find(name, input);
    if (!step->op)
        return status_fail(STATUS_USAGE, "%s takes uint8, uint16 or float32 images, not %s", name, pixel_type_name(input));
    step->with = take_with(list);
    if (step->op->inputs == 2 && !step->with)
        return status_fail(STATUS_USAGE, "%s needs a second image: %s(with=FILE.tif)", name, name);
    if (step->op->inputs == 1 && step->with)
        return status_fail(STATUS_USAGE, "%s takes one image, but with=%s is given", name, step->with);
    return op_args_parse(step->op, list, &step->args);
}

enum status chain_parse(const char *text, enum pixel_type input, struct chain *chain)
{
    enum status status = STATUS_OK;
    char *copy = strdup(text), *step = copy;
    *chain = (struct chain){0};
    if (!copy)
        return status_fail(STATUS_MEMORY, "no host memory for a chain");
    while (step) {
        char *bar = strchr(step, '|');
        if (bar)
            *bar++ = 0;
        if (chain->count == CHAIN_STEPS_MAX) {
            status = status_fail(STATUS_USAGE, "the chain has more than %d steps", CHAIN_STEPS_MAX);
            goto done;
        }
        TRY(parse_step(step, input, &chain->steps[chain->count++]));
        input = op_result_type(chain->steps[chain->count - 1].op);
        step = bar;
    }
done:
    free(copy);
    if (status != STATUS_OK)
        chain_free(chain);
    return status;
}

void chain_free(struct chain *chain)
{
    for (int i = 0; i < chain->count; i++)
        free(chain->steps[i].with);
    *chain = (struct chain){0};
}
