/* SPDX-License-Identifier: GPL-2.0-only */
/* `harness bench`: the results of an invocation, and the table of them. */
#ifndef HARNESS_BENCH_RESULT_H
#define HARNESS_BENCH_RESULT_H

#include "sidecar/sidecar.h"

/* One run of a benchmark. */
struct bench_result {
	char *side; /* "kernel 7.0.1, profile stock" */
	char *name;
	enum outcome outcome;
	char *cause;
	struct timing timing;
};
struct bench_results {
	struct bench_result *v;
	size_t n;
};

/* Copies what the table shows. */
void bench_results_add(struct bench_results *r, const struct sidecar *s);
void bench_results_done(struct bench_results *r);
/* One table per side: of a benchmark with several runs, the figures of all their samples. What was
 * skipped or failed follows, with its reason. */
void bench_results_print(const struct bench_results *r);
/* "BENCH name iterations total_ns ns_per_iteration", one line per run. */
void bench_results_lines(const struct bench_results *r);
/* EXIT_OK, or EXIT_INFRA if a run has no result. */
int bench_results_status(const struct bench_results *r);

#endif
