/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model of which works run, in which cgroup, and which CPUs they may use. It is computed from
 * the ops of a job, not read from the kernel. It is the only such model: the resolver asks it how
 * many CPUs a percentage stands for, the fairness metric what each cgroup is entitled to, the agent
 * which CPUs are a breach. Pure.
 *
 *	allow_init(&a, &job)
 *	allow_op(&a, &op)			after each op; agent: only if it succeeded
 *	allow_of_cgroup(), allow_of_work()	the state after these ops
 *	allow_done(&a)
 *
 * The job is borrowed and may grow between two ops: the resolver's does.
 *
 * A cgroup may use those CPUs of its cpuset that its parent may use. If there are none, or it has
 * no cpuset, it may use all that its parent may. A cpuset partition has the online CPUs of its
 * cpuset to itself: only it and the cgroups below it may use them. Nobody may use an offline CPU. A
 * worker may use those CPUs of its affinity that its cgroup may use. If there are none, it may use
 * all that its cgroup may.
 */
#ifndef WIRE_ALLOW_H
#define WIRE_ALLOW_H

#include "harness/wire/cpus.h"
#include "harness/wire/job.h"

struct allow_cgroup {
	uint32_t parent;  /* index; none: its parent is the test's own cgroup, which allows all */
	struct cpus asks; /* its cpuset; empty: it has none */
	bool made, partition;
};

struct allow_work {
	uint32_t cgroup;      /* index of the cgroup its workers are in; none: the root */
	uint32_t starts;      /* times it was started since it last ended; 0: it does not run */
	struct strv affinity; /* set by an op since it was started; empty: the job's */
};

/* A worker that the caller has numbered with allow_add(). */
struct allow_worker {
	uint32_t work, index; /* index of its work in the job, its own index within the work */
};

struct allow {
	const struct job *job;
	struct allow_cgroup *cgroups; /* those that the job had at the last op */
	struct allow_work *works;     /* likewise */
	struct allow_worker *workers; /* indexed by the caller's numbers */
	size_t n_cgroups, n_works, n_workers;
	struct cpus online;
};

void allow_init(struct allow *a, const struct job *job);
void allow_done(struct allow *a);
void allow_op(struct allow *a, const struct job_op *op);

/* The CPUs that a cgroup may use. An index that the job does not have stands for the root. */
void allow_of_cgroup(const struct allow *a, uint32_t index, struct cpus *out);
/* The CPUs that worker `index` of a work may use. */
void allow_of_work(const struct allow *a, uint32_t work, uint32_t index, struct cpus *out);
/* The CPUs that the cpuset of a child of this cgroup, or the affinity of a worker in it, may name.
 * Offline CPUs are among them, because they may come back. The CPUs of partitions are too, because
 * the cpuset may be that of a partition. */
void allow_to_ask_for(const struct allow *a, uint32_t cgroup, struct cpus *out);
/* The affinity of a work as CPU lists: worker i gets list [i % n]. Empty: what the cgroup may use.
 * Borrowed. */
const struct strv *allow_affinity(const struct allow *a, uint32_t work);

/* The same by numbers that the caller gives to workers. */
void allow_add(struct allow *a, uint32_t worker, const struct allow_worker *who);
void allow_of_worker(const struct allow *a, uint32_t worker, struct cpus *out);
uint32_t allow_cgroup_of(const struct allow *a, uint32_t worker);

#endif
