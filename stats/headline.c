/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/headline.h"

#include "base/mem.h"

struct figure_list {
	struct figure *v;
	size_t n;
};

/* False: nothing was measured, so it is left out. */
static bool add(struct figure_list *to, struct figure *f)
{
	bool measured = figure_is_measured(f);

	if (measured)
		*xgrow(to->v, to->n) = *f;
	else
		figure_done(f);
	return measured;
}

static void add_metric(struct figure_list *to, const struct runset *runs, enum metric m)
{
	struct figure f;

	figure_of_metric(runs, m, &f);
	add(to, &f);
}

static bool add_payload(struct figure_list *to, const struct runset *runs, const char *name)
{
	struct figure f;

	figure_of_payload(runs, name, &f);
	return add(to, &f);
}

/* The headlines that the first run with any names, on B if one does there: the scenario as it is now. */
static const struct strv *named(const struct runset *runs)
{
	static const struct strv none = STRV_INIT;

	for (int s = SIDES - 1; s >= 0; s--)
		for (size_t i = 0; i < runs->side[s].n; i++)
			if (runs->side[s].v[i]->headlines.n)
				return &runs->side[s].v[i]->headlines;
	return &none;
}

/* Of a figure without polarity no change is better or worse, so none is judged by it. One on which the
 * sides do not agree stays: it is refused by name. */
static void drop_neutral(struct figure_list *to)
{
	struct figure *last = to->n ? &to->v[to->n - 1] : NULL;

	if (last && last->def.polarity == METRIC_NO_POLARITY && last->why != WHY_POLARITY) {
		figure_done(last);
		to->n--;
	}
}

static void add_named(struct figure_list *to, const struct runset *runs, const struct strv *names)
{
	strv_each (names, i) {
		int m = metric_find(names->v[i]);

		if (m >= 0)
			add_metric(to, runs, (enum metric)m);
		else
			add_payload(to, runs, names->v[i]);
		drop_neutral(to);
	}
}

/* The percentile that takes fewer samples; METRIC_COUNT: there is none. */
static enum metric lower_percentile(enum metric m)
{
	static const enum metric lower[][2] = {
		{ M_P99_SCHED_US, M_P95_SCHED_US },
		{ M_P95_SCHED_US, M_P90_SCHED_US },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lower); i++)
		if (lower[i][0] == m)
			return lower[i][1];
	return METRIC_COUNT;
}

static bool both_have(const struct figure *f, const struct runset *runs)
{
	return figure_is_usual(f, runs, SIDE_A) && figure_is_usual(f, runs, SIDE_B);
}

/* Adds the metric, or the first lower percentile, that both sides have: a scheduler with longer slices
 * makes fewer waits, perhaps too few. Else the metric, if one side has it: it is missing. */
static bool add_best(struct figure_list *to, const struct runset *runs, enum metric metric)
{
	struct figure f;
	bool one_has;

	for (enum metric m = metric; m != METRIC_COUNT; m = lower_percentile(m)) {
		figure_of_metric(runs, m, &f);
		if (both_have(&f, runs)) {
			add(to, &f);
			return true;
		}
		figure_done(&f);
	}
	figure_of_metric(runs, metric, &f);
	one_has = figure_is_usual(&f, runs, SIDE_A) || figure_is_usual(&f, runs, SIDE_B);
	if (one_has)
		add(to, &f);
	else
		figure_done(&f);
	return one_has;
}

static void add_answer(struct figure_list *to, const struct runset *runs, enum metric_question q)
{
	const struct metric_question_def *d = &metric_question_defs[q];

	for (size_t i = 0; i < ARRAY_SIZE(d->metric); i++)
		if (add_best(to, runs, d->metric[i]))
			return;
}

/* The figures of payloads, of all runs, for which more or less is better. */
struct declared {
	const struct row_payload **v;
	size_t n;
	struct index names;
};

static void declared_done(struct declared *d)
{
	free(d->v);
	index_done(&d->names);
}

/* A run that lacks figures has the others at earlier places: the last place of a figure is its own. */
static void declare(struct declared *d, const struct row_payload *m)
{
	size_t at;

	if (m->polarity == METRIC_NO_POLARITY)
		return;
	at = index_add(&d->names, m->name, strlen(m->name));
	if (at == d->n)
		*xgrow(d->v, d->n) = m;
	else if (m->at > d->v[at]->at)
		d->v[at] = m;
}

/* In the order in which the payloads declare them. */
static int by_place(const void *a, const void *b)
{
	const struct row_payload *x = *(const struct row_payload *const *)a;
	const struct row_payload *y = *(const struct row_payload *const *)b;

	return x->at != y->at ? (x->at > y->at ? 1 : -1) : strcmp(x->name, y->name);
}

static void add_payload_answers(struct figure_list *to, const struct runset *runs)
{
	CLEANUP(declared_done) struct declared d = { 0 };
	size_t left = PAYLOAD_HEADLINES;

	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < runs->side[s].n; i++)
			for (size_t k = 0; k < runs->side[s].v[i]->n_payload; k++)
				declare(&d, &runs->side[s].v[i]->payload[k]);
	if (d.n)
		qsort(d.v, d.n, sizeof(*d.v), by_place);
	for (size_t i = 0; i < d.n && left; i++)
		left -= add_payload(to, runs, d.v[i]->name);
}

size_t headline_figures(const struct runset *runs, const bool wanted[METRIC_COUNT],
                        struct figure **out)
{
	const struct strv *names = named(runs);
	struct figure_list f = { 0 };
	bool any = false;

	for (int m = 0; m < METRIC_COUNT; m++) {
		any |= wanted[m];
		if (wanted[m])
			add_metric(&f, runs, (enum metric)m);
	}
	if (!any && names->n)
		add_named(&f, runs, names);
	for (int q = 0; !any && !names->n && q < QUESTION_COUNT; q++)
		add_answer(&f, runs, (enum metric_question)q);
	if (!any && !names->n)
		add_payload_answers(&f, runs);
	*out = f.v;
	return f.n;
}

static bool take_name(struct index *taken, const char *name)
{
	size_t before = taken->n;

	index_add(taken, name, strlen(name));
	return taken->n > before;
}

size_t detail_figures(const struct runset *runs, struct index *taken, struct figure **out)
{
	struct figure_list f = { 0 };

	for (int m = 0; m < METRIC_COUNT; m++)
		if (take_name(taken, metric_defs[m].name))
			add_metric(&f, runs, (enum metric)m);
	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < runs->side[s].n; i++) {
			const struct row *r = runs->side[s].v[i];

			for (size_t k = 0; k < r->n_payload; k++)
				if (take_name(taken, r->payload[k].name))
					add_payload(&f, runs, r->payload[k].name);
		}
	*out = f.v;
	return f.n;
}
