/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A worker is a child process that runs operations on one backend, so that a driver's crash or hang ends a case and not the
 * run. It answers requests of the parent, one JSON object a line over a socket:
 *
 *     {"do":"load", group, backend's threads, where the shared images are}   allocates, prepares
 *     {"do":"reference"}    computes the plain reference into the shared expectation
 *     {"do":"verify"}       runs once and compares the whole image
 *     {"do":"choose_threads","candidates":[1,2]}      {"do":"warm_up"}      {"do":"sample","count":5}
 *     {"do":"energy","repeats":9,"call_ns":1e4}     after the samples, see energy.h
 *     {"do":"canary"}       {"do":"unload"}
 *     {"do":"limits","stage":0}      {"do":"sustain","load":0,"seconds":60}      for a profile, see worker_limits.h
 *
 * Each answer holds "status" and, on failure, "text". Between calls it says {"alive":true}, which feeds the watchdog.
 */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

enum { WORKER_CPU = -1 };

/* Serves requests on `socket` until the parent closes it. `device` is the index of an OpenCL device or WORKER_CPU.
 * Returns the process's exit status. */
int worker_main(int socket, int device);

#endif
