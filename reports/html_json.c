/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Written by hand and not by Jansson: a page of ten thousand cases has half a million values, most of them equal to the
 * one before, and their digits are chosen here.
 */
#include "reports/html_json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"

/* Valid JSON text in which nothing is left that HTML looks at. */
static void write_harmless(FILE *out, const char *json)
{
    for (const char *c = json; *c; c++) {
        if (*c == '<' || *c == '>' || *c == '&')
            fprintf(out, "\\u%04x", (unsigned)*c);
        else if (strncmp(c, "\xe2\x80\xa8", 3) == 0 || strncmp(c, "\xe2\x80\xa9", 3) == 0) {
            fprintf(out, "\\u202%c", c[2] == '\xa8' ? '8' : '9');
            c += 2;
        } else
            putc(*c, out);
    }
}

void html_json_text(FILE *out, const char *text)
{
    char clean[1024];
    format_clean(clean, sizeof clean, text ? text : "");
    putc('"', out);
    for (const char *c = clean; *c; c++) {
        const char one[2] = {*c, 0};
        if (*c == '"' || *c == '\\') {
            putc('\\', out);
            putc(*c, out);
        } else if (*c == '\xe2') {
            /* Perhaps a separator, which is three bytes. */
            const char three[4] = {c[0], c[1], c[1] ? c[2] : 0, 0};
            write_harmless(out, three);
            c += strlen(three) - 1;
        } else {
            write_harmless(out, one);
        }
    }
    putc('"', out);
}

/* Rounding to seven digits keeps the order, so the text cut further differs from the value's own only where the seven
 * digits are just half-way between two shorter numbers: at most five digits, the last one a 5. */
static bool is_half_way(const char *digits)
{
    int significant = 0, last = 0;
    char last_digit = '0';
    for (; *digits && *digits != 'e'; digits++)
        if (*digits >= '0' && *digits <= '9' && (significant || *digits != '0')) {
            significant++;
            if (*digits != '0') {
                last = significant;
                last_digit = *digits;
            }
        }
    return last <= 5 && last_digit == '5';
}

void html_json_real(FILE *out, double value)
{
    char text[40];
    if (!isfinite(value)) {
        fputs("null", out);
        return;
    }
    if (fabs(value) < 1e15 && value == floor(value)) { /* "1000000", where %g has "1e+06" */
        snprintf(text, sizeof text, "%.0f", value);
        if (strlen(text) <= 8) {
            fputs(text, out);
            return;
        }
    }
    snprintf(text, sizeof text, fabs(value) >= 1e6 && fabs(value) < 1e9 ? "%.0f" : "%.7g", value);
    if (is_half_way(text) && strtod(text, NULL) != value)
        snprintf(text, sizeof text, "%.17g", value);
    fputs(text, out);
}

void html_json_copy(FILE *out, const char *json)
{
    json_t *parsed = json ? json_loads(json, 0, NULL) : NULL;
    char *text = parsed ? json_dumps(parsed, JSON_COMPACT) : NULL;
    write_harmless(out, text ? text : "null");
    free(text);
    json_decref(parsed);
}

/* One column while it is written. */
struct column {
    const struct row_field *field;
    const char *rows;
    size_t stride;
    const int *order;
    int count;
    int *number;        /* of each row's text; for columns of texts */
    const char **texts; /* the different ones */
    int *slots;         /* hash table of text numbers, -1 is free; a power of two, at least twice the rows */
    size_t slot_count;
};

static const char *field_at(const struct column *c, int i)
{
    return c->rows + c->stride * (size_t)(c->order ? c->order[i] : i) + c->field->offset;
}

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static size_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return (size_t)(hash ^ hash >> 32);
}

/* Numbers the texts in the order they come; returns how many different ones there are. */
static int number_texts(struct column *c)
{
    int found = 0;
    memset(c->slots, -1, c->slot_count * sizeof *c->slots);
    for (int i = 0; i < c->count; i++) {
        const char *text = field_at(c, i);
        if (i > 0 && strcmp(text, field_at(c, i - 1)) == 0) {
            c->number[i] = c->number[i - 1];
            continue;
        }
        size_t slot = hash_of(text) & (c->slot_count - 1);
        while (c->slots[slot] >= 0 && strcmp(c->texts[c->slots[slot]], text) != 0)
            slot = (slot + 1) & (c->slot_count - 1);
        if (c->slots[slot] < 0) {
            c->texts[found] = text;
            c->slots[slot] = found++;
        }
        c->number[i] = c->slots[slot];
    }
    return found;
}

static double value_at(const struct column *c, int i)
{
    const char *at = field_at(c, i);
    switch (c->field->kind) {
    case FIELD_TEXT:
        return c->number[i];
    case FIELD_REAL:
        return *(const double *)at;
    case FIELD_INT:
        return *(const int *)at == -1 ? NAN : *(const int *)at;
    default:
        return *(const int64_t *)at == -1 ? NAN : (double)*(const int64_t *)at;
    }
}

static bool same(double a, double b)
{
    return a == b || (!isfinite(a) && !isfinite(b)); /* infinities are unknown to the page too */
}

static void write_values(FILE *out, const struct column *c)
{
    fputs("\"v\":[", out);
    for (int i = 0, more; i < c->count; i += 1 + more) {
        double value = value_at(c, i);
        for (more = 0; i + more + 1 < c->count && same(value_at(c, i + more + 1), value);)
            more++;
        if (i)
            putc(',', out);
        if (c->field->kind == FIELD_REAL || !isfinite(value))
            html_json_real(out, value);
        else
            fprintf(out, "%.0f", value); /* sizes and counts whole */
        if (more)
            fprintf(out, ",[%d]", more);
    }
    putc(']', out);
}

static void write_column(FILE *out, struct column *c)
{
    fprintf(out, "\"%s\":{", c->field->name);
    if (c->field->kind == FIELD_TEXT) {
        int found = number_texts(c);
        fputs("\"t\":[", out);
        for (int i = 0; i < found; i++) {
            if (i)
                putc(',', out);
            html_json_text(out, c->texts[i]);
        }
        fputs("],", out);
    }
    write_values(out, c);
    putc('}', out);
}

enum status html_json_columns(FILE *out, const void *rows, size_t stride, const int *order, int count,
                              const struct row_field *fields, int field_count, const char *names)
{
    enum status status = STATUS_OK;
    struct column column = {.rows = rows, .stride = stride, .order = order, .count = count, .slot_count = 2};
    char list[1024], *rest = NULL;
    bool first = true;
    while (column.slot_count < 2 * (size_t)count)
        column.slot_count *= 2;
    column.number = malloc(((size_t)count + 1) * sizeof *column.number);
    column.texts = malloc(((size_t)count + 1) * sizeof *column.texts);
    column.slots = malloc(column.slot_count * sizeof *column.slots);
    if (!column.number || !column.texts || !column.slots) {
        status = status_fail(STATUS_MEMORY, "no memory for the page's columns of %d rows", count);
        goto done;
    }
    snprintf(list, sizeof list, "%s", names);
    putc('{', out);
    for (char *name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        column.field = row_field_find(fields, field_count, name);
        if (!column.field)
            continue;
        if (!first)
            putc(',', out);
        first = false;
        write_column(out, &column);
    }
    putc('}', out);
done:
    free(column.number);
    free(column.texts);
    free(column.slots);
    return status;
}
