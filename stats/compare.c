/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/compare.h"

#include <fnmatch.h>

#include "base/cmd.h"
#include "base/mem.h"
#include "base/sort.h"
#include "stats/headline.h"

struct sample sample_of(const double *values, size_t n)
{
	_cleanup_free_ double *v = xcalloc(n + 1, sizeof(*v));
	struct sample s = { n, NAN, NAN, NAN };

	if (!n)
		return s;
	memcpy(v, values, n * sizeof(*v));
	sort_doubles(v, n);
	s.min = v[0];
	s.max = v[n - 1];
	s.median = n % 2 ? v[n / 2] : v[n / 2 - 1] / 2 + v[n / 2] / 2;
	return s;
}

struct sample sample_of_metric(const struct rows *rows, enum metric m)
{
	_cleanup_free_ double *v = xcalloc(rows->n + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = rows->v[i];

		if (row_is_measured(r) && isfinite(r->v[m]))
			v[n++] = r->v[m];
	}
	return sample_of(v, n);
}

struct tally tally_of(const struct rows *rows)
{
	struct tally t = { .n = (uint32_t)rows->n };

	for (size_t i = 0; i < rows->n; i++)
		t.by[rows->v[i]->outcome]++;
	return t;
}

static const char *name_of(const struct compared *t)
{
	return rows_first(t->pair->side)->test;
}

static bool has_noise(const struct runset *r)
{
	return (!r->side[SIDE_A].n && r->noisy[SIDE_A]) || (!r->side[SIDE_B].n && r->noisy[SIDE_B]);
}

static double level_of(const struct compare_opts *o)
{
	return o->level > 0 ? o->level : INFER_ALPHA;
}

/* The only run of the side that measured the figure. */
static const struct row *run_with(const struct rows *side, enum metric m)
{
	for (size_t i = 0; i < side->n; i++)
		if (isfinite(side->v[i]->v[m]))
			return side->v[i];
	return NULL;
}

/* With one run each, all that is known of a benchmark's noise is what each run says of its own median. */
static bool medians_overlap(const struct compared *t, const struct figure *f)
{
	enum metric m = (enum metric)f->metric;
	const struct row *a, *b;

	if (f->metric != M_BENCH_P50_NS && f->metric != M_BENCH_PCT && f->metric != M_BENCH_BYTES)
		return false;
	a = run_with(&t->runs.side[SIDE_A], m);
	b = run_with(&t->runs.side[SIDE_B], m);
	return a && b && a->median[0] <= b->median[1] && b->median[0] <= a->median[1]; /* NaN: no */
}

static bool is_change(enum verdict v)
{
	return v == VERDICT_WORSE || v == VERDICT_BETTER;
}

/* Takes over what the figure owns. */
static void make_finding(const struct compared *t, const struct figure *f,
                         const struct compare_opts *o, struct finding *out)
{
	*out = (struct finding){ .figure = *f };
	for (int s = 0; s < SIDES; s++)
		out->side[s] = sample_of(f->v[s], f->n[s]);
	out->gate = f->metric == FIGURE_PAYLOAD
	                    ? policy_gate_payload(o->policy, name_of(t))
	                    : policy_gate(o->policy, name_of(t), (enum metric)f->metric);
	if (f->as_rate)
		out->gate.abs *= f->def.gate_abs / metric_defs[f->metric].gate_abs;
	if (f->why == WHY_FIGURES)
		judge_values(&f->def, &out->gate, f->v, f->n, level_of(o), &out->j);
	else
		out->j = judge_missing(has_noise(&t->runs) ? WHY_NOISE : f->why);
	if (o->confirmed_only)
		judge_again_values(level_of(o), &out->j);
	if (out->j.unconfirmed && is_change(out->j.verdict) && medians_overlap(t, f))
		judge_leave_open(&out->j);
}

