/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/compare.h"

#include "base/mem.h"
#include "stats/index.h"

#define X(id, name_, kind_) [id] = { .name = (name_), .kind = (kind_) },
const struct verdict_def verdict_defs[VERDICT_COUNT] = { VERDICTS(X) };
#undef X

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool was_measured(const struct row *r)
{
	return r->outcome == OUTCOME_PASS || r->outcome == OUTCOME_FAIL;
}

static struct sample sample_of_values(double *v, size_t n)
{
	struct sample s = { (uint32_t)n, NAN, NAN, NAN };

	if (!s.n)
		return s;
	qsort(v, s.n, sizeof(*v), by_value);
	s.min = v[0];
	s.max = v[s.n - 1];
	s.median = s.n % 2 ? v[s.n / 2] : v[s.n / 2 - 1] / 2 + v[s.n / 2] / 2;
	return s;
}

struct tally tally_of(const struct rows *rows)
{
	struct tally t = { .n = (uint32_t)rows->n };

	for (size_t i = 0; i < rows->n; i++)
		t.by[rows->v[i]->outcome]++;
	return t;
}

struct sample sample_of(const struct rows *rows, enum metric m)
{
	_cleanup_free_ double *v = xcalloc(rows->n + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (was_measured(rows->v[i]) && isfinite(rows->v[i]->v[m]))
			v[n++] = rows->v[i]->v[m];
	return sample_of_values(v, n);
}

static double over(double change, double gate)
{
	return gate > 0 ? change / gate : INFINITY;
}

/* If A is 0 there is no relative change, and the absolute gate alone decides. */
struct delta compare_metric(const struct metric_def *d, const struct gate *g,
                            const struct sample *a, const struct sample *b)
{
	struct delta r = { VERDICT_MISSING, NAN, NAN, 0 };
	double change;

	if (!a->n || !b->n)
		return r;
	r.abs = b->median - a->median;
	change = fabs(r.abs);
	r.severity = over(change, g->abs);
	if (a->median != 0) {
		r.rel = r.abs / fabs(a->median);
		r.severity = fmin(r.severity, over(fabs(r.rel), g->rel));
	}
	r.verdict = VERDICT_UNCHANGED;
	if (change == 0 || r.severity < 1)
		return r;
	r.verdict = (r.abs > 0) == (d->polarity == METRIC_HIGHER_BETTER) ? VERDICT_IMPROVEMENT
	                                                                 : VERDICT_REGRESSION;
	return r;
}

static uint64_t judged(const struct tally *t)
{
	return (uint64_t)t->by[OUTCOME_PASS] + t->by[OUTCOME_FAIL] + t->by[OUTCOME_ERROR];
}

enum verdict compare_outcome(const struct tally *a, const struct tally *b)
{
	uint64_t a_passes = a->by[OUTCOME_PASS], b_passes = b->by[OUTCOME_PASS];

	if (!a->n)
		return VERDICT_NEW;
	if (!b->n)
		return a_passes ? VERDICT_VANISHED : VERDICT_GONE;
	if (a_passes && !b_passes)
		return judged(b) ? VERDICT_BROKEN : VERDICT_UNDECIDED;
	if (!a_passes && b_passes)
		return judged(a) ? VERDICT_FIXED : VERDICT_NEW;
	if (b_passes * judged(a) < a_passes * judged(b))
		return VERDICT_UNSTEADY;
	if (b_passes * judged(a) > a_passes * judged(b))
		return VERDICT_STEADIER;
	return VERDICT_UNCHANGED;
}

static int by_seed(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t *seeds(const struct rows *rows)
{
	uint64_t *v = xcalloc(rows->n + 1, sizeof(*v));

	for (size_t i = 0; i < rows->n; i++)
		v[i] = rows->v[i]->seed;
	qsort(v, rows->n, sizeof(*v), by_seed);
	return v;
}

static bool all_virtual(const struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		const char *clock = rows->v[i]->dim[DIM_CLOCK];

		if (!clock || !streq(clock, "virtual") || rows->v[i]->seed == U64_NONE)
			return false;
	}
	return true;
}

static bool is_exact(const struct pair *p)
{
	const struct rows *a = &p->side[SIDE_A], *b = &p->side[SIDE_B];
	_cleanup_free_ uint64_t *x = NULL, *y = NULL;

	if (a->n != b->n || !all_virtual(a) || !all_virtual(b))
		return false;
	x = seeds(a);
	y = seeds(b);
	return memcmp(x, y, a->n * sizeof(*x)) == 0;
}

static double host_wait_of(const struct pair *p)
{
	double most = 0;

	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < p->side[s].n; i++)
			if (p->side[s].v[i]->host_wait_pct > most)
				most = p->side[s].v[i]->host_wait_pct;
	return most;
}

