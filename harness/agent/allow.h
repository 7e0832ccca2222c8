/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may run where, as the job says and not as the kernel does: what a breach is judged by.
 * Follows the ops as they are carried out. Pure.
 *
 *	allow_init(&a, &job)
 *	allow_op(&a, &op)			after each op that succeeded
 *	allow_add(&a, worker, &who)		when a worker is let go
 *	allow_of_cgroup(), allow_of_worker()	now
 *
 * cpuset: what it asks for within its parent's, or all of its parent's where that is nothing; the
 * CPUs of a partition are nobody else's; an offline CPU is nobody's. Affinity: within that, or all
 * of it.
 */
#ifndef AGENT_ALLOW_H
#define AGENT_ALLOW_H

#include "harness/agent/trace_shared.h"
#include "harness/wire/job.h"

struct cpus {
	uint64_t w[TRACE_WORDS];
};

struct allow_worker {
	uint32_t work, index;        /* in the job, within the work */
	uint32_t cgroup;             /* index; none: the root */
	const struct strv *affinity; /* [index % n] */
	bool present;
};

struct allow_cgroup {
	uint32_t parent;  /* index; none: below the test's own, which allows all */
	struct cpus asks; /* none: nothing */
	bool made, partition;
};

struct allow {
	const struct job *job;
	struct allow_cgroup *cgroups;
	struct allow_worker *workers; /* by the caller's number */
	size_t n_workers;
	struct cpus online;
};

void allow_init(struct allow *a, const struct job *job);
void allow_done(struct allow *a);
void allow_op(struct allow *a, const struct job_op *op);
/* With `affinity` none, and whatever its work was given before: that of the job. */
void allow_add(struct allow *a, uint32_t worker, const struct allow_worker *who);
/* index job.cgroups.n or none: the root. */
void allow_of_cgroup(const struct allow *a, uint32_t index, struct cpus *out);
void allow_of_worker(const struct allow *a, uint32_t worker, struct cpus *out);
uint32_t allow_count(const struct cpus *c);

#endif
