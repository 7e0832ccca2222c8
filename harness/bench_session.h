/* SPDX-License-Identifier: GPL-2.0-only */
/* `harness bench`: what the options ask for, and what came out. */
#ifndef HARNESS_BENCH_SESSION_H
#define HARNESS_BENCH_SESSION_H

#include "harness/bench/bench.h"
#include "harness/bench_result.h"
#include "sidecar/rundir.h"

struct bench_session {
	const struct bench_row **rows;
	size_t n_rows;
	uint32_t repeats;
	uint64_t time_ns; /* of the samples of one run */
	const char *file; /* --file; NULL: none */
	struct strv with; /* --with: program and arguments; empty: none */
	char *label;      /* of that side */
	bool keep;        /* earlier results go to .history */
	struct strv dirs; /* gets the run directories */
	struct bench_results results;
};

/* On this machine, without a VM. */
int bench_native(struct bench_session *s, struct err *err) MUST_CHECK;
/* Writes the record and keeps it for the table. Frees it. */
int bench_session_write(struct bench_session *s, struct rundir *rd, struct sidecar *record,
                        struct err *err) MUST_CHECK;

#endif
