/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Member 0 (nice 19) holds the lock most of the time. Member 1 (nice -20) takes it periodically.
 * The hogs (nice 0) compute. With all of them on one CPU, member 1 waits for the hogs. The
 * iterations of member 1 are the locks it got. Its wake latency is from the unlock that hands it
 * the lock until it runs, so it does not include the time lost to the inversion.
 */
#include <linux/futex.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/agent/work/work_parts.h"

enum {
	PARAM_HOGS,
	PARAM_HOLD_US,
	PARAM_PERIOD_US,
	PARAM_PI
};

enum {
	MEMBER_LOW,
	MEMBER_HIGH,
	MEMBER_HOG
};

static bool take(uint32_t *word, uint32_t value)
{
	uint32_t none = 0;

	return __atomic_compare_exchange_n(word, &none, value, false, __ATOMIC_ACQUIRE,
	                                   __ATOMIC_RELAXED);
}

/* Signals do not end the wait in FUTEX_LOCK_PI. The holder unlocks before it stops. */
static void lock_pi(struct worker *w, uint32_t *word)
{
	if (take(word, (uint32_t)getpid()))
		return;
	wake_ready(w);
	syscall(SYS_futex, word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	wake_ran(w);
}

static void unlock_pi(uint32_t *word)
{
	uint32_t mine = (uint32_t)getpid();

	if (!__atomic_compare_exchange_n(word, &mine, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		syscall(SYS_futex, word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
}

static void lock_plain(struct worker *w, uint32_t *word)
{
	if (take(word, 1))
		return;
	wake_ready(w);
	while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE)) {
		worker_futex_wait(word, 2);
		wake_ran(w); /* perhaps without the lock: another may have taken it */
		wake_ready(w);
	}
	wake_ran(w);
}

static void unlock_plain(uint32_t *word)
{
	if (__atomic_exchange_n(word, 0, __ATOMIC_RELEASE) == 2)
		worker_futex_wake(word, 1);
}

static void with_lock(struct worker *w, uint64_t hold_ns)
{
	bool pi = worker_param(w, PARAM_PI);
	uint32_t *word = group_word(w->group, 0);

	(pi ? lock_pi : lock_plain)(w, word);
	worker_compute_for(w, hold_ns);
	if (w->member == MEMBER_LOW)
		wake_post(&w->group->slots[MEMBER_HIGH]);
	(pi ? unlock_pi : unlock_plain)(word);
	w->slot->iterations++;
}

static void hold(struct worker *w)
{
	uint64_t ns = worker_param(w, PARAM_HOLD_US) * NS_PER_US;

	while (!worker_stopped(w)) {
		with_lock(w, ns);
		worker_sleep(w, ns / 8);
	}
}

static void want(struct worker *w)
{
	struct pace p;

	pace_start(&p, worker_param(w, PARAM_PERIOD_US) * NS_PER_US);
	while (pace_wait(w, &p))
		with_lock(w, 0);
}

static void run(struct worker *w)
{
	static const int nice_of[] = { [MEMBER_LOW] = 19, [MEMBER_HIGH] = -20 };

	if (w->member >= MEMBER_HOG) {
		for (; !worker_stopped(w); w->slot->iterations++)
			worker_compute_for(w, NS_PER_MS);
		return;
	}
	setpriority(PRIO_PROCESS, 0, nice_of[w->member]);
	(w->member == MEMBER_LOW ? hold : want)(w);
}

const struct work_impl work_priority_inversion = {
	.area_bytes = sizeof(struct work_words),
	.run = run,
};
