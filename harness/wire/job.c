/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/job.h"

static const char *const work_type_name[] = {
#define X(e, name, doc) [e] = name,
	WORK_TYPES(X)
#undef X
};
const struct json_names work_type_names = JSON_NAMES(work_type_name);

#define F(kind_, member, ...)                                                                      \
	{                                                                                          \
		.name = #member, .kind = (kind_), .off = offsetof(struct T, member), __VA_ARGS__   \
	}

#define T job_work
static const struct json_field job_work_fields[] = {
	F(JSON_ENUM, type, .names = &work_type_names, .doc = "what a worker does"),
	F(JSON_U32, workers, .doc = "how many"),
	F(JSON_F64MAP, params, .flags = JSON_OPTIONAL, .doc = "parameters of the work type"),
};
const struct json_table job_work_table =
	JSON_TABLE("job_work", struct job_work, job_work_fields, "workers of one type");
#undef T

#define T job_cgroup
static const struct json_field job_cgroup_fields[] = {
	F(JSON_STR, name, .doc = "one path component"),
	F(JSON_STR, cpuset, .flags = JSON_OPTIONAL, .doc = "cpuset.cpus; null: inherited"),
	F(JSON_U32, cpu_weight, .flags = JSON_OPTIONAL, .doc = "cpu.weight; null: the kernel's"),
	F(JSON_ARRAY, works, .table = &job_work_table, .doc = "what runs in it"),
};
const struct json_table job_cgroup_table =
	JSON_TABLE("job_cgroup", struct job_cgroup, job_cgroup_fields, "a cgroup and its work");
#undef T

#define T job_topology
static const struct json_field job_topology_fields[] = {
	F(JSON_U32, cpus, .doc = "CPUs online"),
	F(JSON_U32, llcs, .doc = "last-level caches"),
	F(JSON_U32, nodes, .doc = "NUMA nodes"),
	F(JSON_U32, threads_per_core, .doc = "SMT threads of a core"),
};
const struct json_table job_topology_table =
	JSON_TABLE("job_topology", struct job_topology, job_topology_fields,
                   "the machine as the guest must see it");
#undef T

#define T job
static const struct json_field job_fields[] = {
	F(JSON_U32, version, .doc = "version of the wire protocol"),
	F(JSON_STR, test, .doc = "name of the test"),
	F(JSON_U64, seed, .doc = "every random choice comes from it"),
	F(JSON_U64, duration_ns, .unit = "ns", .doc = "start barrier to stop signal"),
	F(JSON_U64, quiet_ns, .unit = "ns", .doc = "nothing else ran for so long before the start"),
	F(JSON_U64, quiet_timeout_ns, .unit = "ns", .doc = "start all the same after this"),
	F(JSON_OBJ, topology, .table = &job_topology_table, .doc = "the machine expected"),
	F(JSON_STR, scheduler, .doc = "the scheduler's name"),
	F(JSON_STR, scheduler_object, .flags = JSON_OPTIONAL,
	  .doc = "path of the BPF object; null: the kernel's own scheduler"),
	F(JSON_ARRAY, cgroups, .table = &job_cgroup_table, .doc = "what runs"),
};
const struct json_table job_table =
	JSON_TABLE("job", struct job, job_fields, "everything the agent is to do");
#undef T