static void add_headlines(struct compared *t, const struct compare_opts *o)
{
	_cleanup_free_ struct figure *figures = NULL;
	size_t n = headline_figures(&t->runs, o->metric, &figures);

	t->headlines = xcalloc(n + 1, sizeof(*t->headlines));
	for (size_t i = 0; i < n; i++)
		make_finding(t, &figures[i], o, &t->headlines[t->n_headlines++]);
}

static void add_details(struct compared *t, const struct compare_opts *o)
{
	_cleanup_free_ struct figure *figures = NULL;
	_cleanup_index_ struct index taken = { 0 };
	size_t n;

	for (size_t i = 0; i < t->n_headlines; i++) {
		const char *name = t->headlines[i].figure.def.name;

		index_add(&taken, name, strlen(name));
	}
	n = detail_figures(&t->runs, &taken, &figures);
	t->details = xcalloc(n + 1, sizeof(*t->details));
	for (size_t i = 0; i < n; i++)
		make_finding(t, &figures[i], o, &t->details[t->n_details++]);
}

static bool has_measured(const struct tally *t)
{
	return t->by[OUTCOME_PASS] || t->by[OUTCOME_FAIL];
}

/* Else there is only the outcome to compare. */
static bool both_measured(const struct compared *t)
{
	return has_measured(&t->tally[SIDE_A]) && has_measured(&t->tally[SIDE_B]);
}

static void add_test(const struct pair *p, const struct compare_opts *o, struct comparison *c)
{
	struct compared *t = xgrow(c->v, c->n);

	t->pair = p;
	runset_take(p, &t->runs);
	for (int s = 0; s < SIDES; s++) {
		t->tally[s] = tally_of(&p->side[s]);
		c->noisy += t->runs.noisy[s];
		c->again += t->runs.again[s];
	}
	c->noise_pct = fmax(c->noise_pct, t->runs.noise_pct);
	judge_outcomes(&t->tally[SIDE_A], &t->tally[SIDE_B], &t->outcome);
	if (o->confirmed_only)
		judge_again_outcomes(&t->tally[SIDE_A], &t->tally[SIDE_B], level_of(o),
		                     &t->outcome);
	if (!both_measured(t))
		return;
	c->lengths_differ += t->runs.lengths_differ;
	add_headlines(t, o);
}

static void judge_all(struct comparison *c)
{
	struct judgement **family = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		*xgrow(family, n) = &c->v[i].outcome;
		for (size_t k = 0; k < c->v[i].n_headlines; k++)
			*xgrow(family, n) = &c->v[i].headlines[k].j;
	}
	judge_family(family, n, c->level);
	for (size_t i = 0; i < n; i++)
		c->family += !isnan(family[i]->p);
	free(family);
}

/* What a test's verdict says first: an answer before the lack of one. */
static const int weight[VERDICT_COUNT] = {
	[VERDICT_WORSE] = 4,   [VERDICT_BETTER] = 3, [VERDICT_UNDECIDED] = 2,
	[VERDICT_MISSING] = 1, [VERDICT_SAME] = 0,
};

static void conclude(struct compared *t, struct comparison *c)
{
	bool judged = judge_is_tested(&t->outcome) && !t->n_headlines;
	bool unconfirmed = t->outcome.unconfirmed;

	t->verdict = t->outcome.verdict;
	for (size_t i = 0; i < t->n_headlines; i++) {
		const struct judgement *j = &t->headlines[i].j;

		if (weight[j->verdict] > weight[t->verdict])
			t->verdict = j->verdict;
		judged |= j->verdict != VERDICT_MISSING;
		unconfirmed |= j->unconfirmed;
	}
	for (size_t i = 0; i < t->n_headlines; i++)
		if (t->headlines[i].j.verdict == t->verdict)
			t->severity = fmax(t->severity, t->headlines[i].j.severity);
	judged |= is_change(t->outcome.verdict);
	c->judged += judged;
	c->unconfirmed += judged && unconfirmed;
	c->by[t->verdict]++;
}

