/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For workers that move themselves: their own cgroup, and siblings of it (children, when it is the
 * root) with the same CPUs, weight and limits. Siblings, because the cgroup holds processes and so
 * cannot hand a controller down.
 */
#ifndef AGENT_WORK_CGROUP_H
#define AGENT_WORK_CGROUP_H

#include "harness/agent/work/work.h"

struct cgroup_home;

struct cgroup_sibling {
	char name[64];
	int procs_fd;
};

/* NULL: there is no cgroup2, or no permission. */
struct cgroup_home *cgroup_home_find(void);
void cgroup_home_free(struct cgroup_home *home);
bool cgroup_home_return(const struct cgroup_home *home);
bool cgroup_sibling_make(const struct cgroup_home *home, unsigned int index,
                         struct cgroup_sibling *s);
bool cgroup_sibling_enter(const struct cgroup_sibling *s);
void cgroup_sibling_remove(const struct cgroup_home *home, struct cgroup_sibling *s);

#endif
