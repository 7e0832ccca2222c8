/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/compare.h"

#include "base/mem.h"
#include "tests/unit/stats_sample.h"
#include "tests/unit/test.h"

/* Runs of one test on both sides, and what compare() makes of them. */
struct compare_world {
	struct row *v[SIDES];
	size_t n[SIDES];
	struct join join;
	struct comparison cmp;
};

static struct row *add_run(struct compare_world *w, int side)
{
	struct row *r = xgrow(w->v[side], w->n[side]);

	*r = sample_row("t", side == SIDE_A ? "6.14" : "7.0");
	r->seed = w->n[side];
	r->duration_ns = 2000000000;
	return r;
}

static void add_runs(struct compare_world *w, enum metric m, int side, const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_run(w, side)->v[m] = v[i];
}

static const struct compared *compare_all(struct compare_world *w, const struct compare_opts *o)
{
	static const struct policy none;
	struct compare_opts opts = o ? *o : (struct compare_opts){ .all = true };
	struct rows a = sample_rows(w->v[SIDE_A], w->n[SIDE_A]);
	struct rows b = sample_rows(w->v[SIDE_B], w->n[SIDE_B]);

	opts.policy = &none;
	join_rows(join_parts(1u << DIM_KERNEL, 0), &a, &b, &w->join);
	compare(&w->join, &opts, &w->cmp);
	free(a.v);
	free(b.v);
	ck_assert_uint_eq(w->cmp.n, 1);
	return &w->cmp.v[0];
}

static void world_done(struct compare_world *w)
{
	comparison_done(&w->cmp);
	join_done(&w->join);
	for (int s = 0; s < SIDES; s++) {
		for (size_t i = 0; i < w->n[s]; i++)
			row_done(&w->v[s][i]);
		free(w->v[s]);
	}
}
#define _cleanup_world_ CLEANUP(world_done)

static const struct finding *find(const struct finding *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (streq(v[i].figure.def.name, name))
			return &v[i];
	return NULL;
}

static const struct finding *headline(const struct compared *t, const char *name)
{
	return find(t->headlines, t->n_headlines, name);
}

#define NONE NAN
static const struct {
	const char *label;
	int metric;
	double gate_abs, gate_rel, a, b;
	enum verdict want;
} metrics[] = {
	{ "both gates", M_WORST_SPREAD, 5, 0.25, 10, 20, VERDICT_WORSE },
	{ "better when lower", M_WORST_SPREAD, 5, 0.25, 20, 10, VERDICT_BETTER },
	{ "worse when lower", M_TOTAL_ITERATIONS, 5, 0.25, 20, 10, VERDICT_WORSE },
	{ "better when higher", M_TOTAL_ITERATIONS, 5, 0.25, 10, 20, VERDICT_BETTER },
	{ "absolute gate not reached", M_WORST_SPREAD, 5, 0.25, 1, 5, VERDICT_SAME },
	{ "relative gate not reached", M_WORST_SPREAD, 5, 0.25, 100, 120, VERDICT_SAME },
	{ "on both gates", M_WORST_SPREAD, 5, 0.25, 20, 25, VERDICT_WORSE },
	/* Reference, weak spot 1. */
	{ "from zero", M_WORST_SPREAD, 5, 0.25, 0, 1000000, VERDICT_WORSE },
	{ "from zero, on the gate", M_WORST_SPREAD, 1, 0.5, 0, 1, VERDICT_WORSE },
	{ "from zero, below the gate", M_WORST_SPREAD, 5, 0.25, 0, 4, VERDICT_SAME },
	{ "to zero", M_WORST_SPREAD, 5, 0.25, 10, 0, VERDICT_BETTER },
	{ "zero stays", M_WORST_SPREAD, 0, 0, 0, 0, VERDICT_SAME },
	{ "no gate at all", M_WORST_SPREAD, 0, 0, 1, 1.001, VERDICT_WORSE },
	/* Reference, weak spot 2. */
	{ "missing on B", M_WORST_SPREAD, 5, 0.25, 100, NONE, VERDICT_MISSING },
	{ "missing on A", M_WORST_SPREAD, 5, 0.25, NONE, 100, VERDICT_MISSING },
};
TEST_ROWS(compare_metric_verdict, metrics)
{
	struct gate g = { row->gate_abs, row->gate_rel };
	double a = row->a, b = row->b, *v[SIDES] = { &a, &b };
	size_t n[SIDES] = { !isnan(a), !isnan(b) };
	struct judgement j, *family[] = { &j };

	judge_values(&metric_defs[row->metric], &g, v, n, INFER_ALPHA, &j);
	judge_family(family, 1, INFER_ALPHA);
	ck_assert_str_eq(verdict_names[j.verdict], verdict_names[row->want]);
	ck_assert_int_eq(j.unconfirmed, row->want != VERDICT_MISSING);
}

