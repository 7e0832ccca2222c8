/* SPDX-License-Identifier: GPL-2.0-only */
/* The steps of a scenario as ops of a job, in order of time. */
#ifndef SCENARIO_STEPS_H
#define SCENARIO_STEPS_H

#include "harness/scenario/resolver.h"

int resolve_steps(struct resolver *r, struct err *err) MUST_CHECK;

#endif
