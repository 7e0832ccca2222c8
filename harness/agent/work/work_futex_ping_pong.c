/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_BURST
};

static void run(struct worker *w)
{
	uint32_t seen = 0;

	if (w->member == 0)
		group_wake(w->group, 1);
	for (; group_await(w, &seen); w->slot->iterations++) {
		worker_compute(w, worker_param(w, PARAM_BURST));
		group_wake(w->group, !w->member);
	}
}

const struct work_impl work_futex_ping_pong = {
	.area_bytes = sizeof(struct work_words),
	.run = run,
};
