/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Merging labels across tiles. Two pixels of different tiles that touch are looked at once, by the one that comes
 * later: neighbours in the layer before lie in the plane, those in the row of tiles before in the rows, those of the
 * tile before in the column. A neighbour below or behind is later itself.
 */
#include "tiles/components.h"

#include <stdlib.h>
#include <string.h>

static uint32_t *pixels(int64_t count, bool wanted, enum status *status)
{
    uint32_t *made = wanted ? calloc((size_t)count, sizeof *made) : NULL;
    if (wanted && !made)
        *status =
            status_fail(STATUS_MEMORY, "no host memory for the borders of tiles of %lld pixels", (long long)count);
    return made;
}

enum status components_begin(struct components *c, const struct grid *grid, bool box)
{
    enum status status = STATUS_OK;
    *c = (struct components){.grid = *grid, .box = box};
    for (int i = 0; i < 2; i++) {
        c->plane[i] = pixels(grid->image.width * grid->image.height, grid->layers > 1, &status);
        c->row[i] = pixels(grid->image.width * grid->tile.depth, grid->rows > 1, &status);
    }
    c->column = pixels(grid->tile.height * grid->tile.depth, grid->columns > 1, &status);
    c->largest = pixels(grid->tile.height * grid->tile.depth + 1, true, &status);
    if (status != STATUS_OK)
        components_free(c);
    return status;
}

void components_free(struct components *c)
{
    for (int i = 0; i < 2; i++) {
        free(c->plane[i]);
        free(c->row[i]);
    }
    free(c->column);
    free(c->largest);
    free(c->parent);
    free(c->first);
    *c = (struct components){0};
}

static enum status make_room(struct components *c, int64_t more)
{
    const int64_t wanted = c->count + more + 1;
    if (wanted > (int64_t)UINT32_MAX - 3)
        return status_fail(STATUS_UNSUPPORTED, "the tiles have more labels than 32 bits can tell apart");
    if (wanted <= c->room)
        return STATUS_OK;
    const int64_t room = wanted > c->room + c->room / 4 ? wanted + wanted / 4 : c->room + c->room / 4;
    uint32_t *parent = realloc(c->parent, (size_t)room * sizeof *parent);
    c->parent = parent ? parent : c->parent;
    int64_t *first = parent ? realloc(c->first, (size_t)room * sizeof *first) : NULL;
    c->first = first ? first : c->first;
    if (!first)
        return status_fail(STATUS_MEMORY, "no host memory for %lld labels", (long long)wanted);
    c->room = room;
    return STATUS_OK;
}

static uint32_t largest_of(const uint32_t *row, int64_t width)
{
    uint32_t largest = 0;
#pragma omp simd reduction(max : largest)
    for (int64_t x = 0; x < width; x++)
        largest = row[x] > largest ? row[x] : largest;
    return largest;
}

/* Fills c->largest; returns the largest label of the tile. */
static uint32_t find_largest(struct components *c, const struct image *labels, int threads)
{
    const struct shape s = labels->shape;
    const int64_t rows = s.height * s.depth;
    uint32_t so_far = 0;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t i = 0; i < rows; i++)
        c->largest[i + 1] = largest_of(image_row(labels, i % s.height, i / s.height), s.width);
    c->largest[0] = 0;
    for (int64_t i = 1; i <= rows; i++) {
        so_far = c->largest[i] > so_far ? c->largest[i] : so_far;
        c->largest[i] = so_far;
    }
    return so_far;
}

/* Labels come in the raster order of their first pixels: what is above all rows before has its first pixel here. */
static void take_labels(struct components *c, const struct region *tile, struct image *labels, int threads)
{
    const struct shape s = tile->shape, whole = c->grid.image;
    const uint32_t base = (uint32_t)c->count;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t i = 0; i < s.height * s.depth; i++) {
        const int64_t y = i % s.height, z = i / s.height;
        const int64_t place = ((tile->z + z) * whole.height + tile->y + y) * whole.width + tile->x;
        uint32_t known = c->largest[i];
        uint32_t *row = image_row(labels, y, z);
        for (int64_t x = 0; known < c->largest[i + 1]; x++)
            if (row[x] > known) {
                known = row[x];
                c->parent[base + known] = base + known;
                c->first[base + known] = place + x;
            }
#pragma omp simd
        for (int64_t x = 0; x < s.width; x++)
            row[x] += row[x] ? base : 0;
    }
    c->count += c->largest[s.height * s.depth];
}

static uint32_t find(uint32_t *parent, uint32_t label)
{
    while (parent[label] != label) {
        parent[label] = parent[parent[label]];
        label = parent[label];
    }
    return label;
}

static void unite(struct components *c, uint32_t a, uint32_t b)
{
    a = find(c->parent, a);
    b = find(c->parent, b);
    if (a == b)
        return;
    const uint32_t low = a < b ? a : b, high = a < b ? b : a;
    c->parent[high] = low;
    c->first[low] = c->first[high] < c->first[low] ? c->first[high] : c->first[low];
}

/* A field of labels beside a tile, and a place in it. */
struct face {
    const uint32_t *labels;
    int64_t width, height;
};

static void unite_around(struct components *c, const struct face *face, int64_t u, int64_t v, uint32_t label)
{
    const int64_t reach = c->box ? 1 : 0;
    for (int64_t j = v - reach; j <= v + reach; j++)
        for (int64_t i = u - reach; i <= u + reach; i++)
            if (i >= 0 && j >= 0 && i < face->width && j < face->height && face->labels[j * face->width + i])
                unite(c, label, face->labels[j * face->width + i]);
}

