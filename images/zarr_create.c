/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A new array is parsed back from the metadata that were made for it, by the code that reads any array, so that writing
 * cannot follow other rules than reading.
 */
#include "images/zarr_create.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "images/zarr_image.h"
#include "images/zarr_layout.h"
#include "images/zarr_ome.h"
#include "images/zarr_store.h"

enum { MAKER_BYTES = 4096 };

/* The array that the metadata describe, in memory. */
static enum status array_of(const char *path, const json_t *metadata, const struct zarr_axis *axes, int dimensions,
                            struct zarr_array **array)
{
    enum status status = STATUS_MEMORY;
    *array = calloc(1, sizeof **array);
    if (!metadata || !*array)
        TRY(status_fail(STATUS_MEMORY, "%s: no host memory for metadata", path));
    (*array)->path = zarr_join(path, "");
    if (!(*array)->path)
        goto done;
    TRY(zarr_array_parse(*array, metadata, path));
    for (int i = 0; i < dimensions; i++)
        memcpy((*array)->names[i], axes[i].name, sizeof(*array)->names[i]);
    zarr_roles_by_name(*array);
done:
    if (status != STATUS_OK) {
        zarr_close(*array);
        *array = NULL;
    }
    return status;
}

static enum status save_names(const char *path, const struct zarr_axis *axes, int dimensions)
{
    json_t *root = json_pack("{s:[]}", "_ARRAY_DIMENSIONS");
    for (int i = 0; i < dimensions; i++)
        json_array_append_new(json_object_get(root, "_ARRAY_DIMENSIONS"), json_string(axes[i].name));
    enum status status = zarr_json_save(path, ".zattrs", root);
    json_decref(root);
    return status;
}

static enum status put_mark(const char *path, const char *made_by)
{
    struct zarr_part part;
    char *mark = zarr_join(path, ZARR_MARK);
    enum status status = mark ? zarr_part_open(&part, mark) : STATUS_MEMORY;
    if (status == STATUS_OK)
        status = zarr_part_close(&part, zarr_part_write(&part, made_by, strlen(made_by)));
    free(mark);
    return status;
}

/* Chunks of two chains in one image would look like a result. A mark without a text is of a store without chunks. */
static enum status check_maker(const char *path, const char *made_by)
{
    enum status status = STATUS_MEMORY;
    char text[MAKER_BYTES];
    int64_t bytes;
    int descriptor = -1;
    char *mark = zarr_join(path, ZARR_MARK);
    if (!mark)
        goto done;
    TRY(zarr_file_open(mark, &descriptor, &bytes));
    if (bytes >= MAKER_BYTES)
        bytes = MAKER_BYTES - 1;
    if (bytes > 0) {
        TRY(zarr_file_read(descriptor, mark, text, (size_t)bytes, 0));
        text[bytes] = 0;
        if (strncmp(text, made_by, MAKER_BYTES - 1) != 0)
            status = status_fail(STATUS_USAGE, "%s: was begun as \"%s\", which is not gone on with as \"%s\"", path,
                                 text, made_by);
    }
done:
    if (descriptor >= 0)
        close(descriptor);
    free(mark);
    return status;
}

enum status zarr_array_make(const char *path, const json_t *metadata, const struct zarr_axis *axes, int dimensions,
                            struct zarr_array **array)
{
    enum status status;
    TRY(array_of(path, metadata, axes, dimensions, array));
    TRY(zarr_folder_make(path));
    TRY(put_mark(path, ""));
    if ((*array)->version == 2)
        TRY(save_names(path, axes, dimensions));
    status = zarr_json_save(path, (*array)->version == 2 ? ".zarray" : "zarr.json", metadata);
done:
    if (status != STATUS_OK && *array) {
        zarr_close(*array);
        *array = NULL;
    }
    return status;
}

