/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The workers of a job, as processes: forked into their cgroup, held at a barrier, let go together,
 * stopped together, held again while their figures are read, dismissed.
 *
 *	crew_hire(&crew, job, root_fd, trace, &err)	cgroups made, all at the start barrier
 *	crew_start(&crew)
 *	crew_stop(&crew)			all that will are at the end barrier
 *	crew_collect(&crew)
 *	crew_report(&crew, i, &cgroup)		per cgroup of the job
 *	crew_dismiss(&crew)
 */
#ifndef AGENT_CREW_H
#define AGENT_CREW_H

#include "harness/agent/procstat.h"
#include "harness/agent/trace.h"
#include "harness/agent/work.h"
#include "harness/wire/report.h"

struct crew_member {
	struct worker worker;
	pid_t pid;
	int status; /* as of waitpid(), once gone */
	bool gone;
	uint32_t cgroup, work, index;
	int type;
	struct task_stat before, after;
};

struct crew {
	int root_fd;
	const struct job *job;
	struct trace *trace; /* NULL: none */
	struct run_control *control;
	struct worker_slot *slots;
	struct work_group *groups;
	struct crew_member *members;
	size_t n, n_groups;
	size_t hired, groups_made; /* so far */
	int *cgroup_fds;           /* per cgroup of the job, -1: not there */
	size_t shared_bytes;
	struct cgroup_stat *cgroup_before; /* per cgroup of the job */
};

int crew_hire(struct crew *c, const struct job *job, int root_fd, struct trace *trace,
              struct err *err) MUST_CHECK;
void crew_start(struct crew *c);
void crew_stop(struct crew *c);
void crew_collect(struct crew *c);
/* Fills a json_init()ed record. */
void crew_report(struct crew *c, size_t cgroup, struct wire_cgroup *out);
/* Sum over the workers, none of them left out; U64_NONE when one has none. */
uint64_t crew_cpu_ns(const struct crew *c);
void crew_dismiss(struct crew *c);

#endif
