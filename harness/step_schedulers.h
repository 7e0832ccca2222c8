/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The schedulers that the steps of scenarios name. They are found before anything boots, so a
 * mistyped name is a usage error and not a test that ends in an error.
 */
#ifndef HARNESS_STEP_SCHEDULERS_H
#define HARNESS_STEP_SCHEDULERS_H

#include "harness/scenario/scenario.h"
#include "harness/scheduler_spec.h"

struct step_schedulers {
	struct scheduler_spec *v; /* each once; .spec is the name in the step */
	size_t n;
};

struct suite_file;
/* Adds those that the steps of a scenario name, as lineup_add() finds them; a scheduler of the suite
 * file with several sets of flags needs them in its name. The message of an error starts with the
 * file, the step and the op. */
int step_schedulers_add(struct step_schedulers *all, const struct suite_file *suite,
                        const struct scenario *s, struct err *err) MUST_CHECK;
/* Finds one by its name in the step; NULL if no step names it. */
const struct scheduler_spec *step_schedulers_find(const struct step_schedulers *all,
                                                  const char *name);
/* The one that an op names; NULL: the op names none, or the test's own. */
const struct scheduler_spec *step_schedulers_of(const struct step_schedulers *all,
                                                const struct scenario_op *op);
void step_schedulers_done(struct step_schedulers *all);

#endif