#define SPREAD(x)                                                                                  \
	{                                                                                          \
		(x) + 0.1, (x) + 0.3, (x) + 0.5, (x) + 0.7, (x) + 0.9, (x) + 1.1                   \
	}
static const struct {
	const char *label;
	double a[6], b[6];
	size_t n;
	enum verdict want;
	size_t need;
} several[] = {
	{ "apart", SPREAD(10), SPREAD(20), 6, VERDICT_WORSE, 0 },
	{ "apart, lower", SPREAD(20), SPREAD(10), 6, VERDICT_BETTER, 0 },
	/* The interval, [-0.6, 0.8], is within the gate of 5. */
	{ "within the gate", SPREAD(10), SPREAD(10.1), 6, VERDICT_SAME, 0 },
	{ "certain, but smaller than the gate", SPREAD(10), SPREAD(13), 6, VERDICT_SAME, 0 },
	{ "equal to the last bit", { 7, 7, 7, 7, 7, 7 }, { 7, 7, 7, 7, 7, 7 }, 6, VERDICT_SAME, 0 },
	{ "wide", { 1, 30, 2, 28, 3, 27 }, { 2, 31, 1, 33, 3, 26 }, 6, VERDICT_UNDECIDED, 1 },
	/* Three runs a side can never differ by a rank test at 5 %. */
	{ "too few", SPREAD(10), SPREAD(20), 3, VERDICT_UNDECIDED, 4 },
	/* One bad run of six is no regression. */
	{ "one of six", { 4, 5, 4, 5, 4, 5 }, { 4, 5, 4, 5, 4, 90 }, 6, VERDICT_UNDECIDED, 0 },
};
TEST_ROWS(compare_several_runs, several)
{
	struct gate g = { 5, 0.25 };
	double a[6], b[6], *v[SIDES] = { a, b };
	size_t n[SIDES] = { row->n, row->n };
	struct judgement j, *family[] = { &j };

	memcpy(a, row->a, sizeof(a));
	memcpy(b, row->b, sizeof(b));
	judge_values(&metric_defs[M_WORST_SPREAD], &g, v, n, INFER_ALPHA, &j);
	judge_family(family, 1, INFER_ALPHA);
	ck_assert_str_eq(verdict_names[j.verdict], verdict_names[row->want]);
	ck_assert(!j.unconfirmed);
	if (row->need == 1)
		ck_assert_uint_gt(j.need, row->n);
	else
		ck_assert_uint_eq(j.need, row->need);
}

/* What stands alone is an alarm; among a hundred that are nothing it is chance. */
TEST(compare_corrects_for_the_number_of_judgements)
{
	struct gate g = { 5, 0.25 };
	double a[5] = { 10, 11, 12, 13, 14 }, b[5] = { 20, 21, 22, 23, 24 };
	double *far[SIDES] = { a, b }, *near[SIDES] = { a, a };
	size_t n[SIDES] = { 5, 5 };
	struct judgement j[100], *family[100];

	for (size_t i = 0; i < ARRAY_SIZE(j); i++) {
		judge_values(&metric_defs[M_WORST_SPREAD], &g, i ? near : far, n, INFER_ALPHA,
		             &j[i]);
		family[i] = &j[i];
	}
	judge_family(family, 1, INFER_ALPHA);
	ck_assert_int_eq(j[0].verdict, VERDICT_WORSE);
	judge_family(family, ARRAY_SIZE(j), INFER_ALPHA);
	ck_assert_double_gt(j[0].p_adjusted, INFER_ALPHA);
}

