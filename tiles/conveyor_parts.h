/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the two ways of moving tiles share.
 */
#ifndef TILES_CONVEYOR_PARTS_H
#define TILES_CONVEYOR_PARTS_H

#include "tiles/conveyor.h"

struct conveyor_course {
    struct conveyor *conveyor;
    const struct conveyor_job *job;
    struct tiling_sweep *times;
    struct sweep sweep;
    struct grid grid;
    int64_t *tiles, count; /* those that are wanted */
};

/* Reads the windows of a set. */
enum status conveyor_read(const struct conveyor_course *course, struct engine *engine, int set);

/* An engine for these windows: one that fits, or a new one. */
enum status conveyor_engine(struct conveyor_course *course, const struct sweep_windows *windows, int sets,
                            struct engine **engine);

/* If what grows was cut too early, computes the tile again with more around it, until it is certain; then hands it on.
 */
enum status conveyor_take_tile(struct conveyor_course *course, struct engine *engine, int set, int64_t tile);

/* One tile after the other. */
enum status conveyor_one_by_one(struct conveyor_course *course);

/* Reading, computing and handing on at the same time. All windows have one shape. */
enum status conveyor_overlapped(struct conveyor_course *course);

#endif
