/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's view of the run, through trace.bpf.c. docs/measurement.md says what the figures
 *mean.
 *
 *	t = trace_start(a)			before the quiet wait; NULL: no figures, and a log
 *line trace_add_cgroup(t, index, dir_fd)	whenever one is made, again if it is made again
 *	trace_add_worker(t, worker, pid, index)	whenever one is forked; `worker` is the caller's
 *number trace_begin(t)				just before the barrier falls trace_masks_widen(t)
 *before an op that changes who may run where … trace_masks_set(t)			… and after
 *it: read again from the kernel trace_end(t)				just before the workers are
 *told to stop trace_cgroup(), trace_worker()		fill in their fields, which otherwise stay
 *none trace_free(t)
 *
 * Between widen and set nothing is a breach, so none is reported of a task that the kernel has
 *moved but the map does not know of yet. All accept NULL and do nothing then.
 */
#ifndef AGENT_TRACE_H
#define AGENT_TRACE_H

#include "harness/agent/agent.h"

struct trace;

struct trace *trace_start(struct agent *a);
void trace_add_cgroup(struct trace *t, uint32_t index, int dir_fd);
void trace_add_worker(struct trace *t, uint32_t worker, pid_t pid, uint32_t cgroup);
void trace_begin(struct trace *t);
void trace_masks_widen(struct trace *t);
void trace_masks_set(struct trace *t);
void trace_end(struct trace *t);
/* After out->name and out->nr_throttled are filled in. */
void trace_cgroup(const struct trace *t, uint32_t index, struct wire_cgroup *out);
void trace_worker(const struct trace *t, uint32_t worker, struct wire_worker *out);
void trace_free(struct trace *t);

#endif
