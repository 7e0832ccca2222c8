/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench_record.h"

#include "base/mem.h"

enum metric bench_headline(const char *unit)
{
	static const struct {
		const char *unit;
		enum metric metric;
	} by_unit[] = { { "ns", M_BENCH_P50_NS },
		        { "%", M_BENCH_PCT },
		        { "bytes", M_BENCH_BYTES } };

	for (size_t i = 0; i < ARRAY_SIZE(by_unit); i++)
		if (streq(unit, by_unit[i].unit))
			return by_unit[i].metric;
	abort();
}

static void add_metrics(const struct timing *t, double *v)
{
	const struct {
		enum metric metric;
		double value;
	} times[] = {
		{ M_BENCH_P50_NS, t->p50 }, { M_BENCH_MEAN_NS, t->per_iteration },
		{ M_BENCH_MIN_NS, t->min }, { M_BENCH_P95_NS, t->p95 },
		{ M_BENCH_P99_NS, t->p99 }, { M_BENCH_MAX_NS, t->max },
	};

	v[bench_headline(t->unit)] = t->p50;
	if (!streq(t->unit, "ns"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		v[times[i].metric] = times[i].value;
}

static void end_without(struct sidecar *s, enum outcome outcome, const char *cause)
{
	s->outcome = (int)outcome;
	s->cause = xstrdup(cause);
}

void bench_record(struct sidecar *s, struct wire_bench *w, const char *label)
{
	const struct bench_row *row = bench_find(w->name);

	free(s->test_name);
	free(s->cause);
	s->cause = NULL;
	s->test_name = steal_ptr(&w->name);
	s->repeat = w->repeat;
	s->beside = xstrdup(label);
	if (w->skipped || w->error) {
		end_without(s, w->skipped ? OUTCOME_SKIP : OUTCOME_ERROR,
		            w->skipped ? w->skipped : w->error);
		return;
	}
	s->outcome = OUTCOME_PASS;
	s->benchmark = xcalloc(1, sizeof(*s->benchmark));
	json_init(&sidecar_benchmark_table, s->benchmark);
	s->benchmark->what = xstrdup(row ? bench_about(row)->what : NULL);
	s->benchmark->timing = w->timing;
	json_init(&timing_table, &w->timing);
	add_metrics(&s->benchmark->timing, s->stats.metrics.v);
	strv_add(&s->headlines, metric_defs[bench_headline(s->benchmark->timing.unit)].name);
}
