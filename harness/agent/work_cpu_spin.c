/* SPDX-License-Identifier: GPL-2.0-only */
/* Computes without ever blocking. Between two looks at the clock lies one chunk of arithmetic; a
 * longer time than that is time the worker did not run. */
#include <sched.h>

#include "harness/agent/work.h"

enum {
	PARAM_CHUNK
};

static void run(struct worker *w)
{
	struct worker_slot *s = w->slot;
	uint64_t chunk = (uint64_t)w->param[PARAM_CHUNK], last = clock_mono_ns();
	volatile uint64_t sink = w->rng;

	s->max_gap_ns = 0;
	while (!worker_stopped(w)) {
		uint64_t x = sink;
		for (uint64_t i = 0; i < chunk; i++)
			x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		sink = x;
		s->iterations++;
		uint64_t now = clock_mono_ns();
		if (now - last > s->max_gap_ns) {
			s->max_gap_ns = now - last;
			s->max_gap_cpu = (uint32_t)sched_getcpu();
		}
		last = now;
	}
}

const struct work_impl work_cpu_spin = {
	.run = run,
};
