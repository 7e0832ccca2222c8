/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Measures the run inside the kernel, with the programs of trace.bpf.c. docs/measurement.md says
 * what the figures mean.
 *
 *	t = trace_start(a)			before the quiet wait
 *	t = trace_take_job(t)			in a restored machine: the job is another one
 *	trace_add_cgroup(t, index, dir_fd)	each time a cgroup is made
 *	trace_add_worker(t, worker, pid)	each time a worker starts, once agent.allow has it
 *	trace_begin(t)				just before the start barrier opens
 *	trace_masks_widen(t)			before an op that changes the allowed CPUs …
 *	trace_masks_set(t)			… and after it
 *	trace_load_ends(t)			before the workers stop: no more samples
 *	trace_end(t)				once all workers are at the end barrier
 *	trace_end_worker(t, worker)		when the worker's other figures are read
 *	trace_cgroup(), trace_worker()		fill in fields; without them: not measured
 *	trace_runqs()				the run queues during the run, or NULL
 *	trace_share()				who ran the load
 *	trace_free(t)
 *
 * If tracing is not possible, trace_start() logs why and returns NULL. All functions accept NULL
 * and then do nothing. Between widen and set nothing counts as a breach. So a task that the kernel
 * has moved already, but whose mask is not updated yet, is not reported.
 */
#ifndef AGENT_TRACE_H
#define AGENT_TRACE_H

#include "harness/agent/agent.h"

struct trace;

struct trace *trace_start(struct agent *a);
struct trace *trace_take_job(struct trace *t);
void trace_add_cgroup(struct trace *t, uint32_t index, int dir_fd);
/* `worker`: its number in agent.allow. Workers from 4096 on are not traced. */
void trace_add_worker(struct trace *t, uint32_t worker, pid_t pid);
void trace_end_worker(struct trace *t, uint32_t worker);
void trace_begin(struct trace *t);
void trace_masks_widen(struct trace *t);
void trace_masks_set(struct trace *t);
void trace_load_ends(struct trace *t);
void trace_end(struct trace *t);
/* out->nr_throttled must be filled in. */
void trace_cgroup(const struct trace *t, uint32_t index, struct wire_cgroup *out);
void trace_worker(const struct trace *t, uint32_t worker, struct wire_worker *out);
/* NULL: not measured. The caller frees it (wire_runq_table). */
struct wire_runq *trace_runqs(const struct trace *t);
/* load_ns and load_ext_ns. */
void trace_share(const struct trace *t, struct wire_system *out);
void trace_free(struct trace *t);

#endif