static int finding_order(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->j.verdict != y->j.verdict)
		return (int)x->j.verdict - (int)y->j.verdict;
	if (x->j.severity != y->j.severity)
		return x->j.severity < y->j.severity ? 1 : -1;
	return x->figure.metric != y->figure.metric
	               ? x->figure.metric - y->figure.metric
	               : strcmp(x->figure.def.name, y->figure.def.name);
}

static int worst_first(const void *a, const void *b)
{
	const struct compared *x = a, *y = b;

	if (x->verdict != y->verdict)
		return (int)x->verdict - (int)y->verdict;
	if (x->outcome.verdict != y->outcome.verdict)
		return (int)x->outcome.verdict - (int)y->outcome.verdict;
	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	return x->pair < y->pair ? -1 : 1;
}

static enum details wanted_details(const struct compared *t, const struct compare_opts *o)
{
	if (o->all || (o->details && fnmatch(o->details, name_of(t), 0) == 0))
		return DETAILS_ALL;
	return is_change(t->verdict) ? DETAILS_MOVED : DETAILS_NONE;
}

void compare(const struct join *j, const struct compare_opts *o, struct comparison *out)
{
	struct comparison c = { .level = level_of(o) };

	for (size_t i = 0; i < j->n; i++) {
		const struct pair *p = &j->pairs[i];

		if (p->elsewhere)
			c.elsewhere[p->side[SIDE_A].n ? SIDE_A : SIDE_B]++;
		else
			add_test(p, o, &c);
	}
	judge_all(&c);
	for (size_t i = 0; i < c.n; i++) {
		struct compared *t = &c.v[i];

		conclude(t, &c);
		if (t->n_headlines)
			qsort(t->headlines, t->n_headlines, sizeof(*t->headlines), finding_order);
		t->show = wanted_details(t, o);
		if (t->show != DETAILS_NONE && both_measured(t))
			add_details(t, o);
	}
	if (c.n)
		qsort(c.v, c.n, sizeof(*c.v), worst_first);
	*out = c;
}

static void findings_done(struct finding *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		figure_done(&v[i].figure);
	free(v);
}

void comparison_done(struct comparison *c)
{
	for (size_t i = 0; i < c->n; i++) {
		findings_done(c->v[i].headlines, c->v[i].n_headlines);
		findings_done(c->v[i].details, c->v[i].n_details);
		runset_done(&c->v[i].runs);
	}
	free(c->v);
	*c = (struct comparison){ 0 };
}

int compare_status(const struct comparison *c, struct err *err)
{
	if (c->by[VERDICT_WORSE])
		return EXIT_WORSE;
	if (c->judged)
		return EXIT_OK;
	return err_set(err, ERR_NOT_FOUND,
	               "nothing to compare: no test has a verdict and, if it measures anything, a "
	               "headline on both sides");
}

static struct overall *overall_of(struct overall **v, size_t *n, const char *name)
{
	struct overall *o;

	for (size_t i = 0; i < *n; i++)
		if (streq((*v)[i].name, name))
			return &(*v)[i];
	o = xgrow(*v, *n);
	o->name = name;
	return o;
}

size_t compare_overall(const struct comparison *c, struct overall **out)
{
	struct overall *v = NULL;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->v[i].n_headlines; k++) {
			const struct finding *f = &c->v[i].headlines[k];
			struct overall *o;

			if (!(f->j.ratio.estimate > 0) || f->figure.metric == FIGURE_PAYLOAD)
				continue;
			o = overall_of(&v, &n, f->figure.def.name);
			o->ratio += log(f->j.ratio.estimate);
			o->tests++;
		}
	for (size_t i = 0; i < n; i++) {
		if (v[i].tests < 2)
			continue;
		v[i].ratio = exp(v[i].ratio / (double)v[i].tests);
		v[kept++] = v[i];
	}
	*out = v;
	return kept;
}
