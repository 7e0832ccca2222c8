/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "harness/series.h"
#include "tests/unit/test.h"

static struct test tests[4] = {
	{ .series = 0 }, { .series = 1 }, { .series = 0, .repeat = 1 }, { .series = 0, .repeat = 2 }
};
static const struct plan plan = { .tests = tests, .n = 4, .n_series = 3 };

static struct run_result result(enum outcome outcome, double rate, double wait)
{
	struct run_result r = { 0 };

	json_init(&sidecar_table, &r.sidecar);
	for (int i = 0; i < METRIC_COUNT; i++)
		r.sidecar.stats.metrics.v[i] = NAN;
	r.sidecar.outcome = outcome;
	r.sidecar.stats.metrics.v[M_ITERATION_RATE] = rate;
	r.sidecar.stats.metrics.v[M_LONGEST_WAIT_MS] = wait;
	return r;
}

static void all_done(struct series *s)
{
	for (size_t i = 0; i < plan.n_series; i++)
		series_done(&s[i]);
	free(s);
}

TEST(series_are_the_repeats_of_a_test)
{
	struct series *s = series_of_plan(&plan);

	ck_assert_uint_eq(s[0].want, 3);
	ck_assert_uint_eq(s[1].want, 1);
	ck_assert_uint_eq(s[2].want, 0);
	ck_assert_ptr_eq(s[0].test, &tests[0]);
	ck_assert_ptr_null(s[2].test);
	all_done(s);
}

/* Whatever order they end in. */
TEST(series_is_as_good_as_its_worst_repeat_and_shows_the_first_of_these)
{
	struct series *s = series_of_plan(&plan);
	struct run_result r[] = { result(OUTCOME_FAIL, 1, 1), result(OUTCOME_PASS, 1, 1),
		                  result(OUTCOME_FAIL, 1, 1) };

	series_add(s, &tests[3], &r[0]);
	series_add(s, &tests[0], &r[1]);
	ck_assert_int_eq(series_outcome(s), OUTCOME_FAIL);
	ck_assert_ptr_eq(s->worst_test, &tests[3]);
	series_add(s, &tests[2], &r[2]);
	ck_assert_ptr_eq(s->worst_test, &tests[2]);
	ck_assert_uint_eq(s->of[OUTCOME_FAIL], 2);
	ck_assert_uint_eq(s->done, 3);
	all_done(s);
}

TEST(series_headlines_are_what_was_measured)
{
	struct series *s = series_of_plan(&plan);
	struct run_result r[] = { result(OUTCOME_PASS, 10, 5), result(OUTCOME_PASS, 12, NAN) };

	series_add(s, &tests[0], &r[0]);
	series_add(s, &tests[2], &r[1]);
	ck_assert_uint_eq(s->n_headlines, 2);
	ck_assert_int_eq(s->headlines[0].metric, M_ITERATION_RATE);
	ck_assert_uint_eq(s->headlines[0].n, 2);
	ck_assert_int_eq(s->headlines[1].metric, M_LONGEST_WAIT_MS);
	ck_assert_uint_eq(s->headlines[1].n, 1);
	all_done(s);
}

TEST(series_headlines_are_those_the_scenario_names)
{
	struct series *s = series_of_plan(&plan);
	struct run_result r = result(OUTCOME_PASS, 10, 5);

	strv_add(&r.sidecar.headlines, "worst_longest_wait_ms");
	series_add(s, &tests[0], &r);
	ck_assert_uint_eq(s->n_headlines, 1);
	ck_assert_int_eq(s->headlines[0].metric, M_LONGEST_WAIT_MS);
	all_done(s);
}
