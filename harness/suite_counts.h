/* SPDX-License-Identifier: GPL-2.0-only */
/* The result of a suite: how many tests ended with each outcome, and where their sidecars are. */
#ifndef HARNESS_SUITE_COUNTS_H
#define HARNESS_SUITE_COUNTS_H

#include "harness/kernel/kernel.h"
#include "sidecar/rundir.h"

struct suite_counts {
	size_t of[OUTCOME_COUNT];
	size_t not_run;      /* after an interrupt or a failed write */
	size_t not_recorded; /* the sidecar could not be written */
	bool interrupted;
};

/* The run directory of the tests of a kernel. */
struct suite_dir {
	const struct kernel *kernel;
	struct rundir *rundir;
};

#endif
