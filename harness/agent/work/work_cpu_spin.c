/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work.h"

enum {
	PARAM_CHUNK
};

static void run(struct worker *w)
{
	uint64_t chunk = worker_param(w, PARAM_CHUNK);

	for (; !worker_stopped(w); w->slot->iterations++) {
		worker_look(w);
		worker_compute(w, chunk);
	}
}

const struct work_impl work_cpu_spin = {
	.run = run,
};
