/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work.h"

enum {
	PARAM_BURST_US,
	PARAM_SLEEP_US
};

static void run(struct worker *w)
{
	do {
		worker_compute_for(w, worker_param(w, PARAM_BURST_US) * NS_PER_US);
		w->slot->iterations++;
	} while (worker_sleep(w, worker_param(w, PARAM_SLEEP_US) * NS_PER_US));
}

const struct work_impl work_burst_sleep = {
	.run = run,
};
