/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What programs read of a suite: JUnit XML in a file, KTAP on stdout, annotations of GitHub Actions on
 * stderr (if GITHUB_ACTIONS is set). All call a test by one name, which is the same on every run:
 * test_name(), with "~2" where two tests of the plan have the same.
 */
#ifndef HARNESS_CI_H
#define HARNESS_CI_H

#include "harness/plan.h"
#include "harness/runner.h"

struct ci;

struct ci_opts {
	const char *junit; /* path; NULL: none */
	bool tap;
};

/* Prints the head of the KTAP. Writes the JUnit file, in which every test is an error, "not run": if
 * the harness is killed, the file says so. The plan is borrowed. */
int ci_new(const struct ci_opts *o, const struct plan *plan, struct ci **out, struct err *err)
	MUST_CHECK;
void ci_free(struct ci **ci);
/* A test has ended. */
void ci_result(struct ci *ci, const struct test *t, const struct run_result *r);
/* All that will run has run. stopped: why tests were not run; NULL: all were. bail: there is no use in
 * the rest ("interrupted"), as opposed to --fail-fast. */
int ci_end(struct ci *ci, const char *stopped, bool bail, struct err *err) MUST_CHECK;

#endif
