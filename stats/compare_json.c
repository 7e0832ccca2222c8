/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/compare_view.h"

static void put(struct json_object *o, const char *key, struct json_object *v)
{
	json_object_object_add(o, key, v);
}

static struct json_object *text(const char *s)
{
	return s ? json_object_new_string(s) : NULL;
}

static struct json_object *count(size_t n)
{
	return json_object_new_int64((int64_t)n);
}

static struct json_object *list(const struct strv *sv)
{
	struct json_object *o = json_object_new_array();

	strv_each (sv, i)
		json_object_array_add(o, text(sv->v[i]));
	return o;
}

static struct json_object *parts(unsigned int bits)
{
	struct json_object *o = json_object_new_array();

	for (unsigned int p = 0; p < JOIN_PARTS; p++)
		if (bits & 1u << p)
			json_object_array_add(o, text(join_part_name(p)));
	return o;
}

static struct json_object *sample(const struct sample *s)
{
	struct json_object *o;

	if (!s->n)
		return NULL;
	o = json_object_new_object();
	put(o, "n", count(s->n));
	json_add_number(o, "median", s->median);
	json_add_number(o, "min", s->min);
	json_add_number(o, "max", s->max);
	return o;
}

static struct json_object *tally(const struct tally *t)
{
	struct json_object *o;

	if (!t->n)
		return NULL;
	o = json_object_new_object();
	put(o, "n", count(t->n));
	for (int i = 0; i < OUTCOME_COUNT; i++)
		put(o, json_name(&outcome_names, i), count(t->by[i]));
	return o;
}

static void put_identity(struct json_object *o, const struct pair *p, unsigned int bits)
{
	const struct row *r = rows_first(p->side);

	for (unsigned int part = 0; part < JOIN_PARTS; part++) {
		size_t len;
		const char *s = join_part_text(r, part, &len);

		if (bits & 1u << part)
			put(o, join_part_name(part),
			    len ? json_object_new_string_len(s, (int)len) : NULL);
	}
}

static struct json_object *causes(const struct rows *rows)
{
	struct json_object *o = json_object_new_array();

	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i]->cause)
			json_object_array_add(o, text(rows->v[i]->cause));
	return o;
}

static struct json_object *interval(const struct infer_interval *i)
{
	struct json_object *o;

	if (isnan(i->estimate))
		return NULL;
	o = json_object_new_object();
	json_add_number(o, "estimate", i->estimate);
	json_add_number(o, "low", i->low);
	json_add_number(o, "high", i->high);
	return o;
}

static void put_judgement(struct json_object *o, const struct judgement *j)
{
	put(o, "why", j->why == WHY_FIGURES ? NULL : text(why_texts[j->why]));
	put(o, "unconfirmed", json_object_new_boolean(j->unconfirmed));
	put(o, "runs_needed", j->need ? count(j->need) : NULL);
	json_add_number(o, "p", j->p);
	json_add_number(o, "p_adjusted", j->p_adjusted);
}

static struct json_object *outcome(const struct compared *t, unsigned int bits)
{
	struct json_object *o = json_object_new_object();

	put_identity(o, t->pair, bits);
	put(o, "metric", text("outcome"));
	put(o, "role", text("outcome"));
	put(o, "verdict", text(verdict_names[t->outcome.verdict]));
	put(o, "a", tally(&t->tally[SIDE_A]));
	put(o, "b", tally(&t->tally[SIDE_B]));
	put_judgement(o, &t->outcome);
	put(o, "causes", causes(&t->pair->side[SIDE_B]));
	return o;
}

/* A detail is not judged: it has no verdict, unless it is missing. */
static struct json_object *finding(const struct compared *t, const struct finding *f, bool detail,
                                   unsigned int bits)
{
	struct json_object *o = json_object_new_object();
	bool word = !detail || f->j.verdict == VERDICT_MISSING;

	put_identity(o, t->pair, bits);
	put(o, "metric", text(f->figure.def.name));
	put(o, "role", text(detail ? "detail" : "headline"));
	put(o, "verdict", word ? text(verdict_names[f->j.verdict]) : NULL);
	put(o, "moved", json_object_new_boolean(judge_moved(&f->j)));
	put(o, "a", sample(&f->side[SIDE_A]));
	put(o, "b", sample(&f->side[SIDE_B]));
	put(o, "unit", text(f->figure.def.unit));
	put(o, "shift", interval(&f->j.shift));
	put(o, "ratio", interval(&f->j.ratio));
	json_add_number(o, "gate", f->j.gate);
	json_add_number(o, "gate_absolute", f->gate.abs);
	json_add_number(o, "gate_relative", f->gate.rel);
	put_judgement(o, &f->j);
	if (f->j.why == WHY_UNITS || f->j.why == WHY_POLARITY) {
		_cleanup_free_ char *why = figure_mismatch(&f->figure, &t->runs);

		put(o, "why", text(why));
	}
	return o;
}

