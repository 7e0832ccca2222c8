/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>

#include "sidecar/metric.h"
#include "sidecar/metric_doc.h"
#include "tests/unit/golden.h"
#include "tests/unit/test.h"

static struct cgroup_metrics none(void)
{
	struct cgroup_metrics m;

	json_init(&cgroup_metrics_table, &m);
	return m;
}

TEST(metric_names_are_unique_and_found)
{
	for (int i = 0; i < METRIC_COUNT; i++)
		ck_assert_int_eq(metric_find(metric_defs[i].name), i);
	ck_assert_int_eq(metric_find("worst_spreadx"), -1);
	ck_assert_int_eq(metric_find(""), -1);
}

TEST(metric_gates_and_docs_are_there)
{
	for (int i = 0; i < METRIC_COUNT; i++) {
		const struct metric_def *d = &metric_defs[i];

		ck_assert_msg(d->gate_abs > 0 && d->gate_rel > 0, "%s", d->name);
		ck_assert_msg(d->doc && *d->doc, "%s", d->name);
		ck_assert_msg((d->rollup == METRIC_OWN) == (d->from == CGROUP_METRIC_COUNT), "%s",
		              d->name);
	}
}

TEST(metric_roll_up_sums_and_takes_the_worst)
{
	struct cgroup_metrics a = none(), b = none();
	const struct cgroup_metrics *rows[] = { &a, &b };
	struct metrics out;

	json_init(&metrics_table, &out);
	a.v[CG_ITERATIONS] = 10, b.v[CG_ITERATIONS] = 32;
	a.v[CG_SPREAD] = 7, b.v[CG_SPREAD] = 3;
	a.v[CG_ITERATIONS_PER_WORKER] = 5, b.v[CG_ITERATIONS_PER_WORKER] = 16;
	metric_roll_up(rows, 2, &out);
	ck_assert_double_eq(out.v[M_TOTAL_ITERATIONS], 42);
	ck_assert_double_eq(out.v[M_WORST_SPREAD], 7);
	ck_assert_double_eq(out.v[M_ITERATIONS_PER_WORKER], 5);
}

/* A value that was not measured is not 0. (The reference gave 0 here.) */
TEST(metric_roll_up_keeps_none)
{
	struct cgroup_metrics a = none(), b = none();
	const struct cgroup_metrics *rows[] = { &a, &b };
	struct metrics out;

	json_init(&metrics_table, &out);
	b.v[CG_WAKE_P99_US] = 12;
	metric_roll_up(rows, 2, &out);
	ck_assert_double_eq(out.v[M_P99_WAKE_US], 12);
	ck_assert(isnan(out.v[M_MAX_WAKE_US]));
	ck_assert(isnan(out.v[M_TOTAL_ITERATIONS]));
	metric_roll_up(rows, 0, &out);
	ck_assert(isnan(out.v[M_P99_WAKE_US]));
}

/* A sum with a missing part is NaN: it would look like an improvement. */
TEST(metric_roll_up_of_a_sum_needs_every_part)
{
	struct cgroup_metrics a = none(), b = none();
	const struct cgroup_metrics *rows[] = { &a, &b };
	struct metrics out;

	json_init(&metrics_table, &out);
	a.v[CG_MIGRATIONS] = 7, a.v[CG_ITERATIONS] = 5;
	b.v[CG_ITERATIONS] = 0;
	metric_roll_up(rows, 2, &out);
	ck_assert(isnan(out.v[M_TOTAL_MIGRATIONS]));
	ck_assert_double_eq(out.v[M_TOTAL_ITERATIONS], 5);
}

/* A measured 0 is the worst value if higher is better. (The reference took "lowest non-zero".) */
TEST(metric_roll_up_counts_a_true_zero)
{
	struct cgroup_metrics a = none(), b = none();
	const struct cgroup_metrics *rows[] = { &a, &b };
	struct metrics out;

	json_init(&metrics_table, &out);
	a.v[CG_ITERATIONS_PER_WORKER] = 0, b.v[CG_ITERATIONS_PER_WORKER] = 9;
	metric_roll_up(rows, 2, &out);
	ck_assert_double_eq(out.v[M_ITERATIONS_PER_WORKER], 0);
}

TEST(metric_roll_up_leaves_own_values_and_drops_infinity)
{
	struct cgroup_metrics a = none();
	const struct cgroup_metrics *rows[] = { &a };
	struct metrics out;

	json_init(&metrics_table, &out);
	out.v[M_VERIFIED_INSNS] = 1234;
	a.v[CG_SPREAD] = INFINITY;
	metric_roll_up(rows, 1, &out);
	ck_assert_double_eq(out.v[M_VERIFIED_INSNS], 1234);
	ck_assert(isnan(out.v[M_WORST_SPREAD]));
}

TEST(metric_page_is_current)
{
	_cleanup_strbuf_ struct strbuf tests = STRBUF_INIT, cgroups = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf questions = STRBUF_INIT;

	metric_doc_tests(&tests);
	golden_block("docs/metrics.md", "tests", &tests);
	metric_doc_questions(&questions);
	golden_block("docs/metrics.md", "headlines", &questions);
	metric_doc_cgroups(&cgroups);
	golden_block("docs/metrics.md", "cgroups", &cgroups);
}

/* The worst p999 of the others is not the worst: beside a p99 of the cgroup that has none it would
 * even be below it. */
TEST(metric_roll_up_refuses_too_few_samples)
{
	struct cgroup_metrics a = none(), b = none(), c = none();
	const struct cgroup_metrics *rows[] = { &a, &b, &c };
	struct metrics out;

	json_init(&metrics_table, &out);
	a.v[CG_WAKE_SAMPLES] = 5000, a.v[CG_WAKE_P99_US] = 300, a.v[CG_WAKE_P999_US] = 510;
	b.v[CG_WAKE_SAMPLES] = 400, b.v[CG_WAKE_P99_US] = 7963;
	c.v[CG_WAKE_SAMPLES] = 0; /* it has no wake-ups: it takes no part */
	metric_roll_up(rows, 3, &out);
	ck_assert_double_eq(out.v[M_P99_WAKE_US], 7963);
	ck_assert_double_nan(out.v[M_P999_WAKE_US]);
	b.v[CG_WAKE_SAMPLES] = 4000; /* below the quantum of the virtual clock: not the worst */
	metric_roll_up(rows, 3, &out);
	ck_assert_double_eq(out.v[M_P999_WAKE_US], 510);
	ck_assert(metric_takes_part(&b, CG_WAKE_P999_US));
	ck_assert(!metric_takes_part(&c, CG_WAKE_P999_US));
}

TEST(metric_questions_are_answered_in_a_direction)
{
	for (int q = 0; q < QUESTION_COUNT; q++)
		for (size_t i = 0; i < ARRAY_SIZE(metric_question_defs[q].metric); i++)
			ck_assert_int_ne(metric_defs[metric_question_defs[q].metric[i]].polarity,
			                 METRIC_NO_POLARITY);
}
