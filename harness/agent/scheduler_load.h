/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scheduler's object from file to loaded programs: opened, filled with what the job says
 * (job_sched), loaded, and the programs beside its sched_ext_ops attached or run.
 *
 *	object_load(a, job, &lo, &err)
 *	bpf_map__attach_struct_ops(lo.ops)
 *	object_unload(&lo)
 */
#ifndef AGENT_SCHEDULER_LOAD_H
#define AGENT_SCHEDULER_LOAD_H

#include <bpf/libbpf.h>

#include "harness/agent/agent.h"

struct loaded_object {
	struct bpf_object *obj;
	struct bpf_map *ops;     /* the sched_ext_ops to attach */
	struct bpf_link **links; /* of the programs beside it */
	size_t n_links;
};

/* On failure *out holds what was opened, for its log; object_unload() frees it either way. */
int object_load(struct agent *a, const struct job_sched *job, struct loaded_object *out,
                struct err *err) MUST_CHECK;
/* Detaches the programs beside the scheduler and closes the object. */
void object_unload(struct loaded_object *lo);

#endif
