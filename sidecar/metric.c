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

#define X(id, name_, unit_, pol, abs_, rel, clocks_, rollup_, cg, doc_)                            \
	[id] = { .name = (name_),                                                                  \
		 .unit = (unit_),                                                                  \
		 .doc = (doc_),                                                                    \
		 .polarity = (pol),                                                                \
		 .gate_abs = (abs_),                                                               \
		 .gate_rel = (rel),                                                                \
		 .clocks = (clocks_),                                                              \
		 .rollup = (rollup_),                                                              \
		 .from = (cg) },
const struct metric_def metric_defs[METRIC_COUNT] = { METRICS(X) };
#undef X

#define X(id, name_, unit_, pol, abs_, rel, clocks_, rollup_, cg, doc_)                            \
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

static double worse(const struct metric_def *d, double so_far, double v)
{
	if (!isfinite(v))
		return so_far;
	if (isnan(so_far))
		return v;
	return d->polarity == METRIC_LOWER_BETTER ? fmax(so_far, v) : fmin(so_far, v);
}

static double sum(const struct cgroup_metrics *const *cgroups, size_t n, enum cgroup_metric from)
{
	double total = n ? 0 : NAN;

	for (size_t i = 0; i < n; i++)
		total += isfinite(cgroups[i]->v[from]) ? cgroups[i]->v[from] : NAN;
	return total;
}

void metric_roll_up(const struct cgroup_metrics *const *cgroups, size_t n, struct metrics *out)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		const struct metric_def *d = &metric_defs[m];

		if (d->rollup == METRIC_OWN)
			continue;
		out->v[m] = d->rollup == METRIC_SUM ? sum(cgroups, n, d->from) : NAN;
		for (size_t i = 0; i < n && d->rollup == METRIC_WORST; i++)
			out->v[m] = worse(d, out->v[m], cgroups[i]->v[d->from]);
	}
}
