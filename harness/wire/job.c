/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/job.h"

#define NAMES(list, var)                                                                           \
	static const char *const var##_text[] = { list(NAME) };                                    \
	const struct json_names var##_names = JSON_NAMES(var##_text)
#define NAME(e, name, doc) [e] = name,
NAMES(WORK_POLICIES, work_policy);
NAMES(MEM_POLICIES, mem_policy);

static const char *const op_text[] = {
#define X(e, key, ...) [e] = #key,
	OPS(X)
#undef X
};
const struct json_names op_names = JSON_NAMES(op_text);

const struct op_def op_defs[OP_COUNT] = {
#define X(e, key, takes, effect_, shares_, doc)                                                    \
	[e] = { .effect = EFFECT_##effect_, .shares = SHARES_##shares_ },
	OPS(X)
#undef X
};

#define F(kind_, member, ...)                                                                      \
	{                                                                                          \
		.name = #member, .kind = (kind_), .off = offsetof(struct T, member), __VA_ARGS__   \
	}

#define MAYBE .flags = JSON_OPTIONAL

#define T job_work
static const struct json_field job_work_fields[] = {
	F(JSON_U32, cgroup, MAYBE, .doc = "index of its cgroup; null: the guest's root"),
	F(JSON_ENUM, type, .names = &work_type_names, .doc = "what a worker does"),
	F(JSON_U32, workers, .doc = "how many"),
	F(JSON_F64MAP, params, MAYBE, .doc = "parameters of the work type; others: the default"),
	F(JSON_ENUM, policy, MAYBE, .names = &work_policy_names,
	  .doc = "scheduling policy; null: normal"),
	F(JSON_U32, rt_priority, MAYBE, .doc = "policy fifo or rr: priority"),
	F(JSON_U64, runtime_ns, MAYBE, .unit = "ns", .doc = "policy deadline: runtime"),
	F(JSON_U64, deadline_ns, MAYBE, .unit = "ns", .doc = "policy deadline: deadline"),
	F(JSON_U64, period_ns, MAYBE, .unit = "ns", .doc = "policy deadline: period"),
	F(JSON_I64, nice, MAYBE, .doc = "nice value; null: 0"),
	F(JSON_STRV, affinity, MAYBE, .doc = "n CPU lists: worker i gets list i modulo n"),
	F(JSON_ENUM, mem_policy, MAYBE, .names = &mem_policy_names, .doc = "set_mempolicy(2)"),
	F(JSON_STR, mem_nodes, MAYBE, .doc = "nodes of the memory policy, list form"),
};
const struct json_table job_work_table =
	JSON_TABLE("job_work", struct job_work, job_work_fields, "workers of one type");
#undef T

#define T job_cgroup
static const struct json_field job_cgroup_fields[] = {
	F(JSON_STR, name, .doc = "path below the test's own cgroup"),
	F(JSON_STRMAP, knobs, MAYBE, .doc = "interface files written when it is made"),
};
const struct json_table job_cgroup_table =
	JSON_TABLE("job_cgroup", struct job_cgroup, job_cgroup_fields, "a cgroup");
#undef T

#define T job_payload
static const struct json_field job_payload_fields[] = {
	F(JSON_STR, name, .doc = "its name"),
	F(JSON_U32, cgroup, MAYBE, .doc = "index of its cgroup; null: the guest's root"),
	F(JSON_STRV, argv, .doc = "program (path in the initramfs) and arguments"),
	F(JSON_STRV, env, MAYBE, .doc = "environment, NAME=value"),
	F(JSON_STRV, collect, MAYBE,
	  .doc = "files whose text is added to the output; the last part is a pattern"),
	F(JSON_U64, output_max_bytes, .unit = "bytes", .doc = "how much of its output is kept"),
};
const struct json_table job_payload_table =
	JSON_TABLE("job_payload", struct job_payload, job_payload_fields, "a program to run");
#undef T

#define T job_command
static const struct json_field job_command_fields[] = {
	F(JSON_STR, text, .doc = "as it was written"),
	F(JSON_STRV, argv, .doc = "program (path in the initramfs) and arguments"),
};
const struct json_table job_command_table =
	JSON_TABLE("job_command", struct job_command, job_command_fields, "a program to its end");
#undef T

#define T job_patch
static const struct json_field job_patch_fields[] = {
	F(JSON_STR, section, .doc = "section of variables, or name of a sched_ext_ops map"),
	F(JSON_BOOL, ops, .doc = "into a sched_ext_ops map"),
	F(JSON_U64, offset, .unit = "bytes", .doc = "in the section's or the map's value"),
	F(JSON_STR, hex, .doc = "the bytes, two digits each"),
};
const struct json_table job_patch_table =
	JSON_TABLE("job_patch", struct job_patch, job_patch_fields, "bytes set before the load");
#undef T

#define T job_run
static const struct json_field job_run_fields[] = {
	F(JSON_STR, prog, .doc = "a program of section syscall"),
	F(JSON_STR, hex, .doc = "the struct it gets, two digits a byte; empty: none"),
};
const struct json_table job_run_table =
	JSON_TABLE("job_run", struct job_run, job_run_fields, "a program run before the attach");
#undef T

#define T job_sched
static const struct json_field job_sched_fields[] = {
	F(JSON_STR, name, .doc = "the scheduler's name"),
	F(JSON_STR, object, MAYBE, .doc = "path of the BPF object; null: another kind"),
	F(JSON_STR, ops_map, MAYBE, .doc = "the sched_ext_ops to attach, of several"),
	F(JSON_ARRAY, patches, MAYBE, .table = &job_patch_table, .doc = "what is set in it"),
	F(JSON_STRMAP, map_entries, MAYBE, .doc = "sizes of maps"),
	F(JSON_STRMAP, sizes, MAYBE, .doc = "sizes of sections, in bytes"),
	F(JSON_ARRAY, runs, MAYBE, .table = &job_run_table,
	  .doc = "programs run before the attach"),
	F(JSON_STRV, argv, MAYBE, .doc = "an executable that attaches it, and its arguments"),
	F(JSON_U64, attach_timeout_ns, MAYBE, .unit = "ns",
	  .doc = "how long the executable may take until it has attached"),
};
const struct json_table job_sched_table =
	JSON_TABLE("job_sched", struct job_sched, job_sched_fields, "a scheduler");
#undef T

#define T job_op
static const struct json_field job_op_fields[] = {
	F(JSON_U64, at_ns, MAYBE, .unit = "ns", .doc = "after the start barrier; null: before it"),
	F(JSON_U32, step, MAYBE, .doc = "index of its step"),
	F(JSON_ENUM, kind, .names = &op_names, .doc = "what to do"),
	F(JSON_U32, cgroup, MAYBE, .doc = "index of a cgroup"),
	F(JSON_U32, to_cgroup, MAYBE, .doc = "index of another cgroup"),
	F(JSON_U32, work, MAYBE, .doc = "index of a work"),
	F(JSON_U32, payload, MAYBE, .doc = "index of a payload"),
	F(JSON_U32, sched, MAYBE, .doc = "index of a scheduler"),
	F(JSON_STR, cpus, MAYBE, .doc = "CPU list"),
	F(JSON_STR, to_cpus, MAYBE, .doc = "CPU list for the other cgroup"),
	F(JSON_STRV, affinity, MAYBE, .doc = "CPU lists, as in a work"),
	F(JSON_STR, file, MAYBE, .doc = "interface file"),
	F(JSON_STR, value, MAYBE, .doc = "what to write to the file"),
	F(JSON_U64, timeout_ns, MAYBE, .unit = "ns", .doc = "longest wait"),
};
const struct json_table job_op_table =
	JSON_TABLE("job_op", struct job_op, job_op_fields, "one thing to do, and when");
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
                   "the topology that the guest must see");
