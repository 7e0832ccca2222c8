/* SPDX-License-Identifier: GPL-2.0-only */
/* Member 0 consumes. The queue is two counters: items made and items taken. */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_PRODUCERS,
	PARAM_PERIOD_US,
	PARAM_PRODUCE,
	PARAM_CONSUME,
	PARAM_DEPTH
};

static void produce(struct worker *w, uint32_t *made, const uint32_t *taken)
{
	struct pace p;

	pace_start(&p, worker_param(w, PARAM_PERIOD_US) * NS_PER_US);
	while (pace_wait(w, &p)) {
		worker_compute(w, worker_param(w, PARAM_PRODUCE));
		if (__atomic_load_n(made, __ATOMIC_ACQUIRE) -
		            __atomic_load_n(taken, __ATOMIC_ACQUIRE) >=
		    worker_param(w, PARAM_DEPTH))
			continue;
		wake_post(&w->group->slots[0]);
		__atomic_fetch_add(made, 1, __ATOMIC_SEQ_CST);
		worker_futex_wake(made, 1);
		w->slot->iterations++;
	}
}

static void run(struct worker *w)
{
	uint32_t *made = group_word(w->group, 0), *taken = group_word(w->group, 1);

	if (w->member)
		return produce(w, made, taken);
	while (wake_wait(w, made, *taken)) {
		worker_compute(w, worker_param(w, PARAM_CONSUME));
		__atomic_fetch_add(taken, 1, __ATOMIC_SEQ_CST);
		w->slot->iterations++;
	}
}

const struct work_impl work_producer_consumer = {
	.area_bytes = sizeof(struct work_words),
	.run = run,
};
