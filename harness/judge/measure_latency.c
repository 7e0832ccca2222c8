/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes percentiles from histograms. Each latency has metrics of its own. */
#include <math.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "harness/judge/measure_latency.h"

#define QUANTILES 6
#define NO_METRIC CGROUP_METRIC_COUNT

static const double quantiles[QUANTILES] = { 0.50, 0.90, 0.95, 0.99, 0.999, 1.00 };

/* first: the metric of the first quantile; the others follow in the same order. */
static const struct latency_metrics {
	size_t off;     /* of the packed histogram in its record */
	bool of_cgroup; /* the record is the cgroup; else each worker */
	enum cgroup_metric samples, first, cv;
} latencies[] = {
	{ offsetof(struct wire_worker, wake_latency), false, CG_WAKE_SAMPLES, CG_WAKE_P50_US,
	  CG_WAKE_CV },
	{ offsetof(struct wire_worker, sleep_overshoot), false, CG_SLEEP_SAMPLES, CG_SLEEP_P50_US,
	  NO_METRIC },
	{ offsetof(struct wire_cgroup, sched_delay), true, CG_SCHED_SAMPLES, CG_SCHED_P50_US,
	  NO_METRIC },
};
_Static_assert(CG_WAKE_MAX_US - CG_WAKE_P50_US == QUANTILES - 1, "quantiles of wake latency");
_Static_assert(CG_SLEEP_MAX_US - CG_SLEEP_P50_US == QUANTILES - 1, "quantiles of overshoot");
_Static_assert(CG_SCHED_MAX_US - CG_SCHED_P50_US == QUANTILES - 1, "quantiles of delay");

/* Adds a packed histogram. False if there is none, or if it is inconsistent: then it counts as not
 * measured. */
static bool add_packed(struct hist *all, const void *rec, size_t off)
{
	const struct hist_packed *p = *(struct hist_packed *const *)((const char *)rec + off);
	_cleanup_free_ struct hist *one = xmalloc(sizeof(*one));
	struct err err = ERR_INIT;

	if (!p || hist_unpack(p, one, &err) < 0)
		return false;
	hist_merge(all, one);
	return true;
}

static bool gather(const struct wire_cgroup *c, const struct latency_metrics *l, struct hist *all)
{
	bool any = false;

	hist_init(all);
	if (l->of_cgroup)
		return add_packed(all, c, l->off);
	for (size_t i = 0; i < c->workers.n; i++)
		any = add_packed(all, &c->workers.v[i], l->off) || any;
	return any;
}

/* Computed from the middles of the buckets: within 1 % of the true value, like the quantiles. */
static double cv_of(const struct hist *h)
{
	double mean = hist_mean(h), squares = 0, n = 0;

	for (unsigned int b = 0; b < HIST_BUCKETS; b++) {
		uint64_t lo, hi;
		double off;

		if (!h->bucket[b])
			continue;
		hist_bounds(b, &lo, &hi);
		off = (double)lo / 2 + (double)hi / 2 - mean;
		squares += off * off * h->bucket[b];
		n += h->bucket[b];
	}
	return n > 1 && mean > 0 ? sqrt(squares / n) / mean : NAN;
}

static void take(const struct hist *h, const struct latency_metrics *l, uint64_t quantum_ns,
                 double *v)
{
	v[l->samples] = (double)h->count;
	for (int i = 0; i < QUANTILES && h->count; i++) {
		enum cgroup_metric m = l->first + (enum cgroup_metric)i;
		double q = quantiles[i];
		double ns = q < 1 ? hist_quantile(h, q) : (double)h->max;

		if (h->count >= metric_samples_for(m) && ns >= (double)quantum_ns)
			v[m] = ns / NS_PER_US;
	}
	if (l->cv != NO_METRIC && h->count && hist_mean(h) >= (double)quantum_ns)
		v[l->cv] = cv_of(h);
}

void measure_latencies(const struct wire_cgroup *c, uint64_t quantum_ns, double *v)
{
	_cleanup_free_ struct hist *all = xmalloc(sizeof(*all));

	for (size_t i = 0; i < ARRAY_SIZE(latencies); i++)
		if (gather(c, &latencies[i], all))
			take(all, &latencies[i], quantum_ns, v);
}
