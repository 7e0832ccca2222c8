/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_HERD,
	PARAM_PERIOD_US,
	PARAM_COMPUTE
};

/* Word 0: the number of the round. Word 1: 1 until a member takes the round's work. */
static void drive(struct worker *w, uint32_t *round, uint32_t *work)
{
	struct pace p;

	pace_start(&p, worker_param(w, PARAM_PERIOD_US) * NS_PER_US);
	for (; pace_wait(w, &p); w->slot->iterations++) {
		for (uint32_t i = 1; i < w->group->size; i++)
			wake_post(&w->group->slots[i]);
		__atomic_store_n(work, 1, __ATOMIC_SEQ_CST);
		__atomic_fetch_add(round, 1, __ATOMIC_SEQ_CST);
		worker_futex_wake(round, INT32_MAX);
	}
}

static void run(struct worker *w)
{
	uint32_t *round = group_word(w->group, 0), *work = group_word(w->group, 1), seen = 0;

	if (w->member == 0)
		return drive(w, round, work);
	for (; wake_wait(w, round, seen); w->slot->iterations++) {
		seen = __atomic_load_n(round, __ATOMIC_ACQUIRE);
		if (__atomic_exchange_n(work, 0, __ATOMIC_ACQ_REL))
			worker_compute(w, worker_param(w, PARAM_COMPUTE));
	}
}

const struct work_impl work_thundering_herd = {
	.area_bytes = sizeof(struct work_words),
	.run = run,
};
