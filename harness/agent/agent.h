/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all parts of the agent share: the job and the ring to the host. The agent is the guest's
 * /init: it runs one job and powers the guest off. Reads of /proc and /sys go through root_fd, a
 * descriptor of "/".
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
	uint64_t started_ns; /* CLOCK_MONOTONIC when the agent began */
	struct ring_writer ring;
	bool has_ring;
	size_t region_bytes; /* of the ring and the input behind it */
	struct job job;
	struct strv remarks;        /* logged before the machine was saved; sent again afterwards */
	const struct cputopo *topo; /* at the start of the guest */
	struct allow allow;         /* kept up to date by each op */
	struct scheduler *scheduler;   /* NULL: the kernel's own scheduler */
	struct trace *trace;           /* NULL: no tracing */
	struct wire_settings settings; /* as the guest came up (settings.h) */
	struct progstat *progstat;     /* NULL: runs of BPF programs are not counted */
};

/* The scheduler that is attached first. */
static inline const struct job_sched *agent_scheduler(const struct agent *a)
{
	return a->job.schedulers.v;
}

/* Sends a record (its struct belongs to `type`, wire/report.h). Does nothing before the ring is
 * mapped. */
void agent_send(struct agent *a, enum wire_msg type, const void *rec);
/* Sends a log line to the host; before the ring is mapped: prints it on the console. */
void agent_log(struct agent *a, const char *fmt, ...) PRINTF(2, 3);
/* Tells the host that this phase begins now. */
void agent_phase(struct agent *a, enum wire_phase_id phase);

#endif
