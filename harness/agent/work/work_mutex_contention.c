/* SPDX-License-Identifier: GPL-2.0-only */
/* The word is 0: free, 1: held, 2: held, perhaps with waiters. The kernel chooses whom an unlock
 * wakes, so wake latency is not measured. */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_CONTENDERS,
	PARAM_HOLD,
	PARAM_COMPUTE
};

static bool lock(struct worker *w, uint32_t *word)
{
	uint32_t none = 0;

	if (__atomic_compare_exchange_n(word, &none, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return true;
	while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE)) {
		if (worker_stopped(w))
			return false;
		worker_futex_wait(word, 2);
	}
	return true;
}

static void unlock(uint32_t *word)
{
	if (__atomic_exchange_n(word, 0, __ATOMIC_RELEASE) == 2)
		worker_futex_wake(word, 1);
}

static void run(struct worker *w)
{
	uint32_t *word = group_word(w->group, 0);

	for (; !worker_stopped(w) && lock(w, word); w->slot->iterations++) {
		worker_compute(w, worker_param(w, PARAM_HOLD));
		unlock(word);
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
	}
}

const struct work_impl work_mutex_contention = {
	.area_bytes = sizeof(struct work_words),
	.run = run,
};
