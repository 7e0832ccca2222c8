/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The comparison of two sides that one invocation of the harness ran, for `harness ab`: what each test's
 * verdict is so far, and the page. The same code as `stats compare`.
 */
#ifndef STATS_SIDES_H
#define STATS_SIDES_H

#include "base/err.h"
#include "base/strv.h"

struct two_sides {
	const struct strv *dirs; /* run directories */
	const char *run_id;      /* of the invocation; other results there do not count */
	const char *dimension;   /* in which the sides differ: "scheduler", "kernel" */
	const char *value[2];
	double level; /* of false alarms */
};

/* A test's verdict so far. */
struct side_test {
	char *test, *topology, *clock;
	const char *word; /* "worse", "better", "same", "undecided", "missing" */
	bool decided;     /* more runs are not needed, or would not help */
	size_t need;      /* undecided: about so many runs a side would decide; 0: unknown */
};
struct side_tests {
	struct side_test *v;
	size_t n;
};

/* ERR_NOT_FOUND: nothing pairs. */
int sides_judge(const struct two_sides *s, struct side_tests *out, struct err *err) MUST_CHECK;
void side_tests_done(struct side_tests *t);
/* Prints the page. Returns 0, 1 if something is worse; ERR_NOT_FOUND: nothing was compared. */
int sides_print(const struct two_sides *s, FILE *to, struct err *err) MUST_CHECK;

#endif
