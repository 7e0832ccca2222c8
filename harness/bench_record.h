/* SPDX-License-Identifier: GPL-2.0-only */
/* `harness bench`: the sidecar of one run of a benchmark. */
#ifndef HARNESS_BENCH_RECORD_H
#define HARNESS_BENCH_RECORD_H

#include "harness/bench/bench.h"
#include "sidecar/sidecar.h"

#define BENCH_BASELINE "baseline" /* label of the runs without the program of --with */

/* Name, outcome, figures and headline of a record that has its provenance. Moves them out of *w.
 * label: of the side under --with; NULL: there is none. */
void bench_record(struct sidecar *s, struct wire_bench *w, const char *label);
/* The figure that a benchmark is judged by. */
enum metric bench_headline(const char *unit);

#endif
