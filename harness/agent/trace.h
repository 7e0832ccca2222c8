/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's view of the run, through trace.bpf.c. docs/measurement.md says what the figures
 * mean.
 *
 *	t = trace_start(a)			before the quiet wait
 *	t = trace_take_job(t)			in a restored machine: the job is another
 *	trace_add_cgroup(t, index, dir_fd)	whenever one is made, again if it is made again
 *	trace_add_worker(t, worker, pid)	whenever one is let go, agent.allow knows it
 *	trace_begin(t)				just before the barrier falls
 *	trace_masks_widen(t)			before what changes who may run where …
 *	trace_masks_set(t)			… and after it
 *	trace_load_ends(t)			before anything is stopped: no samples from here on
 *	trace_end(t)				once the workers stand at the end barrier
 *	trace_end_worker(t, worker)		when its other figures are read
 *	trace_cgroup(), trace_worker()		fill in fields, which otherwise stay none
 *	trace_runqs()				the run queues meanwhile, NULL: not known
 *	trace_free(t)
 *
 * trace_start() returns NULL, and leaves a line in the log, when there is nothing to trace with;
 * all accept that and do nothing then. Between widen and set nothing is a breach, so none is
 * reported of a task that the kernel has moved but the map does not know of yet.
 */
#ifndef AGENT_TRACE_H
#define AGENT_TRACE_H

#include "harness/agent/agent.h"

struct trace;

struct trace *trace_start(struct agent *a);
struct trace *trace_take_job(struct trace *t);
void trace_add_cgroup(struct trace *t, uint32_t index, int dir_fd);
/* `worker` is the caller's number. */
void trace_add_worker(struct trace *t, uint32_t worker, pid_t pid);
void trace_end_worker(struct trace *t, uint32_t worker);
void trace_begin(struct trace *t);
void trace_masks_widen(struct trace *t);
void trace_masks_set(struct trace *t);
void trace_load_ends(struct trace *t);
void trace_end(struct trace *t);
/* After out->name and out->nr_throttled are filled in. */
void trace_cgroup(const struct trace *t, uint32_t index, struct wire_cgroup *out);
void trace_worker(const struct trace *t, uint32_t worker, struct wire_worker *out);
/* The caller frees it. */
struct wire_runq *trace_runqs(const struct trace *t);
void trace_free(struct trace *t);

#endif
