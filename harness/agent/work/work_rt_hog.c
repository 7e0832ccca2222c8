/* SPDX-License-Identifier: GPL-2.0-only */
#include <sched.h>

#include "harness/agent/work/work.h"

enum {
	PARAM_HOG_US,
	PARAM_SLEEP_US,
	PARAM_PRIORITY
};

static void run(struct worker *w)
{
	const struct sched_param p = { .sched_priority = (int)worker_param(w, PARAM_PRIORITY) };

	if (sched_setscheduler(0, SCHED_FIFO, &p) < 0)
		return worker_give_up(w, "SCHED_FIFO");
	do {
		worker_compute_for(w, worker_param(w, PARAM_HOG_US) * NS_PER_US);
		w->slot->iterations++;
	} while (worker_sleep(w, worker_param(w, PARAM_SLEEP_US) * NS_PER_US));
}

const struct work_impl work_rt_hog = {
	.run = run,
};
