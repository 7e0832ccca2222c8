/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For workers that move themselves between cgroups: their own cgroup ("home"), and siblings of it
 * with the same CPUs, weight and limits. They are siblings because a cgroup that holds processes
 * cannot enable controllers for children. The root cgroup can: there they are children.
 */
#ifndef AGENT_WORK_CGROUP_H
#define AGENT_WORK_CGROUP_H

#include "harness/agent/work/work.h"

struct cgroup_home;

struct cgroup_sibling {
	char name[64];
	int procs_fd;
};

/* NULL: no cgroup2, or no permission. */
struct cgroup_home *cgroup_home_find(void);
void cgroup_home_free(struct cgroup_home *home);
/* Moves the calling worker back home. */
bool cgroup_home_return(const struct cgroup_home *home);
bool cgroup_sibling_make(const struct cgroup_home *home, unsigned int index,
                         struct cgroup_sibling *s);
/* Moves the calling worker into the sibling. */
bool cgroup_sibling_enter(const struct cgroup_sibling *s);
void cgroup_sibling_remove(const struct cgroup_home *home, struct cgroup_sibling *s);

#endif