#undef T

#define T job_shell
static const struct json_field job_shell_fields[] = {
	F(JSON_STRV, argv, .doc = "path in the guest, and arguments"),
	F(JSON_STRV, env, MAYBE, .doc = "NAME=value"),
	F(JSON_STR, dir, .doc = "working directory"),
	F(JSON_BOOL, terminal, .doc = "on a terminal of its own"),
};
const struct json_table job_shell_table =
	JSON_TABLE("job_shell", struct job_shell, job_shell_fields, "a program the user talks to");
#undef T

#define T job_bench
static const struct json_field job_bench_fields[] = {
	F(JSON_STRV, names, .doc = "benchmarks, in order"),
	F(JSON_U32, repeat, .doc = "which run of each this is"),
	F(JSON_U64, time_ns, .unit = "ns", .doc = "time for the samples of one"),
	F(JSON_STR, file, MAYBE, .doc = "file for those that read one"),
	F(JSON_U64, image_bytes, MAYBE, .unit = "bytes", .doc = "size of the kernel's image"),
	F(JSON_STRV, with, MAYBE, .doc = "program that runs beside them in a second pass"),
	F(JSON_BOOL, with_first, MAYBE, .doc = "that pass is the first"),
};
const struct json_table job_bench_table =
	JSON_TABLE("job_bench", struct job_bench, job_bench_fields, "micro-benchmarks to run");
