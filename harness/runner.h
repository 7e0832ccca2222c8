/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs one test: resolves its scenario, boots the VM, watches it, judges, writes the sidecar.
 */
#ifndef HARNESS_RUNNER_H
#define HARNESS_RUNNER_H

#include "harness/env.h"
#include "harness/plan.h"
#include "sidecar/rundir.h"

struct run_result {
	struct sidecar sidecar;
	char *path;            /* of the sidecar */
	struct strv artefacts; /* paths */
	struct strv notes;     /* for the person: what was put right on the way */
	double wall_s;
};
/* "harness replay PATH": the command that runs the test again, to paste into a shell. The caller frees;
 * NULL: it left no sidecar. */
char *run_result_again(const struct run_result *r);
/* Every test leaves a sidecar: the first says "did not finish" and is replaced at the end. Fails
 * only if a sidecar could not be written; how the test ended is in it. run_result_done() also after
 * a failure. */
int run_test(const struct harness_env *env, const struct test *t, struct rundir *rd,
             struct run_result *out, struct err *err) MUST_CHECK;
void run_result_done(struct run_result *r);

#endif