/* Near certainty for one judgement; among many it takes more runs. */
TEST(compare_needs_more_runs_for_more_judgements)
{
	struct gate g = { 1, 0.01 };
	double a[6] = { 10, 12, 14, 16, 18, 20 }, b[6] = { 13, 15, 17, 19, 21, 23 };
	double *v[SIDES] = { a, b };
	size_t n[SIDES] = { 6, 6 }, alone;
	struct judgement j[50], *family[50];

	for (size_t i = 0; i < ARRAY_SIZE(j); i++) {
		judge_values(&metric_defs[M_WORST_SPREAD], &g, v, n, INFER_ALPHA, &j[i]);
		family[i] = &j[i];
	}
	judge_family(family, 1, INFER_ALPHA);
	alone = j[0].need;
	ck_assert_uint_gt(alone, 6);
	judge_family(family, ARRAY_SIZE(j), INFER_ALPHA);
	ck_assert_uint_gt(j[0].need, alone);
}

/* The word depends on the level that a look may spend, and the interval becomes wider. */
TEST(compare_judges_at_the_level_it_is_given)
{
	struct gate g = { 5, 0.25 };
	double a[5] = { 10, 11, 12, 13, 14 }, b[5] = { 20, 21, 22, 23, 24 };
	double *v[SIDES] = { a, b };
	size_t n[SIDES] = { 5, 5 };
	struct judgement usual, strict, *one[] = { &usual }, *other[] = { &strict };

	judge_values(&metric_defs[M_WORST_SPREAD], &g, v, n, INFER_ALPHA, &usual);
	judge_family(one, 1, INFER_ALPHA);
	judge_values(&metric_defs[M_WORST_SPREAD], &g, v, n, 0.005, &strict); /* p is 2 of 252 */
	judge_family(other, 1, 0.005);
	ck_assert_int_eq(usual.verdict, VERDICT_WORSE);
	ck_assert_int_eq(strict.verdict, VERDICT_UNDECIDED);
	ck_assert_double_lt(strict.shift.low, usual.shift.low);
}

