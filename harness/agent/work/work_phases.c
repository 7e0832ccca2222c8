/* SPDX-License-Identifier: GPL-2.0-only */
/* An iteration is one round of the four phases, in the order of the parameters. A phase of 0 us is
 * left out. */
#include "harness/agent/work/work_parts.h"

#define IO_SLEEP_NS (100 * NS_PER_US)

static void spin(struct worker *w, uint64_t ns)
{
	worker_compute_for(w, ns);
}

static void sleep_once(struct worker *w, uint64_t ns)
{
	worker_sleep(w, ns);
}

static void yield(struct worker *w, uint64_t ns)
{
	uint64_t end = deadline_in(ns);

	while (!worker_stopped(w) && clock_mono_ns() < end)
		sched_yield();
}

static void io(struct worker *w, uint64_t ns)
{
	uint64_t end = deadline_in(ns);

	do {
		file_write_pass(w);
	} while (worker_sleep(w, IO_SLEEP_NS) && clock_mono_ns() < end);
}

static void run(struct worker *w)
{
	static void (*const phases[])(struct worker *, uint64_t) = { spin, sleep_once, yield, io };

	for (; !worker_stopped(w); w->slot->iterations++)
		for (unsigned int i = 0; i < ARRAY_SIZE(phases) && !worker_stopped(w); i++)
			if (worker_param(w, i))
				phases[i](w, worker_param(w, i) * NS_PER_US);
}

const struct work_impl work_phases = {
	.setup = file_setup,
	.run = run,
};
