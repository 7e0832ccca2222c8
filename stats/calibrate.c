/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/calibrate.h"

#include <math.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/compare.h"
#include "stats/looks.h"

const size_t calibrate_sizes[CALIBRATE_SIZES] = { 5, 10, 20 };

/* The results of one scheduler, by test. */
struct stock {
	const char *scheduler;
	struct rows *tests; /* as many as the calibrator has */
	size_t least;
};

struct calibrator {
	const struct pool *pool;
	const struct calibrate_opts *opts;
	struct strv tests;
	struct policy policy;
	uint64_t random;
	struct calibration *out;
};

static int by_seed(const void *a, const void *b)
{
	const struct row *x = *(const struct row *const *)a, *y = *(const struct row *const *)b;

	return (x->seed > y->seed) - (x->seed < y->seed);
}

static bool is_of(const struct row *r, const char *scheduler)
{
	return streq_null(r->dim[DIM_SCHEDULER], scheduler);
}

static void stock_done(struct stock *s, size_t n_tests)
{
	for (size_t t = 0; s->tests && t < n_tests; t++)
		rows_done(&s->tests[t]);
	free(s->tests);
}

static int take_stock(const struct calibrator *c, const char *scheduler, struct stock *out,
                      struct err *err)
{
	struct stock s = { .scheduler = scheduler,
		           .tests = xcalloc(c->tests.n + 1, sizeof(*s.tests)),
		           .least = SIZE_MAX };

	for (size_t i = 0; i < c->pool->n_rows; i++) {
		const struct row *r = &c->pool->rows[i];

		for (size_t t = 0; is_of(r, scheduler) && t < c->tests.n; t++)
			if (streq(r->test, c->tests.v[t]))
				*xgrow(s.tests[t].v, s.tests[t].n) = r;
	}
	for (size_t t = 0; t < c->tests.n; t++) {
		if (s.tests[t].n)
			qsort(s.tests[t].v, s.tests[t].n, sizeof(*s.tests[t].v), by_seed);
		if (s.tests[t].n < s.least)
			s.least = s.tests[t].n;
	}
	if (!s.least) {
		stock_done(&s, c->tests.n);
		return err_set(err, ERR_NOT_FOUND,
		               "scheduler %s has no results of some test that the base has",
		               scheduler);
	}
	*out = s;
	return 0;
}

/* All rows of a stock in a random order, test by test. */
static void shuffle(struct calibrator *c, const struct stock *s, struct rows *out)
{
	for (size_t t = 0; t < c->tests.n; t++) {
		const struct rows *from = &s->tests[t];

		out[t] = (struct rows){ xcalloc(from->n + 1, sizeof(*out[t].v)), from->n };
		for (size_t i = 0; i < from->n; i++) {
			size_t at = random_next(&c->random) % (i + 1);

			out[t].v[i] = out[t].v[at];
			out[t].v[at] = from->v[i];
		}
	}
}

/* One comparison: which rows are drawn, and where the sides begin among them. */
struct drawing {
	struct rows *rows[SIDES]; /* by test */
	size_t first[SIDES];
};

/* Against itself, B takes other runs of the same shuffle. */
static void draw(struct calibrator *c, const struct stock *a, const struct stock *b,
                 struct drawing *d)
{
	*d = (struct drawing){ 0 };
	for (int s = 0; s < SIDES; s++)
		d->rows[s] = xcalloc(c->tests.n + 1, sizeof(*d->rows[s]));
	shuffle(c, a, d->rows[SIDE_A]);
	if (a != b)
		shuffle(c, b, d->rows[SIDE_B]);
	d->first[SIDE_B] = a == b ? a->least / 2 : 0;
}

static void drawing_done(const struct calibrator *c, struct drawing *d)
{
	for (int s = 0; s < SIDES; s++) {
		for (size_t t = 0; t < c->tests.n; t++)
			rows_done(&d->rows[s][t]);
		free(d->rows[s]);
	}
}

static void add_some(struct rows *to, const struct rows *from, size_t first, size_t n)
{
	for (size_t i = first; i < first + n && i < from->n; i++)
		*xgrow(to->v, to->n) = from->v[i];
}