TEST(compare_delta_from_zero_has_no_relative_part)
{
	struct gate g = { 5, 0.25 };
	double zero = 0, ten = 10, *v[SIDES] = { &zero, &ten };
	size_t n[SIDES] = { 1, 1 };
	struct judgement j;

	judge_values(&metric_defs[M_WORST_SPREAD], &g, v, n, INFER_ALPHA, &j);
	ck_assert_double_eq(j.shift.estimate, 10);
	ck_assert_double_eq(j.gate, 5);
	ck_assert_double_nan(j.ratio.estimate);
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
	enum why why;
} outcomes[] = {
	{ "still passes", T(1, 0, 0, 0, 0), T(1, 0, 0, 0, 0), VERDICT_SAME, WHY_FIGURES },
	/* Reference, weak spot 4. */
	{ "fails now", T(1, 0, 0, 0, 0), T(0, 1, 0, 0, 0), VERDICT_WORSE, WHY_BROKEN },
	{ "errs now", T(1, 0, 0, 0, 0), T(0, 0, 0, 0, 1), VERDICT_WORSE, WHY_BROKEN },
	{ "all fail now", T(3, 0, 0, 0, 0), T(0, 2, 0, 0, 1), VERDICT_WORSE, WHY_BROKEN },
	{ "vanished", T(1, 0, 0, 0, 0), T(0, 0, 0, 0, 0), VERDICT_WORSE, WHY_VANISHED },
	{ "gone, never passed", T(0, 1, 0, 0, 0), T(0, 0, 0, 0, 0), VERDICT_MISSING, WHY_GONE },
	{ "new", T(0, 0, 0, 0, 0), T(0, 1, 0, 0, 0), VERDICT_MISSING, WHY_NEW },
	{ "fixed", T(0, 1, 0, 0, 0), T(1, 0, 0, 0, 0), VERDICT_BETTER, WHY_FIXED },
	{ "was skipped", T(0, 0, 1, 0, 0), T(1, 0, 0, 0, 0), VERDICT_MISSING, WHY_NO_VERDICT },
	{ "skipped now", T(1, 0, 0, 0, 0), T(0, 0, 1, 0, 0), VERDICT_MISSING, WHY_NO_VERDICT },
	{ "inconclusive now", T(1, 0, 0, 0, 0), T(0, 0, 0, 1, 0), VERDICT_MISSING, WHY_NO_VERDICT },
	{ "still fails", T(0, 1, 0, 0, 0), T(0, 0, 0, 0, 1), VERDICT_SAME, WHY_FIGURES },
	{ "errs on both", T(0, 0, 0, 0, 2), T(0, 0, 0, 0, 2), VERDICT_MISSING, WHY_NO_VERDICT },
	/* Reference, weak spot 5; and one seed of six that comes to 36.04 for 35 is no news. */
	{ "one of twenty fails", T(20, 0, 0, 0, 0), T(19, 1, 0, 0, 0), VERDICT_UNDECIDED,
	  WHY_FIGURES },
	{ "half of ten fail", T(10, 0, 0, 0, 0), T(4, 6, 0, 0, 0), VERDICT_WORSE, WHY_FIGURES },
	{ "fewer repeats, all pass", T(20, 0, 0, 0, 0), T(3, 0, 0, 0, 0), VERDICT_SAME,
	  WHY_FIGURES },
	{ "a skip is no failure", T(3, 0, 0, 0, 0), T(2, 0, 1, 0, 0), VERDICT_SAME, WHY_FIGURES },
	{ "passes more often", T(2, 8, 0, 0, 0), T(9, 1, 0, 0, 0), VERDICT_BETTER, WHY_FIGURES },
};
TEST_ROWS(compare_outcome_verdict, outcomes)
{
	struct judgement j, *family[] = { &j };

	judge_outcomes(&row->a, &row->b, &j);
	judge_family(family, 1, INFER_ALPHA);
	ck_assert_str_eq(verdict_names[j.verdict], verdict_names[row->want]);
	ck_assert_str_eq(why_texts[j.why], why_texts[row->why]);
	if (j.verdict == VERDICT_UNDECIDED)
		ck_assert_uint_gt(j.need, 20);
}

/* Reference, weak spots 5 and 10: repeats without a verdict are left out; nothing is rounded. */
TEST(compare_sample_is_the_median_of_what_was_measured)
{
	_cleanup_world_ struct compare_world w = { 0 };
	struct rows rows;
	struct sample s;

	for (int i = 0; i < 5; i++)
		add_run(&w, SIDE_A);
	rows = sample_rows(w.v[SIDE_A], 5);
	s = sample_of_metric(&rows, M_TOTAL_MIGRATIONS);
	ck_assert_uint_eq(s.n, 0);
	ck_assert_double_nan(s.median);
	w.v[SIDE_A][0].v[M_TOTAL_MIGRATIONS] = 4;
	w.v[SIDE_A][1].v[M_TOTAL_MIGRATIONS] = 1;
	w.v[SIDE_A][2].v[M_TOTAL_MIGRATIONS] = 1000;
	w.v[SIDE_A][2].outcome = OUTCOME_ERROR;
	s = sample_of_metric(&rows, M_TOTAL_MIGRATIONS);
	ck_assert_uint_eq(s.n, 2);
	ck_assert_double_eq(s.median, 2.5);
	w.v[SIDE_A][2].outcome = OUTCOME_FAIL; /* measured: it counts */
	s = sample_of_metric(&rows, M_TOTAL_MIGRATIONS);
	ck_assert_double_eq(s.median, 4);
	ck_assert_double_eq(s.min, 1);
	ck_assert_double_eq(s.max, 1000);
	free(rows.v);
}

