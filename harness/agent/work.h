/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work types. One is one file work_<name>.c, one row of WORK_TYPES and of work_type_defs
 * (wire/work_type.*) and one of the table in work.c. Workers are processes; those of one group (2
 * for a pair) share a group area.
 *
 * In the agent: prepare(group) before the fork. In the worker: run() from the start barrier until
 * worker_stopped(). Everything a worker writes while it runs lies in its slot of shared memory,
 * which is faulted in before the start.
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

/* What a worker says: written by it alone. */
struct worker_slot {
	uint32_t reported; /* set last */
	uint32_t max_gap_cpu;
	uint64_t start_ns, end_ns;
	uint64_t iterations;
	uint64_t max_gap_ns; /* U64_NONE: the type has none */
	struct {
		uint32_t seq, pad;
		uint64_t stamp_ns;
	} wake; /* written by the waker: the stamp, then the number of the wake-up */
	struct hist latency[LATENCY_COUNT]; /* those of the type's row */
};

struct work_group {
	uint32_t size;
	struct worker_slot *slots; /* size of them, by member */
	void *area;                /* impl->area_bytes of zeroed shared memory, or NULL */
	int pipe[2][2];            /* pipe[i]: what worker i reads; prepare() opens what it uses */
};

struct worker {
	struct run_control *control;
	struct worker_slot *slot;
	struct work_group *group;
	uint32_t member; /* within the group */
	uint64_t rng;    /* seeded from the job's seed and the worker's place */
	double param[WORK_PARAMS_MAX];
};

struct work_impl {
	size_t area_bytes;                                     /* of a group */
	int (*prepare)(struct work_group *g, struct err *err); /* may be NULL */
	void (*run)(struct worker *w);
};

/* By enum work_type. */
extern const struct work_impl *const work_impls[WORK_TYPE_COUNT];
extern const struct work_impl work_cpu_spin, work_pipe_ping_pong;

static inline bool worker_stopped(const struct worker *w)
{
	return __atomic_load_n(&w->control->stop, __ATOMIC_RELAXED);
}

/* xorshift64*, for everything left to chance. */
static inline uint64_t worker_random(struct worker *w)
{
	w->rng ^= w->rng >> 12;
	w->rng ^= w->rng << 25;
	w->rng ^= w->rng >> 27;
	return w->rng * 0x2545f4914f6cdd1dULL;
}

#endif
