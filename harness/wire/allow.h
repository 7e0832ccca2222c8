/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which works run, where, and on which CPUs, as the ops of a job say and not as the kernel does.
 *The one model of it: the resolver asks it how many CPUs a percentage is of, fairness what each
 *cgroup was entitled to, the agent what a breach is. Pure.
 *
 *	allow_init(&a, &job)
 *	allow_op(&a, &op)			after each op that is made, or that succeeded
 *	allow_of_cgroup(), allow_of_work()	now
 *
 * The job may grow between two ops, as the resolver's does.
 *
 * A cgroup may use the CPUs its cpuset asks for of those that its parent may use. Where that is
 * none, and without a cpuset, it may use all that its parent may. The CPUs of a partition are for
 * what is in it and for nobody else; nobody may use an offline CPU. A worker may use the CPUs of
 *its affinity of those that its cgroup may use, or all of these where that is none.
 */
#ifndef WIRE_ALLOW_H
#define WIRE_ALLOW_H

#include "harness/wire/cpus.h"
#include "harness/wire/job.h"

struct allow_cgroup {
	uint32_t parent;  /* index; none: below the test's own, which allows all */
	struct cpus asks; /* its cpuset; empty: it has none */
	bool made, partition;
};

struct allow_work {
	uint32_t cgroup;      /* where its workers are: index; none: the root */
	uint32_t starts;      /* how often it was started since it last ended; 0: it does not run */
	struct strv affinity; /* given since it was started; empty: as the job has it */
};

/* The caller's number of a worker. */
struct allow_worker {
	uint32_t work, index; /* in the job, within the work */
};

struct allow {
	const struct job *job;
	struct allow_cgroup *cgroups; /* as far as the job had them at the last op */
	struct allow_work *works;     /* likewise */
	struct allow_worker *workers;
	size_t n_cgroups, n_works, n_workers;
	struct cpus online;
};

void allow_init(struct allow *a, const struct job *job);
void allow_done(struct allow *a);
void allow_op(struct allow *a, const struct job_op *op);

/* Of a cgroup that is not in the job: the root's. */
void allow_of_cgroup(const struct allow *a, uint32_t index, struct cpus *out);
/* Of the worker of that number within the work. */
void allow_of_work(const struct allow *a, uint32_t work, uint32_t index, struct cpus *out);
/* What the cpuset of a cgroup in this one, or the affinity of a worker in it, may ask for: offline
 * CPUs, which may come back, and those of partitions, whose own cpuset it may be, are in it. */
void allow_to_ask_for(const struct allow *a, uint32_t cgroup, struct cpus *out);
/* The lists of which worker i may use [i % n]; empty: what the cgroup may use. Borrowed. */
const struct strv *allow_affinity(const struct allow *a, uint32_t work);

/* Of workers by the caller's numbers. */
void allow_add(struct allow *a, uint32_t worker, const struct allow_worker *who);
void allow_of_worker(const struct allow *a, uint32_t worker, struct cpus *out);
uint32_t allow_cgroup_of(const struct allow *a, uint32_t worker);

#endif
