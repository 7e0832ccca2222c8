/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loads a scheduler's object: opens it, sets what the job says (job_sched), loads it, and runs or
 * attaches the programs beside its sched_ext_ops.
 *
 *	object_load(a, job, &log, &lo, &err)
 *	bpf_map__attach_struct_ops(lo.ops)
 *	object_unload(&lo)
 */
#ifndef AGENT_SCHEDULER_LOAD_H
#define AGENT_SCHEDULER_LOAD_H

#include <bpf/libbpf.h>

#include "harness/agent/agent.h"

struct loaded_object {
	struct bpf_object *obj;
	bool loaded;             /* the kernel has it */
	struct bpf_map *ops;     /* the sched_ext_ops, which the caller attaches */
	struct bpf_link **links; /* of the programs beside it */
	size_t n_links;
	struct prog_log *logs; /* the verifier's figures of each program */
	size_t n_logs;
};

/* `log` gets libbpf's messages through the printer that the caller has set. It is emptied before the
 * second try of an object that does not load. On failure *out holds what was opened, so that the
 * error can be explained. Call object_unload() in both cases. */
int object_load(struct agent *a, const struct job_sched *job, struct strbuf *log,
                struct loaded_object *out, struct err *err) MUST_CHECK;
/* The verifier's figures of each program: instructions, states, stack, time. */
void object_count(const struct loaded_object *lo, struct wire_sched *out);
/* Detaches the programs beside the scheduler and closes the object. */
void object_unload(struct loaded_object *lo);

#endif
