/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/compare.h"

#include "tests/unit/stats_sample.h"
#include "tests/unit/test.h"

static struct sample one(double v)
{
	return isnan(v) ? (struct sample){ 0, NAN, NAN, NAN } : (struct sample){ 1, v, v, v };
}

#define NONE NAN
static const struct {
	const char *label;
	int metric;
	double gate_abs, gate_rel, a, b;
	enum verdict want;
} metrics[] = {
	{ "both gates", M_WORST_SPREAD, 5, 0.25, 10, 20, VERDICT_REGRESSION },
	{ "better when lower", M_WORST_SPREAD, 5, 0.25, 20, 10, VERDICT_IMPROVEMENT },
	{ "worse when lower", M_TOTAL_ITERATIONS, 5, 0.25, 20, 10, VERDICT_REGRESSION },
	{ "better when higher", M_TOTAL_ITERATIONS, 5, 0.25, 10, 20, VERDICT_IMPROVEMENT },
	{ "absolute gate not reached", M_WORST_SPREAD, 5, 0.25, 1, 5, VERDICT_UNCHANGED },
	{ "relative gate not reached", M_WORST_SPREAD, 5, 0.25, 100, 120, VERDICT_UNCHANGED },
	{ "on both gates", M_WORST_SPREAD, 5, 0.25, 20, 25, VERDICT_REGRESSION },
	/* Reference, weak spot 1. */
	{ "from zero", M_WORST_SPREAD, 5, 0.25, 0, 1000000, VERDICT_REGRESSION },
	{ "from zero, on the gate", M_WORST_SPREAD, 1, 0.5, 0, 1, VERDICT_REGRESSION },
	{ "from zero, below the gate", M_WORST_SPREAD, 5, 0.25, 0, 4, VERDICT_UNCHANGED },
	{ "to zero", M_WORST_SPREAD, 5, 0.25, 10, 0, VERDICT_IMPROVEMENT },
	{ "zero stays", M_WORST_SPREAD, 0, 0, 0, 0, VERDICT_UNCHANGED },
	{ "no gate at all", M_WORST_SPREAD, 0, 0, 1, 1.001, VERDICT_REGRESSION },
	/* Reference, weak spot 2. */
	{ "missing on B", M_WORST_SPREAD, 5, 0.25, 100, NONE, VERDICT_MISSING },
	{ "missing on A", M_WORST_SPREAD, 5, 0.25, NONE, 100, VERDICT_MISSING },
};
TEST_ROWS(compare_metric_verdict, metrics)
{
	struct gate g = { row->gate_abs, row->gate_rel };
	struct sample a = one(row->a), b = one(row->b);
	struct delta d = compare_metric(&metric_defs[row->metric], &g, &a, &b);

	ck_assert_str_eq(verdict_defs[d.verdict].name, verdict_defs[row->want].name);
}

TEST(compare_delta_from_zero_has_no_relative_part)
{
	struct gate g = { 5, 0.25 };
	struct sample a = one(0), b = one(10), c = one(-10);
	struct delta d = compare_metric(&metric_defs[M_WORST_SPREAD], &g, &a, &b);

	ck_assert_double_eq(d.abs, 10);
	ck_assert_double_nan(d.rel);
	d = compare_metric(&metric_defs[M_WORST_SPREAD], &g, &c, &b);
	ck_assert_double_eq(d.rel, 2);
}

#define T(p, f, s, i, e)                                                                           \
	{                                                                                          \
		.by = { [OUTCOME_PASS] = (p),                                                      \
			[OUTCOME_FAIL] = (f),                                                      \
			[OUTCOME_SKIP] = (s),                                                      \
			[OUTCOME_INCONCLUSIVE] = (i),                                              \
			[OUTCOME_ERROR] = (e) },                                                   \
		.n = (p) + (f) + (s) + (i) + (e)                                                   \
	}
static const struct {
	const char *label;
	struct tally a, b;
	enum verdict want;
} outcomes[] = {
	{ "still passes", T(1, 0, 0, 0, 0), T(1, 0, 0, 0, 0), VERDICT_UNCHANGED },
	/* Reference, weak spot 4. */
	{ "fails now", T(1, 0, 0, 0, 0), T(0, 1, 0, 0, 0), VERDICT_BROKEN },
	{ "errs now", T(1, 0, 0, 0, 0), T(0, 0, 0, 0, 1), VERDICT_BROKEN },
	{ "vanished", T(1, 0, 0, 0, 0), T(0, 0, 0, 0, 0), VERDICT_VANISHED },
	{ "gone, never passed", T(0, 1, 0, 0, 0), T(0, 0, 0, 0, 0), VERDICT_GONE },
	{ "new", T(0, 0, 0, 0, 0), T(0, 1, 0, 0, 0), VERDICT_NEW },
	{ "fixed", T(0, 1, 0, 0, 0), T(1, 0, 0, 0, 0), VERDICT_FIXED },
	{ "was skipped", T(0, 0, 1, 0, 0), T(1, 0, 0, 0, 0), VERDICT_NEW },
	{ "skipped now", T(1, 0, 0, 0, 0), T(0, 0, 1, 0, 0), VERDICT_UNDECIDED },
	{ "inconclusive now", T(1, 0, 0, 0, 0), T(0, 0, 0, 1, 0), VERDICT_UNDECIDED },
	{ "still fails", T(0, 1, 0, 0, 0), T(0, 0, 0, 0, 1), VERDICT_UNCHANGED },
	/* Reference, weak spot 5. */
	{ "one of twenty fails", T(20, 0, 0, 0, 0), T(19, 1, 0, 0, 0), VERDICT_UNSTEADY },
	{ "fewer repeats, all pass", T(20, 0, 0, 0, 0), T(3, 0, 0, 0, 0), VERDICT_UNCHANGED },
	{ "a skip is no failure", T(3, 0, 0, 0, 0), T(2, 0, 1, 0, 0), VERDICT_UNCHANGED },
	{ "passes more often", T(1, 1, 0, 0, 0), T(2, 0, 0, 0, 0), VERDICT_STEADIER },
};
TEST_ROWS(compare_outcome_verdict, outcomes)
{
	ck_assert_str_eq(verdict_defs[compare_outcome(&row->a, &row->b)].name,
	                 verdict_defs[row->want].name);
}