/* How far a pair's numbers can be trusted. */
struct trust {
	bool exact;
	double host_wait_pct;
};

/* If a VM waited too long for the host, the host may be the cause of a metric's change. */
static void mark_noisy(struct comparison *c, const struct trust *t, struct finding *f)
{
	enum verdict_kind kind = verdict_defs[f->delta.verdict].kind;

	if (t->host_wait_pct <= HOST_WAIT_MAX_PCT || (kind != KIND_WORSE && kind != KIND_BETTER))
		return;
	f->delta.verdict = VERDICT_NOISY;
	c->host_wait_pct = fmax(c->host_wait_pct, t->host_wait_pct);
}

static void add(struct comparison *c, const struct finding *f, bool all)
{
	c->by[f->delta.verdict]++;
	if (all || f->delta.verdict != VERDICT_UNCHANGED)
		*xgrow(c->v, c->n) = *f;
}

static bool wants_metrics(const struct compare_opts *o)
{
	for (int m = 0; m < METRIC_COUNT; m++)
		if (o->metric[m])
			return true;
	return false;
}

static void compare_metrics(const struct pair *p, const struct compare_opts *o,
                            const struct trust *t, struct comparison *c)
{
	bool some = wants_metrics(o);

	for (int m = 0; m < METRIC_COUNT; m++) {
		struct finding f = {
			.pair = p, .metric = m, .def = &metric_defs[m], .exact = t->exact
		};

		if (some && !o->metric[m])
			continue;
		for (int s = 0; s < SIDES; s++)
			f.side[s] = sample_of(&p->side[s], (enum metric)m);
		if (!f.side[SIDE_A].n && !f.side[SIDE_B].n)
			continue;
		f.gate = policy_gate(o->policy, p->side[SIDE_A].v[0]->test, (enum metric)m);
		f.delta = compare_metric(f.def, &f.gate, &f.side[SIDE_A], &f.side[SIDE_B]);
		c->compared += f.delta.verdict != VERDICT_MISSING;
		mark_noisy(c, t, &f);
		add(c, &f, o->all);
	}
}

static struct sample payload_sample(const struct rows *rows, const char *name)
{
	_cleanup_free_ double *v = xcalloc(rows->n + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct row_payload *m = row_payload_find(rows->v[i], name);

		if (m && was_measured(rows->v[i]) && isfinite(m->value))
			v[n++] = m->value;
	}
	return sample_of_values(v, n);
}

static void compare_payload(const struct pair *p, const struct compare_opts *o,
                            const struct trust *t, const struct row_payload *m,
                            struct comparison *c)
{
	struct metric_def *def = xcalloc(1, sizeof(*def));
	struct finding f = { .pair = p, .metric = FINDING_PAYLOAD, .def = def, .exact = t->exact };
	bool declared = m->polarity != ROW_NO_POLARITY;

	*def = (struct metric_def){ .name = m->name, .unit = m->unit, .doc = "" };
	def->polarity = declared ? (enum metric_polarity)m->polarity : METRIC_LOWER_BETTER;
	*xgrow(c->payload_defs, c->n_payload_defs) = def;
	for (int s = 0; s < SIDES; s++)
		f.side[s] = payload_sample(&p->side[s], m->name);
	if (!f.side[SIDE_A].n && !f.side[SIDE_B].n)
		return;
	f.gate = policy_gate_payload(o->policy, p->side[SIDE_A].v[0]->test);
	f.delta = compare_metric(def, &f.gate, &f.side[SIDE_A], &f.side[SIDE_B]);
	if (!declared &&
	    (f.delta.verdict == VERDICT_REGRESSION || f.delta.verdict == VERDICT_IMPROVEMENT))
		f.delta.verdict = VERDICT_CHANGED;
	mark_noisy(c, t, &f);
	c->compared += f.delta.verdict != VERDICT_MISSING;
	add(c, &f, o->all);
}

