/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A job being built, and the state of the guest at the time of its next op. First come the cgroups
 * and works from before the run, then the steps.
 *
 *	struct job_op op = resolver_op(r, OP_SET_CPUSET);
 *	op.cgroup = …;
 *	resolver_add(r, &op);		also updates r->allow
 */
#ifndef SCENARIO_RESOLVER_H
#define SCENARIO_RESOLVER_H

#include "harness/scenario/scenario.h"
#include "yaml/yaml_tree.h"
#include "harness/wire/allow.h"

struct resolver {
	const struct scenario *scenario;
	bool sched_ext; /* the kernel has sched_ext */
	struct job job;
	struct allow allow; /* the state after the ops so far */
	const struct scenario_cgroup *
		*defs; /* per cgroup of the job: its definition in the scenario */
	size_t n_defs;
	uint64_t now_ns;             /* time of the next op; U64_NONE: before the run */
	uint32_t step;               /* of the next op; U32_NONE: none */
	uint32_t sched;              /* the attached one, index into job.schedulers */
	const struct yaml_place *at; /* where the next op stands in the file */
};

/* A mistake in the file (ERR_FORMAT) already names its place. To other errors each layer adds its
 * noun. */
#define resolver_wrap(err, ...)                                                                    \
	((err)->code == ERR_FORMAT ? -(int)ERR_FORMAT : err_wrap((err), __VA_ARGS__))

void resolver_init(struct resolver *r, const struct scenario *s,
                   const struct scenario_setting *setting);
/* Does not free the job, which is the caller's. */
void resolver_done(struct resolver *r);

/* An op with its kind, time and step set, and nothing else. */
struct job_op resolver_op(const struct resolver *r, enum op_kind kind);
/* Appends the op to the job, which then owns it. */
void resolver_add(struct resolver *r, const struct job_op *op);

/* The index of a scheduler in job.schedulers; adds it if it is new. */
uint32_t resolver_scheduler(struct resolver *r, const char *name);
/* The cgroup exists now. */
bool resolver_has_cgroup(const struct resolver *r, uint32_t index);
/* Finds a cgroup that exists now by its path. `key` holds the path, for the error. */
int resolver_find_cgroup(const struct resolver *r, const char *path, const char *key, uint32_t *out,
                         struct err *err) MUST_CHECK;
/* Resolves a cpuset `spec` for a cgroup in `parent` into a CPU list, "0-3". The caller frees
 * *list. */
int resolver_cpuset(const struct resolver *r, uint32_t parent, const char *spec, char **list,
                    struct err *err) MUST_CHECK;
/* Resolves the affinity `text` of a work into CPU lists, which are added to *out. */
int resolver_affinity(const struct resolver *r, const char *text, uint32_t work, struct strv *out,
                      struct err *err) MUST_CHECK;

#endif
