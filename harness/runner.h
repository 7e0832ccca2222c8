/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One test from plan to sidecar: resolve, boot, watch, judge, record.
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
	double wall_s;
};
/* Every test that is started leaves a sidecar: one that says "did not finish" is written first and
 * replaced at the end. An error is only what kept that from being written. */
int run_test(const struct harness_env *env, const struct test *t, struct rundir *rd,
             struct run_result *out, struct err *err) MUST_CHECK;
void run_result_done(struct run_result *r);

#endif
