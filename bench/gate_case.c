/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The sentinels stand for classes of operations, which share their code and their limits: a change that slows down one
 * member of a class slows down its sentinel. point: add_scalar, two inputs: add_images_weighted, separable window:
 * gaussian_blur and maximum, running sums: mean, rank: median, histogram: auto_threshold, geometry: rotate and a
 * projection, labels: label, chains: gauss_otsu_labeling. Sizes are small enough that a visit to each takes a quarter
 * of a second on two cores, and, but for one, so large that a call is much more than a launch or the waking of threads.
 */
#include "bench/gate_case.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/axes.h"
#include "ops/args.h"
#include "ops/registry.h"

static const struct {
    const char *text;
    bool few;
} sentinels[] = {
    {"add_scalar uint16 2048x2048x1 noise", true},   {"add_images_weighted float32 1024x1024x1 noise", false},
    {"gaussian_blur uint16 256x256x1 noise", false}, {"gaussian_blur uint16 1024x1024x1 noise", true},
    {"maximum uint8 256x256x32 noise", false},       {"mean uint16 1024x1024x1 noise", false},
    {"median uint8 1024x1024x1 noise", false},       {"auto_threshold uint16 1024x1024x1 cells", false},
    {"rotate float32 1024x1024x1 noise", false},     {"maximum_z_projection uint16 512x512x32 noise", false},
    {"label uint8 1024x1024x1 binary", false},       {"gauss_otsu_labeling uint16 1024x1024x1 cells", false},
};

/* -1 for what is no whole number from 0 to 9999999. */
static int whole(const char *digits)
{
    const size_t length = strlen(digits);
    return length > 0 && length < 8 && strspn(digits, "0123456789") == length ? atoi(digits) : -1;
}

/* One word after the size; false if it is none of those that may stand there. */
static bool read_word(const char *word, struct gate_case *one)
{
    const enum content content = content_find(word);
    const enum backend backend = backend_find(word);
    if (content != CONTENT_COUNT)
        one->group.content = content;
    else if (backend == BACKEND_OPENMP || backend == BACKEND_OPENCL)
        one->backend = backend;
    else if (strcmp(word, residency_name(RESIDENCY_RESIDENT)) == 0)
        one->residency = RESIDENCY_RESIDENT;
    else if (strcmp(word, residency_name(RESIDENCY_END_TO_END)) == 0)
        one->residency = RESIDENCY_END_TO_END;
    else if (strncmp(word, "repeats=", 8) == 0)
        one->repeats = whole(word + 8);
    else if (strncmp(word, "batches=", 8) == 0)
        one->batches = whole(word + 8);
    else
        return false;
    return one->repeats >= 0 && one->repeats <= GATE_REPEATS_MOST && one->batches >= 0 &&
           one->batches <= GATE_BATCHES_MOST;
}

/* "gaussian_blur(sigma=2)" for the type that is known by now. */
static enum status read_operation(char *word, struct gate_case *one)
{
    enum status status;
    char *parameters = strchr(word, '('), *end = word + strlen(word) - 1;
    if (parameters && *end != ')')
        return status_fail(STATUS_USAGE, "'%s' lacks a )", word);
    if (parameters)
        *parameters++ = *end = 0;
    one->op = op_find(word, one->group.type);
    if (!one->op)
        return op_unknown(word);
    one->group.op = one->op->name;
    TRY(op_args_parse(one->op, parameters ? parameters : "", &one->args));
    op_args_format(one->op, &one->args, one->group.parameters, sizeof one->group.parameters);
    for (char *c = one->group.parameters; *c; c++)
        *c = *c == ' ' ? ',' : *c;
    return op_accepts(one->op, &one->args, one->group.shape);
done:
    return status;
}

static enum status read_words(char *text, struct gate_case *one)
{
    enum status status;
    char *rest = NULL, *operation = strtok_r(text, " \t", &rest), *type = strtok_r(NULL, " \t", &rest),
         *size = strtok_r(NULL, " \t", &rest);
    if (!size)
        return status_fail(STATUS_USAGE, "OPERATION TYPE SIZE are wanted");
    one->group.type = pixel_type_find(type);
    if (one->group.type >= PIXEL_INTENSITY_COUNT)
        return status_fail(STATUS_USAGE, "type '%s'; valid: uint8, uint16, float32", type);
    TRY(shape_parse(size, &one->group.shape));
    for (char *word; (word = strtok_r(NULL, " \t", &rest));)
        if (!read_word(word, one))
            return status_fail(STATUS_USAGE, "'%s' is no content, backend, residency, repeats=N or batches=N", word);
    if (one->backend == BACKEND_COUNT)
        return status_fail(STATUS_USAGE, "a backend is missing: openmp or opencl");
    TRY(read_operation(operation, one));
done:
    return status;
}

