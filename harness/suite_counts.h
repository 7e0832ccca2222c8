/* SPDX-License-Identifier: GPL-2.0-only */
/* What a suite came to: how many tests ended how, and where the results are. */
#ifndef HARNESS_SUITE_COUNTS_H
#define HARNESS_SUITE_COUNTS_H

#include "harness/kernel/kernel.h"
#include "sidecar/rundir.h"

struct suite_counts {
	size_t of[OUTCOME_COUNT];
	size_t not_run;
	size_t not_recorded; /* the sidecar could not be written */
	bool interrupted;
};

/* Where the results of a kernel's tests go. */
struct suite_dir {
	const struct kernel *kernel;
	struct rundir *rundir;
};

#endif
