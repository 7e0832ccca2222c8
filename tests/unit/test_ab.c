/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/ab.h"
#include "stats/infer/infer.h"
#include "stats/looks.h"
#include "tests/unit/test.h"

static char n_one[] = "one", n_two[] = "two", n_a[] = "a", n_b[] = "b", n_c[] = "c";
static char r617[] = "6.17.1", r70[] = "7.0.2";
static const struct scenario one = { .name = n_one }, two = { .name = n_two };
static const struct scenario *const scenarios[] = { &one, &two };
static const struct scheduler_spec scheds[] = { { .name = n_a, .spec = n_a },
	                                        { .name = n_b, .spec = n_b },
	                                        { .name = n_c, .spec = n_c } };
static const struct kernel kernels[] = { { .version = r617, .release = r617, .sched_ext = 1 },
	                                 { .version = r70, .release = r70, .sched_ext = 1 } };
static char n_fast[] = "fast", n_slow[] = "slow";
static const struct profile profiles[] = { { .name = n_fast }, { .name = n_slow } };
static const enum vm_clock clocks[] = { VM_CLOCK_VIRTUAL };

static void make(size_t n_schedulers, size_t n_kernels, size_t n_profiles, struct plan *out)
{
	const struct axes x = { .scenarios = scenarios,
		                .n_scenarios = 2,
		                .schedulers = scheds,
		                .n_schedulers = n_schedulers,
		                .kernels = kernels,
		                .n_kernels = n_kernels,
		                .profiles = profiles,
		                .n_profiles = n_profiles,
		                .clocks = clocks,
		                .n_clocks = 1,
		                .first_repeat = 4,
		                .repeats = 3 };
	struct err err = ERR_INIT;

	ASSERT_OK(plan_make(&x, out, &err));
}

/* "onea4 oneb4 …" */
static char *written(const struct plan *p, bool by_kernel)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < p->n; i++)
		strbuf_addf(&b, "%s%s-%s%u", i ? " " : "", p->tests[i].scenario->name,
		            by_kernel ? p->tests[i].kernel->version : p->tests[i].scheduler->name,
		            p->tests[i].repeat);
	return strbuf_steal(&b);
}

TEST(looks_spend_the_level_of_the_whole_and_no_more)
{
	double level = 0;

	for (int i = 0; i < LOOKS; i++) {
		level += looks[i].level;
		if (i)
			ck_assert_uint_gt(looks[i].runs, looks[i - 1].runs);
		/* a single difference among ten figures can be seen */
		ck_assert_uint_le(infer_runs_least(looks[i].level / 10), looks[i].runs);
	}
	ck_assert_double_le(level, INFER_ALPHA + 1e-12);
}

TEST(ab_runs_schedulers_in_turn_repeat_by_repeat)
{
	struct ab_sides s;
	struct err err = ERR_INIT;
	struct plan p;

	make(2, 1, 1, &p);
	ASSERT_OK(ab_sides_of(&p, &s, &err));
	ck_assert_str_eq(s.dimension, "scheduler");
	ck_assert_str_eq(s.value[0], "a");
	ck_assert_str_eq(s.value[1], "b");
	ab_order(&p, &s);
	_cleanup_free_ char *text = written(&p, false);
	ck_assert_str_eq(text, "one-a4 one-b4 two-a4 two-b4 one-b5 one-a5 two-b5 two-a5 "
	                       "one-a6 one-b6 two-a6 two-b6");
	plan_done(&p);
}

/* The plan has all of a kernel first. */
TEST(ab_runs_kernels_in_turn)
{
	struct ab_sides s;
	struct err err = ERR_INIT;
	struct plan p;

	make(1, 2, 1, &p);
	ASSERT_OK(ab_sides_of(&p, &s, &err));
	ck_assert_str_eq(s.dimension, "kernel");
	ab_order(&p, &s);
	p.n = 6;
	_cleanup_free_ char *text = written(&p, true);
	ck_assert_str_eq(text, "one-6.17.14 one-7.0.24 two-6.17.14 two-7.0.24 one-7.0.25 "
	                       "one-6.17.15");
	plan_done(&p);
}

TEST(ab_compares_profiles)
{
	struct ab_sides s;
	struct err err = ERR_INIT;
	struct plan p;

	make(1, 1, 2, &p);
	ASSERT_OK(ab_sides_of(&p, &s, &err));
	ck_assert_str_eq(s.dimension, "profile");
	ck_assert_str_eq(s.value[1], "slow");
	plan_done(&p);
}

static const struct {
	const char *label;
	size_t schedulers, kernels, profiles;
	const char *says;
} wrong[] = {
	{ "one side", 1, 1, 1, "only one side" },
	{ "three sides", 3, 1, 1, "more than two sides" },
	{ "two times two", 2, 2, 1, "more than two sides" },
	{ "two times two, with profiles", 2, 1, 2, "more than two sides" },
};
TEST_ROWS(ab_needs_two_sides, wrong)
{
	struct err err = ERR_INIT;
	struct ab_sides s;
	struct plan p;

	make(row->schedulers, row->kernels, row->profiles, &p);
	ck_assert_int_lt(ab_sides_of(&p, &s, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, row->says));
	plan_done(&p);
}

TEST(ab_goes_on_with_what_is_not_decided)
{
	static char topo[] = DEFAULT_TOPOLOGY, virtual[] = "virtual";
	struct side_test v[] = {
		{ .test = n_one, .topology = topo, .clock = virtual, .decided = true },
		{ .test = n_two, .topology = topo, .clock = virtual },
	};
	struct plan p;

	make(2, 1, 1, &p);
	ab_drop(&p, &(struct side_tests){ v, 2 });
	ck_assert_uint_eq(p.n, 6);
	for (size_t i = 0; i < p.n; i++)
		ck_assert_ptr_eq(p.tests[i].scenario, &two);
	plan_done(&p);
}