#undef T

#define T job
static const struct json_field job_fields[] = {
	F(JSON_U32, version, .doc = "version of the wire protocol"),
	F(JSON_STR, test, .doc = "name of the test"),
	F(JSON_U64, seed, .doc = "seed of every random choice"),
	F(JSON_U64, duration_ns, .unit = "ns", .doc = "start barrier to stop signal"),
	F(JSON_U64, quiet_ns, .unit = "ns",
	  .doc = "how long the guest must be idle before the start"),
	F(JSON_U64, quiet_timeout_ns, .unit = "ns", .doc = "start anyway after this long"),
	F(JSON_U64, quantum_ns, MAYBE, .unit = "ns",
	  .doc = "longest turn of a vCPU; null: not limited"),
	F(JSON_OBJ, topology, .table = &job_topology_table, .doc = "the topology expected"),
	F(JSON_ARRAY, schedulers, .table = &job_sched_table,
	  .doc = "the first is attached before anything else"),
	F(JSON_ARRAY, cgroups, .table = &job_cgroup_table, .doc = "all cgroups of the run"),
	F(JSON_ARRAY, works, .table = &job_work_table, .doc = "all works of the run"),
	F(JSON_ARRAY, payloads, MAYBE, .table = &job_payload_table,
	  .doc = "all payloads of the run"),
	F(JSON_STRV, steps, MAYBE, .doc = "names of the steps"),
	F(JSON_ARRAY, ops, .table = &job_op_table, .doc = "what to do, in order of time"),
	F(JSON_OBJ_PTR, shell, MAYBE, .table = &job_shell_table, .doc = "run this, and no load"),
	F(JSON_OBJ_PTR, bench, MAYBE, .table = &job_bench_table,
	  .doc = "run these benchmarks, and no load"),
	F(JSON_U32, save_level, MAYBE, .doc = "get ready for the next job, then be saved"),
	F(JSON_BOOL, count_runs, .doc = "count the runs of the scheduler's BPF programs"),
	F(JSON_STR, trace_object, MAYBE, .doc = "path of the tracing BPF object"),
	F(JSON_STRV, sysctls, MAYBE, .doc = "set before the run; with a leading -: if they exist"),
	F(JSON_STR, lockdown, MAYBE, .doc = "switched on before the run"),
	F(JSON_ARRAY, enable, MAYBE, .table = &job_command_table,
	  .doc = "programs that switch the scheduler on before the run"),
	F(JSON_ARRAY, disable, MAYBE, .table = &job_command_table,
	  .doc = "programs that switch it off after the run"),
};
const struct json_table job_table =
	JSON_TABLE("job", struct job, job_fields, "everything the agent has to do");
#undef T

bool job_sched_is_ext(const struct job_sched *s)
{
	return s->object || s->argv.n;
}

bool job_is_of_sched_ext(const struct job *job)
{
	for (size_t i = 0; i < job->schedulers.n; i++)
		if (job_sched_is_ext(&job->schedulers.v[i]))
			return true;
	return false;
}
