/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Carries out the job's ops on cgroups, workers, payloads, CPUs and the scheduler, and reports each
 * op to the host (WIRE_OP).
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
	uint64_t begin_ns; /* when the run began; U64_NONE: not yet */
	bool *offline;     /* per CPU: an op took it offline */
};

/* Carries out the ops from before the run, up to the first that fails. stage_done() must be called
 * in any case. */
int stage_set_up(struct stage *s, struct agent *a, struct err *err) MUST_CHECK;
/* Carries out one op. A failure is only reported to the host. */
void stage_do(struct stage *s, uint32_t op);
/* When op `op` is due, in ns since the run began; U64_NONE: before the run, or no such op. */
uint64_t stage_due(const struct job *job, uint32_t op);
/* The end of the run: thaws all cgroups and brings all CPUs online. */
void stage_end(struct stage *s);
void stage_done(struct stage *s);

#endif
