/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work.h"

enum {
	PARAM_SLEEP_US,
	PARAM_COMPUTE
};

static void run(struct worker *w)
{
	uint64_t mean = worker_param(w, PARAM_SLEEP_US) * NS_PER_US;

	do {
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		w->slot->iterations++;
	} while (worker_sleep(w, mean / 2 + worker_random(w) % mean));
}

const struct work_impl work_idle_churn = {
	.run = run,
};
