/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The test of a sidecar, to be run again: kernel, scheduler and its settings, scenario, limits, topology,
 * clock, seed, as they were. What is not the same any more is told.
 *
 *	struct replay r;
 *	replay_load("x.ktstr.json", &opts, &r, &err)
 *	… r.differs, replay_env(&r, &env), r.test …
 *	replay_done(&r)		also after a failure
 */
#ifndef HARNESS_REPLAY_H
#define HARNESS_REPLAY_H

#include "harness/env.h"
#include "harness/plan.h"
#include "harness/step_schedulers.h"
#include "harness/suite_file.h"
#include "sidecar/sidecar.h"

struct replay {
	struct sidecar sidecar;
	struct suite_file *suite; /* NULL: none */
	struct scenario *scenario;
	struct scheduler_spec scheduler;
	struct variant variant;
	struct scenario_metric *metrics; /* of the variant; they borrow from the sidecar */
	struct step_schedulers steps;
	struct kernel kernel;
	struct profile profile; /* with the settings of the scheduler's own */
	double limit[CHECK_COUNT];
	struct check_limits limits; /* points to `limit` */
	struct test test;
	int accel, start;    /* enum vm_accel, enum start_kind: as it ran */
	struct strv differs; /* one line for each part that is another one now */
};

/* ERR_FORMAT if the sidecar does not say how to run its test again. ERR_NOT_FOUND and others if a kernel
 * or scheduler cannot be had. Where it is there but another one, that is in out->differs. */
int replay_load(const char *path, const struct kernel_opts *ko, struct replay *out, struct err *err)
	MUST_CHECK;
/* Limits, time limit and start of the environment. */
void replay_env(const struct replay *r, struct harness_env *env);
void replay_done(struct replay *r);

#endif