static void add_findings(struct json_object *list_of, const struct compared *t, unsigned int bits)
{
	json_object_array_add(list_of, outcome(t, bits));
	for (size_t i = 0; i < t->n_headlines; i++)
		json_object_array_add(list_of, finding(t, &t->headlines[i], false, bits));
	for (size_t i = 0; i < t->n_details; i++)
		json_object_array_add(list_of, finding(t, &t->details[i], true, bits));
}

static struct json_object *test(const struct compared *t, unsigned int bits)
{
	struct json_object *o = json_object_new_object();

	put_identity(o, t->pair, bits);
	put(o, "verdict", text(verdict_names[t->verdict]));
	put(o, "noisy", count(t->runs.noisy[SIDE_A] + t->runs.noisy[SIDE_B]));
	put(o, "again", count(t->runs.again[SIDE_A] + t->runs.again[SIDE_B]));
	put(o, "lengths_differ", json_object_new_boolean(t->runs.lengths_differ));
	return o;
}

static struct json_object *overall(const struct comparison *c)
{
	struct json_object *o = json_object_new_array();
	_cleanup_free_ struct overall *v = NULL;
	size_t n = compare_overall(c, &v);

	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_new_object();

		put(one, "metric", text(v[i].name));
		json_add_number(one, "ratio", v[i].ratio);
		put(one, "tests", count(v[i].tests));
		json_object_array_add(o, one);
	}
	return o;
}

static struct json_object *side(const struct compare_view *r, int s)
{
	struct json_object *o = json_object_new_object();

	put(o, "label", text(r->sel->label[s]));
	put(o, "results", count(r->sel->side[s].n));
	put(o, "hosts", count(r->hosts->hosts[s]));
	put(o, "not_compared", count(r->cmp->elsewhere[s]));
	return o;
}

static struct json_object *hosts(const struct host_diff *d)
{
	struct json_object *o = json_object_new_array();

	for (size_t i = 0; i < d->n; i++) {
		struct json_object *fact = json_object_new_object();

		put(fact, "field", text(d->v[i].field));
		put(fact, "a", list(&d->v[i].value[SIDE_A]));
		put(fact, "b", list(&d->v[i].value[SIDE_B]));
		json_object_array_add(o, fact);
	}
	return o;
}

static struct json_object *summary(const struct compare_view *r)
{
	struct json_object *o = json_object_new_object();
	const struct comparison *c = r->cmp;

	put(o, "tests", count(c->n));
	for (int v = 0; v < VERDICT_COUNT; v++)
		put(o, verdict_names[v], count(c->by[v]));
	put(o, "judged", count(c->judged));
	put(o, "unconfirmed", count(c->unconfirmed));
	put(o, "family", count(c->family));
	put(o, "noisy_runs", count(c->noisy));
	put(o, "repeated_runs", count(c->again));
	json_add_number(o, "host_wait_pct", c->noise_pct > 0 ? c->noise_pct : NAN);
	put(o, "skipped_files", count(r->skipped_files));
	return o;
}

struct json_object *compare_json(const struct compare_view *r)
{
	struct json_object *o = json_object_new_object(), *found = json_object_new_array();
	struct json_object *tests = json_object_new_array();

	put(o, "slicing", parts(r->sel->slicing));
	put(o, "by_run", json_object_new_boolean(r->sel->by_run));
	put(o, "pairing", parts(r->sel->parts));
	put(o, "notes", list(r->notes));
	put(o, "a", side(r, SIDE_A));
	put(o, "b", side(r, SIDE_B));
	for (size_t i = 0; i < r->cmp->n; i++) {
		json_object_array_add(tests, test(&r->cmp->v[i], r->sel->parts));
		add_findings(found, &r->cmp->v[i], r->sel->parts);
	}
	put(o, "tests", tests);
	put(o, "findings", found);
	put(o, "overall", overall(r->cmp));
	put(o, "host_delta", hosts(r->hosts));
	put(o, "summary", summary(r));
	return o;
}
