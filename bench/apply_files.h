/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Files as commands name them: TIFF, Zarr or a made image to read, TIFF or Zarr to write.
 */
#ifndef BENCH_APPLY_FILES_H
#define BENCH_APPLY_FILES_H

#include "images/tiff.h"
#include "images/volume.h"
#include "images/zarr.h"

struct input_file {
    const char *path;
    bool zarr;
    struct zarr_info info; /* of a Zarr store */
    struct shape shape;
    enum pixel_type type;
    int64_t channels, frames; /* to choose from; 1 for what is no Zarr store */
};

struct input_choice {
    int64_t channel, frame, level; /* channel and frame -1: all of them, one after the other */
};

/* Looks at an input without reading pixels. STATUS_INPUT, STATUS_USAGE. */
enum status input_file_look(const char *path, const struct input_choice *choice, struct input_file *file);

/* Opens one channel of one time point. */
enum status input_file_open(const struct input_file *file, int64_t channel, int64_t frame, int64_t level,
                            struct volume **volume);

struct output_options {
    const char *path;
    struct shape chunk;   /* all 0: as the input's, or a usual one */
    int64_t zarr_version; /* 0: as the input's, or 2 */
    bool ome, overwrite, resume;
    const char *made_by; /* the chain, and of what: a Zarr output that was begun as another is not resumed */
};

struct output_file {
    struct output_options options;
    bool zarr;
    struct zarr_array *array;
    int64_t frames;
};

/* STATUS_USAGE if writing `out` would change `in`: they are the same, or one lies in the other. */
enum status apply_files_apart(const char *in, const char *out);

/* The chunk of a Zarr output where nothing says another. */
struct shape output_usual_chunk(struct shape shape);

/* The chunk that such an output will have: TIFF tiles, Zarr chunks. */
struct shape output_chunk(const struct output_options *options, const struct input_file *input, struct shape shape);

/* What makes the pixels of an output: the chain, the input's own name without its folder, and what is chosen of it. To
 * be freed; NULL: no memory, and then nothing is compared. */
char *output_maker(const char *chain, const char *in, const struct input_choice *choice);

/* Begins the output for all channels and frames. What exists is refused without overwrite or resume: STATUS_USAGE. */
enum status output_file_begin(const struct output_options *options, const struct input_file *input, struct shape shape,
                              enum pixel_type type, int64_t channels, int64_t frames, struct output_file *file);

/* The volume of one of them; TIFF has one only. */
enum status output_file_volume(const struct output_file *file, struct shape shape, enum pixel_type type,
                               int64_t channel, int64_t frame, struct volume **volume);

/* Everything is written. */
enum status output_file_finish(struct output_file *file);

void output_file_close(struct output_file *file);

/* A volume that is written, finished, then read, in a hidden Zarr store beside the output that is removed when it is
 * closed. `purpose` is a part of its name. */
enum status scratch_volume(const char *beside, const char *purpose, struct shape shape, enum pixel_type type,
                           struct shape chunk, struct volume **volume);

#endif
