/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From a path to an array whose dimensions have a meaning. A dimension of size 1 that is none of t, c, z, y, x does no
 * harm; a larger one would have to be chosen from, and is refused.
 */
#include "images/zarr_image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/text.h"
#include "images/zarr_ome.h"
#include "images/zarr_store.h"

int64_t zarr_along(const struct zarr_array *array, const int64_t *sizes, enum zarr_role role)
{
    return array->role[role] < 0 ? 1 : sizes[array->role[role]];
}

struct shape zarr_shape(const struct zarr_array *array, const int64_t *sizes)
{
    return (struct shape){zarr_along(array, sizes, ZARR_X), zarr_along(array, sizes, ZARR_Y),
                          zarr_along(array, sizes, ZARR_Z)};
}

bool zarr_roles_by_name(struct zarr_array *array)
{
    for (int r = 0; r < ZARR_ROLES; r++)
        array->role[r] = -1;
    for (int i = 0; i < array->dimensions; i++) {
        int role = zarr_axis_find(array->names[i]);
        if (role < 0 && array->shape[i] == 1 && array->names[i][0])
            continue;
        if (role < 0 || array->role[role] >= 0)
            return false;
        array->role[role] = i;
    }
    return array->role[ZARR_X] >= 0 && array->role[ZARR_Y] >= 0;
}

static void roles_by_place(struct zarr_array *array)
{
    for (int r = 0; r < ZARR_ROLES; r++)
        array->role[r] = r - ZARR_ROLES + array->dimensions < 0 ? -1 : r - ZARR_ROLES + array->dimensions;
}

/* xarray's way to name the dimensions of a version 2 array. What is no such list is somebody else's. */
static enum status names_v2(struct zarr_array *array)
{
    json_t *root;
    enum status status = zarr_json_load(array->path, ".zattrs", &root);
    const json_t *names = json_object_get(root, "_ARRAY_DIMENSIONS");
    for (int i = 0; i < array->dimensions; i++) {
        const char *name = json_string_value(json_array_get(names, (size_t)i));
        text_clean(array->names[i], sizeof array->names[i], name ? name : "");
    }
    json_decref(root);
    return status;
}

static enum status load_plain(struct zarr_image *image, const char *path, int64_t level)
{
    enum status status;
    struct zarr_array *array = &image->array;
    if (level != 0)
        return status_fail(STATUS_USAGE, "%s: there is no level %lld; the array is the only one", path,
                           (long long)level);
    TRY(zarr_array_load(array, path));
    if (array->version == 2)
        TRY(names_v2(array));
    image->info.axes_guessed = !zarr_roles_by_name(array);
    if (image->info.axes_guessed)
        roles_by_place(array);
    image->info.levels = 1;
    for (int i = 0; i < array->dimensions; i++)
        image->info.axes[i].scale = image->info.axes[i].translation = NAN;
    for (int r = 0; r < ZARR_ROLES; r++)
        if (image->info.axes_guessed && array->role[r] >= 0)
            snprintf(array->names[array->role[r]], sizeof array->names[0], "%c", "tczyx"[r]);
done:
    return status;
}

static enum status load_level(struct zarr_image *image, const char *path, int64_t level)
{
    enum status status;
    struct zarr_ome ome;
    char *folder = NULL;
    struct zarr_array *array = &image->array;
    TRY(zarr_ome_load(&ome, path));
    TRY(zarr_ome_level(&ome, level, &folder));
    TRY(zarr_array_load(array, folder));
    if (ome.dimensions == 0 && array->dimensions == ZARR_DIMENSIONS_MAX)
        ome.dimensions = ZARR_DIMENSIONS_MAX; /* before 0.3 */
    for (int i = 0; i < ome.dimensions && !ome.axes[i].name[0]; i++)
        ome.axes[i] = (struct zarr_axis){.name = {"tczyx"[i]}, .scale = NAN, .translation = NAN};
    for (int i = 0; i < array->dimensions; i++)
        memcpy(array->names[i], ome.axes[i].name, sizeof array->names[i]);
    if (ome.dimensions != array->dimensions || !zarr_roles_by_name(array))
        TRY(status_fail(STATUS_INPUT, "%s: the axes are not those of an array of %d dimensions with y and x", ome.file,
                        array->dimensions));
    memcpy(image->info.axes, ome.axes, sizeof ome.axes);
    memcpy(image->info.ome, ome.version, sizeof ome.version);
    image->info.levels = ome.levels;
done:
    zarr_ome_free(&ome);
    free(folder);
    return status;
}

static void describe(struct zarr_image *image)
{
    const struct zarr_array *array = &image->array;
    struct zarr_info *info = &image->info;
    info->version = array->version;
    info->dimensions = array->dimensions;
    for (int i = 0; i < array->dimensions; i++) {
        memcpy(info->axes[i].name, array->names[i], sizeof info->axes[i].name);
        info->axes[i].size = array->shape[i];
    }
    info->channels = zarr_along(array, array->shape, ZARR_C);
    info->frames = zarr_along(array, array->shape, ZARR_T);
    info->shape = zarr_shape(array, array->shape);
    info->chunk = zarr_shape(array, array->piece);
    info->shard = zarr_shape(array, array->chunk);
    info->type = array->type;
    memcpy(info->stored_type, array->stored_type, sizeof info->stored_type);
    zarr_codecs_describe(&array->codecs, info->codec, sizeof info->codec);
}

/* In version 3 one file name serves arrays and groups. */
static enum status is_array(const char *path, bool *array)
{
    json_t *root;
    *array = zarr_exists(path, ".zarray");
    if (!zarr_exists(path, ""))
        return status_fail(STATUS_INPUT, "%s: No such file or directory", path);
    if (!zarr_exists(path, "zarr.json"))
        return zarr_is_store(path) ? STATUS_OK
                                   : status_fail(STATUS_INPUT, "%s: holds neither a Zarr array nor a group", path);
    enum status status = zarr_json_load(path, "zarr.json", &root);
    const char *kind = json_string_value(json_object_get(root, "node_type"));
    *array = kind && strcmp(kind, "array") == 0;
    json_decref(root);
    return status;
}

enum status zarr_image_load(struct zarr_image *image, const char *path, int64_t level)
{
    enum status status;
    bool array;
    *image = (struct zarr_image){0};
    TRY(is_array(path, &array));
    TRY(array ? load_plain(image, path, level) : load_level(image, path, level));
    describe(image);
done:
    if (status != STATUS_OK)
        zarr_array_free(&image->array);
    return status;
}

enum status zarr_info(const char *path, const struct zarr_selection *selection, struct zarr_info *info)
{
    struct zarr_image image;
    enum status status = zarr_image_load(&image, path, selection ? selection->level : 0);
    *info = image.info;
    zarr_array_free(&image.array);
    return status;
}
