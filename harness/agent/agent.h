/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /init of the guest. One agent runs one job and powers the machine off; this is what its parts
 * share. Reads of /proc and /sys go through root_fd, the descriptor of "/".
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
	const struct cputopo *topo; /* as it was at the start */
	struct allow allow;         /* follows the ops */
	struct sched *sched;        /* NULL: the kernel's own */
	struct trace *trace;        /* NULL: none */
};

/* The one that is attached first. */
static inline const struct job_sched *agent_scheduler(const struct agent *a)
{
	return a->job.schedulers.v;
}

/* A remark to the host; on the console too while there is no ring. */
void agent_log(struct agent *a, const char *fmt, ...) PRINTF(2, 3);
void agent_send(struct agent *a, enum wire_msg type, const void *rec);
void agent_phase(struct agent *a, enum wire_phase_id phase);

/* The pseudo file systems everything else needs; a missing debugfs or tracefs is no error. */
int agent_mount(struct err *err) MUST_CHECK;
/* What programs expect of a machine and the workers do without. */
void agent_furnish(struct agent *a);
/* Maps the region shared with the host. */
int agent_map_ring(struct agent *a, struct err *err) MUST_CHECK;
/* Reads and decodes the job. */
int agent_read_job(struct agent *a, struct err *err) MUST_CHECK;
/* Bounds how long one virtual CPU runs before the next gets its turn. */
void agent_set_quantum(struct agent *a, uint64_t ns);
/* Runs the job's workers and sends what they did. */
int agent_run(struct agent *a, struct err *err) MUST_CHECK;
/* Waits until nothing else runs; fills the quiet fields. */
void agent_wait_quiet(struct agent *a, struct wire_system *sys);

#endif
