/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Our Zarr reader and writer for scripts: pixels pass as raw bytes in the machine's order, x fastest.
 *
 *   zarr_tool info PATH LEVEL                                          JSON
 *   zarr_tool read PATH CHANNEL FRAME LEVEL X Y Z WIDTH HEIGHT DEPTH   pixels to standard output; WIDTH 0: all
 *   zarr_tool write PATH VERSION OME TYPE FRAMES CHANNELS DEPTH HEIGHT WIDTH CHUNK_Z CHUNK_Y CHUNK_X SHARD_Z SHARD_Y
 *                   SHARD_X CODEC LEVEL SEPARATOR MODE                 pixels from standard input, all frames
 *   zarr_tool pyramid PATH LEVELS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "images/zarr.h"

static char **arguments;
static int left;

static const char *word(void)
{
    if (left == 0) {
        fprintf(stderr, "zarr_tool: an argument is missing\n");
        exit(2);
    }
    left--;
    return *arguments++;
}

static int64_t number(void)
{
    return strtoll(word(), NULL, 10);
}

static struct shape zyx(void)
{
    struct shape shape;
    shape.depth = number();
    shape.height = number();
    shape.width = number();
    return shape;
}

static void print_axis(const struct zarr_axis *axis)
{
    printf("{\"name\": \"%s\", \"unit\": \"%s\", \"size\": %lld", axis->name, axis->unit, (long long)axis->size);
    if (axis->scale == axis->scale)
        printf(", \"scale\": %.17g, \"translation\": %.17g", axis->scale, axis->translation);
    printf("}");
}

static enum status info(void)
{
    struct zarr_info found;
    const char *path = word();
    struct zarr_selection selection = {-1, -1, number()};
    enum status status = zarr_info(path, &selection, &found);
    if (status != STATUS_OK)
        return status;
    printf(
        "{\"version\": %d, \"ome\": \"%s\", \"levels\": %lld, \"channels\": %lld, \"frames\": %lld, \"codec\": \"%s\", "
        "\"type\": \"%s\", \"shape\": [%lld, %lld, %lld], \"chunk\": [%lld, %lld, %lld], \"axes\": [",
        found.version, found.ome, (long long)found.levels, (long long)found.channels, (long long)found.frames,
        found.codec, pixel_type_name(found.type), (long long)found.shape.depth, (long long)found.shape.height,
        (long long)found.shape.width, (long long)found.chunk.depth, (long long)found.chunk.height,
        (long long)found.chunk.width);
    for (int i = 0; i < found.dimensions; i++) {
        printf(i ? ", " : "");
        print_axis(&found.axes[i]);
    }
    printf("]}\n");
    return STATUS_OK;
}

/* Moves all rows of an image between it and a stream. */
static enum status move(const struct image *image, FILE *stream, bool out)
{
    size_t bytes = (size_t)image->shape.width * pixel_bytes(image->type);
    for (int64_t z = 0; z < image->shape.depth; z++)
        for (int64_t y = 0; y < image->shape.height; y++) {
            void *row = image_row(image, y, z);
            if ((out ? fwrite(row, 1, bytes, stream) : fread(row, 1, bytes, stream)) != bytes)
                return status_fail(STATUS_IO, "zarr_tool: the stream ends");
        }
    return STATUS_OK;
}

static enum status read_pixels(void)
{
    enum status status;
    struct volume *volume = NULL;
    struct image image = {0};
    const char *path = word();
    struct zarr_selection selection;
    selection.channel = number();
    selection.frame = number();
    selection.level = number();
    TRY(zarr_open(path, &selection, &volume));
    struct region region = {.x = number()};
    region.y = number();
    region.z = number();
    region.shape.width = number();
    region.shape.height = number();
    region.shape.depth = number();
    if (region.shape.width == 0)
        region = region_whole(volume->shape);
    TRY(image_alloc(&image, region.shape, volume->type, 0, 1));
    TRY(volume_read(volume, &region, &image));
    status = move(&image, stdout, true);
done:
    image_free(&image);
    volume_close(volume);
    return status;
}

static enum status write_pixels(void)
{
    enum status status;
    struct zarr_array *array = NULL;
    struct volume *volume = NULL;
    struct image image = {0};
    const char *path = word();
    struct zarr_layout layout = {.version = (int)number()};
    layout.ome = number();
    layout.type = pixel_type_find(word());
    layout.frames = number();
    layout.channels = number();
    layout.shape = zyx();
    layout.chunk = zyx();
    layout.shard = zyx();
    layout.compression = zarr_compression_find(word());
    layout.level = (int)number();
    layout.separator = *word();
    TRY(zarr_create(path, &layout, (enum zarr_mode)number(), &array));
    TRY(image_alloc(&image, layout.shape, layout.type, 0, 1));
    for (int64_t i = 0; i < layout.frames * layout.channels; i++) {
        const struct region whole = region_whole(layout.shape);
        TRY(move(&image, stdin, false));
        TRY(zarr_output(array, i % layout.channels, i / layout.channels, &volume));
        TRY(volume_write(volume, &whole, &image));
        volume_close(volume);
        volume = NULL;
    }
    status = zarr_finish(array);
done:
    volume_close(volume);
    zarr_close(array);
    image_free(&image);
    return status;
}

static enum status pyramid(void)
{
    const char *path = word();
    return zarr_pyramid(path, (int)number());
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        enum status (*run)(void);
    } actions[] = {{"info", info}, {"read", read_pixels}, {"write", write_pixels}, {"pyramid", pyramid}};
    arguments = argv + 1;
    left = argc - 1;
    const char *name = word();
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (strcmp(name, actions[i].name) == 0) {
            enum status status = actions[i].run();
            if (status != STATUS_OK)
                fprintf(stderr, "%s\n", status_text());
            return status_exit_code(status);
        }
    fprintf(stderr, "zarr_tool: no action '%s'\n", name);
    return 2;
}
