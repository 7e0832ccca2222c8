/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work types. Each has a line of WORK_TYPES, a row of work_type_defs (wire/work_type.*) and its
 * `struct work_impl work_<name>` in work_<name>.c. Workers are processes; those of one group (2 for
 * a pair) share a group area.
 *
 *	prepare(group)			in the agent, before the fork
 *	work_setup(type, worker)	in the worker, before the start barrier
 *	work_run(type, worker)		from the start barrier until worker_stopped()
 *	release(group)			in the agent, after the group's workers are gone
 *
 * Everything a worker writes while it runs lies in its slot of shared memory, which is faulted in
 * before the start. Workers are stopped by control->stop = 1 and one SIGUSR1 each.
 */
#ifndef AGENT_WORK_H
#define AGENT_WORK_H

#include "base/clock.h"
#include "base/hist.h"
#include "harness/wire/job.h"

/* What the agent says to all workers. */
struct run_control {
	uint32_t start;  /* futex: 1 once the barrier falls */
	uint32_t stop;   /* 1: end the loop */
	uint32_t leave;  /* futex: 1 once the figures are read and the worker may exit */
	uint32_t parked; /* futex: workers that reached a barrier: first start, then leave */
};

/*
 * Stamps of the wake-ups a worker has not answered yet; any number of wakers. A stamp is left only
 * for a worker that waits, or was woken and has not run since: that, and not how long it was busy,
 * is what wake latency means. All stamps left until it runs count, so that a wakee kept from
 * running is not counted as one late wake-up where there were many.
 */
#define WAKE_RING 64
struct wake_ring {
	uint32_t waiting; /* by the wakee: 1 from before it blocks until it runs */
	uint32_t first;   /* by the wakee: where it looks for the oldest */
	uint32_t ticket, pending, lost;
	uint64_t stamp_ns[WAKE_RING]; /* 0: free */
};

/* What a worker says: written by it alone, but for the ring. */
struct worker_slot {
	uint32_t reported; /* set last */
	uint32_t max_gap_cpu;
	uint64_t start_ns, end_ns;
	uint64_t iterations;
	uint64_t max_gap_ns; /* U64_NONE: the type has none */
	char gave_up[96];    /* worker_give_up(): why; "" when it did not */
	struct wake_ring wake;
	struct hist latency[LATENCY_COUNT]; /* those of the type's row */
};

struct work_group {
	const struct work_impl *impl;
	uint32_t size;
	struct worker_slot *slots; /* size of them, by member */
	void *area;                /* impl->area_bytes of zeroed shared memory, or NULL */
	int pipe[2][2];            /* pipe[i]: what worker i reads; prepare() opens what it uses */
};

struct worker {
	struct run_control *control;
	struct worker_slot *slot;
	struct work_group *group;
	uint32_t member;    /* within the group */
	uint64_t rng;       /* seeded from the job's seed and the worker's place */
	uint64_t looked_ns; /* worker_look() the last time */
	double param[WORK_PARAMS_MAX];
	void *memory; /* the worker's own, by setup() */
	int fd;       /* likewise */
};

struct work_impl {
	size_t area_bytes;                                     /* of a group */
	int (*prepare)(struct work_group *g, struct err *err); /* may be NULL, as release, setup */
	void (*release)(struct work_group *g);
	void (*setup)(struct worker *w); /* opens and faults in what run() needs */
	void (*run)(struct worker *w);
};

/* By enum work_type. */
extern const struct work_impl *const work_impls[WORK_TYPE_COUNT];

/* Catches the stop signal, then setup(). */
void work_setup(int type, struct worker *w);
void work_run(int type, struct worker *w);

static inline bool worker_stopped(const struct worker *w)
{
	return __atomic_load_n(&w->control->stop, __ATOMIC_RELAXED);
}

static inline uint64_t worker_param(const struct worker *w, unsigned int i)
{
	return (uint64_t)w->param[i];
}

/* xorshift64*, for everything left to chance. */
static inline uint64_t worker_random(struct worker *w)
{
	w->rng ^= w->rng >> 12;
	w->rng ^= w->rng << 25;
	w->rng ^= w->rng >> 27;
	return w->rng * 0x2545f4914f6cdd1dULL;
}

/* It cannot do what it is for: says what failed, and errno unless that is 0. The first time counts;
 * nothing counts once the worker is stopped. */
void worker_give_up(struct worker *w, const char *what);

/* Arithmetic: `units` multiplications, each of which needs the one before; fewer once the worker is
 * stopped. */
void worker_compute(struct worker *w, uint64_t units);
/* Arithmetic until ns have passed or the worker is stopped. */
void worker_compute_for(struct worker *w, uint64_t ns);
/* Sleeps for ns, and counts what it slept beyond that as sleep overshoot. False: stopped. */
bool worker_sleep(struct worker *w, uint64_t ns);
/* Waits while *word == seen; returns on any wake-up, on stop, or without cause. */
void worker_futex_wait(const uint32_t *word, uint32_t seen);
void worker_futex_wake(const uint32_t *word, int n);
/* Of a type that never blocks: a look at the clock. Time since the last (0: this is the first) is
 * kept if it is the longest. */
void worker_look(struct worker *w);

/* An open loop: rounds at start + n·period, whatever became of those before. A round whose time
 * passed before its waker ran is left out; if that was for sleeping too long, it counts as sleep
 * overshoot. */
struct pace {
	uint64_t next_ns, period_ns;
};
void pace_start(struct pace *p, uint64_t period_ns);
/* Until the next round is due. False: stopped. */
bool pace_wait(struct worker *w, struct pace *p);

/* The waker, just before it wakes. */
void wake_post(struct worker_slot *wakee);
/* The wakee: before it looks whether there is cause to block, and once it runs again. */
void wake_ready(struct worker *w);
void wake_ran(struct worker *w);
/* Both, around waiting while *word == seen. False: stopped. */
bool wake_wait(struct worker *w, const uint32_t *word, uint32_t seen);

#endif
