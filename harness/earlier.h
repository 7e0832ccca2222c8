/* SPDX-License-Identifier: GPL-2.0-only */
/* What the records of earlier invocations, all that are under the runs root, say about the tests of a
 * plan. */
#ifndef HARNESS_EARLIER_H
#define HARNESS_EARLIER_H

#include "harness/plan.h"

struct earlier {
	struct earlier_result {
		char *test, *scheduler, *topology, *clock, *kernel, *profile, *timestamp;
		uint32_t repeat;
		int outcome;
		double boot_s, wall_s; /* of the VM; NaN: it did not run to its end */
		uint64_t duration_ns;
	} * v;
	size_t n;
};

/* Files that cannot be read say nothing. */
int earlier_read(struct earlier *out, struct err *err) MUST_CHECK;
void earlier_done(struct earlier *e);

/* How many seconds a test probably takes: a fixed part and a part per second of load, from the records that
 * are most like it. Scenario, topology and clock must be the same; those of the same scheduler, kernel and profile count first, then those
 * of the same scheduler. NaN: there is none. */
double earlier_seconds(const struct earlier *e, const struct test *t);
/* How many runs (a test's repeats count each) there were, and why the others were kept. */
struct earlier_kept {
	size_t all;
	size_t failed; /* the newest record is neither a pass nor a skip */
	size_t fresh;  /* there is no record */
};
/* Leaves only the runs in the plan whose newest record is neither a pass nor a skip, and those without a
 * record. ERR_NOT_FOUND if there is none. */
int earlier_keep_failed(const struct earlier *e, struct plan *plan, struct earlier_kept *kept,
                        struct err *err) MUST_CHECK;

#endif
