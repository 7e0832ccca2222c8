/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/gate.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static void futex_wait(const uint32_t *word, uint32_t while_it_is, uint64_t deadline)
{
	struct timespec t = { .tv_sec = (time_t)(deadline / NS_PER_SEC),
		              .tv_nsec = (long)(deadline % NS_PER_SEC) };

	syscall(SYS_futex, word, FUTEX_WAIT_BITSET, while_it_is,
	        deadline == DEADLINE_NONE ? NULL : &t, NULL, FUTEX_BITSET_MATCH_ANY);
}

/* The last of the n workers to park wakes the agent. */
void gate_park(struct run_control *c, uint32_t *word, uint32_t n)
{
	if (__atomic_add_fetch(&c->parked, 1, __ATOMIC_SEQ_CST) == n)
		worker_futex_wake(&c->parked, INT32_MAX);
	while (!__atomic_load_n(word, __ATOMIC_ACQUIRE))
		futex_wait(word, 0, DEADLINE_NONE);
}

bool gate_is_full(const struct run_control *c, uint32_t n)
{
	return __atomic_load_n(&c->parked, __ATOMIC_ACQUIRE) >= n;
}

bool gate_wait_full(struct run_control *c, uint32_t n, uint64_t deadline)
{
	for (;;) {
		uint32_t parked = __atomic_load_n(&c->parked, __ATOMIC_ACQUIRE);

		if (parked >= n)
			return true;
		if (clock_mono_ns() >= deadline)
			return false;
		futex_wait(&c->parked, parked, deadline);
	}
}

void gate_clear(struct run_control *c)
{
	c->parked = 0;
}

void gate_open(uint32_t *word)
{
	__atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
	worker_futex_wake(word, INT32_MAX);
}
