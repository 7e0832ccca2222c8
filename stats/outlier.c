/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/outlier.h"

#include "base/mem.h"
#include "stats/headline.h"

struct numbers_of { /* growing; owned */
	double *v;
	size_t n;
};

/* What the overall scale of a run is made of: ln of "how much worse" of each test. */
struct scaled {
	struct numbers_of tests;
	struct numbers_of figures; /* of the test that is being looked at */
};

struct search {
	const struct pool *pool;
	const struct outlier_opts *o;
	struct outlier_run *out; /* by run */
	struct scaled *scaled;   /* by run */
};

/* A figure's value in each run that has one. */
struct by_run {
	double *v, *z;
	size_t *run;
	size_t n;
};

static void add_number(struct numbers_of *to, double v)
{
	*xgrow(to->v, to->n) = v;
}

/* The rows of a group are in the pool's order, so those of a run stand together. */
static void take_values(const struct figure *f, const struct rows *rows, struct by_run *out)
{
	*out = (struct by_run){ .v = xcalloc(rows->n + 1, sizeof(*out->v)),
		                .z = xcalloc(rows->n + 1, sizeof(*out->z)),
		                .run = xcalloc(rows->n + 1, sizeof(*out->run)) };
	for (size_t from = 0, to; from < rows->n; from = to) {
		struct numbers_of of_run = { 0 };

		for (to = from; to < rows->n && rows->v[to]->run == rows->v[from]->run; to++) {
			double v = row_value(rows->v[to], f->def.name, f->def.unit);

			if (isfinite(v))
				add_number(&of_run, v);
		}
		if (of_run.n) {
			out->run[out->n] = rows->v[from]->run;
			out->v[out->n++] = infer_median(of_run.v, of_run.n);
		}
		free(of_run.v);
	}
}

static void by_run_done(struct by_run *b)
{
	free(b->v);
	free(b->z);
	free(b->run);
}

/* How often the value is worse than the median, as a logarithm; NaN where that makes no sense. */
static double log_worse(const struct figure *f, double value, double median)
{
	if (!(value > 0) || !(median > 0) || f->def.polarity == METRIC_NO_POLARITY)
		return NAN;
	return f->def.polarity == METRIC_LOWER_BETTER ? log(value / median) : log(median / value);
}

static bool is_outlier(const struct outlier_opts *o, const struct figure *f,
                       const struct outlier_figure *at)
{
	double off = fabs(at->value - at->median);

	return fabs(at->z) >= o->z && off >= f->def.gate_abs &&
	       off >= f->def.gate_rel * fabs(at->median);
}

static void judge_figure(struct search *s, const struct figure *f, const struct rows *rows)
{
	CLEANUP(by_run_done) struct by_run b;
	double median;

	take_values(f, rows, &b);
	if (!b.n || b.n < s->o->min_runs)
		return;
	median = infer_median(b.v, b.n);
	infer_robust_z(b.v, b.n, b.z);
	for (size_t i = 0; i < b.n; i++) {
		struct outlier_run *run = &s->out[b.run[i]];
		struct outlier_figure at = { rows->v[0]->test, f->def.name, f->def.unit, b.v[i],
			                     median,           b.z[i],      b.n };
		double worse = log_worse(f, b.v[i], median);

		run->judged++;
		if (is_outlier(s->o, f, &at))
			*xgrow(run->figures, run->n) = at;
		if (isfinite(worse))
			add_number(&s->scaled[b.run[i]].figures, worse);
	}
}

/* Each test counts once for the run's scale, however many figures it has. */
static void end_test(struct search *s)
{
	for (size_t i = 0; i < s->pool->n_runs; i++) {
		struct numbers_of *f = &s->scaled[i].figures;

		if (f->n)
			add_number(&s->scaled[i].tests, infer_median(f->v, f->n));
		free(f->v);
		*f = (struct numbers_of){ 0 };
	}
}

