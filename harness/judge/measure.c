/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "harness/judge/measure.h"
#include "harness/judge/measure_latency.h"

bool measure_is_spinner(const struct wire_worker *w)
{
	return w->max_gap_ns != U64_NONE;
}

bool measure_is_rival(int type)
{
	return type >= 0 && type < WORK_TYPE_COUNT && work_type_defs[type].never_blocks &&
	       !work_type_defs[type].own_cpus;
}

bool measure_is_brief(const struct wire_worker *w)
{
	return w->wall_ns != U64_NONE && w->wall_ns < MEASURE_BRIEF_MS * NS_PER_MS;
}

/* Adds to a sum. A count that is not measured makes the sum not measured. */
static void add_count(double *sum, uint64_t v)
{
	*sum += v == U64_NONE ? NAN : (double)v;
}

static void keep_max(double *max, double v)
{
	if (!isnan(v) && (isnan(*max) || v > *max))
		*max = v;
}

bool measure_are_like(const struct wire_worker *a, const struct wire_worker *b)
{
	return a->work == b->work && a->spawn == b->spawn && a->kin == b->kin;
}

/* Among the workers that are like worker `like`. */
static double spread(const struct wire_cgroup *c, size_t like)
{
	const struct wire_worker *ws = c->workers.v;
	double lo = INFINITY, hi = -INFINITY;
	size_t n = 0;

	for (size_t i = 0; i < c->workers.n; i++) {
		double share;

		if (!measure_are_like(&ws[i], &ws[like]) || !measure_is_rival(ws[i].type) ||
		    ws[i].cpu_ns == U64_NONE || ws[i].wall_ns == U64_NONE ||
		    measure_is_brief(&ws[i]))
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
	const struct wire_worker *ws = c->workers.v;

	v[CG_ITERATIONS] = v[CG_MIGRATIONS] = v[CG_CONTEXT_SWITCHES] = 0;
	for (size_t i = 0; i < c->workers.n; i++) {
		add_count(&v[CG_ITERATIONS], ws[i].iterations);
		add_count(&v[CG_MIGRATIONS], ws[i].migrations);
		add_count(&v[CG_CONTEXT_SWITCHES], ws[i].voluntary_switches);
		add_count(&v[CG_CONTEXT_SWITCHES], ws[i].involuntary_switches);
		keep_max(&v[CG_SPREAD], spread(c, i));
		if (ws[i].max_gap_ns != U64_NONE)
			keep_max(&v[CG_MAX_GAP_MS], (double)ws[i].max_gap_ns / NS_PER_MS);
	}
	if (c->workers.n)
		v[CG_ITERATIONS_PER_WORKER] = v[CG_ITERATIONS] / (double)c->workers.n;
	if (v[CG_ITERATIONS] > 0)
		v[CG_MIGRATION_RATIO] = v[CG_MIGRATIONS] / v[CG_ITERATIONS];
}

static void measure_run_delay(const struct wire_cgroup *c, double *v)
{
	const struct wire_worker *ws = c->workers.v;
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

static double seconds(uint64_t ns)
{
	return ns == U64_NONE ? NAN : (double)ns / NS_PER_SEC;
}

static void keep_min(double *min, double v)
{
	if (!isnan(v) && (isnan(*min) || v < *min))
		*min = v;
}

/* Rates are per second that a worker existed: half the run counts as half. */
static void measure_rates(const struct wire_cgroup *c, double *v)
{
	const struct wire_worker *ws = c->workers.v;
	double wall = 0;

	for (size_t i = 0; i < c->workers.n; i++) {
		double iterations = ws[i].iterations == U64_NONE ? NAN : (double)ws[i].iterations;

		wall += seconds(ws[i].wall_ns);
		if (ws[i].wall_ns)
			keep_min(&v[CG_MIN_ITERATION_RATE], iterations / seconds(ws[i].wall_ns));
		if (ws[i].cpu_ns)
			keep_min(&v[CG_MIN_WORK_RATE], iterations / seconds(ws[i].cpu_ns));
	}
	if (!(wall > 0))
		return;
	v[CG_ITERATION_RATE] = v[CG_ITERATIONS] / wall;
	v[CG_MIGRATION_RATE] = v[CG_MIGRATIONS] / wall;
	v[CG_SWITCH_RATE] = v[CG_CONTEXT_SWITCHES] / wall;
}

/* Among the workers that are like worker `like`. */
static double throughput_cv(const struct wire_cgroup *c, size_t like)
{
	const struct wire_worker *ws = c->workers.v;
	double n = 0, sum = 0, squares = 0;

	for (size_t i = 0; i < c->workers.n; i++) {
		double rate;

		if (!measure_are_like(&ws[i], &ws[like]))
			continue;
		if (ws[i].iterations == U64_NONE || ws[i].cpu_ns == U64_NONE || !ws[i].cpu_ns)
			return NAN;
		rate = (double)ws[i].iterations / seconds(ws[i].cpu_ns);
		n++;
		sum += rate;
		squares += rate * rate;
	}
	if (n < 2 || sum == 0)
		return NAN;
	return sqrt(fmax(squares / n - sum / n * (sum / n), 0)) / (sum / n);
}

static void measure_evenness(const struct wire_cgroup *c, double *v)
{
	for (size_t i = 0; i < c->workers.n; i++)
		keep_max(&v[CG_THROUGHPUT_CV], throughput_cv(c, i));
}

/* The metrics that only tracing can give. */
static void measure_traced(const struct wire_cgroup *c, uint64_t run_ns, double *v)
{
	const struct wire_worker *ws = c->workers.v;

	if (c->longest_wait_ns != U64_NONE)
		v[CG_LONGEST_WAIT_MS] = (double)c->longest_wait_ns / NS_PER_MS;
	if (c->idle_wait_ns != U64_NONE && run_ns)
		v[CG_IDLE_WAIT_PCT] = 100.0 * (double)c->idle_wait_ns / (double)run_ns;
	for (size_t i = 0; i < c->workers.n; i++)
		if (ws[i].longest_wait_ns != U64_NONE)
			keep_max(&v[CG_LONGEST_WAIT_MS], (double)ws[i].longest_wait_ns / NS_PER_MS);
	v[CG_BREACH_MS] = 0;
	for (size_t i = 0; i < c->workers.n; i++)
		add_count(&v[CG_BREACH_MS], ws[i].breach_ns);
	v[CG_BREACH_MS] /= NS_PER_MS;
}

double measure_own_pages(const struct wire_cgroup *c)
{
	double all = 0;

	for (size_t i = 0; i < c->workers.n; i++)
		add_count(&all, c->workers.v[i].pages);
	return all;
}

bool measure_has_pages(const struct wire_cgroup *c)
{
	return measure_own_pages(c) >= MEASURE_LEAST_PAGES;
}

static void measure_pages(const struct wire_cgroup *c, double *v)
{
	const struct wire_worker *ws = c->workers.v;
	double all = measure_own_pages(c), local = 0, slow = 0;

	for (size_t i = 0; i < c->workers.n; i++) {
		add_count(&local, ws[i].local_pages);
		add_count(&slow, ws[i].slow_pages);
	}
	if (measure_has_pages(c) && local <= all && slow <= all) {
		v[CG_PAGE_LOCALITY] = local / all;
		v[CG_SLOW_TIER_RATIO] = slow / all;
	}
}

void measure_cgroup(const struct wire_cgroup *c, uint64_t run_ns, uint32_t cpus,
                    uint64_t quantum_ns, struct cgroup_metrics *out)
{
	for (int i = 0; i < CGROUP_METRIC_COUNT; i++)
		out->v[i] = NAN;
	if (c->usage_ns != U64_NONE && run_ns && cpus)
		out->v[CG_CPU_SHARE] = 100.0 * (double)c->usage_ns / ((double)run_ns * cpus);
	/* A cgroup without workers has totals of 0, not none: sums over cgroups need them. */
	measure_totals(c, out->v);
	measure_run_delay(c, out->v);
	measure_rates(c, out->v);
	measure_evenness(c, out->v);
	measure_latencies(c, quantum_ns, out->v);
	measure_traced(c, run_ns, out->v);
	measure_pages(c, out->v);
}
