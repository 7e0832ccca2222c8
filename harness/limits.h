/* SPDX-License-Identifier: GPL-2.0-only */
/* Which limits a test is judged by. */
#ifndef HARNESS_LIMITS_H
#define HARNESS_LIMITS_H

#include "harness/env.h"
#include "harness/plan.h"

/* The defaults, replaced by those of the suite file, of its scheduler, of --checks, of the scenario. */
void limits_in_force(const struct harness_env *env, const struct test *t, struct check_set *out);

#endif
