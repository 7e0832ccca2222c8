/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_COMPUTE
};

/* Back to all CPUs that the cgroup has now. */
static int widen(cpu_set_t *allowed)
{
	cpu_set_t all;

	memset(&all, 0xff, sizeof(all));
	sched_setaffinity(0, sizeof(all), &all);
	return allowed_cpus(allowed);
}

static void run(struct worker *w)
{
	cpu_set_t allowed, all_allowed;
	int n = allowed_cpus(&allowed);

	all_allowed = allowed;
	for (; !worker_stopped(w); w->slot->iterations++) {
		cpu_set_t one;

		worker_look(w);
		CPU_ZERO(&one);
		CPU_SET(nth_cpu(&allowed, (unsigned int)(worker_random(w) % (unsigned int)n)),
		        &one);
		if (sched_setaffinity(0, sizeof(one), &one) < 0)
			n = widen(&allowed);
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		sched_yield();
	}
	sched_setaffinity(0, sizeof(all_allowed), &all_allowed);
}

const struct work_impl work_affinity_churn = {
	.run = run,
};
