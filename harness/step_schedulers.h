/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The schedulers that the steps of scenarios name, found before anything boots: a mistyped name is
 * a mistake of usage, not a test that ends in an error.
 */
#ifndef HARNESS_STEP_SCHEDULERS_H
#define HARNESS_STEP_SCHEDULERS_H

#include "harness/scenario/scenario.h"
#include "harness/scheduler_spec.h"

struct step_schedulers {
	struct scheduler_spec *v; /* each once, by its name in the step */
	size_t n;
};

/* Adds those that the scenario's steps name. Errors are those of scheduler_spec_resolve(), after the file,
 * the step and the op. */
int step_schedulers_add(struct step_schedulers *all, const struct scenario *s, struct err *err)
	MUST_CHECK;
/* By its name in the step; NULL when no step attaches it. */
const struct scheduler_spec *step_schedulers_find(const struct step_schedulers *all,
                                                  const char *name);
void step_schedulers_done(struct step_schedulers *all);

#endif