static void unite_plane(struct components *c, const struct region *tile, const struct image *labels)
{
    const struct face face = {c->plane[1], c->grid.image.width, c->grid.image.height};
    for (int64_t y = 0; y < tile->shape.height; y++) {
        const uint32_t *row = image_row(labels, y, 0);
        for (int64_t x = 0; x < tile->shape.width; x++)
            if (row[x])
                unite_around(c, &face, tile->x + x, tile->y + y, row[x]);
    }
}

static void unite_rows(struct components *c, const struct region *tile, const struct image *labels)
{
    const struct face face = {c->row[1], c->grid.image.width, tile->shape.depth};
    for (int64_t z = 0; z < tile->shape.depth; z++) {
        const uint32_t *row = image_row(labels, 0, z);
        for (int64_t x = 0; x < tile->shape.width; x++)
            if (row[x])
                unite_around(c, &face, tile->x + x, z, row[x]);
    }
}

static void unite_column(struct components *c, const struct region *tile, const struct image *labels)
{
    const struct face face = {c->column, tile->shape.height, tile->shape.depth};
    for (int64_t z = 0; z < tile->shape.depth; z++)
        for (int64_t y = 0; y < tile->shape.height; y++) {
            const uint32_t *row = image_row(labels, y, z);
            if (row[0])
                unite_around(c, &face, y, z, row[0]);
        }
}

static void keep_borders(struct components *c, const struct region *tile, const struct image *labels)
{
    const struct shape s = tile->shape;
    const int64_t width = c->grid.image.width;
    const size_t bytes = (size_t)s.width * sizeof(uint32_t);
    for (int64_t y = 0; c->plane[0] && y < s.height; y++)
        memcpy(c->plane[0] + (tile->y + y) * width + tile->x, image_row(labels, y, s.depth - 1), bytes);
    for (int64_t z = 0; c->row[0] && z < s.depth; z++)
        memcpy(c->row[0] + z * width + tile->x, image_row(labels, s.height - 1, z), bytes);
    for (int64_t i = 0; c->column && i < s.height * s.depth; i++)
        c->column[i] = ((const uint32_t *)image_row(labels, i % s.height, i / s.height))[s.width - 1];
}

static void swap(uint32_t *pair[2])
{
    uint32_t *first = pair[0];
    pair[0] = pair[1];
    pair[1] = first;
}

enum status components_add(struct components *c, const struct region *tile, struct image *labels, int threads)
{
    enum status status;
    TRY(make_room(c, find_largest(c, labels, threads)));
    take_labels(c, tile, labels, threads);
    if (tile->x == 0)
        swap(c->row);
    if (tile->x == 0 && tile->y == 0)
        swap(c->plane);
    if (tile->z > 0)
        unite_plane(c, tile, labels);
    if (tile->y > 0)
        unite_rows(c, tile, labels);
    if (tile->x > 0)
        unite_column(c, tile, labels);
    keep_borders(c, tile, labels);
done:
    return status;
}

struct root {
    int64_t first;
    uint32_t label;
};

static int by_first(const void *a, const void *b)
{
    const int64_t x = ((const struct root *)a)->first, y = ((const struct root *)b)->first;
    return (x > y) - (x < y);
}

enum status components_number(struct components *c, uint32_t **number, int64_t *found)
{
    int64_t roots = 0;
    for (int64_t i = 1; i <= c->count; i++)
        roots += c->parent[i] == (uint32_t)i;
    struct root *order = malloc((size_t)(roots + 1) * sizeof *order);
    *number = malloc((size_t)(c->count + 1) * sizeof **number);
    *found = roots;
    if (!order || !*number) {
        free(order);
        free(*number);
        *number = NULL;
        return status_fail(STATUS_MEMORY, "no host memory to number %lld labels", (long long)c->count);
    }
    roots = 0;
    for (int64_t i = 1; i <= c->count; i++)
        if (c->parent[i] == (uint32_t)i)
            order[roots++] = (struct root){c->first[i], (uint32_t)i};
    qsort(order, (size_t)roots, sizeof *order, by_first);
    (*number)[0] = 0;
    for (int64_t i = 0; i < roots; i++)
        (*number)[order[i].label] = (uint32_t)(i + 1);
    for (int64_t i = 1; i <= c->count; i++)
        (*number)[i] = (*number)[find(c->parent, (uint32_t)i)];
    free(order);
    return STATUS_OK;
}

void components_apply(const uint32_t *number, struct image *labels, int threads)
{
    const struct shape s = labels->shape;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t i = 0; i < s.height * s.depth; i++) {
        uint32_t *row = image_row(labels, i % s.height, i / s.height);
        for (int64_t x = 0; x < s.width; x++)
            row[x] = row[x] ? number[row[x]] : 0;
    }
}

size_t components_bytes(const struct grid *grid, double labels)
{
    const size_t planes = grid->layers > 1 ? 2 * (size_t)(grid->image.width * grid->image.height) : 0;
    const size_t rows = grid->rows > 1 ? 2 * (size_t)(grid->image.width * grid->tile.depth) : 0;
    const size_t largest = (size_t)(grid->tile.height * grid->tile.depth + 1);
    const size_t column = grid->columns > 1 ? (size_t)(grid->tile.height * grid->tile.depth) : 0;
    const size_t forest = sizeof(uint32_t) + sizeof(int64_t), numbers = sizeof(uint32_t) + sizeof(struct root);
    return (planes + rows + column + largest) * sizeof(uint32_t) +
           (size_t)(labels * (double)(forest + forest / 4 + numbers));
}
