/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/report.h"

#include "harness/wire/job.h"

static const char *const phase_name[] = {
#define X(e, name) [e] = name,
	WIRE_PHASES(X)
#undef X
};
const struct json_names wire_phase_names = JSON_NAMES(phase_name);

#define F(kind_, member, ...)                                                                      \
	{                                                                                          \
		.name = #member, .kind = (kind_), .off = offsetof(struct T, member), __VA_ARGS__   \
	}
#define NS(member, ...) F(JSON_U64, member, .unit = "ns", __VA_ARGS__)
#define MAYBE           .flags = JSON_OPTIONAL

#define T wire_hello
static const struct json_field hello_fields[] = {
	F(JSON_U32, version, .doc = "version of the wire protocol"),
	F(JSON_STR, agent_version, .doc = "version of the agent"),
	F(JSON_STR, kernel_release, .doc = "uname -r"),
	F(JSON_STR, kernel_build, .doc = "uname -v"),
	F(JSON_U32, cpus, MAYBE, .doc = "CPUs online"),
	F(JSON_U32, llcs, MAYBE, .doc = "last-level caches"),
	F(JSON_U32, nodes, MAYBE, .doc = "NUMA nodes"),
	F(JSON_U32, threads_per_core, MAYBE, .doc = "SMT threads of a core"),
	F(JSON_TRI, sched_ext, MAYBE, .doc = "/sys/kernel/sched_ext is there"),
	F(JSON_TRI, btf, MAYBE, .doc = "/sys/kernel/btf/vmlinux is there"),
	NS(at_ns, .doc = "guest's CLOCK_MONOTONIC"),
};
const struct json_table wire_hello_table =
	JSON_TABLE("hello", struct wire_hello, hello_fields, "the guest is up");
#undef T

#define T wire_phase
static const struct json_field phase_fields[] = {
	F(JSON_ENUM, phase, .names = &wire_phase_names, .doc = "the phase that begins"),
	NS(at_ns, .doc = "guest's CLOCK_MONOTONIC"),
};
const struct json_table wire_phase_table =
	JSON_TABLE("phase", struct wire_phase, phase_fields, "how far the guest got");
#undef T

#define T wire_sched
static const struct json_field sched_fields[] = {
	F(JSON_STR, ops, MAYBE, .doc = "/sys/kernel/sched_ext/root/ops"),
	NS(load_ns, MAYBE, .doc = "verifier and JIT"),
	NS(attach_ns, MAYBE, .doc = "attaching"),
	F(JSON_U64, verified_insns, MAYBE, .doc = "instructions verified, all programs"),
	F(JSON_F64MAP, prog_insns, MAYBE, .doc = "instructions verified per program"),
	F(JSON_F64MAP, prog_states, MAYBE, .doc = "verifier states per program"),
	F(JSON_F64MAP, prog_stack, MAYBE, .unit = "bytes", .doc = "deepest frame per program"),
	F(JSON_U32, sched, .doc = "index of the scheduler"),
};
const struct json_table wire_sched_table =
	JSON_TABLE("sched", struct wire_sched, sched_fields, "a scheduler is attached");
#undef T

#define T wire_sched_exit
static const struct json_field sched_exit_fields[] = {
	F(JSON_STR, kind, .doc = "unregistered, error, bpf error, stall, load, attach or unknown"),
	F(JSON_STR, reason, MAYBE, .doc = "the kernel's reason line"),
	F(JSON_STR, message, MAYBE, .doc = "text of scx_bpf_error(), end of the verifier's log"),
	F(JSON_STR, dump, MAYBE, .doc = "the kernel's debug dump"),
	F(JSON_STR, log, MAYBE, .doc = "log of a failed load"),
	NS(at_ns, .doc = "guest's CLOCK_MONOTONIC"),
	F(JSON_BOOL, expected, .doc = "the agent took it away itself"),
	F(JSON_U32, sched, MAYBE, .doc = "index of the scheduler"),
};
const struct json_table wire_sched_exit_table =
	JSON_TABLE("sched_exit", struct wire_sched_exit, sched_exit_fields,
                   "the scheduler went or never came");
#undef T

