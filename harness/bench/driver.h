/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a row in this process: calibration, samples, overhead. */
#ifndef HARNESS_BENCH_DRIVER_H
#define HARNESS_BENCH_DRIVER_H

#include "harness/bench/entry.h"

#define BENCH_SAMPLES_MIN 10 /* also if they take longer than the time given, but not … */
#define BENCH_OVERTIME    20 /* … so many times longer */

/* What is subtracted. */
struct bench_overhead {
	double timer_ns; /* of a sample: two readings of the clock */
	double loop_ns;  /* of an iteration: the loop around it */
};
struct bench_overhead bench_overhead(void);

/* The iterations that take `want_ns` when `took_ns` was seen for n; grows at most tenfold. */
uint64_t bench_next_batch(uint64_t n, double took_ns, double want_ns, uint64_t max_batch);
/* Fills out->timing. Returns 0, -ERR_UNSUPPORTED: skip, or another error. */
int bench_drive(const struct bench_row *row, struct bench *b, struct timing *out, struct err *err)
	MUST_CHECK;

#endif
