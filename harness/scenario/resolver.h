/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A job in the making, and what is there at the moment that its next op is for. Cgroups and works
 * come first, before the start barrier; then the steps go by.
 *
 *	struct job_op op = resolver_op(r, OP_SET_CPUSET);
 *	op.cgroup = …;
 *	resolver_add(r, &op);		from now on r->allow knows of it
 */
#ifndef SCENARIO_RESOLVER_H
#define SCENARIO_RESOLVER_H

#include "harness/scenario/scenario.h"
#include "harness/scenario/yaml_tree.h"
#include "harness/wire/allow.h"

struct resolver {
	const struct scenario *scenario;
	bool sched_ext; /* the kernel can have others than its own */
	struct job job;
	struct allow allow;                  /* as the ops so far leave it */
	const struct scenario_cgroup **defs; /* of the job's cgroups: as they are in the scenario */
	size_t n_defs;
	uint64_t now_ns;             /* of the next op; U64_NONE: before the start */
	uint32_t step;               /* likewise */
	uint32_t sched;              /* index into job.schedulers, of the one that is attached */
	const struct yaml_place *at; /* what the next op comes from */
};

/* A mistake in the file (ERR_FORMAT) has its place; to what does not fit each layer adds its noun. */
#define resolver_wrap(err, ...)                                                                    \
	((err)->code == ERR_FORMAT ? -(int)ERR_FORMAT : err_wrap((err), __VA_ARGS__))

void resolver_init(struct resolver *r, const struct scenario *s,
                   const struct scenario_setting *setting);
/* Not the job, which is the caller's. */
void resolver_done(struct resolver *r);

/* An op of now, with nothing set but its kind and time. */
struct job_op resolver_op(const struct resolver *r, enum op_kind kind);
/* Puts it into the job, which owns it from now on. */
void resolver_add(struct resolver *r, const struct job_op *op);

/* Its place among the job's, added when it is new there. */
uint32_t resolver_scheduler(struct resolver *r, const char *name);
bool resolver_has_cgroup(const struct resolver *r, uint32_t index);
/* Of those that are there now, by its path. `key` is the one that names it. */
int resolver_find_cgroup(const struct resolver *r, const char *path, const char *key, uint32_t *out,
                         struct err *err) MUST_CHECK;
/* What `spec` is in a cgroup below `parent`, list form; *list is the caller's. */
int resolver_cpuset(const struct resolver *r, uint32_t parent, const char *spec, char **list,
                    struct err *err) MUST_CHECK;
/* Adds the lists that `text` is for a work that runs. */
int resolver_affinity(const struct resolver *r, const char *text, uint32_t work, struct strv *out,
                      struct err *err) MUST_CHECK;

#endif
