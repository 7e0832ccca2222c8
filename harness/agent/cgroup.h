/* SPDX-License-Identifier: GPL-2.0-only */
/* The test's cgroups: /sys/fs/cgroup/ktstr/<name>. The agent stays in the root, apart from them. */
#ifndef AGENT_CGROUP_H
#define AGENT_CGROUP_H

#include "base/err.h"
#include "harness/wire/job.h"

#define CGROUP_TEST "sys/fs/cgroup/ktstr"

/* The folder with the cpu and cpuset controllers handed down. */
int cgroup_setup(int root_fd, struct err *err) MUST_CHECK;
/* Makes it and writes its knobs. *dir_fd is for clone3(CLONE_INTO_CGROUP). */
int cgroup_create(int root_fd, const struct job_cgroup *g, int *dir_fd, struct err *err) MUST_CHECK;
/* Path under the root; the caller frees. */
char *cgroup_path(const char *name);

#endif
