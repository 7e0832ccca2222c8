/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/limits.h"

void limits_in_force(const struct harness_env *env, const struct test *t, struct check_set *out)
{
	const struct check_layer layers[] = {
		{ env->suite_checks, "suite file" },
		{ t->variant ? t->variant->checks : NULL, "suite file: scheduler" },
		{ env->checks ? env->checks->checks : NULL, "--checks" },
	};

	scenario_checks(t->scenario, layers, ARRAY_SIZE(layers), out);
}