#define T wire_worker
static const struct json_field worker_fields[] = {
	F(JSON_U32, index, .doc = "within its work"),
	F(JSON_U32, work, .doc = "index of the work in the cgroup"),
	F(JSON_ENUM, type, .names = &work_type_names, .doc = "work type"),
	F(JSON_BOOL, completed, .doc = "it reported"),
	F(JSON_STR, exit, MAYBE, .doc = "why it did not, or gave up"),
	F(JSON_U64, iterations, MAYBE, .doc = "turns of its loop"),
	NS(wall_ns, MAYBE, .doc = "start barrier to stop"),
	NS(cpu_ns, MAYBE, .doc = "CPU time, schedstat"),
	NS(run_delay_ns, MAYBE, .doc = "time runnable but not running, schedstat"),
	F(JSON_U64, timeslices, MAYBE, .doc = "times it was given a CPU, schedstat"),
	F(JSON_U64, voluntary_switches, MAYBE, .doc = "context switches by blocking"),
	F(JSON_U64, involuntary_switches, MAYBE, .doc = "context switches by preemption"),
	F(JSON_U64, migrations, MAYBE, .doc = "moves to another CPU, se.nr_migrations"),
	F(JSON_U64, pages, MAYBE, .doc = "memory of its own at its end, pages of 4 KiB"),
	F(JSON_U64, local_pages, MAYBE, .doc = "of these on the nodes they should be on"),
	F(JSON_U64, slow_pages, MAYBE, .doc = "of these on nodes without a CPU online"),
	NS(max_gap_ns, MAYBE, .doc = "longest time between two looks at the clock"),
	F(JSON_U32, max_gap_cpu, MAYBE, .doc = "CPU it was on after that gap"),
	F(JSON_U64, spawn, MAYBE, .doc = "which time the work was started"),
	F(JSON_U32, kin, MAYBE, .doc = "which of them it is like"),
	F(JSON_OBJ_PTR, wake_latency, MAYBE, .unit = "ns", .table = &hist_packed_table,
	  .doc = "wake stamp to run"),
	F(JSON_OBJ_PTR, sleep_overshoot, MAYBE, .unit = "ns", .table = &hist_packed_table,
	  .doc = "slept beyond what was asked for"),
	NS(longest_wait_ns, MAYBE, .doc = "runnable but not running, at a stretch; traced"),
	NS(wait_ns, MAYBE, .doc = "runnable but not running, sum; traced"),
	F(JSON_STR, cpus_visited, MAYBE, .doc = "CPUs it ran on, list form; traced"),
	NS(breach_ns, MAYBE, .doc = "ran where cpuset or affinity forbids it; traced"),
	F(JSON_U32, breach_cpu, MAYBE, .doc = "the last such CPU"),
};
const struct json_table wire_worker_table =
	JSON_TABLE("worker", struct wire_worker, worker_fields, "one worker's figures");
#undef T

#define T wire_cgroup
static const struct json_field cgroup_fields[] = {
	F(JSON_STR, name, .doc = "as in the job"),
	NS(usage_ns, MAYBE, .doc = "cpu.stat over the run"),
	NS(user_ns, MAYBE, .doc = "cpu.stat over the run"),
	NS(system_ns, MAYBE, .doc = "cpu.stat over the run"),
	F(JSON_U64, nr_periods, MAYBE, .doc = "cpu.stat over the run"),
	F(JSON_U64, nr_throttled, MAYBE, .doc = "cpu.stat over the run"),
	NS(throttled_ns, MAYBE, .doc = "cpu.stat over the run"),
	F(JSON_OBJ_PTR, sched_delay, MAYBE, .unit = "ns", .table = &hist_packed_table,
	  .doc = "runnable to running, all its tasks; traced"),
	NS(longest_wait_ns, MAYBE, .doc = "longest of those"),
	NS(idle_wait_ns, MAYBE, .doc = "a task waited while a CPU it may use idled; traced"),
	F(JSON_ARRAY, workers, .table = &wire_worker_table, .doc = "its workers"),
};
const struct json_table wire_cgroup_table =
	JSON_TABLE("cgroup", struct wire_cgroup, cgroup_fields, "one cgroup's figures");
#undef T

