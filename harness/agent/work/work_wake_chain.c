/* SPDX-License-Identifier: GPL-2.0-only */
/* Member 0 starts a round on schedule, even if the chain is still busy with earlier ones. */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_LENGTH,
	PARAM_PERIOD_US,
	PARAM_COMPUTE
};

static void run(struct worker *w)
{
	uint32_t next = w->member + 1, seen = 0;
	struct pace p;

	pace_start(&p, worker_param(w, PARAM_PERIOD_US) * NS_PER_US);
	for (; w->member ? group_await(w, &seen) : pace_wait(w, &p); w->slot->iterations++) {
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		if (next < w->group->size)
			group_wake(w->group, next);
	}
}

const struct work_impl work_wake_chain = {
	.area_bytes = sizeof(struct work_words),
	.run = run,
};