/* Compares each name that occurs on either side, once. */
static void compare_payloads(const struct pair *p, const struct compare_opts *o,
                             const struct trust *t, struct comparison *c)
{
	_cleanup_index_ struct index seen = { 0 };

	for (int s = 0; s < SIDES && !wants_metrics(o); s++)
		for (size_t i = 0; i < p->side[s].n; i++) {
			const struct row *r = p->side[s].v[i];

			for (size_t k = 0; k < r->n_payload; k++) {
				const char *name = r->payload[k].name;
				bool there = index_find(&seen, name, strlen(name)) != INDEX_NONE;

				if (there)
					continue;
				index_add(&seen, name, strlen(name));
				compare_payload(p, o, t, &r->payload[k], c);
			}
		}
}

static bool has_measured(const struct tally *t)
{
	return t->by[OUTCOME_PASS] || t->by[OUTCOME_FAIL];
}

static void compare_pair(const struct pair *p, const struct compare_opts *o, struct comparison *c)
{
	struct finding f = { .pair = p, .metric = FINDING_OUTCOME };
	bool both = p->side[SIDE_A].n && p->side[SIDE_B].n;
	struct trust trust;

	if (p->elsewhere) {
		c->elsewhere[p->side[SIDE_A].n ? SIDE_A : SIDE_B]++;
		return;
	}
	for (int s = 0; s < SIDES; s++)
		f.tally[s] = tally_of(&p->side[s]);
	f.exact = trust.exact = both && is_exact(p);
	trust.host_wait_pct = host_wait_of(p);
	f.delta =
		(struct delta){ compare_outcome(&f.tally[SIDE_A], &f.tally[SIDE_B]), NAN, NAN, 0 };
	c->pairs += both;
	c->exact += f.exact;
	c->compared += judged(&f.tally[SIDE_A]) && judged(&f.tally[SIDE_B]);
	add(c, &f, o->all);
	/* If a side measured nothing, there is only the outcome to compare. */
	if (has_measured(&f.tally[SIDE_A]) && has_measured(&f.tally[SIDE_B])) {
		compare_metrics(p, o, &trust, c);
		compare_payloads(p, o, &trust, c);
	}
}

/* By kind, verdict and severity; then in the order of the pairs and the metrics. */
static int worst_first(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int kx = verdict_defs[x->delta.verdict].kind, ky = verdict_defs[y->delta.verdict].kind;

	if (kx != ky)
		return kx - ky;
	if (x->delta.verdict != y->delta.verdict)
		return (int)x->delta.verdict - (int)y->delta.verdict;
	if (x->delta.severity != y->delta.severity)
		return x->delta.severity < y->delta.severity ? 1 : -1;
	if (x->pair != y->pair)
		return x->pair < y->pair ? -1 : 1;
	if (x->metric != y->metric || x->metric != FINDING_PAYLOAD)
		return x->metric - y->metric;
	return strcmp(x->def->name, y->def->name);
}

void compare(const struct join *j, const struct compare_opts *o, struct comparison *out)
{
	*out = (struct comparison){ 0 };
	for (size_t i = 0; i < j->n; i++)
		compare_pair(&j->pairs[i], o, out);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), worst_first);
}

void comparison_done(struct comparison *c)
{
	free(c->v);
	for (size_t i = 0; i < c->n_payload_defs; i++)
		free(c->payload_defs[i]);
	free(c->payload_defs);
	*c = (struct comparison){ 0 };
}

size_t comparison_kind(const struct comparison *c, enum verdict_kind kind)
{
	size_t n = 0;

	for (int v = 0; v < VERDICT_COUNT; v++)
		if (verdict_defs[v].kind == kind)
			n += c->by[v];
	return n;
}
