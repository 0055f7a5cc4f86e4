/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Labels between two sweeps and what is tried out, on disk: written once, read once, gone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/apply_files.h"
#include "images/zarr_store.h"

struct scratch {
    struct volume volume;
    char *path;
    struct zarr_array *array;
    struct volume *written, *read; /* one after the other */
};

static enum status write_scratch(struct volume *volume, const struct region *region, const struct image *in)
{
    return volume_write(((struct scratch *)volume)->written, region, in);
}

static enum status read_scratch(struct volume *volume, const struct region *region, struct image *out)
{
    return volume_read(((struct scratch *)volume)->read, region, out);
}

static enum status finish_scratch(struct volume *volume)
{
    enum status status;
    struct scratch *s = (struct scratch *)volume;
    TRY(volume_finish(s->written));
    TRY(zarr_finish(s->array));
    TRY(zarr_open(s->path, NULL, &s->read));
done:
    return status;
}

static void close_scratch(struct volume *volume)
{
    struct scratch *s = (struct scratch *)volume;
    volume_close(s->read);
    volume_close(s->written);
    zarr_close(s->array);
    zarr_tree_remove(s->path);
    free(s->path);
    free(s);
}

/* ".NAME.PURPOSE.zarr" in the folder of NAME. */
static char *hidden_path(const char *beside, const char *purpose)
{
    char *path = NULL, *plain = strdup(beside);
    if (!plain)
        return NULL;
    for (size_t length = strlen(plain); length > 1 && plain[length - 1] == '/'; length--)
        plain[length - 1] = 0;
    const char *slash = strrchr(plain, '/');
    const int folder = slash ? (int)(slash - plain) + 1 : 0;
    if (asprintf(&path, "%.*s.%s.%s.zarr", folder, plain, plain + folder, purpose) < 0)
        path = NULL;
    free(plain);
    return path;
}

enum status scratch_volume(const char *beside, const char *purpose, struct shape shape, enum pixel_type type,
                           struct shape chunk, struct volume **volume)
{
    static const struct volume_kind kind = {.name = "scratch",
                                            .read = read_scratch,
                                            .write = write_scratch,
                                            .finish = finish_scratch,
                                            .close = close_scratch};
    enum status status;
    struct scratch *s = calloc(1, sizeof *s);
    *volume = NULL;
    if (!s || !(s->path = hidden_path(beside, purpose))) {
        free(s);
        return status_fail(STATUS_MEMORY, "no host memory for a volume");
    }
    const struct zarr_layout layout = {
        .version = 2, .shape = shape, .type = type, .chunk = chunk, .compression = ZARR_BLOSC_LZ4};
    TRY(zarr_create(s->path, &layout, ZARR_OVERWRITE, &s->array));
    TRY(zarr_output(s->array, 0, 0, &s->written));
    s->volume = (struct volume){.kind = &kind, .shape = shape, .type = type, .chunk = chunk, .decoded = true};
    *volume = &s->volume;
    return STATUS_OK;
done:
    zarr_close(s->array);
    free(s->path);
    free(s);
    return status;
}
