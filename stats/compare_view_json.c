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

/* NaN and infinity never reach a file. */
static struct json_object *num(double v)
{
	return isfinite(v) ? json_object_new_double(v) : NULL;
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
	put(o, "median", num(s->median));
	put(o, "min", num(s->min));
	put(o, "max", num(s->max));
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
	const struct row *r = p->side[p->side[SIDE_A].n ? SIDE_A : SIDE_B].v[0];

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

static struct json_object *finding(const struct finding *f, unsigned int bits)
{
	struct json_object *o = json_object_new_object();
	bool metric = f->metric != FINDING_OUTCOME;
	const struct verdict_def *v = &verdict_defs[f->delta.verdict];

	put_identity(o, f->pair, bits);
	put(o, "metric", text(metric ? f->def->name : "outcome"));
	put(o, "verdict", text(v->name));
	put(o, "worse", json_object_new_boolean(v->kind == KIND_WORSE));
	put(o, "exact", json_object_new_boolean(f->exact));
	put(o, "a", metric ? sample(&f->side[SIDE_A]) : tally(&f->tally[SIDE_A]));
	put(o, "b", metric ? sample(&f->side[SIDE_B]) : tally(&f->tally[SIDE_B]));
	if (!metric) {
		put(o, "causes", causes(&f->pair->side[SIDE_B]));
		return o;
	}
	put(o, "unit", text(f->def->unit));
	put(o, "delta", num(f->delta.abs));
	put(o, "delta_relative", num(f->delta.rel));
	put(o, "gate_absolute", num(f->gate.abs));
	put(o, "gate_relative", num(f->gate.rel));
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
	struct json_object *o = json_object_new_object(), *by = json_object_new_object();
	const struct comparison *c = r->cmp;

	put(o, "tests", count(c->pairs));
	put(o, "exact", count(c->exact));
	put(o, "worse", count(comparison_kind(c, KIND_WORSE)));
	put(o, "better", count(comparison_kind(c, KIND_BETTER)));
	for (int v = 0; v < VERDICT_COUNT; v++)
		put(by, verdict_defs[v].name, count(c->by[v]));
	put(o, "verdicts", by);
	put(o, "host_wait_pct", c->host_wait_pct > 0 ? num(c->host_wait_pct) : NULL);
	put(o, "skipped_files", count(r->skipped_files));
	return o;
}

struct json_object *compare_view_json(const struct compare_view *r)
{
	struct json_object *o = json_object_new_object(), *found = json_object_new_array();

	put(o, "slicing", parts(r->sel->slicing));
	put(o, "by_run", json_object_new_boolean(r->sel->by_run));
	put(o, "pairing", parts(r->sel->parts));
	put(o, "notes", list(r->notes));
	put(o, "a", side(r, SIDE_A));
	put(o, "b", side(r, SIDE_B));
	for (size_t i = 0; i < r->cmp->n; i++)
		json_object_array_add(found, finding(&r->cmp->v[i], r->sel->parts));
	put(o, "findings", found);
	put(o, "host_delta", hosts(r->hosts));
	put(o, "summary", summary(r));
	return o;
}
