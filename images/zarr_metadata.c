/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What both versions share: pixel types, sizes that are checked before anything is computed or allocated with them, and
 * the names of chunks.
 */
#include "images/zarr_metadata.h"

#include <stdlib.h>
#include <string.h>

#include "images/zarr_store.h"

/* Integers that JSON readers keep exactly; no array is larger. */
static const int64_t size_max = (int64_t)1 << 53;

enum status zarr_sizes_parse(const json_t *list, const char *file, const char *what, int *count, int64_t *sizes)
{
    size_t found = json_array_size(list);
    if (!json_is_array(list) || (*count > 0 && found != (size_t)*count))
        return status_fail(STATUS_INPUT, "%s: \"%s\" is not a list of one number per dimension", file, what);
    if (found < 1 || found > ZARR_DIMENSIONS_MAX)
        return status_fail(STATUS_INPUT, "%s: \"%s\" has %zu dimensions; 2 to %d are read", file, what, found,
                           ZARR_DIMENSIONS_MAX);
    for (size_t i = 0; i < found; i++) {
        const json_t *value = json_array_get(list, i);
        json_int_t size = json_integer_value(value);
        if (!json_is_integer(value) || size < 1 || size > size_max)
            return status_fail(STATUS_INPUT, "%s: number %zu of \"%s\" is not a size from 1 to 2^53", file, i + 1,
                               what);
        sizes[i] = size;
    }
    *count = (int)found;
    return STATUS_OK;
}

enum status zarr_type_parse(struct zarr_array *array, const char *name, const char *file)
{
    array->type = pixel_type_find(name);
    array->was_signed = strcmp(name, "int32") == 0;
    if (array->was_signed)
        array->type = PIXEL_U32;
    if (array->type == PIXEL_TYPE_COUNT)
        return status_fail(STATUS_INPUT,
                           "%s: %.40s pixels are not read, only uint8, uint16, uint32, float32 and int32 labels", file,
                           name);
    snprintf(array->stored_type, sizeof array->stored_type, "%s", name);
    return STATUS_OK;
}

/* False if the product of the sizes and `bytes` exceeds `limit`. */
static bool product_fits(const int64_t *sizes, int count, int64_t bytes, int64_t limit)
{
    int64_t product = bytes;
    for (int i = 0; i < count; i++)
        if (__builtin_mul_overflow(product, sizes[i], &product) || product > limit)
            return false;
    return true;
}

static enum status check_sizes(struct zarr_array *array, const char *file)
{
    const int n = array->dimensions;
    const int64_t bytes = (int64_t)pixel_bytes(array->type);
    if (n < 2)
        return status_fail(STATUS_INPUT, "%s: 1 dimension; 2 to %d are read", file, ZARR_DIMENSIONS_MAX);
    if (!product_fits(array->shape, n, bytes, INT64_MAX / 4) || !product_fits(array->chunk, n, bytes, INT64_MAX / 4))
        return status_fail(STATUS_INPUT, "%s: an array that does not fit any address space", file);
    if (!product_fits(array->piece, n, bytes, ZARR_PIECE_BYTES_MAX))
        return status_fail(STATUS_INPUT, "%s: chunks of more than 1 GiB are not read", file);
    array->pieces = 1;
    array->piece_bytes = (size_t)bytes;
    for (int i = 0; i < n; i++) {
        if (array->chunk[i] % array->piece[i] != 0)
            return status_fail(STATUS_INPUT, "%s: a shard is not a whole number of chunks", file);
        array->piece_bytes *= (size_t)array->piece[i];
        if (__builtin_mul_overflow(array->pieces, array->chunk[i] / array->piece[i], &array->pieces) ||
            array->pieces > ZARR_SHARD_PIECES_MAX)
            return status_fail(STATUS_INPUT, "%s: shards of more than %d chunks are not read", file,
                               ZARR_SHARD_PIECES_MAX);
    }
    return STATUS_OK;
}

enum status zarr_array_parse(struct zarr_array *array, const json_t *root, const char *file)
{
    enum status status;
    const json_t *format = json_object_get(root, "zarr_format");
    char *path = array->path;
    *array = (struct zarr_array){.path = path, .version = (int)json_integer_value(format)};
    if (array->version != 2 && array->version != 3)
        TRY(status_fail(STATUS_INPUT, "%s: \"zarr_format\" is neither 2 nor 3", file));
    TRY(array->version == 2 ? zarr_v2_parse(array, root, file) : zarr_v3_parse(array, root, file));
    status = check_sizes(array, file);
done:
    return status;
}

enum status zarr_array_load(struct zarr_array *array, const char *path)
{
    enum status status = STATUS_MEMORY;
    json_t *root = NULL;
    char *file = NULL;
    *array = (struct zarr_array){.path = zarr_join(path, "")};
    if (!array->path)
        goto done;
    const char *name = zarr_exists(path, "zarr.json") ? "zarr.json" : ".zarray";
    file = zarr_join(path, name);
    if (!file)
        goto done;
    TRY(zarr_json_load(path, name, &root));
    if (!root)
        TRY(status_fail(STATUS_INPUT, "%s: holds no Zarr array", path));
    status = zarr_array_parse(array, root, file);
done:
    json_decref(root);
    free(file);
    if (status != STATUS_OK)
        zarr_array_free(array);
    return status;
}

void zarr_array_free(struct zarr_array *array)
{
    free(array->path);
    *array = (struct zarr_array){0};
}

char *zarr_chunk_path(const struct zarr_array *array, const int64_t *index)
{
    char key[32 * ZARR_DIMENSIONS_MAX];
    size_t at = 0;
    if (array->key_prefix)
        at += (size_t)snprintf(key, sizeof key, "c%c", array->separator);
    for (int i = 0; i < array->dimensions; i++)
        at += (size_t)snprintf(key + at, sizeof key - at, "%lld%.1s", (long long)index[i],
                               i + 1 < array->dimensions ? &array->separator : "");
    return zarr_join(array->path, key);
}
