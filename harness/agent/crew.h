/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The workers of a job. Workers are processes, forked into their cgroup in batches, one batch per
 * spawn op. Batches from before the run wait at a start barrier and start together. Later batches
 * start at once. At its end each worker waits at a second barrier while its figures are read, then
 * exits. All workers are reported at the end of the run, also those stopped earlier.
 *
 *	crew_init(&crew, agent, &cgroups, &err)
 *	crew_spawn(&crew, op, &err)		waits at the start barrier; during the run: starts
 *	crew_ready(&crew)			reads counters: usage until now does not count
 *	crew_start(&crew)			opens the start barrier
 *	crew_stop_work(&crew, work, &err)
 *	crew_stop(&crew)			stops all, and waits for them at the end barrier
 *	crew_collect(&crew)			reads what they did
 *	crew_report(&crew, i, &cgroup)		crew_report.h: per cgroup
 *	crew_done(&crew)
 */
#ifndef AGENT_CREW_H
#define AGENT_CREW_H

#include "harness/agent/agent.h"
#include "harness/agent/cgroup.h"
#include "harness/agent/pages.h"
#include "harness/agent/roster.h"
#include "harness/agent/trace.h"
#include "harness/agent/work/work.h"

struct crew_member {
	struct worker worker;
	pid_t pid;  /* 0: never forked */
	int status; /* as waitpid() gives it, once `gone` */
	bool gone;
	uint32_t index; /* within its work */
	struct task_stat before, after;
	struct page_count pages; /* at its end */
};

enum crew_state {
	CREW_IDLE,    /* not spawned, or the spawn failed */
	CREW_WAITING, /* at the start barrier */
	CREW_RUNNING,
	CREW_STOPPED,
};

struct crew_shared;

struct crew_batch {
	struct roster_batch *place;
	enum crew_state state;
	uint32_t cgroup; /* where it is now, index into job.cgroups; U32_NONE: the root */
	struct crew_shared *shared;
	uint32_t groups_made;
	uint32_t lists;    /* of allowed CPUs, see roster_join_lists() */
	uint64_t begin_ns; /* barrier opened; a worker first runs at its slot's start_ns */
};

struct crew {
	struct agent *a;
	const struct job *job;
	struct cgroups *cgroups;
	struct roster roster;
	void *memory; /* shared with the workers; holds `start` and `slots` */
	size_t memory_bytes;
	uint32_t *start; /* barrier of all batches from before the run; see gate.h */
	struct worker_slot *slots;
	struct work_group *groups;
	struct crew_member *members;
	struct crew_batch *batches; /* one per batch of the roster */
	bool started;
};

static inline const struct job_work *crew_work_of(const struct crew *c, const struct crew_batch *b)
{
	return c->job->works.v + b->place->work;
}

static inline struct crew_member *crew_members_of(const struct crew *c, const struct crew_batch *b)
{
	return &c->members[b->place->first];
}

static inline bool crew_is_live(const struct crew_batch *b)
{
	return b->state == CREW_WAITING || b->state == CREW_RUNNING;
}

int crew_init(struct crew *c, struct agent *a, struct cgroups *cgroups, struct err *err) MUST_CHECK;
int crew_spawn(struct crew *c, uint32_t op, struct err *err) MUST_CHECK;
void crew_ready(struct crew *c);
void crew_start(struct crew *c);
int crew_stop_work(struct crew *c, uint32_t work, struct err *err) MUST_CHECK;
/* Stops the batches that are in this cgroup now. */
void crew_stop_cgroup(struct crew *c, uint32_t cgroup);
/* The tasks of a cgroup were moved. */
void crew_moved(struct crew *c, uint32_t from, uint32_t to);
/* Worker i of each batch gets lists[i % n]. */
int crew_set_affinity(struct crew *c, uint32_t work, const struct strv *lists, struct err *err)
	MUST_CHECK;
void crew_stop(struct crew *c);
void crew_collect(struct crew *c);
void crew_done(struct crew *c);

#endif
