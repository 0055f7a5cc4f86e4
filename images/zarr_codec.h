/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What happens to the pixels of a chunk on their way into its file: dimensions put in another order, bytes in an order,
 * checksums, one compression. Lists of codecs from metadata are brought into this form; what does not fit it is
 * refused.
 */
#ifndef IMAGES_ZARR_CODEC_H
#define IMAGES_ZARR_CODEC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hardware/status.h"

enum { ZARR_ORDER_MAX = 5 };

enum zarr_coder {
    ZARR_CODER_NONE,
    ZARR_CODER_BLOSC,
    ZARR_CODER_ZSTD,
    ZARR_CODER_GZIP,
    ZARR_CODER_ZLIB,
    ZARR_CODER_LZ4
};

struct zarr_codecs {
    int order[ZARR_ORDER_MAX]; /* dimension i as stored is dimension order[i] of the array */
    bool swapped;              /* bytes of a pixel are not in the machine's order */
    enum zarr_coder coder;
    int checks_before, checks_after; /* CRC-32C of what is compressed, and of the result */
    int level, shuffle;              /* to encode */
    char blosc_name[16];             /* "lz4" */
    bool bytes_seen;                 /* while a list is parsed: the codec that makes bytes of numbers was there */
};

/* Memory that grows. */
struct zarr_buffer {
    void *bytes;
    size_t capacity;
};

enum status zarr_buffer_reserve(struct zarr_buffer *buffer, size_t bytes);
void zarr_buffer_free(struct zarr_buffer *buffer);

/* Codecs of an array of that many dimensions and bytes per pixel, of version 3 from the list of codecs, of version 2
 * from the array's metadata. Shards are not among them. STATUS_INPUT. */
enum status zarr_codecs_parse_v3(struct zarr_codecs *codecs, const json_t *list, int dimensions, size_t pixel_size,
                                 const char *file);
enum status zarr_codecs_parse_v2(struct zarr_codecs *codecs, const json_t *root, int dimensions, const char *file);

/* "blosc lz4", "none" */
void zarr_codecs_describe(const struct zarr_codecs *codecs, char *text, size_t size);

/* Undoes compression and checksums: `stored` may be changed, *raw is in it or in `buffer` and holds raw_bytes. `place`
 * names file and chunk. STATUS_INPUT for what is damaged or of another size, STATUS_MEMORY. */
enum status zarr_decode(const struct zarr_codecs *codecs, const char *place, void *stored, size_t stored_bytes,
                        size_t raw_bytes, struct zarr_buffer *buffer, void **raw);

/* The reverse, into `buffer`, of which *bytes are used. `raw` has room for zarr_raw_room() bytes. */
enum status zarr_encode(const struct zarr_codecs *codecs, const char *place, void *raw, size_t raw_bytes,
                        size_t pixel_size, struct zarr_buffer *buffer, size_t *bytes);
size_t zarr_raw_room(const struct zarr_codecs *codecs, size_t raw_bytes);

/* More than this no codec makes of that many bytes. */
size_t zarr_stored_bytes_max(size_t raw_bytes);

uint32_t zarr_crc32c(const void *bytes, size_t count);

#endif