/* Each question is answered by the first of its metrics that is there; the rest are details. */
TEST(compare_headlines_answer_the_questions)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++) {
		struct row *r = add_run(&w, s);

		r->v[M_ITERATION_RATE] = 1000;
		r->v[M_P99_SCHED_US] = 80;
		r->v[M_WORST_SPREAD] = s ? 90 : 4;
		r->v[M_FAIRNESS_ERROR_PCT] = 3;
		r->v[M_LONGEST_WAIT_MS] = s ? 100 : 20;
		r->v[M_VERIFIED_INSNS] = s ? 90000 : 500;
	}
	t = compare_all(&w, NULL);
	ck_assert_uint_eq(t->n_headlines, 4);
	ck_assert_str_eq(t->headlines[0].figure.def.name, "worst_longest_wait_ms");
	ck_assert_ptr_nonnull(headline(t, "worst_p99_sched_delay_us"));
	ck_assert_ptr_nonnull(headline(t, "worst_fairness_error_pct"));
	ck_assert_ptr_nonnull(find(t->details, t->n_details, "worst_spread"));
	ck_assert_ptr_nonnull(find(t->details, t->n_details, "verified_insns"));
	ck_assert_int_eq(t->verdict, VERDICT_WORSE);
	ck_assert_uint_eq(w.cmp.by[VERDICT_WORSE], 1);
}

/* Longer slices leave too few waits for the 99th percentile on one side: the 95th is the tail. */
TEST(compare_tail_is_a_percentile_that_both_sides_have)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++) {
		struct row *r = add_run(&w, s);

		r->v[M_P99_SCHED_US] = s ? NAN : 80000;
		r->v[M_P95_SCHED_US] = s ? 150000 : 70000;
		r->v[M_P90_SCHED_US] = 60000;
	}
	t = compare_all(&w, NULL);
	ck_assert_uint_eq(t->n_headlines, 1);
	ck_assert_str_eq(t->headlines[0].figure.def.name, "worst_p95_sched_delay_us");
	ck_assert_int_eq(t->headlines[0].j.verdict, VERDICT_WORSE);
}

/* The same if most runs of both sides have too few. */
TEST(compare_tail_is_a_lower_percentile_if_the_higher_is_rare)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++)
		for (int i = 0; i < 3; i++) {
			struct row *r = add_run(&w, s);

			r->v[M_P99_SCHED_US] = i ? NAN : 80000;
			r->v[M_P95_SCHED_US] = 70000;
		}
	t = compare_all(&w, NULL);
	ck_assert_uint_eq(t->n_headlines, 1);
	ck_assert_str_eq(t->headlines[0].figure.def.name, "worst_p95_sched_delay_us");
}

/* What no lower percentile can stand for is missing. */
TEST(compare_tail_that_vanished_is_missing)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++) {
		struct row *r = add_run(&w, s);

		r->v[M_ITERATION_RATE] = 1000;
		r->v[M_P99_SCHED_US] = s ? NAN : 80000;
		r->v[M_P95_SCHED_US] = s ? NAN : 70000;
	}
	t = compare_all(&w, NULL);
	ck_assert_int_eq(headline(t, "worst_p99_sched_delay_us")->j.verdict, VERDICT_MISSING);
}

TEST(compare_headlines_of_the_scenario_come_first)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++) {
		struct row *r = add_run(&w, s);

		r->v[M_ITERATION_RATE] = s ? 1 : 1000;
		r->v[M_TOTAL_MIGRATIONS] = s ? 900 : 10;
		if (s)
			strv_add(&r->headlines, "total_migrations");
	}
	t = compare_all(&w, NULL);
	ck_assert_uint_eq(t->n_headlines, 1);
	ck_assert_str_eq(t->headlines[0].figure.def.name, "total_migrations");
}

