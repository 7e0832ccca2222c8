/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `harness ab`: which side a test of the plan is on, and in which order the tests run. When to look at the
 * results is in stats/looks.h. Pure.
 */
#ifndef HARNESS_AB_H
#define HARNESS_AB_H

#include "harness/plan.h"
#include "stats/sides.h"

struct ab_sides {
	const char *dimension; /* of `stats`: "scheduler", "kernel", "profile" */
	const char *value[2];  /* A, B; borrowed from the plan's axes */
};
/* ERR_USAGE unless the plan's tests differ in one of these, and have two values of it. */
int ab_sides_of(const struct plan *p, struct ab_sides *out, struct err *err) MUST_CHECK;
/* Repeat by repeat, and in turn A B, B A: what changes on the host hits both sides alike, and when time
 * is up all tests have had as many runs. */
void ab_order(struct plan *p, const struct ab_sides *s);
/* Removes the tests that are decided. */
void ab_drop(struct plan *p, const struct side_tests *judged);

#endif
