/* SPDX-License-Identifier: GPL-2.0-only */
/* How another command steers `harness test`: with its own arguments, but its plan and screen changed. */
#ifndef HARNESS_SESSION_H
#define HARNESS_SESSION_H

#include "harness/plan.h"

struct session {
	uint32_t first_repeat; /* repeats begin with this one */
	uint64_t deadline;     /* no test is started later (CLOCK_MONOTONIC); 0: none */
	bool quiet;            /* only progress and notes */
	const char *level; /* where no --level is given, whatever the suite file says; or NULL */
	bool add;          /* leave earlier results of the run directories */
	/* Removes tests from the plan, or changes their order. NULL: none of it. */
	int (*arrange)(void *arg, struct plan *plan, const char *clock_reason, struct err *err);
	void *arg;
	struct strv *dirs; /* gets the paths of the run directories; NULL: not wanted */
};

/* Runs `harness test` with arguments as on its command line, argv[0] included. Returns its exit
 * status. */
int session_run(const struct session *s, int argc, const char **argv, struct err *err) MUST_CHECK;

#endif