#define T wire_runq
static const struct json_field runq_fields[] = {
	F(JSON_U64, samples, .doc = "taken over the run"),
	F(JSON_F64, max_imbalance, MAYBE,
	  .doc = "tasks of the fullest CPU / of the emptiest, worst sample"),
	F(JSON_F64, sustained_imbalance, MAYBE, .doc = "the most that five in a row reach"),
	F(JSON_F64, mean_imbalance, MAYBE, .doc = "mean over samples"),
	F(JSON_F64, mean_tasks, MAYBE, .doc = "tasks of a CPU, mean"),
	F(JSON_F64, max_depth, MAYBE, .doc = "deepest local dispatch queue"),
	F(JSON_F64, sustained_depth, MAYBE, .doc = "the most that five in a row reach"),
	F(JSON_F64, mean_depth, MAYBE, .doc = "depth of a local dispatch queue, mean"),
	NS(longest_stall_ns, MAYBE, .doc = "a CPU idled beside tasks of its run queue"),
	F(JSON_U32, stalled_cpu, MAYBE, .doc = "that CPU"),
	F(JSON_TRI, stalled, MAYBE, .doc = "through five samples in a row"),
};
const struct json_table wire_runq_table =
	JSON_TABLE("runq", struct wire_runq, runq_fields, "the run queues, sampled");
#undef T

#define T wire_system
static const struct json_field system_fields[] = {
	NS(run_ns, MAYBE, .doc = "start barrier to the last worker stopped"),
	NS(quiet_wait_ns, MAYBE, .doc = "time waited for a quiet guest"),
	F(JSON_TRI, quiet, MAYBE, .doc = "it became quiet"),
	F(JSON_STRV, busy, MAYBE, .doc = "tasks that kept it busy"),
	NS(others_cpu_ns, MAYBE, .doc = "CPU time of anything but the workers during the run"),
	F(JSON_U64, context_switches, MAYBE, .doc = "/proc/stat ctxt over the run"),
	F(JSON_U64, pages_migrated, MAYBE, .doc = "/proc/vmstat pgmigrate_success over the run"),
	F(JSON_F64MAP, sched_events, MAYBE, .doc = "sched_ext's counters over the run"),
	F(JSON_OBJ_PTR, runq, MAYBE, .table = &wire_runq_table, .doc = "the run queues; traced"),
};
const struct json_table wire_system_table =
	JSON_TABLE("system", struct wire_system, system_fields, "the guest as a whole");
#undef T

#define T wire_op
static const struct json_field op_fields[] = {
	F(JSON_U32, op, .doc = "index into the job's ops"),
	NS(at_ns, MAYBE, .doc = "since the start barrier; null: before it"),
	NS(took_ns, .doc = "doing it took"),
	F(JSON_BOOL, ok, .doc = "it was done"),
	F(JSON_STR, error, MAYBE, .doc = "why it was not"),
	F(JSON_U32, cgroups, .doc = "cgroups there are, after it"),
	F(JSON_U32, workers, .doc = "workers there are, after it"),
	F(JSON_U64, iterations, .doc = "of all workers until then"),
};
const struct json_table wire_op_table =
	JSON_TABLE("op", struct wire_op, op_fields, "an op as it was carried out");
#undef T

#define T wire_payload
static const struct json_field payload_fields[] = {
	F(JSON_U32, payload, .doc = "index into the job's payloads"),
	F(JSON_BOOL, completed, .doc = "it ended by itself"),
	F(JSON_I64, exit, MAYBE, .doc = "exit status; 128 + signal"),
	NS(start_ns, MAYBE, .doc = "since the start barrier"),
	NS(wall_ns, MAYBE, .doc = "from start to end"),
	NS(cpu_ns, MAYBE, .doc = "CPU time, its children's with it"),
	F(JSON_STR, output, MAYBE, .doc = "what it printed, bounded"),
	F(JSON_U64, output_bytes, MAYBE, .unit = "bytes", .doc = "all it printed"),
};
const struct json_table wire_payload_table =
	JSON_TABLE("payload", struct wire_payload, payload_fields, "a payload ended");
#undef T

#define T wire_log
static const struct json_field log_fields[] = {
	F(JSON_STR, text, .doc = "a line for a person"),
};
const struct json_table wire_log_table =
	JSON_TABLE("log", struct wire_log, log_fields, "a remark of the agent");
#undef T

#define T wire_end
static const struct json_field end_fields[] = {
	F(JSON_BOOL, ok, .doc = "the run went through; says nothing of the verdict"),
	F(JSON_STR, error, MAYBE, .doc = "the cause when it did not"),
	NS(at_ns, .doc = "guest's CLOCK_MONOTONIC"),
};
const struct json_table wire_end_table =
	JSON_TABLE("end", struct wire_end, end_fields, "nothing follows");
#undef T
