/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parses the values of a scenario's keys: once to check the file (load.c), and again to resolve it.
 * A malformed value is ERR_FORMAT, and the error names its place. `at` is the place of the record
 * that has the key.
 */
#ifndef SCENARIO_VALUE_H
#define SCENARIO_VALUE_H

#include "harness/scenario/cpuset.h"
#include "harness/scenario/scenario.h"
#include "yaml/yaml_read.h"

/* A name: "cgroup_steady". */
int value_is_name(const struct yaml_place *at, const char *name, struct err *err) MUST_CHECK;
/* Returns the index of `text` in a set of names. The error suggests a similar name. */
int value_name(const struct yaml_place *at, const char *key, const char *text,
               const struct json_names *names, struct err *err) MUST_CHECK;
/* "250ms"; not 0. */
int value_duration(const struct yaml_place *at, const char *key, const char *text, uint64_t *out,
                   struct err *err) MUST_CHECK;
/* "4", or "150%" of n_cpus (at least 1). */
int value_workers(const struct scenario_work *w, uint32_t n_cpus, uint32_t *out, struct err *err)
	MUST_CHECK;
/* policy, and those of priority, runtime, deadline, period and nice that the policy has. */
int value_policy(const struct scenario_work *w, struct job_work *out, struct err *err) MUST_CHECK;
/* mem_policy, mem_nodes. */
int value_memory(const struct scenario_work *w, struct job_work *out, struct err *err) MUST_CHECK;
/* Whether set_knob may name the file. One that is no slip of a known file is left to the kernel. */
int value_knob_file(const struct yaml_place *at, const char *file, struct err *err) MUST_CHECK;
/* weight, max, idle, partition, memory_* → interface files (not the cpuset). */
int value_knobs(const struct scenario_cgroup *c, struct strmap *out, struct err *err) MUST_CHECK;

/* Checks the form of an affinity. */
int value_affinity_check(const struct yaml_place *at, const char *text, struct err *err) MUST_CHECK;
struct affinity_in {
	const struct job_topology *topo;
	const struct cpus *allowed; /* CPUs that the cgroup allows now */
	const struct cpus *to_name; /* the same, with offline CPUs, which may come back */
	uint64_t seed;              /* of random choices */
	uint32_t workers;
};
/* Adds CPU lists to *out; worker i gets [i % n]. No list: any CPU. */
int value_affinity(const char *text, const struct affinity_in *in, struct strv *out,
                   struct err *err) MUST_CHECK;

#endif
