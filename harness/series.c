/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/series.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

const enum outcome series_outcomes[OUTCOME_COUNT] = {
	OUTCOME_FAIL, OUTCOME_ERROR, OUTCOME_INCONCLUSIVE, OUTCOME_SKIP, OUTCOME_PASS,
};

struct series *series_of_plan(const struct plan *plan)
{
	struct series *all = xcalloc(plan->n_series + 1, sizeof(*all));

	for (size_t i = 0; i < plan->n; i++) {
		struct series *s = &all[plan->tests[i].series];

		if (!s->want++)
			s->test = &plan->tests[i];
	}
	return all;
}

/* What the scenario names; else for each question the first metric that the run measured. */
static size_t pick_headlines(const struct sidecar *s, enum metric *out)
{
	size_t n = 0;

	strv_each (&s->headlines, i) {
		int m = metric_find(s->headlines.v[i]);

		if (m >= 0 && n < SERIES_HEADLINES)
			out[n++] = (enum metric)m;
	}
	if (s->headlines.n)
		return n;
	for (int q = 0; q < QUESTION_COUNT; q++) {
		const enum metric *m = metric_question_defs[q].metric;

		if (isfinite(s->stats.metrics.v[m[0]]))
			out[n++] = m[0];
		else if (isfinite(s->stats.metrics.v[m[1]]))
			out[n++] = m[1];
	}
	return n;
}

static void add_value(struct series *s, enum metric m, double v)
{
	size_t i = 0;

	while (i < s->n_headlines && s->headlines[i].metric != m)
		i++;
	if (i == SERIES_HEADLINES || !isfinite(v))
		return;
	if (i == s->n_headlines)
		s->headlines[s->n_headlines++].metric = m;
	*xgrow(s->headlines[i].values, s->headlines[i].n) = v;
}

static size_t weight(enum outcome o)
{
	size_t i = 0;

	while (series_outcomes[i] != o)
		i++;
	return i;
}

static bool is_worse(const struct series *s, const struct test *t, const struct run_result *r)
{
	size_t now, before;

	if (!s->worst)
		return true;
	now = weight((enum outcome)r->sidecar.outcome);
	before = weight((enum outcome)s->worst->sidecar.outcome);
	return now < before || (now == before && t->repeat < s->worst_test->repeat);
}

static void drop_worst(struct series *s)
{
	if (s->worst)
		run_result_done(s->worst);
	free(s->worst);
	s->worst = NULL;
}

void series_add(struct series *s, const struct test *t, struct run_result *r)
{
	enum metric names[SERIES_HEADLINES];
	size_t n = pick_headlines(&r->sidecar, names);

	s->done++;
	s->of[r->sidecar.outcome]++;
	for (size_t i = 0; i < n; i++)
		add_value(s, names[i], r->sidecar.stats.metrics.v[names[i]]);
	if (is_worse(s, t, r)) {
		drop_worst(s);
		s->worst = xcalloc(1, sizeof(*s->worst));
		*s->worst = *r;
		s->worst_test = t;
	} else {
		run_result_done(r);
	}
	*r = (struct run_result){ 0 };
}

enum outcome series_outcome(const struct series *s)
{
	size_t i = 0;

	while (i < OUTCOME_COUNT - 1 && !s->of[series_outcomes[i]])
		i++;
	return series_outcomes[i];
}

void series_done(struct series *s)
{
	for (size_t i = 0; i < s->n_headlines; i++)
		free(s->headlines[i].values);
	drop_worst(s);
	repeated_done(&s->repeated);
	*s = (struct series){ 0 };
}