/* A detail explains and does not judge: also a large change of it is no verdict. */
TEST(compare_details_are_no_verdicts)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++) {
		struct row *r = add_run(&w, s);

		r->v[M_ITERATION_RATE] = 1000;
		r->v[M_CONTEXT_SWITCHES] = s ? 100 : 100000;
	}
	t = compare_all(&w, NULL);
	ck_assert_int_eq(t->verdict, VERDICT_SAME);
	ck_assert(judge_moved(&find(t->details, t->n_details, "total_context_switches")->j));
	ck_assert_uint_eq(w.cmp.judged, 1);
}

TEST(compare_metrics_asked_for_are_the_headlines)
{
	_cleanup_world_ struct compare_world w = { 0 };
	struct compare_opts o = { .metric = { [M_VERIFIED_INSNS] = true } };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++) {
		add_run(&w, s)->v[M_ITERATION_RATE] = 1000;
		w.v[s]->v[M_VERIFIED_INSNS] = s ? 90000 : 500;
	}
	t = compare_all(&w, &o);
	ck_assert_uint_eq(t->n_headlines, 1);
	ck_assert_int_eq(t->verdict, VERDICT_WORSE);
}

static const double near[5] = { 10, 11, 12, 13, 14 }, far[5] = { 40, 41, 42, 43, 44 };

/* One noisy repeat of six must not take the verdict from the five others. */
TEST(compare_judges_by_the_quiet_runs)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;
	struct row *noisy;

	add_runs(&w, M_LONGEST_WAIT_MS, SIDE_A, near, 5);
	add_runs(&w, M_LONGEST_WAIT_MS, SIDE_B, far, 5);
	noisy = add_run(&w, SIDE_B);
	noisy->v[M_LONGEST_WAIT_MS] = 9000;
	noisy->host_wait_pct = 60;
	t = compare_all(&w, NULL);
	ck_assert_int_eq(t->verdict, VERDICT_WORSE);
	ck_assert_double_eq(t->headlines[0].side[SIDE_B].max, 44);
	ck_assert_uint_eq(w.cmp.noisy, 1);
	ck_assert_double_eq(w.cmp.noise_pct, 60);
}

TEST(compare_without_a_quiet_run_is_missing)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	add_runs(&w, M_LONGEST_WAIT_MS, SIDE_A, near, 5);
	add_runs(&w, M_LONGEST_WAIT_MS, SIDE_B, far, 1);
	w.v[SIDE_B]->host_wait_pct = 60;
	t = compare_all(&w, NULL);
	ck_assert_int_eq(t->headlines[0].j.verdict, VERDICT_MISSING);
	ck_assert_int_eq(t->headlines[0].j.why, WHY_NOISE);
	ck_assert_uint_eq(w.cmp.judged, 0);
}

/* On the virtual clock a seed gives one run, however often it is repeated. */
TEST(compare_counts_a_virtual_run_once)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++)
		for (int i = 0; i < 10; i++) {
			struct row *r = add_run(&w, s);

			r->v[M_LONGEST_WAIT_MS] = s ? 40 : 10;
			r->seed = 1;
			sample_dim(r, DIM_CLOCK, "virtual");
		}
	t = compare_all(&w, NULL);
	ck_assert_uint_eq(t->headlines[0].side[SIDE_A].n, 1);
	ck_assert(t->headlines[0].j.unconfirmed);
	ck_assert_uint_eq(w.cmp.again, 18);
}

/* Totals of runs of 2 s and 20 s are compared per second, longest times not at all. */
TEST(compare_runs_of_different_lengths)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct finding *f;
	const struct compared *t;

	for (int s = 0; s < SIDES; s++) {
		struct row *r = add_run(&w, s);

		r->duration_ns = s ? 20000000000 : 2000000000;
		r->v[M_TOTAL_MIGRATIONS] = s ? 1000 : 100;
		r->v[M_LONGEST_WAIT_MS] = s ? 90 : 10;
	}
	t = compare_all(&w, NULL);
	f = find(t->details, t->n_details, "total_migrations");
	ck_assert_double_eq(f->side[SIDE_A].median, 50);
	ck_assert_double_eq(f->side[SIDE_B].median, 50);
	ck_assert_str_eq(f->figure.def.unit, "1/s");
	ck_assert_double_eq(f->gate.abs, metric_defs[M_TOTAL_MIGRATIONS].gate_abs / 2);
	ck_assert_int_eq(headline(t, "worst_longest_wait_ms")->j.why, WHY_LENGTH);
	ck_assert_uint_eq(w.cmp.lengths_differ, 1);
}

