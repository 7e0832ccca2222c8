/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A job in the making: what is there at the moment the next op is for. Cgroups and works come
 * first, before the start barrier; then the steps go by.
 */
#ifndef SCENARIO_RESOLVE_H
#define SCENARIO_RESOLVE_H

#include "harness/scenario/cpuset.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/yaml_tree.h"

struct cgroup_state {
	const struct scenario_cgroup *def;
	uint32_t parent; /* index; U32_NONE: none */
	bool there, limited;
	struct cpus cpus; /* when limited: its own cpuset */
};

struct work_state {
	uint32_t cgroup; /* where its workers are now */
	bool runs;
};

struct resolver {
	struct job job;
	struct cgroup_state *cgroups; /* parallel to job.cgroups */
	struct work_state *works;     /* parallel to job.works */
	size_t n_cgroups, n_works;
	uint64_t now_ns; /* U64_NONE: before the start */
	uint32_t step;
	struct cpus offline;
	const struct scenario *scenario;
	const struct yaml_place *at; /* what the next op comes from */
	uint32_t sched;              /* index into job.schedulers, of the one that is attached */
	bool sched_ext;
};

/* A mistake in the file (ERR_FORMAT) has its place; to what does not fit each layer adds its noun.
 */
#define resolve_wrap(err, ...)                                                                     \
	((err)->code == ERR_FORMAT ? -(int)ERR_FORMAT : err_wrap((err), __VA_ARGS__))

struct job_op *resolve_add_op(struct resolver *r, enum op_kind kind);
/* Adds it, its works and what is within, with the ops that make them. */
int resolve_cgroup(struct resolver *r, const struct scenario_cgroup *c, uint32_t parent,
                   struct err *err) MUST_CHECK;
int resolve_work(struct resolver *r, const struct scenario_work *w, uint32_t cgroup,
                 struct err *err) MUST_CHECK;
/* Limits the cgroup from now on. *list is the caller's. */
int resolve_cpuset(struct resolver *r, uint32_t cgroup, const char *spec, char **list,
                   struct err *err) MUST_CHECK;
/* The CPUs it may use now; of U32_NONE all. */
struct cpus resolve_allowed(const struct resolver *r, uint32_t cgroup);
int resolve_affinity(struct resolver *r, const char *text, size_t work, struct strv *out,
                     struct err *err) MUST_CHECK;
/* Its place among the job's, added when it is new there. */
uint32_t resolve_scheduler(struct resolver *r, const char *name);
/* By its path, as it is at the time of the next op. `key` is the one that names it. */
int resolve_cgroup_path(const struct resolver *r, const char *path, const char *key, uint32_t *out,
                        struct err *err) MUST_CHECK;
int resolve_steps(struct resolver *r, const struct scenario *s, struct err *err) MUST_CHECK;

#endif
