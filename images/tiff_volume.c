/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A TIFF file read by regions. libtiff's handle has a current page and one decoder, so no two threads may use one: idle
 * handles lie in a list, and a thread that finds none opens another. The list of pages is made once; a page is then
 * selected by its offset, without a walk through those before it, and preferably on a handle that has it selected.
 */
#include "images/tiff_volume.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "images/tiff_stack.h"

enum { CHUNK_ROWS = 64 };

struct reader {
    struct tiff_file file;
    struct reader *next;
};

struct tiff_volume {
    struct volume volume;
    char *path;
    struct tiff_stack stack; /* only read from once it is open */
    struct stat identity;
    pthread_mutex_t lock;
    struct reader *idle; /* under the lock */
};

/* Handles are opened by name, and the name may meanwhile belong to another file, whose pages lie elsewhere. */
static enum status open_reader(struct tiff_volume *v, struct reader **opened)
{
    struct stat about;
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return status_fail(STATUS_MEMORY, "%s: no host memory to open it again", v->path);
    enum status status = tiff_file_open(&reader->file, v->path);
    if (status == STATUS_OK && (fstat(reader->file.descriptor, &about) != 0 || about.st_dev != v->identity.st_dev ||
                                about.st_ino != v->identity.st_ino)) {
        tiff_file_close(&reader->file);
        status = status_fail(STATUS_INPUT, "%s: was replaced by another file while it was read", v->path);
    }
    if (status != STATUS_OK) {
        free(reader);
        reader = NULL;
    }
    *opened = reader;
    return status;
}

static void close_reader(struct reader *reader)
{
    if (reader)
        tiff_file_close(&reader->file);
    free(reader);
}

/* An idle handle, best one at that page. */
static enum status take_reader(struct tiff_volume *v, const struct tiff_page *page, struct reader **taken)
{
    pthread_mutex_lock(&v->lock);
    struct reader **link = &v->idle;
    for (struct reader **at = &v->idle; *at; at = &(*at)->next)
        if (TIFFCurrentDirOffset((*at)->file.handle) == page->directory) {
            link = at;
            break;
        }
    *taken = *link;
    if (*taken)
        *link = (*taken)->next;
    pthread_mutex_unlock(&v->lock);
    return *taken ? STATUS_OK : open_reader(v, taken);
}

static void give_reader(struct tiff_volume *v, struct reader *reader)
{
    if (!reader)
        return;
    pthread_mutex_lock(&v->lock);
    reader->next = v->idle;
    v->idle = reader;
    pthread_mutex_unlock(&v->lock);
}

static enum status read_tiff(struct volume *volume, const struct region *region, struct image *out)
{
    struct tiff_volume *v = (struct tiff_volume *)volume;
    const struct shape plane_shape = {region->shape.width, region->shape.height, 1};
    struct reader *reader = NULL;
    enum status status = STATUS_OK;
    for (int64_t z = 0; z < region->shape.depth; z++) {
        const struct tiff_plane plane = tiff_stack_plane(&v->stack, region->z + z);
        struct image view = image_view(out, 0, 0, z, plane_shape);
        if (plane.raw_offset < 0 && !reader)
            TRY(take_reader(v, plane.page, &reader));
        TRY(tiff_plane_read(reader ? &reader->file : &v->stack.file, &plane, region->x, region->y, &view));
    }
    give_reader(v, reader);
    return STATUS_OK;
done:
    close_reader(reader);
    return status;
}

static void close_tiff(struct volume *volume)
{
    struct tiff_volume *v = (struct tiff_volume *)volume;
    while (v->idle) {
        struct reader *reader = v->idle;
        v->idle = reader->next;
        close_reader(reader);
    }
    tiff_stack_close(&v->stack);
    pthread_mutex_destroy(&v->lock);
    free(v->path);
    free(v);
}

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static struct shape chunk_of(const struct tiff_stack *stack)
{
    const struct tiff_plane plane = tiff_stack_plane(stack, 0);
    const int64_t width = clamp(plane.page->block_width, 1, stack->shape.width);
    int64_t rows = plane.raw_offset >= 0 ? 1 : clamp(plane.page->block_height, 1, stack->shape.height);
    if (!plane.page->tiled && rows < CHUNK_ROWS)
        rows *= (CHUNK_ROWS + rows - 1) / rows;
    return (struct shape){width, clamp(rows, 1, stack->shape.height), 1};
}

enum status tiff_volume_open(const char *path, const struct tiff_selection *selection, struct volume **volume)
{
    static const struct volume_kind kind = {.name = "TIFF", .read = read_tiff, .close = close_tiff};
    enum status status;
    struct tiff_volume *v = calloc(1, sizeof *v);
    *volume = NULL;
    if (!v || !(v->path = strdup(path))) {
        free(v);
        return status_fail(STATUS_MEMORY, "%s: no host memory to open it", path);
    }
    pthread_mutex_init(&v->lock, NULL);
    TRY(tiff_stack_open(&v->stack, v->path, selection));
    if (fstat(v->stack.file.descriptor, &v->identity) != 0)
        TRY(status_fail(STATUS_INPUT, "%s: its place on the disk is unknown", path));
    v->volume = (struct volume){.kind = &kind,
                                .shape = v->stack.shape,
                                .type = v->stack.type,
                                .chunk = chunk_of(&v->stack),
                                .decoded = tiff_stack_plane(&v->stack, 0).raw_offset < 0};
    *volume = &v->volume;
done:
    if (status != STATUS_OK)
        close_tiff(&v->volume);
    return status;
}