/* The worst of cgroups {a, b} and the worst of {b} are different things. */
TEST(compare_worst_values_need_the_same_cgroups)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	add_runs(&w, M_P99_WAKE_US, SIDE_A, near, 5);
	add_runs(&w, M_P99_WAKE_US, SIDE_B, far, 5);
	for (size_t i = 0; i < 5; i++) {
		w.v[SIDE_A][i].over[M_P99_WAKE_US] = 1;
		w.v[SIDE_B][i].over[M_P99_WAKE_US] = 2;
	}
	t = compare_all(&w, NULL);
	ck_assert_int_eq(t->headlines[0].j.verdict, VERDICT_MISSING);
	ck_assert_int_eq(t->headlines[0].j.why, WHY_CGROUPS);
	ck_assert_uint_eq(w.cmp.judged, 0);
}

TEST(compare_leaves_out_a_run_with_other_cgroups)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	add_runs(&w, M_P99_WAKE_US, SIDE_A, near, 5);
	add_runs(&w, M_P99_WAKE_US, SIDE_B, far, 5);
	for (size_t i = 0; i < 5; i++)
		w.v[SIDE_A][i].over[M_P99_WAKE_US] = w.v[SIDE_B][i].over[M_P99_WAKE_US] = 1;
	w.v[SIDE_B][0].over[M_P99_WAKE_US] = 2;
	t = compare_all(&w, NULL);
	ck_assert_uint_eq(t->headlines[0].side[SIDE_B].n, 4);
	ck_assert_int_eq(t->headlines[0].j.why, WHY_FIGURES);
}

/* Four values of ten runs are not a sample of the ten. */
TEST(compare_what_is_seldom_measured_is_missing)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	add_runs(&w, M_P99_WAKE_US, SIDE_A, near, 5);
	add_runs(&w, M_P99_WAKE_US, SIDE_B, far, 2);
	for (int i = 0; i < 3; i++)
		add_run(&w, SIDE_B);
	t = compare_all(&w, NULL);
	ck_assert_int_eq(t->headlines[0].j.why, WHY_SELDOM);
}

static void add_payload(struct row *r, const char *name, const char *unit,
                        enum metric_polarity polarity, double value)
{
	size_t at = r->n_payload;

	*xgrow(r->payload, r->n_payload) = (struct row_payload){ .name = xstrdup(name),
		                                                 .unit = xstrdup(unit),
		                                                 .polarity = polarity,
		                                                 .value = value,
		                                                 .at = at };
}

static const struct {
	const char *label, *unit_a, *unit_b;
	enum metric_polarity b;
	double value_b;
	enum verdict want;
	enum why why;
} units[] = {
	{ "same unit", "ms", "ms", METRIC_LOWER_BETTER, 1200, VERDICT_SAME, WHY_FIGURES },
	{ "converted", "ms", "s", METRIC_LOWER_BETTER, 1.2, VERDICT_SAME, WHY_FIGURES },
	{ "converted and worse", "ms", "s", METRIC_LOWER_BETTER, 2.4, VERDICT_WORSE, WHY_FIGURES },
	{ "bytes", "ms", "B", METRIC_LOWER_BETTER, 1200, VERDICT_MISSING, WHY_UNITS },
	{ "no unit", "ms", NULL, METRIC_LOWER_BETTER, 1200, VERDICT_MISSING, WHY_UNITS },
	{ "unknown, but equal", "frogs", "frogs", METRIC_LOWER_BETTER, 1200, VERDICT_SAME,
	  WHY_FIGURES },
	{ "other polarity", "ms", "ms", METRIC_HIGHER_BETTER, 1200, VERDICT_MISSING, WHY_POLARITY },
};
TEST_ROWS(compare_payload_units, units)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	add_payload(add_run(&w, SIDE_A), "p: x", row->unit_a, METRIC_LOWER_BETTER, 1200);
	add_payload(add_run(&w, SIDE_B), "p: x", row->unit_b, row->b, row->value_b);
	t = compare_all(&w, NULL);
	ck_assert_uint_eq(t->n_headlines, 1);
	ck_assert_str_eq(verdict_names[t->headlines[0].j.verdict], verdict_names[row->want]);
	ck_assert_int_eq(t->headlines[0].j.why, row->why);
	if (row->why == WHY_UNITS) {
		_cleanup_free_ char *text = figure_mismatch(&t->headlines[0].figure, &t->runs);

		ck_assert_ptr_nonnull(strstr(text, "p: x is in ms on A and in "));
	}
}

