/* SPDX-License-Identifier: GPL-2.0-only */
/* Gaps are not measured: the weight changes all the time, so no gap would be wrong. */
#include <sched.h>
#include <sys/resource.h>

#include "harness/agent/work/work.h"

enum {
	PARAM_COMPUTE
};

#define NICE_MIN (-20)
#define NICE_MAX 19

static void run(struct worker *w)
{
	for (int nice = NICE_MIN; !worker_stopped(w);
	     nice = nice < NICE_MAX ? nice + 1 : NICE_MIN) {
		setpriority(PRIO_PROCESS, 0, nice);
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		sched_yield();
		w->slot->iterations++;
	}
}

const struct work_impl work_nice_sweep = {
	.run = run,
};
