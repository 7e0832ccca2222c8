/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The test's cgroups: /sys/fs/cgroup/ktstr/<name>, and the guest's root cgroup as the last entry.
 * The agent itself stays in the root cgroup.
 */
#ifndef AGENT_CGROUP_H
#define AGENT_CGROUP_H

#include "base/err.h"
#include "harness/agent/procstat.h"
#include "harness/wire/job.h"

#define CGROUP_ROOT "sys/fs/cgroup"
#define CGROUP_TEST CGROUP_ROOT "/ktstr"

struct cgroup {
	const struct job_cgroup *job; /* NULL: the guest's root cgroup */
	char *path;                   /* below root_fd */
	int fd; /* its folder, for clone3(CLONE_INTO_CGROUP); -1: does not exist */
	bool frozen;
	struct cgroup_stat before; /* counters when the run began, or when it was made */
	struct cgroup_stat ended;  /* used before it was last removed */
};

struct cgroups {
	int root_fd;
	char *controllers; /* "+cpu +cpuset", as in cgroup.subtree_control */
	struct cgroup *items;
	size_t n; /* the job's, and the root */
};

/* Does ahead what cgroups_init() does for any job: a saved machine has done it. */
int cgroups_prepare(int root_fd, struct err *err) MUST_CHECK;
/* Makes /sys/fs/cgroup/ktstr with the controllers that the job's knobs need, and no cgroup in it
 * yet. */
int cgroups_init(struct cgroups *c, const struct job *job, int root_fd, struct err *err) MUST_CHECK;
void cgroups_done(struct cgroups *c);
/* By index into job.cgroups; U32_NONE: the root. NULL with err set: it does not exist now. */
struct cgroup *cgroups_get(struct cgroups *c, uint32_t index, struct err *err);
/* How many of the job's cgroups exist now. */
uint32_t cgroups_count(const struct cgroups *c);

/* Makes the cgroup and writes its knobs. */
int cgroup_make(struct cgroups *c, uint32_t index, struct err *err) MUST_CHECK;
/* Kills all tasks in it, then removes it and all cgroups below. Its counters are kept in
 * g->ended. */
int cgroup_remove(struct cgroups *c, struct cgroup *g, struct err *err) MUST_CHECK;
/* Writes an interface file ("cpu.max"). */
int cgroup_write(struct cgroups *c, const struct cgroup *g, const char *file, const char *value,
                 struct err *err) MUST_CHECK;
/* Freezes or thaws it. Waits until the kernel reports it, at most 5 s. */
int cgroup_freeze(struct cgroups *c, struct cgroup *g, bool frozen, struct err *err) MUST_CHECK;
/* Moves all tasks, also those forked meanwhile. Not from the root. */
int cgroup_move_tasks(struct cgroups *c, const struct cgroup *from, const struct cgroup *to,
                      struct err *err) MUST_CHECK;
/* As fork(2); the child starts in the cgroup whose folder is dir_fd. */
pid_t cgroup_fork(int dir_fd);
/* The path, below root_fd, of the job's cgroup `name`. The caller frees. */
char *cgroup_path(const char *name);
/* Whether `name` lies anywhere below `parent`. */
bool cgroup_is_below(const char *name, const char *parent);

/* The run begins: usage until now does not count. */
void cgroups_begin(struct cgroups *c);
/* What it has used since, also before it was removed and made again. */
void cgroup_used(const struct cgroups *c, const struct cgroup *g, struct cgroup_stat *out);

#endif
