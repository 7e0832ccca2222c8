/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the keys of a scenario may hold, read once to check the file (load.c) and once to resolve
 * it. A malformed value is ERR_FORMAT and refused by its place: `at` is that of the record that has
 * the key.
 */
#ifndef SCENARIO_VALUE_H
#define SCENARIO_VALUE_H

#include "harness/scenario/cpuset.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/yaml_tree.h"

/* "cgroup_steady": what things are called. */
int value_is_name(const struct yaml_place *at, const char *name, struct err *err) MUST_CHECK;
/* The index of one of a set; refused with a suggestion. */
int value_name(const struct yaml_place *at, const char *key, const char *text,
               const struct json_names *names, struct err *err) MUST_CHECK;
/* "250ms", not 0 */
int value_duration(const struct yaml_place *at, const char *key, const char *text, uint64_t *out,
                   struct err *err) MUST_CHECK;
/* "4" or "150%" of n_cpus, at least 1 */
int value_workers(const struct scenario_work *w, uint32_t n_cpus, uint32_t *out, struct err *err)
	MUST_CHECK;
/* policy, priority, runtime, deadline, period, nice: only those the policy has */
int value_policy(const struct scenario_work *w, struct job_work *out, struct err *err) MUST_CHECK;
/* mem_policy, mem_nodes */
int value_memory(const struct scenario_work *w, struct job_work *out, struct err *err) MUST_CHECK;
/* weight, max, idle → interface files (not the cpuset) */
int value_knobs(const struct scenario_cgroup *c, struct strmap *out, struct err *err) MUST_CHECK;

int value_affinity_check(const struct yaml_place *at, const char *text, struct err *err) MUST_CHECK;
struct affinity_in {
	const struct job_topology *topo;
	const struct cpus *allowed; /* by the cgroup, now */
	const struct cpus
		*to_name; /* those a cpuset keeps: offline ones, which may come back, too */
	uint64_t seed;    /* of what is left to chance */
	uint32_t workers;
};
/* Adds CPU lists, of which worker i gets [i % n]: none, one, or several. */
int value_affinity(const char *text, const struct affinity_in *in, struct strv *out,
                   struct err *err) MUST_CHECK;

#endif
