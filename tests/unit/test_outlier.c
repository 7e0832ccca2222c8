/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/outlier.h"

#include <math.h>

#include "base/mem.h"
#include "stats/infer/infer.h"
#include "tests/unit/stats_sample.h"
#include "tests/unit/test.h"

#define RUNS 10

static const struct outlier_opts usual = { .z = OUTLIER_Z,
	                                   .min_runs = OUTLIER_MIN_RUNS,
	                                   .min_benchmarks = OUTLIER_MIN_BENCHMARKS };

/* RUNS runs of `tests` tests. Rates vary from 940 to 1060, in another order in each test. */
static void make_pool(struct pool *p, size_t tests)
{
	pool_init(p);
	p->rows = xcalloc(RUNS * tests + 1, sizeof(*p->rows));
	for (size_t run = 0; run < RUNS; run++) {
		*xgrow(p->runs, p->n_runs) = (struct pool_run){ .name = xasprintf("r%zu", run),
			                                        .first = p->n_rows,
			                                        .n = tests };
		for (size_t t = 0; t < tests; t++) {
			_cleanup_free_ char *name = xasprintf("t%zu", t);
			struct row *r = &p->rows[p->n_rows++];

			*r = sample_row(name, "6.14.2");
			r->run = run;
			r->v[M_ITERATION_RATE] = 940 + (double)((run * 7 + t * 3) % 13) * 10;
		}
	}
}

static double *rate(struct pool *p, size_t run, size_t test)
{
	return &p->rows[p->runs[run].first + test].v[M_ITERATION_RATE];
}

/* The runs flagged, as "r3:1 r7:whole". */
static char *flagged(const struct pool *p, const struct outlier_opts *o)
{
	struct strbuf b = STRBUF_INIT;
	struct outlier_run *v;

	outliers_find(p, o, &v);
	for (size_t i = 0; i < p->n_runs; i++) {
		if (v[i].n)
			strbuf_addf(&b, "%s:%zu ", p->runs[i].name, v[i].n);
		if (v[i].whole)
			strbuf_addf(&b, "%s:whole ", p->runs[i].name);
	}
	strbuf_rtrim(&b);
	outliers_free(v, p->n_runs);
	return strbuf_steal(&b);
}

#define ASSERT_FLAGGED(p_, o_, want_)                                                              \
	do {                                                                                       \
		_cleanup_free_ char *got_ = flagged((p_), (o_));                                   \
		ck_assert_str_eq(got_, (want_));                                                   \
	} while (0)

TEST(outlier_flags_a_figure_and_nothing_else)
{
	_cleanup_pool_ struct pool p;

	make_pool(&p, 4);
	ASSERT_FLAGGED(&p, &usual, "");
	*rate(&p, 3, 1) = 4000;
	*rate(&p, 8, 0) = 100;
	ASSERT_FLAGGED(&p, &usual, "r3:1 r8:1");
}

TEST(outlier_flags_a_run_that_is_only_slower_as_a_whole)
{
	struct outlier_opts o = usual;
	_cleanup_pool_ struct pool p;

	make_pool(&p, 8);
	for (size_t t = 0; t < 8; t++)
		*rate(&p, 5, t) *= 0.9;
	ASSERT_FLAGGED(&p, &usual, "r5:whole");
	o.min_benchmarks = 9;
	ASSERT_FLAGGED(&p, &o, "");
}

TEST(outlier_needs_enough_runs)
{
	struct outlier_opts o = usual;
	_cleanup_pool_ struct pool p;

	make_pool(&p, 4);
	*rate(&p, 3, 1) = 4000;
	o.min_runs = RUNS + 1;
	ASSERT_FLAGGED(&p, &o, "");
	o.min_runs = RUNS;
	ASSERT_FLAGGED(&p, &o, "r3:1");
}

TEST(outlier_z_limit_counts)
{
	struct outlier_opts o = usual;
	_cleanup_pool_ struct pool p;

	make_pool(&p, 4);
	*rate(&p, 3, 1) = 4000;
	o.z = 1000;
	ASSERT_FLAGGED(&p, &o, "");
}

