/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The test's cgroups: /sys/fs/cgroup/ktstr/<name>, and the guest's root cgroup as the last. The
 * agent itself stays in the root, apart from them.
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
	int fd; /* of its folder, for clone3(CLONE_INTO_CGROUP); -1: not there */
	bool frozen;
	struct cgroup_stat before; /* its counters when the run began, or it was made later */
	struct cgroup_stat ended;  /* of those of its lives that are over */
};

struct cgroups {
	int root_fd;
	char *controllers; /* "+cpu +cpuset", as handed down */
	struct cgroup *items;
	size_t n; /* those of the job and the root */
};

/* None is made yet; the test's folder is, with the controllers that the job's knobs need. */
int cgroups_init(struct cgroups *c, const struct job *job, int root_fd, struct err *err) MUST_CHECK;
void cgroups_done(struct cgroups *c);
/* By the job's index, none: the root. NULL, and an error, when it is not there. */
struct cgroup *cgroups_get(struct cgroups *c, uint32_t index, struct err *err);
/* How many are there, of the job's. */
uint32_t cgroups_count(const struct cgroups *c);

/* Makes it and writes its knobs. */
int cgroup_make(struct cgroups *c, uint32_t index, struct err *err) MUST_CHECK;
/* Kills what still runs in it, and removes it and what is below; what it used is kept. */
int cgroup_remove(struct cgroups *c, struct cgroup *g, struct err *err) MUST_CHECK;
int cgroup_write(struct cgroups *c, const struct cgroup *g, const char *file, const char *value,
                 struct err *err) MUST_CHECK;
/* Waits until all its tasks are; none: no change. */
int cgroup_freeze(struct cgroups *c, struct cgroup *g, bool frozen, struct err *err) MUST_CHECK;
int cgroup_move_tasks(struct cgroups *c, const struct cgroup *from, const struct cgroup *to,
                      struct err *err) MUST_CHECK;
/* fork(2) of a child that starts in the cgroup whose folder this is. */
pid_t cgroup_fork(int dir_fd);
/* Path under root_fd of one of the job's; the caller frees. */
char *cgroup_path(const char *name);
/* Whether `name` lies anywhere below `parent`. */
bool cgroup_is_below(const char *name, const char *parent);

/* The run begins: what was used until now does not count. */
void cgroups_begin(struct cgroups *c);
/* What it used in all its lives since. */
void cgroup_used(const struct cgroups *c, const struct cgroup *g, struct cgroup_stat *out);

#endif
