/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shares that a scenario has judged by the median of its repeats (`over_repeats`), so that one seed at
 * 35.4 % for a limit of 35 % is no failure of the test. Pure.
 */
#ifndef JUDGE_REPEATS_H
#define JUDGE_REPEATS_H

#include "harness/scenario/scenario.h"
#include "sidecar/sidecar.h"

/* The values of the repeats so far; { 0 }: none. */
struct repeated {
	struct repeated_share {
		enum check_id id;
		char *cgroup;
		double *values;
		size_t n;
	} * v;
	size_t n;
};

/* Adds the values of a repeat that was judged; an error or a skip has none. */
void repeated_add(struct repeated *r, const struct check_set *checks, const struct sidecar *s);
/* After the last repeat, whose sidecar this is: adds a reason for each median that is beyond its limit.
 * A test that passed has failed then. Returns whether there is any. */
bool repeated_judge(struct repeated *r, const struct check_set *checks, struct sidecar *last);
void repeated_done(struct repeated *r);

#endif