/* Nine runs agree to the digit: a difference below the gate is none, however large its z. */
TEST(outlier_is_beyond_the_metrics_gate)
{
	_cleanup_pool_ struct pool p;

	make_pool(&p, 1);
	for (size_t i = 0; i < RUNS; i++)
		*rate(&p, i, 0) = 1000;
	*rate(&p, 2, 0) = 1050;
	ASSERT_FLAGGED(&p, &usual, "");
	*rate(&p, 2, 0) = 1150;
	ASSERT_FLAGGED(&p, &usual, "r2:1");
}

/* The value of a run is the median of its repeats: one wild repeat of three is no wild run. */
TEST(outlier_takes_the_median_of_repeats)
{
	_cleanup_pool_ struct pool p;

	make_pool(&p, 3);
	for (size_t i = 0; i < p.n_rows; i++) {
		free(p.rows[i].test);
		p.rows[i].test = xstrdup("t");
	}
	*rate(&p, 4, 1) = 9000;
	ASSERT_FLAGGED(&p, &usual, "");
}

static const struct {
	const char *label;
} unlike[] = { { "kernel" }, { "length" }, { "host" }, { "outcome" } };

/* A run under other conditions is not compared: one of its kind is too few to judge. */
TEST_ROWS(outlier_compares_like_with_like, unlike)
{
	_cleanup_pool_ struct pool p;
	struct row *r;

	make_pool(&p, 1);
	*rate(&p, 6, 0) = 5000;
	r = &p.rows[p.runs[6].first];
	ASSERT_FLAGGED(&p, &usual, "r6:1");
	if (streq(row->label, "kernel"))
		sample_dim(r, DIM_KERNEL, "7.0");
	else if (streq(row->label, "length"))
		r->duration_ns = 17;
	else if (streq(row->label, "host"))
		r->host = 3;
	else
		r->outcome = OUTCOME_ERROR;
	ASSERT_FLAGGED(&p, &usual, "");
}

TEST(outlier_is_none_by_a_figure_without_polarity)
{
	_cleanup_pool_ struct pool p;

	make_pool(&p, 1);
	for (size_t i = 0; i < p.n_rows; i++) {
		p.rows[i].v[M_CONTEXT_SWITCHES] = i == 5 ? 90000 : 1000 + (double)i;
		strv_add(&p.rows[i].headlines, "total_context_switches");
		strv_add(&p.rows[i].headlines, metric_defs[M_ITERATION_RATE].name);
	}
	ASSERT_FLAGGED(&p, &usual, "");
	*rate(&p, 3, 0) = 4000;
	ASSERT_FLAGGED(&p, &usual, "r3:1");
}

/* The runs are too short for the 99th percentile: the 95th stands for it, as in `stats compare`. */
TEST(outlier_is_found_by_the_tail_that_the_runs_have)
{
	_cleanup_pool_ struct pool p;

	make_pool(&p, 1);
	for (size_t i = 0; i < p.n_rows; i++) {
		p.rows[i].v[M_P99_SCHED_US] = i == 1 ? 70000 : NAN;
		p.rows[i].v[M_P95_SCHED_US] = i == 5 ? 50000 : 1000 + (double)i;
	}
	ASSERT_FLAGGED(&p, &usual, "r5:1");
}

TEST(robust_z_of_known_values)
{
	/* median 3, distances 2 1 0 1 97: median distance 1 */
	static const double v[] = { 1, 2, 3, 4, 100 };
	static const double flat[] = { 5, 5, 5, 5, 6 }; /* half are equal: mean distance 0.2 */
	double z[5];

	infer_robust_z(v, 5, z);
	ck_assert_double_eq_tol(z[4], 97 / 1.4826, 0.01);
	ck_assert_double_eq_tol(z[0], -2 / 1.4826, 0.001);
	infer_robust_z(flat, 5, z);
	ck_assert_double_eq_tol(z[4], 1 / (1.2533 * 0.2), 0.001);
	ck_assert_double_eq(z[0], 0);
	infer_robust_z(flat, 4, z);
	ck_assert_double_eq(z[3], 0);
	ck_assert_double_eq(infer_median(v, 4), 2.5);
}