static void judge_group(struct search *s, const struct rows *rows)
{
	struct runset set = { .side = { *rows,
		                        *rows } }; /* what both sides have is fit to be judged */
	struct figure *figures;
	size_t n = headline_figures(&set, s->o->wanted, &figures);

	for (size_t i = 0; i < n; i++) {
		if (figures[i].metric == FIGURE_PAYLOAD)
			figures[i].def.gate_rel =
				policy_gate_payload(&(struct policy){ 0 }, "").rel;
		judge_figure(s, &figures[i], rows);
		figure_done(&figures[i]);
	}
	free(figures);
	end_test(s);
}

static bool are_alike(const struct row *a, const struct row *b)
{
	return a->duration_ns == b->duration_ns && (row_is_virtual(a) || a->host == b->host);
}

/* Splits the rows of a test into groups that measured under like conditions. */
static void judge_test(struct search *s, const struct rows *all)
{
	_cleanup_free_ bool *done = xcalloc(all->n + 1, sizeof(*done));

	for (size_t i = 0; i < all->n; i++) {
		_cleanup_rows_ struct rows group = { 0 };

		if (done[i] || !row_is_measured(all->v[i]))
			continue;
		for (size_t k = i; k < all->n; k++)
			if (!done[k] && row_is_measured(all->v[k]) &&
			    are_alike(all->v[i], all->v[k])) {
				*xgrow(group.v, group.n) = all->v[k];
				done[k] = true;
			}
		judge_group(s, &group);
	}
}

static void judge_scales(struct search *s)
{
	CLEANUP(by_run_done) struct by_run b;
	size_t runs = s->pool->n_runs;

	b = (struct by_run){ .v = xcalloc(runs + 1, sizeof(*b.v)),
		             .z = xcalloc(runs + 1, sizeof(*b.z)),
		             .run = xcalloc(runs + 1, sizeof(*b.run)) };
	for (size_t i = 0; i < runs; i++) {
		const struct numbers_of *t = &s->scaled[i].tests;

		if (!t->n || t->n < s->o->min_benchmarks)
			continue;
		b.v[b.n] = infer_median(t->v, t->n);
		b.run[b.n++] = i;
	}
	if (b.n < s->o->min_runs)
		return;
	infer_robust_z(b.v, b.n, b.z);
	for (size_t i = 0; i < b.n; i++) {
		struct outlier_run *run = &s->out[b.run[i]];

		run->scale = exp(b.v[i]);
		run->scale_z = b.z[i];
		run->whole = fabs(b.z[i]) >= s->o->z && fabs(run->scale - 1) >= OUTLIER_SCALE_GATE;
	}
}

void outliers_find(const struct pool *p, const struct outlier_opts *o, struct outlier_run **out)
{
	_cleanup_rows_ struct rows all = { .v = xcalloc(p->n_rows + 1, sizeof(*all.v)) };
	_cleanup_free_ struct scaled *scaled = xcalloc(p->n_runs + 1, sizeof(*scaled));
	_cleanup_join_ struct join tests = { 0 };
	const struct rows none = { 0 };
	struct search s = {
		.pool = p, .o = o, .out = xcalloc(p->n_runs + 1, sizeof(*s.out)), .scaled = scaled
	};

	for (size_t i = 0; i < p->n_runs; i++)
		s.out[i].scale = s.out[i].scale_z = NAN;
	for (size_t i = 0; i < p->n_rows; i++)
		all.v[all.n++] = &p->rows[i];
	join_rows(join_parts(1u << DIM_PROJECT_COMMIT, 0), &all, &none, &tests);
	for (size_t i = 0; i < tests.n; i++)
		judge_test(&s, &tests.pairs[i].side[SIDE_A]);
	judge_scales(&s);
	for (size_t i = 0; i < p->n_runs; i++)
		free(scaled[i].tests.v);
	*out = s.out;
}

void outliers_free(struct outlier_run *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		free(v[i].figures);
	free(v);
}
