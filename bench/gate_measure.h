/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The inside of one process of the gate, `breakeven gate --measure`: all cases, one after the other, each verified,
 * counted or timed. What it finds it writes as JSON, one object a line:
 *
 *     {"gate":1,"version":"0.1.0","commit":"...","threads":2,"canary_ns":5e6,"device":{"index":0,"name":"...","platform":
 *      "...","driver":"...","type":"cpu","compute_units":2}}        device: null where no case needs one; canary_ns
 * with times
 *     {"case":0,"key":"flip uint8 64x64x1 noise openmp","status":"ok","repeats":8,"batches":6,"samples_ns":[1.1e6,
 * ...]}
 *     {"case":1,"key":"...","status":"ok","counts":{"launches":1,"bytes_pushed":8192,...}}
 *     {"case":2,"status":"wrong","text":"..."}
 *     {"end":true}
 *
 * "case" counts the cases in the order they were asked for.
 */
#ifndef BENCH_GATE_MEASURE_H
#define BENCH_GATE_MEASURE_H

#include <stdio.h>

#include "bench/gate_case.h"

enum { GATE_SAMPLES = 10, GATE_SAMPLES_MOST = 100 };

struct gate_measure {
    const struct gate_cases *cases;
    int device;  /* index in devices_find(); -1: a GPU if there is one, else the first */
    int samples; /* 0: no times */
    bool verify; /* against the plain reference */
    bool count;  /* on devices; implies a freshly opened device for each case */
    int threads; /* of OpenMP; 0: all cores */
};

/* Failures of single cases are in the lines; fails itself only where nothing can be measured at all. */
enum status gate_measure(const struct gate_measure *request, FILE *out);

#endif