TEST(compare_payload_headlines_are_the_first_declared)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++) {
		struct row *r = add_run(&w, s);

		add_payload(r, "p: a", NULL, METRIC_NO_POLARITY, 1);
		add_payload(r, "p: b", NULL, METRIC_HIGHER_BETTER, 1);
		add_payload(r, "p: c", NULL, METRIC_LOWER_BETTER, 1);
		add_payload(r, "p: d", NULL, METRIC_LOWER_BETTER, 1);
		add_payload(r, "p: e", NULL, METRIC_LOWER_BETTER, 1);
		r->payload[1].at = 10; /* declared after the others */
	}
	t = compare_all(&w, NULL);
	ck_assert_uint_eq(t->n_headlines, 3);
	ck_assert_ptr_null(headline(t, "p: a"));
	ck_assert_ptr_null(headline(t, "p: b"));
	ck_assert_ptr_nonnull(find(t->details, t->n_details, "p: a"));
}

/* Half the context switches are no improvement, also where an earlier harness recorded them as a headline. */
TEST(compare_judges_by_nothing_without_polarity)
{
	_cleanup_world_ struct compare_world w = { 0 };
	const struct compared *t;

	for (int s = 0; s < SIDES; s++) {
		struct row *r = add_run(&w, s);

		r->v[M_CONTEXT_SWITCHES] = s ? 5000 : 10000;
		add_payload(r, "p: calls", NULL, METRIC_NO_POLARITY, s ? 5 : 10);
		strv_add(&r->headlines, "total_context_switches");
		strv_add(&r->headlines, "p: calls");
	}
	t = compare_all(&w, NULL);
	ck_assert_uint_eq(t->n_headlines, 0);
	ck_assert_int_eq(t->verdict, VERDICT_SAME);
}

/* Reference, weak spot 4: a pair that has nothing to compare is not a success. */
TEST(compare_of_skips_compares_nothing)
{
	_cleanup_world_ struct compare_world w = { 0 };

	add_run(&w, SIDE_A);
	add_run(&w, SIDE_B)->outcome = OUTCOME_SKIP;
	compare_all(&w, NULL);
	ck_assert_uint_eq(w.cmp.judged, 0);
}

TEST(compare_of_missing_headlines_compares_nothing)
{
	_cleanup_world_ struct compare_world w = { 0 };

	add_run(&w, SIDE_A)->v[M_LONGEST_WAIT_MS] = 7;
	add_run(&w, SIDE_B)->v[M_TOTAL_MIGRATIONS] = 7;
	compare_all(&w, NULL);
	ck_assert_uint_eq(w.cmp.judged, 0);
	ck_assert_uint_eq(w.cmp.by[VERDICT_MISSING], 1);
}

/* A test that measures nothing still passes or fails. */
TEST(compare_of_passes_is_judged)
{
	_cleanup_world_ struct compare_world w = { 0 };

	add_run(&w, SIDE_A);
	add_run(&w, SIDE_B);
	compare_all(&w, NULL);
	ck_assert_uint_eq(w.cmp.judged, 1);
	ck_assert_uint_eq(w.cmp.by[VERDICT_SAME], 1);
}
