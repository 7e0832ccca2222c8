/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/judge_repeats.h"

#include "base/mem.h"
#include "tests/unit/test.h"

static struct check_set spread_over_repeats(void)
{
	struct check_set set;

	check_set_init(&set);
	set.over_repeats[CHECK_MAX_SPREAD_PCT] = true;
	return set;
}

static void add_cgroup(struct sidecar *s, const char *name, double spread)
{
	struct sidecar_cgroup *c = xgrow(s->stats.cgroups.v, s->stats.cgroups.n);

	json_init(&sidecar_cgroup_table, c);
	c->name = xstrdup(name);
	c->metrics.v[CG_SPREAD] = spread;
}

static struct sidecar repeat(enum outcome outcome, double left, double right)
{
	struct sidecar s;

	json_init(&sidecar_table, &s);
	s.outcome = outcome;
	add_cgroup(&s, "left", left);
	add_cgroup(&s, "right", right);
	return s;
}

static const struct {
	const char *label;
	double left[5]; /* NAN: not measured */
	enum outcome last, want;
	const char *cause;
} medians[] = {
	{ "one seed over the limit", { 10, 12, 36, 11, 13 }, OUTCOME_PASS, OUTCOME_PASS, NULL },
	{ "two of five", { 10, 90, 36, 11, 13 }, OUTCOME_PASS, OUTCOME_PASS, NULL },
	{ "the median over it",
	  { 36, 40, 10, 37, 38 },
	  OUTCOME_PASS,
	  OUTCOME_FAIL,
	  "cgroup left: spread 37 % is over the limit of 35 %: the median of 5 repeats" },
	{ "of those that measured it",
	  { NAN, NAN, 10, 40, 50 },
	  OUTCOME_PASS,
	  OUTCOME_FAIL,
	  "cgroup left: spread 40 % is over the limit of 35 %: the median of 3 repeats" },
	{ "another failure stays the cause",
	  { 36, 40, 10, 37, 38 },
	  OUTCOME_FAIL,
	  OUTCOME_FAIL,
	  NULL },
};
TEST_ROWS(repeats_are_judged_by_their_median, medians)
{
	struct check_set set = spread_over_repeats();
	CLEANUP(repeated_done) struct repeated r = { 0 };
	struct sidecar s[5];

	for (int i = 0; i < 5; i++) {
		s[i] = repeat(i == 4 ? row->last : OUTCOME_PASS, row->left[i], 1);
		repeated_add(&r, &set, &s[i]);
	}
	ck_assert_int_eq(repeated_judge(&r, &set, &s[4]), row->want == OUTCOME_FAIL);
	ck_assert_int_eq(s[4].outcome, (int)row->want);
	if (row->cause)
		ck_assert_str_eq(s[4].cause, row->cause);
	else
		ck_assert_ptr_null(s[4].cause);
	ck_assert_uint_eq(s[4].reasons.n, row->want == OUTCOME_FAIL);
	for (int i = 0; i < 5; i++)
		json_done(&sidecar_table, &s[i]);
}

/* What an error measured says nothing. */
TEST(repeats_without_a_verdict_do_not_count)
{
	struct check_set set = spread_over_repeats();
	CLEANUP(repeated_done) struct repeated r = { 0 };
	struct sidecar bad = repeat(OUTCOME_ERROR, 90, 90), good = repeat(OUTCOME_PASS, 1, 1);

	repeated_add(&r, &set, &bad);
	repeated_add(&r, &set, &good);
	ck_assert(!repeated_judge(&r, &set, &good));
	json_done(&sidecar_table, &bad);
	json_done(&sidecar_table, &good);
}
