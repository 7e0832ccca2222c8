/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the job's ops are carried out: the cgroups, the workers in them, the CPUs and schedulers
 * under them. Each op is told to the host as it was done.
 */
#ifndef AGENT_STAGE_H
#define AGENT_STAGE_H

#include "harness/agent/agent.h"
#include "harness/agent/cgroup.h"
#include "harness/agent/crew.h"
#include "harness/agent/payload_runs.h"

struct stage {
	struct agent *a;
	struct cgroups cgroups;
	struct crew crew;
	struct payload_runs payloads;
	uint64_t begin_ns; /* of the run; none: not begun */
	bool *offline;     /* per CPU: we took it away */
};

/* The ops from before the run, up to the first that fails. Accepts stage_done() in any case. */
int stage_set_up(struct stage *s, struct agent *a, struct err *err) MUST_CHECK;
/* One op of the job; that it failed is only told to the host. */
void stage_do(struct stage *s, uint32_t op);
/* When the first op from `op` on is due, as time since the barrier; none: no more. */
uint64_t stage_due(const struct job *job, uint32_t op);
/* Of the run: everybody is thawed, all CPUs are back. */
void stage_end(struct stage *s);
void stage_done(struct stage *s);

#endif