/* Clears the way, or finds out that there is nothing to be made. */
static enum status prepare_path(const char *path, const char *folder, enum zarr_mode mode, const json_t *metadata,
                                bool *there)
{
    enum status status = STATUS_OK;
    json_t *old = NULL;
    *there = false;
    if (!zarr_exists(path, "") || (rmdir(path) == 0)) /* an empty folder is in nobody's way */
        return STATUS_OK;
    if (mode == ZARR_NEW)
        return status_fail(STATUS_USAGE, "%s: exists already", path);
    if (mode == ZARR_OVERWRITE) {
        TRY(zarr_tree_check(path));
        return zarr_tree_remove(path);
    }
    TRY(zarr_json_load(
        folder, json_integer_value(json_object_get(metadata, "zarr_format")) == 2 ? ".zarray" : "zarr.json", &old));
    /* Cut off before its metadata were written: nothing else can be in it. */
    if (!old && !zarr_is_store(path) && zarr_tree_check(path) == STATUS_OK)
        goto done;
    if (!old)
        TRY(status_fail(STATUS_USAGE, "%s: holds no array of this version to go on with", path));
    if (!json_equal(old, metadata))
        TRY(status_fail(STATUS_USAGE, "%s: was made with another size, pixel type, chunk or codec", folder));
    *there = true;
done:
    json_decref(old);
    return status;
}

/* "store.zarr/" is "store.zarr". */
static char *without_slashes(const char *path)
{
    char *copy = zarr_join(path, "");
    for (size_t i = copy ? strlen(copy) : 0; i > 1 && copy[i - 1] == '/'; i--)
        copy[i - 1] = '\0';
    return copy;
}

/* The array comes before the group that makes it an image: what was cut off between them can be resumed. */
static enum status make_store(const char *path, const char *folder, const json_t *metadata,
                              const struct zarr_axis *axes, int dimensions, struct zarr_array **array)
{
    enum status status;
    zarr_close(*array);
    *array = NULL;
    TRY(zarr_folder_make(path));
    status = zarr_array_make(folder, metadata, axes, dimensions, array);
done:
    return status;
}

enum status zarr_create(const char *path, const struct zarr_layout *layout, enum zarr_mode mode,
                        struct zarr_array **array)
{
    enum status status = STATUS_MEMORY;
    struct zarr_axis axes[ZARR_DIMENSIONS_MAX];
    bool there = false;
    json_t *metadata = NULL;
    char *root = without_slashes(path), *folder = NULL;
    *array = NULL;
    if (!root || !(folder = zarr_join(root, layout->ome ? "0" : "")))
        goto done;
    TRY(zarr_layout_check(root, layout));
    const int dimensions = zarr_layout_axes(layout, axes);
    metadata = zarr_layout_metadata(layout, axes, dimensions);
    /* Found wrong before anything is removed. */
    TRY(array_of(folder, metadata, axes, dimensions, array));
    TRY(prepare_path(root, folder, mode, metadata, &there));
    const char *made_by = layout->made_by ? layout->made_by : "";
    if (there && layout->made_by)
        TRY(check_maker(folder, made_by));
    if (!there)
        TRY(make_store(root, folder, metadata, axes, dimensions, array));
    TRY(put_mark(folder, made_by)); /* also where chunks of a complete store were lost */
    if (layout->ome && !zarr_is_store(root))
        TRY(zarr_ome_create(root, layout->version, axes, dimensions));
done:
    if (status != STATUS_OK && *array) {
        zarr_close(*array);
        *array = NULL;
    }
    json_decref(metadata);
    free(folder);
    free(root);
    return status;
}

enum status zarr_finish(const struct zarr_array *array)
{
    char *mark = zarr_join(array->path, ZARR_MARK);
    enum status status = STATUS_MEMORY;
    if (mark)
        status = unlink(mark) == 0 || !zarr_exists(array->path, ZARR_MARK)
                     ? STATUS_OK
                     : status_fail(STATUS_IO, "%s: cannot be removed", mark);
    free(mark);
    return status;
}

void zarr_close(struct zarr_array *array)
{
    if (!array)
        return;
    zarr_array_free(array);
    free(array);
}
