/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_SIZE_KIB,
	PARAM_STRIDE,
	PARAM_CHUNK
};

static void setup(struct worker *w)
{
	memory_setup(w, worker_param(w, PARAM_SIZE_KIB) << 10);
}

static void run(struct worker *w)
{
	size_t bytes = worker_param(w, PARAM_SIZE_KIB) << 10, at = 0;

	for (; !worker_stopped(w); w->slot->iterations++) {
		worker_look(w);
		memory_walk(w, bytes, worker_param(w, PARAM_STRIDE), &at,
		            worker_param(w, PARAM_CHUNK));
		sched_yield();
	}
}

const struct work_impl work_cache_yield = {
	.setup = setup,
	.run = run,
};