/* Compares n[t] runs a side of each test. comparison_done() and join_done() are the caller's. */
static void compare_drawn(const struct calibrator *c, const struct drawing *d, const size_t *n,
                          double level, struct join *join, struct comparison *cmp)
{
	const struct compare_opts o = { .policy = &c->policy, .level = level };
	struct rows side[SIDES] = { { 0 } };

	for (size_t t = 0; t < c->tests.n; t++)
		for (int s = 0; s < SIDES; s++) {
			const struct rows *from =
				d->rows[s][t].n ? &d->rows[s][t] : &d->rows[SIDE_A][t];

			add_some(&side[s], from, d->first[s], n[t]);
		}
	join_rows(JOIN_TEST, &side[SIDE_A], &side[SIDE_B], join);
	compare(join, &o, cmp);
	rows_done(&side[SIDE_A]);
	rows_done(&side[SIDE_B]);
}

static void add_hit(struct hits *s, const struct comparison *cmp, bool is_null)
{
	s->of++;
	s->n += cmp->by[VERDICT_WORSE] || (is_null && cmp->by[VERDICT_BETTER]);
}

static void one_size(const struct calibrator *c, const struct drawing *d, size_t runs, bool is_null,
                     struct hits *out)
{
	_cleanup_free_ size_t *n = xcalloc(c->tests.n + 1, sizeof(*n));
	_cleanup_join_ struct join join = { 0 };
	_cleanup_comparison_ struct comparison cmp = { 0 };

	for (size_t t = 0; t < c->tests.n; t++)
		n[t] = runs;
	compare_drawn(c, d, n, INFER_ALPHA, &join, &cmp);
	add_hit(out, &cmp, is_null);
}

static bool is_decided(const struct comparison *cmp, const char *test)
{
	for (size_t i = 0; i < cmp->n; i++)
		if (streq(cmp->v[i].pair->side[SIDE_A].v[0]->test, test))
			return cmp->v[i].verdict != VERDICT_UNDECIDED;
	return false;
}

/* As `harness ab`: look by look, and a decided test gets no more runs. */
static void one_ab(const struct calibrator *c, const struct drawing *d, bool is_null,
                   struct hits *out)
{
	_cleanup_free_ size_t *n = xcalloc(c->tests.n + 1, sizeof(*n));
	_cleanup_free_ bool *decided = xcalloc(c->tests.n + 1, sizeof(*decided));

	for (size_t k = 0; k < LOOKS; k++) {
		_cleanup_join_ struct join join = { 0 };
		_cleanup_comparison_ struct comparison cmp = { 0 };
		size_t open = 0;

		for (size_t t = 0; t < c->tests.n; t++)
			n[t] = decided[t] ? n[t] : looks[k].runs;
		compare_drawn(c, d, n, looks[k].level, &join, &cmp);
		for (size_t t = 0; t < c->tests.n; t++) {
			decided[t] |= is_decided(&cmp, c->tests.v[t]);
			open += !decided[t];
		}
		if (open && k < LOOKS - 1)
			continue;
		add_hit(out, &cmp, is_null);
		return;
	}
}

static void add_share(struct hits *to, const struct hits *s)
{
	to->n += s->n;
	to->of += s->of;
}

/* The last look of `ab` takes what there is; the one before must have its runs. */
static void measure(struct calibrator *c, const struct stock *a, const struct stock *b,
                    struct calibrated_pair *out)
{
	size_t there = a == b ? a->least / 2 : a->least < b->least ? a->least : b->least;

	for (size_t i = 0; i < c->opts->draws; i++) {
		struct drawing d;

		draw(c, a, b, &d);
		for (size_t k = 0; k < CALIBRATE_SIZES; k++)
			if (calibrate_sizes[k] <= there)
				one_size(c, &d, calibrate_sizes[k], out->is_null, &out->size[k]);
		if (looks[LOOKS - 2].runs <= there)
			one_ab(c, &d, out->is_null, &out->ab);
		drawing_done(c, &d);
	}
	for (size_t k = 0; out->is_null && k < CALIBRATE_SIZES; k++)
		add_share(&c->out->null_size[k], &out->size[k]);
	if (out->is_null)
		add_share(&c->out->null_ab, &out->ab);
}

static struct hits *share_of_metric(struct calibration *out, const char *metric)
{
	struct calibrated_headline *h;

	for (size_t i = 0; i < out->n_headlines; i++)
		if (streq(out->headlines[i].metric, metric))
			return &out->headlines[i].p;
	h = xgrow(out->headlines, out->n_headlines);
	*h = (struct calibrated_headline){ .metric = metric };
	return &h->p;
}

