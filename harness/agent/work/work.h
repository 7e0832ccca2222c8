/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work types. Each has a line in WORK_TYPES, a row in work_type_defs (wire/work_type.*) and a
 * `struct work_impl work_<name>` in work_<name>.c. Workers are processes. The workers of a group (2
 * for a pair) share a group area.
 *
 *	prepare(group)			in the agent, before the fork
 *	work_setup(type, worker)	in the worker, before the start barrier
 *	work_run(type, worker)		from the start barrier until worker_stopped()
 *	release(group)			in the agent, after the group's workers are gone
 *
 * Everything a worker reports is in its slot of shared memory, which is faulted in before the
 * start. To stop workers, the agent sets control->stop to 1 and sends each one SIGUSR1.
 */
#ifndef AGENT_WORK_H
#define AGENT_WORK_H

#include "base/clock.h"
#include "base/hist.h"
#include "base/random.h"
#include "harness/wire/job.h"

/* From the agent to the workers of a batch; in shared memory. */
struct run_control {
	uint32_t start;  /* futex: 1 once the start barrier opens */
	uint32_t stop;   /* 1: end the work loop */
	uint32_t leave;  /* futex: 1 once the figures are read: the worker may exit */
	uint32_t parked; /* futex: how many workers are at the barrier: first start, then leave */
};

/*
 * Time stamps of the wake-ups that a worker has not answered yet. There may be several wakers. A
 * waker leaves a stamp only if the worker waits, or was woken and has not run since: wake latency
 * does not include the time a worker was busy. All stamps left until the worker runs count. So a
 * wakee that is kept from running through many wake-ups has many late samples, not one.
 */
#define WAKE_RING 64
struct wake_ring {
	uint32_t waiting; /* set by the wakee: 1 from before it blocks until it runs */
	uint32_t first;   /* used by the wakee: where the oldest stamp is */
	uint32_t ticket, pending, lost;
	uint64_t stamp_ns[WAKE_RING]; /* 0: free */
};

/* What a worker reports. Only the worker writes it, except for `wake`. */
struct worker_slot {
	uint32_t reported; /* set last */
	uint32_t max_gap_cpu;
	uint64_t start_ns, end_ns;
	uint64_t iterations;
	uint64_t max_gap_ns; /* U64_NONE: not measured for this type */
	char gave_up[96];    /* the reason of worker_give_up(); "" if it did not */
	struct wake_ring wake;
	struct hist latency[LATENCY_COUNT]; /* the type's row says which are used */
};

struct work_group {
	const struct work_impl *impl;
	uint32_t size;
	struct worker_slot *slots; /* by member, `size` entries */
	void *area;                /* impl->area_bytes of zeroed shared memory, or NULL */
	int pipe[2][2];            /* pipe[i] is read by member i; opened by prepare() */
};

struct worker {
	struct run_control *control;
	struct worker_slot *slot;
	struct work_group *group;
	uint32_t member;    /* within the group */
	uint64_t rng;       /* seeded by roster_seed() */
	uint64_t jitter;    /* another stream: worker_jitter() */
	uint64_t looked_ns; /* time of the last worker_look() */
	double param[WORK_PARAMS_MAX];
	void *memory; /* the worker's own, set up by setup() */
	int fd;       /* likewise */
};

struct work_impl {
	size_t area_bytes;                                     /* size of the group area */
	int (*prepare)(struct work_group *g, struct err *err); /* NULL: none, as release, setup */
	void (*release)(struct work_group *g);
	void (*setup)(struct worker *w); /* opens and faults in what run() needs */
	void (*run)(struct worker *w);
};

/* By enum work_type. */
extern const struct work_impl *const work_impls[WORK_TYPE_COUNT];

/* Installs the stop signal's handler, then calls the type's setup(). */
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

/* The source of all random numbers that a type's work is made of. */
static inline uint64_t worker_random(struct worker *w)
{
	return random_next(&w->rng);
}

/* The worker cannot do its work: reports what failed, and errno unless it is 0. Only the first call
 * counts, and none once the worker is stopped. The caller returns from run(). */
void worker_give_up(struct worker *w, const char *what);

/* n, up to 3 % more or less: no two rounds of a worker take the same time, so no two workers stay in
 * step. All functions below that compute or sleep do it. */
uint64_t worker_jitter(struct worker *w, uint64_t n);
/* Does `units` multiplications, each of which depends on the one before. Ends early when the worker
 * is stopped. */
void worker_compute(struct worker *w, uint64_t units);
/* Multiplies until `ns` have passed or the worker is stopped. */
void worker_compute_for(struct worker *w, uint64_t ns);
/* Sleeps for `ns`. The time it sleeps longer counts as sleep overshoot. False: stopped. */
bool worker_sleep(struct worker *w, uint64_t ns);
/* Waits while *word == seen. Returns on a wake-up, on stop, or spuriously. */
void worker_futex_wait(const uint32_t *word, uint32_t seen);
void worker_futex_wake(const uint32_t *word, int n);
/* For types that never block: reads the clock. The longest time between two calls is the worker's
 * max_gap_ns. */
void worker_look(struct worker *w);

/* An open loop: rounds are due at start + n·period, up to 3 % of a period later, however long earlier
 * rounds took. A round is left out if its time passed before the worker got to it. If it slept too
 * long, each round left out counts as sleep overshoot. */
struct pace {
	uint64_t next_ns, period_ns;
	uint64_t later_ns; /* of the next round */
};
void pace_start(struct pace *p, uint64_t period_ns);
/* Sleeps until the next round is due. False: stopped. */
bool pace_wait(struct worker *w, struct pace *p);

/* Called by the waker, just before it wakes the wakee. */
void wake_post(struct worker_slot *wakee);
/* Called by the wakee: before it checks whether it must block, and once it runs again. */
void wake_ready(struct worker *w);
void wake_ran(struct worker *w);
/* wake_ready(), a wait while *word == seen, and wake_ran(). False: stopped. */
bool wake_wait(struct worker *w, const uint32_t *word, uint32_t seen);

#endif
