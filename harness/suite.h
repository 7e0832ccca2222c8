/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a plan, some tests side by side, says each result as it comes and sums up. */
#ifndef HARNESS_SUITE_H
#define HARNESS_SUITE_H

#include "harness/runner.h"
#include "harness/suite_counts.h"

struct suite_opts {
	unsigned int jobs; /* 0: as many as the vCPUs fit the host's CPUs, at least 1 */
	bool json;         /* one document on stdout at the end instead of lines */
	bool keep;         /* earlier sidecars go to .history */
	bool wait;         /* for another invocation on the same run directory to end */
};

/* Errors are what kept the suite from starting (lock held, remote file system, full disk). */
int suite_run(struct harness_env *env, const struct plan *plan, const struct suite_opts *o,
              struct suite_counts *out, struct err *err) MUST_CHECK;
/* design.md §10: 1 a test failed, else 4 an error, else 3 inconclusive, else 0; interrupted: 130.
 */
int suite_exit_code(const struct suite_counts *c);

#endif
