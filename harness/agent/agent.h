/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the agent share: the job, and what they send to the host. The agent is /init of
 * the guest; it runs one job and powers the machine off. Reads of /proc and /sys go through
 * root_fd, the descriptor of "/".
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "base/err.h"
#include "harness/wire/allow.h"
#include "harness/wire/job.h"
#include "harness/wire/report.h"
#include "harness/wire/ring.h"

struct agent {
	int root_fd;
	struct ring_writer ring;
	bool has_ring;
	struct job job;
	const struct cputopo *topo;  /* as it was at the start */
	struct allow allow;          /* follows the ops */
	struct scheduler *scheduler; /* NULL: the kernel's own */
	struct trace *trace;         /* NULL: none */
};

/* The one that is attached first. */
static inline const struct job_sched *agent_scheduler(const struct agent *a)
{
	return a->job.schedulers.v;
}

void agent_send(struct agent *a, enum wire_msg type, const void *rec);
/* A remark to the host; to the console while there is no ring. */
void agent_log(struct agent *a, const char *fmt, ...) PRINTF(2, 3);
void agent_phase(struct agent *a, enum wire_phase_id phase);

#endif
