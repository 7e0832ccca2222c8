/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy file: every gate it gives is a number that can be compared. */
#include "base/json.h"
#include "stats/policy.h"
#include "tests/fuzz/fuzz.h"

void fuzz_policy(const uint8_t *data, size_t n)
{
	static const char *const tests[] = { "", "cgroup_steady", "a/b", ".x" };
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_policy_ struct policy p = { 0 };
	struct err err = ERR_INIT;

	if (json_parse((const char *)data, n, &o, &err) < 0 || policy_decode(&p, o, &err) < 0) {
		FUZZ_MUST(err.msg[0], "refused without a reason");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		for (int m = 0; m < METRIC_COUNT; m++) {
			struct gate g = policy_gate(&p, tests[i], (enum metric)m);

			FUZZ_MUST(isfinite(g.abs) && g.abs >= 0, "%s: %g", tests[i], g.abs);
			FUZZ_MUST(isfinite(g.rel) && g.rel >= 0, "%s: %g", tests[i], g.rel);
		}
}
