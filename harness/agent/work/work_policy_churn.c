/* SPDX-License-Identifier: GPL-2.0-only */
/* Gaps are not measured: under SCHED_IDLE no gap is wrong. Policies that are not permitted are
 * skipped. */
#include <sched.h>

#include "harness/agent/work/work.h"

enum {
	PARAM_COMPUTE,
	PARAM_REALTIME
};

static const struct {
	int policy, priority;
} policies[] = {
	{ SCHED_OTHER, 0 }, { SCHED_BATCH, 0 }, { SCHED_IDLE, 0 },
	{ SCHED_FIFO, 1 },  { SCHED_RR, 1 },
};
#define N_NORMAL 3

static void adopt(unsigned int i)
{
	const struct sched_param p = { .sched_priority = policies[i].priority };

	sched_setscheduler(0, policies[i].policy, &p);
}

static void run(struct worker *w)
{
	unsigned int n = worker_param(w, PARAM_REALTIME) ? ARRAY_SIZE(policies) : N_NORMAL;

	for (unsigned int i = 0; !worker_stopped(w); i = (i + 1) % n) {
		adopt(i);
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		sched_yield();
		w->slot->iterations++;
	}
	adopt(0);
}

const struct work_impl work_policy_churn = {
	.run = run,
};
