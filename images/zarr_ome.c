/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reading: axes are objects since 0.4, words in 0.3, and not named before. Scales stand with each level, and may stand
 * with the image as a whole, to be applied after those of the level.
 */
#include "images/zarr_ome.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/text.h"
#include "images/zarr_metadata.h"
#include "images/zarr_store.h"

int zarr_axis_find(const char *name)
{
    static const char letters[] = "tczyx";
    const char *found = name[0] && !name[1] ? strchr(letters, tolower((unsigned char)name[0])) : NULL;
    return found ? (int)(found - letters) : -1;
}

static enum status load_file(struct zarr_ome *ome)
{
    enum status status;
    const json_t *attributes;
    ome->name = zarr_exists(ome->folder, "zarr.json") ? "zarr.json" : ".zattrs";
    ome->file = zarr_join(ome->folder, ome->name);
    if (!ome->file)
        return STATUS_MEMORY;
    TRY(zarr_json_load(ome->folder, ome->name, &ome->root));
    attributes = ome->root;
    if (strcmp(ome->name, "zarr.json") == 0)
        attributes = json_object_get(json_object_get(attributes, "attributes"), "ome");
    ome->multiscale = json_array_get(json_object_get(attributes, "multiscales"), 0);
    if (!json_is_object(ome->multiscale))
        TRY(status_fail(STATUS_INPUT, "%s: holds neither a Zarr array nor an OME-Zarr image; name one inside it",
                        ome->folder));
    const char *version = json_string_value(json_object_get(ome->multiscale, "version"));
    if (!version)
        version = json_string_value(json_object_get(attributes, "version"));
    text_clean(ome->version, sizeof ome->version, version ? version : "unknown");
done:
    return status;
}

static enum status parse_axes(struct zarr_ome *ome)
{
    const json_t *axes = json_object_get(ome->multiscale, "axes");
    if (!axes)
        return STATUS_OK;
    size_t count = json_array_size(axes);
    if (count < 2 || count > ZARR_DIMENSIONS_MAX)
        return status_fail(STATUS_INPUT, "%s: \"axes\" is not a list of 2 to %d axes", ome->file, ZARR_DIMENSIONS_MAX);
    ome->dimensions = (int)count;
    for (size_t i = 0; i < count; i++) {
        const json_t *axis = json_array_get(axes, i);
        const char *name = json_string_value(json_is_object(axis) ? json_object_get(axis, "name") : axis);
        const char *unit = json_string_value(json_object_get(axis, "unit"));
        if (!name)
            return status_fail(STATUS_INPUT, "%s: axis %zu has no name", ome->file, i);
        text_clean(ome->axes[i].name, sizeof ome->axes[i].name, name);
        text_clean(ome->axes[i].unit, sizeof ome->axes[i].unit, unit ? unit : "");
    }
    return STATUS_OK;
}

enum status zarr_ome_load(struct zarr_ome *ome, const char *folder)
{
    enum status status;
    *ome = (struct zarr_ome){.folder = folder};
    TRY(load_file(ome));
    TRY(parse_axes(ome));
    ome->levels = (int64_t)json_array_size(json_object_get(ome->multiscale, "datasets"));
    if (ome->levels < 1)
        TRY(status_fail(STATUS_INPUT, "%s: \"datasets\" names no level", ome->file));
done:
    return status;
}

void zarr_ome_free(struct zarr_ome *ome)
{
    json_decref(ome->root);
    free(ome->file);
    *ome = (struct zarr_ome){0};
}

/* Applies a list of transformations: scale and translation, in their order. Others say nothing that is used here. */
static enum status transform(struct zarr_ome *ome, const json_t *list)
{
    for (size_t k = 0; k < json_array_size(list); k++) {
        const json_t *step = json_array_get(list, k);
        const char *type = json_string_value(json_object_get(step, "type"));
        bool scale = type && strcmp(type, "scale") == 0, translation = type && strcmp(type, "translation") == 0;
        const json_t *values = json_object_get(step, scale ? "scale" : "translation");
        if ((!scale && !translation) || !values)
            continue;
        if (json_array_size(values) != (size_t)ome->dimensions)
            return status_fail(STATUS_INPUT, "%s: a %s is not a list of one number per axis", ome->file, type);
        for (int i = 0; i < ome->dimensions; i++) {
            double value = json_number_value(json_array_get(values, (size_t)i));
            struct zarr_axis *axis = &ome->axes[i];
            axis->scale = isnan(axis->scale) ? 1 : axis->scale;
            axis->translation = isnan(axis->translation) ? 0 : axis->translation;
            axis->scale *= scale ? value : 1;
            axis->translation = scale ? axis->translation * value : axis->translation + value;
        }
    }
    return STATUS_OK;
}

enum status zarr_ome_level(struct zarr_ome *ome, int64_t level, char **path)
{
    enum status status;
    const json_t *dataset = json_array_get(json_object_get(ome->multiscale, "datasets"), (size_t)level);
    const char *relative = json_string_value(json_object_get(dataset, "path"));
    *path = NULL;
    if (level < 0 || level >= ome->levels)
        TRY(status_fail(STATUS_USAGE, "%s: there is no level %lld; the levels are 0 to %lld", ome->folder,
                        (long long)level, (long long)ome->levels - 1));
    if (!relative || !zarr_path_inside(relative))
        TRY(status_fail(STATUS_INPUT, "%s: the path \"%.40s\" of level %lld leaves the store", ome->file,
                        relative ? relative : "", (long long)level));
    for (int i = 0; i < ome->dimensions; i++)
        ome->axes[i].scale = ome->axes[i].translation = NAN;
    TRY(transform(ome, json_object_get(dataset, "coordinateTransformations")));
    TRY(transform(ome, json_object_get(ome->multiscale, "coordinateTransformations")));
    *path = zarr_join(ome->folder, relative);
    status = *path ? STATUS_OK : STATUS_MEMORY;
done:
    return status;
}
