/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work.h"

static bool leave_stamp(struct wake_ring *r, uint64_t now)
{
	uint32_t at = __atomic_fetch_add(&r->ticket, 1, __ATOMIC_RELAXED);

	for (uint32_t i = 0; i < WAKE_RING; i++) {
		uint64_t free_slot = 0;

		if (__atomic_compare_exchange_n(&r->stamp_ns[(at + i) % WAKE_RING], &free_slot, now,
		                                false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

void wake_post(struct worker_slot *wakee)
{
	struct wake_ring *r = &wakee->wake;

	if (!__atomic_load_n(&r->waiting, __ATOMIC_SEQ_CST))
		return;
	if (leave_stamp(r, clock_mono_ns()))
		__atomic_fetch_add(&r->pending, 1, __ATOMIC_RELEASE);
	else
		__atomic_fetch_add(&r->lost, 1, __ATOMIC_RELEASE);
}

/* Empties the ring. h NULL: drops the stamps. */
static void take_stamps(struct wake_ring *r, uint64_t now, struct hist *h)
{
	uint32_t n = __atomic_load_n(&r->pending, __ATOMIC_ACQUIRE), found = 0, lost;
	uint64_t longest = 0;

	for (uint32_t i = 0; i < WAKE_RING && found < n; i++) {
		uint64_t *at = &r->stamp_ns[(r->first + i) % WAKE_RING];
		uint64_t stamp = __atomic_exchange_n(at, 0, __ATOMIC_ACQ_REL);

		if (!stamp)
			continue;
		uint64_t late = now > stamp ? now - stamp : 0; /* stamp left after `now` was read */
		if (late > longest)
			longest = late;
		found++;
		if (h)
			hist_add(h, late);
	}
	r->first += found;
	__atomic_fetch_sub(&r->pending, found, __ATOMIC_RELEASE);
	lost = found ? __atomic_exchange_n(&r->lost, 0, __ATOMIC_ACQ_REL) : 0;
	while (h && lost--)
		hist_add(h, longest);
}

void wake_ready(struct worker *w)
{
	/* A waker that saw us wait may have left its stamp after we ran. Drop it. */
	take_stamps(&w->slot->wake, 0, NULL);
	__atomic_store_n(&w->slot->wake.waiting, 1, __ATOMIC_SEQ_CST);
}

void wake_ran(struct worker *w)
{
	uint64_t now = clock_mono_ns();

	__atomic_store_n(&w->slot->wake.waiting, 0, __ATOMIC_SEQ_CST);
	take_stamps(&w->slot->wake, now, &w->slot->latency[LATENCY_WAKE]);
}

bool wake_wait(struct worker *w, const uint32_t *word, uint32_t seen)
{
	wake_ready(w);
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == seen && !worker_stopped(w))
		worker_futex_wait(word, seen);
	wake_ran(w);
	return !worker_stopped(w);
}