enum status gate_case_parse(const char *text, struct gate_case *one)
{
    char words[GATE_CASE_TEXT];
    *one = (struct gate_case){.backend = BACKEND_COUNT,
                              .residency = RESIDENCY_RESIDENT,
                              .group = {.content = CONTENT_NOISE, .variant = VARIANT_BUFFER}};
    snprintf(words, sizeof words, "%s", text);
    const enum status status = read_words(words, one);
    return status == STATUS_OK ? status : status_fail(status, "case '%s': %s", text, status_text());
}

char *gate_case_key(const struct gate_case *one, char *text, size_t bytes)
{
    char group[GATE_CASE_TEXT];
    snprintf(text, bytes, "%s %s%s", case_group_key(&one->group, group, sizeof group), backend_name(one->backend),
             one->residency == RESIDENCY_END_TO_END ? " end_to_end" : "");
    return text;
}

static enum status add_case(struct gate_cases *cases, const char *text, size_t length)
{
    while (length > 0 && strchr(" \t\r", *text)) {
        text++;
        length--;
    }
    while (length > 0 && strchr(" \t\r", text[length - 1]))
        length--;
    if (length == 0 || *text == '#')
        return STATUS_OK;
    if (length >= GATE_CASE_TEXT)
        return status_fail(STATUS_USAGE, "a case of %zu bytes is too long", length);
    if (cases->count == GATE_CASES_MOST)
        return status_fail(STATUS_USAGE, "more than %d cases", GATE_CASES_MOST);
    memcpy(cases->text[cases->count], text, length);
    cases->text[cases->count++][length] = 0;
    return STATUS_OK;
}

static enum status make_room(struct gate_cases *cases)
{
    *cases = (struct gate_cases){.text = calloc(GATE_CASES_MOST, sizeof *cases->text)};
    return cases->text ? STATUS_OK : status_fail(STATUS_MEMORY, "no host memory for the list of cases");
}

enum status gate_cases_split(const char *list, struct gate_cases *cases)
{
    enum status status;
    TRY(make_room(cases));
    while (*list) {
        const size_t length = strcspn(list, ";\n");
        TRY(add_case(cases, list, length));
        list += length + (list[length] != 0);
    }
    if (cases->count == 0)
        status = status_fail(STATUS_USAGE, "no case is named");
done:
    if (status != STATUS_OK)
        gate_cases_free(cases);
    return status;
}

enum status gate_cases_read(const char *path, struct gate_cases *cases)
{
    enum { BYTES = GATE_CASES_MOST * GATE_CASE_TEXT };
    enum status status = STATUS_OK;
    FILE *file = fopen(path, "r");
    char *list = calloc(1, BYTES);
    *cases = (struct gate_cases){0};
    if (!file)
        status = status_fail(STATUS_INPUT, "%s: %s", path, strerror(errno));
    else if (!list)
        status = status_fail(STATUS_MEMORY, "no host memory for the list of cases");
    else if (fread(list, 1, BYTES - 1, file) == BYTES - 1)
        status = status_fail(STATUS_INPUT, "%s is too long for a list of cases", path);
    if (status == STATUS_OK && (status = gate_cases_split(list, cases)) != STATUS_OK)
        status = status_fail(STATUS_INPUT, "%s: %s", path, status_text());
    free(list);
    if (file)
        fclose(file);
    return status;
}

void gate_cases_free(struct gate_cases *cases)
{
    free(cases->text);
    *cases = (struct gate_cases){0};
}

enum status gate_cases_sentinels(bool few, bool device, struct gate_cases *cases)
{
    enum status status;
    char text[GATE_CASE_TEXT];
    TRY(make_room(cases));
    for (size_t i = 0; i < sizeof sentinels / sizeof sentinels[0]; i++)
        for (int b = BACKEND_OPENMP; b <= BACKEND_OPENCL; b++) {
            if ((few && !sentinels[i].few) || (b == BACKEND_OPENCL && !device))
                continue;
            snprintf(text, sizeof text, "%s %s", sentinels[i].text, backend_name((enum backend)b));
            TRY(add_case(cases, text, strlen(text)));
        }
done:
    return status;
}
