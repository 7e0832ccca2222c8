/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns a scenario's steps into the job's ops, in order of time. */
#ifndef SCENARIO_STEPS_H
#define SCENARIO_STEPS_H

#include "harness/scenario/resolver.h"

int resolve_steps(struct resolver *r, struct err *err) MUST_CHECK;

#endif
