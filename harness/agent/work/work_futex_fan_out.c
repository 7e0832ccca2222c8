/* SPDX-License-Identifier: GPL-2.0-only */
/* All members wait on one word, so one system call makes them all runnable. */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_FAN_OUT,
	PARAM_PERIOD_US,
	PARAM_COMPUTE
};

static void wake_all(struct worker *w, uint32_t *word)
{
	struct pace p;

	pace_start(&p, worker_param(w, PARAM_PERIOD_US) * NS_PER_US);
	for (; pace_wait(w, &p); w->slot->iterations++) {
		for (uint32_t i = 1; i < w->group->size; i++)
			wake_post(&w->group->slots[i]);
		__atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
		worker_futex_wake(word, INT32_MAX);
	}
}

static void run(struct worker *w)
{
	uint32_t *word = group_word(w->group, 0), seen = 0;

	if (w->member == 0)
		return wake_all(w, word);
	for (; wake_wait(w, word, seen); w->slot->iterations++) {
		seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
	}
}

const struct work_impl work_futex_fan_out = {
	.area_bytes = sizeof(struct work_words),
	.run = run,
};
