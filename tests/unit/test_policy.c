/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/policy.h"

#include "stats/verdict.h"
#include "tests/unit/golden.h"
#include "tests/unit/test.h"

static int decode(const char *text, struct policy *p, struct err *err)
{
	_cleanup_json_ struct json_object *o = NULL;

	if (json_parse(text, strlen(text), &o, err) < 0)
		return -(int)err->code;
	return policy_decode(p, o, err);
}

TEST(policy_none_is_the_registry)
{
	struct policy p = { 0 };
	struct gate g = policy_gate(&p, "t", M_WORST_SPREAD);

	ck_assert_double_eq(g.abs, metric_defs[M_WORST_SPREAD].gate_abs);
	ck_assert_double_eq(g.rel, metric_defs[M_WORST_SPREAD].gate_rel);
}

TEST(policy_from_the_general_to_the_special)
{
	_cleanup_policy_ struct policy p = { 0 };
	struct err err = ERR_INIT;

	ASSERT_OK(decode("{\"per_test\": {\"cg_*\": {\"default_percent\": 30,"
	                 "\"per_metric_absolute\": {\"worst_spread\": 1}}},"
	                 "\"default_percent\": 10, \"per_metric_percent\": {\"worst_gap_ms\": 20}}",
	                 &p, &err));
	ck_assert_double_eq(policy_gate(&p, "t", M_WORST_SPREAD).rel, 0.1);
	ck_assert_double_eq(policy_gate(&p, "t", M_WORST_GAP_MS).rel, 0.2);
	ck_assert_double_eq(policy_gate(&p, "cg_x", M_WORST_GAP_MS).rel, 0.3);
	ck_assert_double_eq(policy_gate(&p, "cg_x", M_WORST_SPREAD).abs, 1);
	ck_assert_double_eq(policy_gate(&p, "t", M_WORST_SPREAD).abs, 5);
}

static const struct {
	const char *label, *why;
} bad_policies[] = {
	{ "[]", "expected an object" },
	{ "{\"x\": 1}", "unknown key" },
	{ "{\"default_percent\": \"10\"}", "expected a number" },
	{ "{\"default_percent\": -1}", "not between" },
	{ "{\"default_percent\": 1e300}", "not between" },
	{ "{\"per_metric_percent\": {\"worst_spraed\": 1}}", "did you mean \"worst_spread\"" },
	{ "{\"per_metric_percent\": {\"zzz\": 1}}", "list-metrics" },
	{ "{\"per_metric_percent\": [1]}", "expected an object" },
	{ "{\"per_metric_absolute\": {\"worst_spread\": null}}", "expected a number" },
	{ "{\"per_test\": {\"a\": {\"per_test\": {}}}}", "unknown key" },
	{ "{\"per_test\": {\"a\": 1}}", "expected an object" },
	{ "{\"per_test\": 1}", "expected an object" },
	{ "{", "unexpected end" },
};
TEST_ROWS(policy_refuses, bad_policies)
{
	_cleanup_policy_ struct policy p = { 0 };
	struct err err = ERR_INIT;

	ck_assert_int_lt(decode(row->label, &p, &err), 0);
	ck_assert_msg(strstr(err.msg, row->why) != NULL, "%s", err.msg);
}

static const struct {
	const char *label;
} bad_thresholds[] = { { "nan" }, { "inf" }, { "-1" }, { "" }, { "10%" }, { "ten" } };
TEST_ROWS(policy_threshold_refuses, bad_thresholds)
{
	_cleanup_policy_ struct policy p = { 0 };
	struct err err = ERR_INIT;

	ASSERT_ERR(policy_threshold(&p, row->label, &err), ERR_USAGE, "--threshold");
}

TEST(policy_threshold_is_for_every_metric)
{
	_cleanup_policy_ struct policy p = { 0 };
	struct err err = ERR_INIT;

	ASSERT_OK(policy_threshold(&p, "7.5", &err));
	for (int m = 0; m < METRIC_COUNT; m++)
		ck_assert_double_eq(policy_gate(&p, "t", (enum metric)m).rel, 0.075);
}

TEST(policy_and_verdicts_page_is_current)
{
	_cleanup_strbuf_ struct strbuf verdicts = STRBUF_INIT, whys = STRBUF_INIT,
				       keys = STRBUF_INIT;

	strbuf_adds(&verdicts, "| verdict | what it says |\n|---|---|\n");
	for (int v = 0; v < VERDICT_COUNT; v++)
		strbuf_addf(&verdicts, "| %s | %s |\n", verdict_names[v], verdict_docs[v]);
	for (int w = 0; w < WHY_COUNT; w++)
		if (*why_texts[w])
			strbuf_addf(&whys, "- %s\n", why_texts[w]);
	policy_page(&keys);
	golden_block("docs/compare.md", "verdicts", &verdicts);
	golden_block("docs/compare.md", "whys", &whys);
	golden_block("docs/compare.md", "policy", &keys);
}
