/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a plan, several tests at a time. Prints each result when it is there, and a summary. */
#ifndef HARNESS_SUITE_H
#define HARNESS_SUITE_H

#include "harness/ci.h"
#include "harness/runner.h"
#include "harness/suite_counts.h"

struct suite_opts {
	unsigned int jobs; /* 0: as many VMs as fit the host's CPUs, at least 1 */
	bool json;         /* one document on stdout at the end instead of lines */
	bool keep;         /* move earlier sidecars to .history */
	/* Why the clock is what it is; NULL: the user chose it. */
	const char *clock_reason;
	bool fail_fast; /* start no more tests after one that failed or ended in an error */
	bool add;       /* leave the earlier results of the run directory where they are */
	struct ci_opts ci;
	/* The results go there, and nothing is removed; NULL: to the run directories. */
	const char *dir;
	bool quiet;        /* only progress and notes */
	uint64_t deadline; /* start no test later (CLOCK_MONOTONIC); 0: none */
	struct strv *dirs; /* gets the paths of the run directories; or NULL */
	bool wait;         /* until another invocation on the same run directory has ended */
};

/* Fails if the suite could not start (run directory in use, remote file system) or a result could
 * not be written. How the tests ended is in *out. */
int suite_run(struct harness_env *env, const struct plan *plan, const struct suite_opts *o,
              struct suite_counts *out, struct err *err) MUST_CHECK;
/* The exit status: 130 interrupted, else 1 a test failed, else 4 a test ended in an error, was not
 * run or not recorded, else 3 a test is inconclusive, else 0. */
int suite_exit_code(const struct suite_counts *c);

#endif