/* Reference, weak spots 5 and 10: repeats without a verdict are left out; nothing is rounded. */
TEST(compare_sample_is_the_median_of_what_was_measured)
{
	struct row v[] = { sample_row("t", "1"), sample_row("t", "1"), sample_row("t", "1"),
		           sample_row("t", "1"), sample_row("t", "1") };
	struct rows rows = sample_rows(v, ARRAY_SIZE(v));
	struct sample s;

	s = sample_of(&rows, M_TOTAL_MIGRATIONS);
	ck_assert_uint_eq(s.n, 0);
	ck_assert_double_nan(s.median);
	v[0].v[M_TOTAL_MIGRATIONS] = 4;
	v[1].v[M_TOTAL_MIGRATIONS] = 1;
	v[2].v[M_TOTAL_MIGRATIONS] = 1000;
	v[2].outcome = OUTCOME_ERROR;
	s = sample_of(&rows, M_TOTAL_MIGRATIONS);
	ck_assert_uint_eq(s.n, 2);
	ck_assert_double_eq(s.median, 2.5);
	v[2].outcome = OUTCOME_FAIL; /* measured: it counts */
	s = sample_of(&rows, M_TOTAL_MIGRATIONS);
	ck_assert_double_eq(s.median, 4);
	ck_assert_double_eq(s.min, 1);
	ck_assert_double_eq(s.max, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		row_done(&v[i]);
	free(rows.v);
}

static struct comparison compare_two(struct row *a, struct row *b, struct join *j, bool all)
{
	static const struct policy none;
	struct compare_opts o = { .policy = &none, .all = all };
	struct rows x = sample_rows(a, 1), y = sample_rows(b, 1);
	struct comparison c;

	join_rows(join_parts(1u << DIM_KERNEL, 0), &x, &y, j);
	compare(j, &o, &c);
	free(x.v);
	free(y.v);
	return c;
}

TEST(compare_finds_worst_first)
{
	struct row a = sample_row("t", "6.14"), b = sample_row("t", "7.0");
	struct join j;
	struct comparison c;

	a.v[M_WORST_SPREAD] = 10;
	b.v[M_WORST_SPREAD] = 20;
	a.v[M_WORST_GAP_MS] = 100;
	b.v[M_WORST_GAP_MS] = 10000;
	a.v[M_TOTAL_ITERATIONS] = 1000;
	b.v[M_TOTAL_ITERATIONS] = 9000;
	b.v[M_TOTAL_MIGRATIONS] = 1;
	c = compare_two(&a, &b, &j, false);
	ck_assert_uint_eq(c.n, 4);
	ck_assert_int_eq(c.v[0].metric, M_WORST_GAP_MS);
	ck_assert_int_eq(c.v[1].metric, M_WORST_SPREAD);
	ck_assert_int_eq(c.v[2].delta.verdict, VERDICT_MISSING);
	ck_assert_int_eq(c.v[3].delta.verdict, VERDICT_IMPROVEMENT);
	ck_assert_uint_eq(comparison_kind(&c, KIND_WORSE), 2);
	comparison_done(&c);
	join_done(&j);
	row_done(&a);
	row_done(&b);
}

TEST(compare_exact_needs_virtual_clock_and_equal_seeds)
{
	struct row a = sample_row("t", "6.14"), b = sample_row("t", "7.0");
	struct join j;
	struct comparison c = compare_two(&a, &b, &j, true);

	ck_assert_uint_eq(c.exact, 0);
	comparison_done(&c);
	join_done(&j);
	sample_dim(&a, DIM_CLOCK, "virtual");
	sample_dim(&b, DIM_CLOCK, "virtual");
	c = compare_two(&a, &b, &j, true);
	ck_assert_uint_eq(c.exact, 1);
	comparison_done(&c);
	join_done(&j);
	b.seed = 2;
	c = compare_two(&a, &b, &j, true);
	ck_assert_uint_eq(c.exact, 0);
	comparison_done(&c);
	join_done(&j);
	row_done(&a);
	row_done(&b);
}

/* Reference, weak spot 4: a pair that has nothing to compare is not a success. */
TEST(compare_of_skips_compares_nothing)
{
	struct row a = sample_row("t", "6.14"), b = sample_row("t", "7.0");
	struct join j;
	struct comparison c;

	b.outcome = OUTCOME_SKIP;
	c = compare_two(&a, &b, &j, false);
	ck_assert_uint_eq(c.compared, 0);
	comparison_done(&c);
	join_done(&j);
	row_done(&a);
	row_done(&b);
}
