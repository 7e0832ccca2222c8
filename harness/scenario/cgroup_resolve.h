/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns a scenario's cgroups and works into those of a job, with the ops that make them. */
#ifndef SCENARIO_CGROUP_RESOLVE_H
#define SCENARIO_CGROUP_RESOLVE_H

#include "harness/scenario/resolver.h"

/* Adds a cgroup, its works and the cgroups in it. `parent`, `cgroup`: index into job.cgroups;
 * U32_NONE: the root. */
int resolve_cgroup(struct resolver *r, const struct scenario_cgroup *c, uint32_t parent,
                   struct err *err) MUST_CHECK;
int resolve_work(struct resolver *r, const struct scenario_work *w, uint32_t cgroup,
                 struct err *err) MUST_CHECK;
int resolve_works(struct resolver *r, const struct scenario_work *works, uint32_t n,
                  uint32_t cgroup, struct err *err) MUST_CHECK;

#endif
