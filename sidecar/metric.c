/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>

#include "sidecar/metric.h"

#define X(id, name_, unit_, doc_)                                                                  \
	[id] = { name_,                                                                            \
		 JSON_F64,                                                                         \
		 offsetof(struct cgroup_metrics, v) + (id) * sizeof(double),                       \
		 .flags = JSON_NULLABLE,                                                           \
		 .unit = (unit_),                                                                  \
		 .doc = (doc_) },
static const struct json_field cgroup_metrics_fields[] = { CGROUP_METRICS(X) };
#undef X
const struct json_table cgroup_metrics_table =
	JSON_TABLE("cgroup_metrics", struct cgroup_metrics, cgroup_metrics_fields,
                   "The metrics of the workers of one cgroup.");

#define X(id, name_, unit_, pol, abs_, rel, over_, rollup_, cg, doc_)                              \
	[id] = { .name = (name_),                                                                  \
		 .unit = (unit_),                                                                  \
		 .doc = (doc_),                                                                    \
		 .polarity = (pol),                                                                \
		 .gate_abs = (abs_),                                                               \
		 .gate_rel = (rel),                                                                \
		 .over = (over_),                                                                  \
		 .rollup = (rollup_),                                                              \
		 .from = (cg) },
const struct metric_def metric_defs[METRIC_COUNT] = { METRICS(X) };
#undef X

#define X(id, name_, unit_, pol, abs_, rel, over_, rollup_, cg, doc_)                              \
	[id] = { name_,                                                                            \
		 JSON_F64,                                                                         \
		 offsetof(struct metrics, v) + (id) * sizeof(double),                              \
		 .flags = JSON_NULLABLE,                                                           \
		 .unit = (unit_),                                                                  \
		 .doc = (doc_) },
static const struct json_field metrics_fields[] = { METRICS(X) };
#undef X
const struct json_table metrics_table =
	JSON_TABLE("metrics", struct metrics, metrics_fields, "The values of one test.");

const char *metric_polarity_name(enum metric_polarity p)
{
	static const char *const names[] = {
		[METRIC_LOWER_BETTER] = "lower",
		[METRIC_HIGHER_BETTER] = "higher",
		[METRIC_NO_POLARITY] = "none",
	};

	return names[p];
}

int metric_find(const char *name)
{
	for (int i = 0; i < METRIC_COUNT; i++)
		if (streq(metric_defs[i].name, name))
			return i;
	return -1;
}

#define X(id, name_, first, second) [id] = { .name = (name_), .metric = { first, second } },
const struct metric_question_def metric_question_defs[QUESTION_COUNT] = { METRIC_QUESTIONS(X) };
#undef X

bool metric_repeats(enum metric m, enum metric *other)
{
	static const enum metric pairs[][2] = {
		{ M_ITERATIONS_PER_WORKER, M_ITERATION_RATE },
		{ M_CONTEXT_SWITCHES, M_SWITCH_RATE },
		{ M_TOTAL_MIGRATIONS, M_MIGRATION_RATE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (pairs[i][0] == m) {
			*other = pairs[i][1];
			return true;
		}
	return false;
}

/* Percentiles of samples: the samples' number, and what the first percentile and the spread need. */
static const struct {
	enum cgroup_metric samples, first, last, cv;
} sampled[] = {
	{ CG_WAKE_SAMPLES, CG_WAKE_P50_US, CG_WAKE_MAX_US, CG_WAKE_CV },
	{ CG_SCHED_SAMPLES, CG_SCHED_P50_US, CG_SCHED_MAX_US, CGROUP_METRIC_COUNT },
	{ CG_SLEEP_SAMPLES, CG_SLEEP_P50_US, CG_SLEEP_MAX_US, CGROUP_METRIC_COUNT },
};
/* 50th, 90th, 95th, 99th, 99.9th percentile, maximum */
static const uint64_t samples_for[] = { 2, 10, 20, 100, 1000, 1 };
#define SAMPLES_FOR_CV 2

enum cgroup_metric metric_samples_of(enum cgroup_metric m)
{
	for (size_t i = 0; i < ARRAY_SIZE(sampled); i++)
		if ((m >= sampled[i].first && m <= sampled[i].last) ||
		    (m == sampled[i].cv && m != CGROUP_METRIC_COUNT))
			return sampled[i].samples;
	return CGROUP_METRIC_COUNT;
}

uint64_t metric_samples_for(enum cgroup_metric m)
{
	for (size_t i = 0; i < ARRAY_SIZE(sampled); i++)
		if (m >= sampled[i].first && m <= sampled[i].last)
			return samples_for[m - sampled[i].first];
	return metric_samples_of(m) == CGROUP_METRIC_COUNT ? 0 : SAMPLES_FOR_CV;
}

bool metric_takes_part(const struct cgroup_metrics *c, enum cgroup_metric m)
{
	enum cgroup_metric of = metric_samples_of(m);

	return isfinite(c->v[m]) || (of != CGROUP_METRIC_COUNT && c->v[of] > 0);
}

static bool has_too_few(const struct cgroup_metrics *c, enum cgroup_metric m)
{
	enum cgroup_metric of = metric_samples_of(m);

	return of != CGROUP_METRIC_COUNT && c->v[of] > 0 &&
	       c->v[of] < (double)metric_samples_for(m);
}

static double worse(const struct metric_def *d, double so_far, double v)
{
	if (!isfinite(v))
		return so_far;
	if (isnan(so_far))
		return v;
	return d->polarity == METRIC_HIGHER_BETTER ? fmin(so_far, v) : fmax(so_far, v);
}

static double sum(const struct cgroup_metrics *const *cgroups, size_t n, enum cgroup_metric from)
{
	double total = n ? 0 : NAN;

	for (size_t i = 0; i < n; i++)
		total += isfinite(cgroups[i]->v[from]) ? cgroups[i]->v[from] : NAN;
	return total;
}

static double worst(const struct cgroup_metrics *const *cgroups, size_t n,
                    const struct metric_def *d)
{
	double v = NAN;

	for (size_t i = 0; i < n; i++) {
		if (has_too_few(cgroups[i], d->from))
			return NAN;
		v = worse(d, v, cgroups[i]->v[d->from]);
	}
	return v;
}

void metric_roll_up(const struct cgroup_metrics *const *cgroups, size_t n, struct metrics *out)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		const struct metric_def *d = &metric_defs[m];

		switch (d->rollup) {
		case METRIC_SUM: out->v[m] = sum(cgroups, n, d->from); break;
		case METRIC_WORST: out->v[m] = worst(cgroups, n, d); break;
		case METRIC_OWN: break;
		}
	}
}
