/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Writing OME metadata: 0.4 into a version 2 group, 0.5 into a version 3 group. A scale is required; where none is
 * known it is 1, without a unit.
 */
#include <math.h>
#include <stdio.h>

#include "images/zarr_metadata.h"
#include "images/zarr_ome.h"
#include "images/zarr_store.h"

static enum status no_memory(const char *folder)
{
    return status_fail(STATUS_MEMORY, "%s: no host memory for metadata", folder);
}

static json_t *make_axes(const struct zarr_axis *axes, int dimensions)
{
    json_t *list = json_array();
    for (int i = 0; i < dimensions; i++) {
        int role = zarr_axis_find(axes[i].name);
        const char *type = role == ZARR_T ? "time" : role == ZARR_C ? "channel" : "space";
        json_t *axis = json_pack("{s:s, s:s}", "name", axes[i].name, "type", type);
        if (axes[i].unit[0])
            json_object_set_new(axis, "unit", json_string(axes[i].unit));
        json_array_append_new(list, axis);
    }
    return list;
}

static json_t *make_level(const char *path, const struct zarr_axis *axes, int dimensions)
{
    json_t *scale = json_array(), *translation = json_array();
    bool moved = false;
    for (int i = 0; i < dimensions; i++) {
        double move = isfinite(axes[i].translation) ? axes[i].translation : 0;
        moved |= move != 0;
        json_array_append_new(scale, json_real(isfinite(axes[i].scale) ? axes[i].scale : 1));
        json_array_append_new(translation, json_real(move));
    }
    json_t *steps = json_pack("[{s:s, s:o}]", "type", "scale", "scale", scale);
    if (moved)
        json_array_append_new(steps, json_pack("{s:s, s:o}", "type", "translation", "translation", translation));
    else
        json_decref(translation);
    return json_pack("{s:s, s:o}", "path", path, "coordinateTransformations", steps);
}

enum status zarr_ome_create(const char *folder, int version, const struct zarr_axis *axes, int dimensions)
{
    enum status status = STATUS_OK;
    json_t *image = json_pack("{s:s, s:o, s:[o]}", "name", "image", "axes", make_axes(axes, dimensions), "datasets",
                              make_level("0", axes, dimensions));
    json_t *attributes = NULL, *group = NULL;
    if (version == 2) {
        json_object_set_new(image, "version", json_string("0.4"));
        attributes = json_pack("{s:[O]}", "multiscales", image);
        group = json_pack("{s:i}", "zarr_format", 2);
    } else {
        group = json_pack("{s:i, s:s, s:{s:{s:s, s:[O]}}}", "zarr_format", 3, "node_type", "group", "attributes", "ome",
                          "version", "0.5", "multiscales", image);
    }
    if (!group || (version == 2 && !attributes))
        TRY(no_memory(folder));
    if (version == 2)
        TRY(zarr_json_save(folder, ".zattrs", attributes));
    status = zarr_json_save(folder, version == 2 ? ".zgroup" : "zarr.json", group);
done:
    json_decref(group);
    json_decref(attributes);
    json_decref(image);
    return status;
}

enum status zarr_ome_add_level(struct zarr_ome *ome, const char *path, const struct zarr_axis *axes, int dimensions)
{
    json_t *level = make_level(path, axes, dimensions);
    if (!level || json_array_append_new(json_object_get(ome->multiscale, "datasets"), level) != 0)
        return no_memory(ome->folder);
    return STATUS_OK;
}

enum status zarr_ome_save(const struct zarr_ome *ome)
{
    return zarr_json_save(ome->folder, ome->name, ome->root);
}
