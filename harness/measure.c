/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "harness/measure.h"

bool measure_is_spinner(const struct wire_worker *w)
{
	return w->max_gap_ns != U64_NONE;
}

/* The running sum of a count that may be missing: one missing makes the sum missing. */
static void add_count(double *sum, uint64_t v)
{
	*sum += v == U64_NONE ? NAN : (double)v;
}

static void keep_max(double *max, double v)
{
	if (!isnan(v) && (isnan(*max) || v > *max))
		*max = v;
}

/* Workers are like each other when they belong to one work. */
static double spread_of_work(const struct wire_cgroup *c, uint32_t work)
{
	const struct wire_worker *ws = c->workers.items;
	double lo = INFINITY, hi = -INFINITY;
	size_t n = 0;

	for (size_t i = 0; i < c->workers.n; i++) {
		double share;

		if (ws[i].work != work || !measure_is_spinner(&ws[i]) || ws[i].cpu_ns == U64_NONE ||
		    ws[i].wall_ns == U64_NONE || ws[i].wall_ns == 0)
			continue;
		share = 100.0 * (double)ws[i].cpu_ns / (double)ws[i].wall_ns;
		lo = share < lo ? share : lo;
		hi = share > hi ? share : hi;
		n++;
	}
	return n >= 2 ? hi - lo : NAN;
}

static void measure_totals(const struct wire_cgroup *c, double *v)
{
	const struct wire_worker *ws = c->workers.items;

	v[CG_ITERATIONS] = v[CG_MIGRATIONS] = v[CG_CONTEXT_SWITCHES] = 0;
	for (size_t i = 0; i < c->workers.n; i++) {
		add_count(&v[CG_ITERATIONS], ws[i].iterations);
		add_count(&v[CG_MIGRATIONS], ws[i].migrations);
		add_count(&v[CG_CONTEXT_SWITCHES], ws[i].voluntary_switches);
		add_count(&v[CG_CONTEXT_SWITCHES], ws[i].involuntary_switches);
		keep_max(&v[CG_SPREAD], spread_of_work(c, ws[i].work));
		if (ws[i].max_gap_ns != U64_NONE)
			keep_max(&v[CG_MAX_GAP_MS], (double)ws[i].max_gap_ns / NS_PER_MS);
	}
	v[CG_ITERATIONS_PER_WORKER] = v[CG_ITERATIONS] / (double)c->workers.n;
	if (v[CG_ITERATIONS] > 0)
		v[CG_MIGRATION_RATIO] = v[CG_MIGRATIONS] / v[CG_ITERATIONS];
}

static void measure_run_delay(const struct wire_cgroup *c, double *v)
{
	const struct wire_worker *ws = c->workers.items;
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < c->workers.n; i++) {
		double per_slice;

		if (ws[i].run_delay_ns == U64_NONE)
			continue;
		if (ws[i].wall_ns != U64_NONE && ws[i].wall_ns > 0)
			keep_max(&v[CG_RUN_DELAY_PCT],
			         100.0 * (double)ws[i].run_delay_ns / (double)ws[i].wall_ns);
		if (ws[i].timeslices == U64_NONE || ws[i].timeslices == 0)
			continue;
		per_slice = (double)ws[i].run_delay_ns / (double)ws[i].timeslices / NS_PER_US;
		keep_max(&v[CG_WORST_RUN_DELAY_US], per_slice);
		sum += per_slice;
		n++;
	}
	if (n)
		v[CG_MEAN_RUN_DELAY_US] = sum / (double)n;
}

/* All wake-ups of the cgroup in one histogram. A packed one that does not add up was refused when
 * it was read; here it would only be left out. */
static void measure_wake_latency(const struct wire_cgroup *c, uint64_t quantum_ns, double *v)
{
	static const struct {
		enum cgroup_metric m;
		double q;
	} quantiles[] = {
		{ CG_WAKE_P50_US, 0.50 }, { CG_WAKE_P90_US, 0.90 }, { CG_WAKE_P95_US, 0.95 },
		{ CG_WAKE_P99_US, 0.99 }, { CG_WAKE_MAX_US, 1.00 },
	};
	const struct wire_worker *ws = c->workers.items;
	struct hist *all = calloc(2, sizeof(*all)), *one = all + 1;
	bool any = false;

	if (!all)
		abort();
	hist_init(all);
	for (size_t i = 0; i < c->workers.n; i++) {
		struct err err = ERR_INIT;

		if (!ws[i].wake_latency || hist_unpack(ws[i].wake_latency, one, &err) < 0)
			continue;
		hist_merge(all, one);
		any = true;
	}
	if (any)
		v[CG_WAKE_SAMPLES] = (double)all->count;
	for (size_t i = 0; i < ARRAY_SIZE(quantiles) && all->count; i++) {
		double ns =
			quantiles[i].q < 1 ? hist_quantile(all, quantiles[i].q) : (double)all->max;

		if (ns >= (double)quantum_ns)
			v[quantiles[i].m] = ns / NS_PER_US;
	}
	free(all);
}

void measure_cgroup(const struct wire_cgroup *c, uint64_t run_ns, uint32_t cpus,
                    uint64_t quantum_ns, struct cgroup_metrics *out)
{
	for (int i = 0; i < CGROUP_METRIC_COUNT; i++)
		out->v[i] = NAN;
	if (c->usage_ns != U64_NONE && run_ns && cpus)
		out->v[CG_CPU_SHARE] = 100.0 * (double)c->usage_ns / ((double)run_ns * cpus);
	if (c->workers.n == 0)
		return;
	measure_totals(c, out->v);
	measure_run_delay(c, out->v);
	measure_wake_latency(c, quantum_ns, out->v);
}