static void note_p(struct calibration *out, const struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->n; i++)
		for (size_t k = 0; k < cmp->v[i].n_headlines; k++) {
			const struct finding *f = &cmp->v[i].headlines[k];
			struct hits *s;

			if (isnan(f->j.p) || f->figure.metric == FIGURE_PAYLOAD)
				continue;
			s = share_of_metric(out, metric_defs[f->figure.metric].name);
			s->of++;
			s->n += f->j.p <= INFER_ALPHA;
		}
}

/* Blocks of the pools, in the order of their seeds: no run is in two comparisons of a pair. */
static void measure_p(const struct calibrator *c, const struct stock *a, const struct stock *b)
{
	const size_t step = a == b ? 2 * CALIBRATE_BLOCK : CALIBRATE_BLOCK;
	size_t there = a->least < b->least ? a->least : b->least;
	_cleanup_free_ size_t *n = xcalloc(c->tests.n + 1, sizeof(*n));

	for (size_t t = 0; t < c->tests.n; t++)
		n[t] = CALIBRATE_BLOCK;
	for (size_t at = 0; at + step <= there; at += step) {
		const struct drawing d = {
			.rows = { a->tests, b->tests },
			.first = { at, a == b ? at + CALIBRATE_BLOCK : at },
		};
		_cleanup_join_ struct join join = { 0 };
		_cleanup_comparison_ struct comparison cmp = { 0 };

		compare_drawn(c, &d, n, INFER_ALPHA, &join, &cmp);
		note_p(c->out, &cmp);
	}
}

static int measure_pair(struct calibrator *c, const struct stock *base, const char *scheduler,
                        bool is_null, struct err *err)
{
	struct stock other = { 0 };
	struct calibrated_pair *p;

	if (scheduler && take_stock(c, scheduler, &other, err) < 0)
		return -(int)err->code;
	p = xgrow(c->out->pairs, c->out->n);
	*p = (struct calibrated_pair){ .scheduler = scheduler ? scheduler : base->scheduler,
		                       .is_null = is_null,
		                       .runs = scheduler ? other.least : base->least };
	measure(c, base, scheduler ? &other : base, p);
	if (is_null)
		measure_p(c, base, scheduler ? &other : base);
	stock_done(&other, c->tests.n);
	return 0;
}

static int measure_all(struct calibrator *c, const struct stock *base, struct err *err)
{
	int r = measure_pair(c, base, NULL, true, err);

	for (size_t i = 0; r == 0 && i < c->opts->nulls->n; i++)
		r = measure_pair(c, base, c->opts->nulls->v[i], true, err);
	for (size_t i = 0; r == 0 && i < c->opts->worse->n; i++)
		r = measure_pair(c, base, c->opts->worse->v[i], false, err);
	return r;
}

/* The tests of the base, and what its newest result says of kernel, clock and day. */
static void look_around(struct calibrator *c)
{
	const struct row *newest = NULL;

	for (size_t i = 0; i < c->pool->n_rows; i++) {
		const struct row *r = &c->pool->rows[i];

		if (!is_of(r, c->opts->base))
			continue;
		strv_add(&c->tests, r->test);
		if (!newest || (r->timestamp && newest->timestamp &&
		                strcmp(r->timestamp, newest->timestamp) > 0))
			newest = r;
	}
	strv_uniq(&c->tests);
	c->out->tests = c->tests.n;
	if (!newest)
		return;
	c->out->kernel = xstrdup(row_dim_text(newest, DIM_KERNEL));
	c->out->clock = xstrdup(row_dim_text(newest, DIM_CLOCK));
	c->out->date = newest->timestamp ? xstrndup(newest->timestamp, strlen("2026-11-26")) : NULL;
}

int calibrate(const struct pool *p, const struct calibrate_opts *o, struct calibration *out,
              struct err *err)
{
	struct calibration result = { .draws = o->draws };
	struct calibrator c = {
		.pool = p, .opts = o, .random = random_start(random_mix(o->seed, 0)), .out = &result
	};
	struct stock base = { 0 };
	int r;

	look_around(&c);
	r = c.tests.n ? take_stock(&c, o->base, &base, err)
	              : err_set(err, ERR_NOT_FOUND, "no results of scheduler %s", o->base);
	if (r == 0)
		r = measure_all(&c, &base, err);
	stock_done(&base, c.tests.n);
	strv_done(&c.tests);
	policy_done(&c.policy);
	if (r == 0)
		*out = result;
	else
		calibration_done(&result);
	return r;
}

void calibration_done(struct calibration *c)
{
	free(c->kernel);
	free(c->clock);
	free(c->date);
	free(c->pairs);
	free(c->headlines);
	*c = (struct calibration){ 0 };
}
