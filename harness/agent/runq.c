/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/runq.h"

#include <math.h>

/* Longest queue ÷ shortest queue, at least 1. An empty queue counts as 1 task. */
static double imbalance(const struct trace_sample *s)
{
	return s->most > 1 ? (double)s->most / (s->least ? s->least : 1) : 1;
}

static double depth(const struct trace_sample *s)
{
	return s->deepest;
}

/* The greatest value that all of RUNQ_SUSTAINED samples in a row reach. */
static double sustained(const struct trace_sample *s, size_t n,
                        double (*value)(const struct trace_sample *))
{
	double most = NAN;

	for (size_t i = RUNQ_SUSTAINED; i <= n; i++) {
		double least = INFINITY;

		for (size_t k = i - RUNQ_SUSTAINED; k < i; k++)
			least = fmin(least, value(&s[k]));
		most = fmax(most, least);
	}
	return most;
}

static void sum_up_stalls(const struct trace_sample *s, size_t n, struct wire_runq *out)
{
	out->longest_stall_ns = 0;
	out->stalled = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i].stalled_ns > out->longest_stall_ns) {
			out->longest_stall_ns = s[i].stalled_ns;
			out->stalled_cpu = s[i].stalled_cpu;
		}
		if (i + 1 >= RUNQ_SUSTAINED &&
		    s[i].stalled_ns >= s[i].at_ns - s[i + 1 - RUNQ_SUSTAINED].at_ns)
			out->stalled = 1;
	}
}

void runq_sum_up(const struct trace_sample *samples, size_t n, struct wire_runq *out)
{
	double ratio = 0, tasks = 0, deep = 0, cpus = 0;

	out->samples = n;
	for (size_t i = 0; i < n; i++) {
		const struct trace_sample *s = &samples[i];

		ratio += imbalance(s);
		tasks += s->tasks;
		deep += s->deep;
		cpus += s->cpus;
		out->max_imbalance = fmax(out->max_imbalance, imbalance(s));
		out->max_depth = fmax(out->max_depth, depth(s));
	}
	if (!n || cpus == 0)
		return;
	out->mean_imbalance = ratio / (double)n;
	out->mean_tasks = tasks / cpus;
	out->mean_depth = deep / cpus;
	if (n < RUNQ_SUSTAINED)
		return;
	sum_up_stalls(samples, n, out);
	out->sustained_imbalance = sustained(samples, n, imbalance);
	out->sustained_depth = sustained(samples, n, depth);
}
