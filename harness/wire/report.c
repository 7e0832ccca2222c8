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
	F(JSON_TRI, sched_ext, MAYBE, .doc = "/sys/kernel/sched_ext exists"),
	F(JSON_TRI, btf, MAYBE, .doc = "/sys/kernel/btf/vmlinux exists"),
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
	JSON_TABLE("phase", struct wire_phase, phase_fields, "a phase begins");
#undef T

#define T wire_sched
static const struct json_field sched_fields[] = {
	F(JSON_STR, ops, MAYBE, .doc = "/sys/kernel/sched_ext/root/ops"),
	NS(load_ns, MAYBE, .doc = "time of loading: verifier and JIT"),
	NS(attach_ns, MAYBE, .doc = "time of attaching"),
	F(JSON_U64, verified_insns, MAYBE, .doc = "instructions verified in all programs"),
	F(JSON_F64MAP, prog_insns, MAYBE, .doc = "instructions verified per program"),
	F(JSON_F64MAP, prog_states, MAYBE, .doc = "verifier states per program"),
	F(JSON_F64MAP, prog_stack, MAYBE, .unit = "bytes", .doc = "deepest frame per program"),
	F(JSON_F64MAP, prog_verify_ns, MAYBE, .unit = "ns", .doc = "time to verify each program"),
	F(JSON_U32, sched, .doc = "index of the scheduler"),
};
const struct json_table wire_sched_table =
	JSON_TABLE("sched", struct wire_sched, sched_fields, "a scheduler is attached");
#undef T

#define T wire_sched_exit
static const struct json_field sched_exit_fields[] = {
	F(JSON_STR, kind, .doc = "way to fail, a name of fault.h"),
	F(JSON_STR, reason, MAYBE, .doc = "the kernel's reason line, or what its program did"),
	F(JSON_STR, message, MAYBE, .doc = "text of scx_bpf_error(), or end of the verifier's log"),
	F(JSON_STR, dump, MAYBE, .doc = "the kernel's debug dump"),
	F(JSON_STR, log, MAYBE, .doc = "log of a failed load"),
	NS(at_ns, .doc = "guest's CLOCK_MONOTONIC"),
	F(JSON_BOOL, expected, .doc = "the agent detached it, and there was no error"),
	F(JSON_BOOL, program, MAYBE, .doc = "the reason is what its program did"),
	F(JSON_U32, sched, MAYBE, .doc = "index of the scheduler"),
};
const struct json_table wire_sched_exit_table =
	JSON_TABLE("sched_exit", struct wire_sched_exit, sched_exit_fields,
                   "a scheduler exited or did not start");
#undef T

#define T wire_sched_output
static const struct json_field sched_output_fields[] = {
	F(JSON_U32, sched, .doc = "index of the scheduler"),
	F(JSON_STR, text, .doc = "what its program wrote"),
};
const struct json_table wire_sched_output_table =
	JSON_TABLE("sched_output", struct wire_sched_output, sched_output_fields,
                   "output of a scheduler's program");
#undef T

#define T wire_sched_program
static const struct json_field sched_program_fields[] = {
	F(JSON_U32, sched, .doc = "index of the scheduler"),
	F(JSON_I64, exit, MAYBE, .doc = "exit status, or 128 + signal; null: it did not end"),
	F(JSON_STR, ended_by, MAYBE, .doc = "the last signal it was sent; null: ended by itself"),
	F(JSON_BOOL, forked, .doc = "its first process ended, and others went on"),
	NS(cpu_ns, MAYBE, .doc = "CPU time of all its processes"),
};
const struct json_table wire_sched_program_table =
	JSON_TABLE("sched_program", struct wire_sched_program, sched_program_fields,
                   "the program of a scheduler ended");
#undef T

#define T wire_worker
static const struct json_field worker_fields[] = {
	F(JSON_U32, index, .doc = "within its work"),
	F(JSON_U32, work, .doc = "index of its work in the job"),
	F(JSON_ENUM, type, .names = &work_type_names, .doc = "work type"),
	F(JSON_BOOL, completed, .doc = "it reported"),
	F(JSON_STR, exit, MAYBE, .doc = "why it did not report, or gave up"),
	F(JSON_U64, iterations, MAYBE, .doc = "iterations of its loop"),
	NS(wall_ns, MAYBE, .doc = "start barrier to stop"),
	NS(cpu_ns, MAYBE, .doc = "CPU time, schedstat"),
	NS(run_delay_ns, MAYBE, .doc = "time runnable but not running, schedstat"),
	F(JSON_U64, timeslices, MAYBE, .doc = "times it was given a CPU, schedstat"),
	F(JSON_U64, voluntary_switches, MAYBE, .doc = "context switches by blocking"),
	F(JSON_U64, involuntary_switches, MAYBE, .doc = "context switches by preemption"),
	F(JSON_U64, migrations, MAYBE, .doc = "moves to another CPU, se.nr_migrations"),
	F(JSON_U64, pages, MAYBE, .doc = "its own memory at its end, in pages of 4 KiB"),
	F(JSON_U64, local_pages, MAYBE, .doc = "of these: on the nodes they should be on"),
	F(JSON_U64, slow_pages, MAYBE, .doc = "of these: on nodes without a CPU online"),
	NS(max_gap_ns, MAYBE, .doc = "longest time between two reads of the clock"),
	F(JSON_U32, max_gap_cpu, MAYBE, .doc = "CPU it was on after that gap"),
	F(JSON_U64, spawn, MAYBE, .doc = "starts of its work before this one"),
	F(JSON_U32, kin, MAYBE,
	  .doc = "equal for workers of one spawn with the same role and CPUs"),
	F(JSON_OBJ_PTR, wake_latency, MAYBE, .unit = "ns", .table = &hist_packed_table,
	  .doc = "from the waker's stamp until the wakee runs"),
	F(JSON_OBJ_PTR, sleep_overshoot, MAYBE, .unit = "ns", .table = &hist_packed_table,
	  .doc = "time slept beyond the time asked for"),
	NS(longest_wait_ns, MAYBE, .doc = "longest time runnable but not running; traced"),
	NS(wait_ns, MAYBE, .doc = "total time runnable but not running; traced"),
	F(JSON_STR, cpus_visited, MAYBE, .doc = "CPUs it ran on, list form; traced"),
	NS(breach_ns, MAYBE, .doc = "time on CPUs that cpuset or affinity forbids; traced"),
	F(JSON_U32, breach_cpu, MAYBE, .doc = "the last such CPU"),
};
const struct json_table wire_worker_table =
	JSON_TABLE("worker", struct wire_worker, worker_fields, "what one worker did");
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
	  .doc = "from runnable to running, of all its tasks; traced"),
	NS(longest_wait_ns, MAYBE, .doc = "longest of these times"),
	NS(idle_wait_ns, MAYBE,
	   .doc = "time a task waited while a CPU it may use was idle; traced"),
	F(JSON_ARRAY, workers, .table = &wire_worker_table, .doc = "its workers"),
};
const struct json_table wire_cgroup_table =
	JSON_TABLE("cgroup", struct wire_cgroup, cgroup_fields, "what one cgroup did");
#undef T

#define T wire_runq
static const struct json_field runq_fields[] = {
	F(JSON_U64, samples, .doc = "samples taken over the run"),
	F(JSON_F64, max_imbalance, MAYBE,
	  .doc = "tasks of the fullest CPU / of the emptiest, worst sample"),
	F(JSON_F64, sustained_imbalance, MAYBE,
	  .doc = "highest imbalance that five samples in a row reach"),
	F(JSON_F64, mean_imbalance, MAYBE, .doc = "mean imbalance over all samples"),
	F(JSON_F64, mean_tasks, MAYBE, .doc = "mean number of tasks of a CPU"),
	F(JSON_F64, max_depth, MAYBE, .doc = "depth of the deepest local dispatch queue"),
	F(JSON_F64, sustained_depth, MAYBE,
	  .doc = "highest depth that five samples in a row reach"),
	F(JSON_F64, mean_depth, MAYBE, .doc = "mean depth of a local dispatch queue"),
	NS(longest_stall_ns, MAYBE,
	   .doc = "longest time a CPU was idle with tasks in its run queue"),
	F(JSON_U32, stalled_cpu, MAYBE, .doc = "that CPU"),
	F(JSON_TRI, stalled, MAYBE, .doc = "it lasted five samples in a row"),
};
const struct json_table wire_runq_table =
	JSON_TABLE("runq", struct wire_runq, runq_fields, "the run queues, sampled");
#undef T

#define T wire_prog
static const struct json_field prog_fields[] = {
	F(JSON_STR, name, .doc = "the callback's function"),
	F(JSON_U64, cnt, .doc = "how often it ran"),
	NS(ns, .doc = "how long, in all"),
};
const struct json_table wire_prog_table =
	JSON_TABLE("prog", struct wire_prog, prog_fields, "runs of a BPF program of the scheduler");
#undef T

#define T wire_system
static const struct json_field system_fields[] = {
	NS(run_ns, MAYBE, .doc = "start barrier to the last worker stopped"),
	NS(quiet_wait_ns, MAYBE, .doc = "time spent waiting for a quiet guest"),
	F(JSON_TRI, quiet, MAYBE, .doc = "the guest became quiet"),
	F(JSON_STRV, busy, MAYBE, .doc = "tasks that kept it busy"),
	NS(others_cpu_ns, MAYBE, .doc = "CPU time of all but workers and payloads during the run"),
	NS(load_ns, MAYBE,
	   .doc = "CPU time of the load's tasks, but for real-time policies; traced"),
	NS(load_ext_ns, MAYBE, .doc = "of it, under sched_ext"),
	F(JSON_U64, context_switches, MAYBE, .doc = "/proc/stat ctxt over the run"),
	F(JSON_U64, pages_migrated, MAYBE, .doc = "/proc/vmstat pgmigrate_success over the run"),
	F(JSON_F64MAP, sched_events, MAYBE, .doc = "sched_ext's counters over the run"),
	F(JSON_TRI, warned, MAYBE, .doc = "the kernel warned during the run"),
	F(JSON_OBJ_PTR, runq, MAYBE, .table = &wire_runq_table, .doc = "the run queues; traced"),
	F(JSON_ARRAY, progs, MAYBE, .table = &wire_prog_table,
	  .doc = "runs of the scheduler's programs"),
};
const struct json_table wire_system_table =
	JSON_TABLE("system", struct wire_system, system_fields, "the guest as a whole");
#undef T

#define T wire_settings
static const struct json_field settings_fields[] = {
	F(JSON_STRV, kargs, MAYBE, .doc = "words of /proc/cmdline"),
	F(JSON_STRV, sysctls, MAYBE, .doc = "sysctls of the job as they are"),
	F(JSON_STRMAP, hardening, MAYBE,
	  .doc = "lockdown, security modules, sysctls that restrict"),
	F(JSON_STRMAP, mitigations, MAYBE, .doc = "CPU vulnerabilities and the mitigation of each"),
};
const struct json_table wire_settings_table =
	JSON_TABLE("settings", struct wire_settings, settings_fields, "what is in force");
#undef T

#define T wire_op
static const struct json_field op_fields[] = {
	F(JSON_U32, op, .doc = "index into the job's ops"),
	NS(at_ns, MAYBE, .doc = "since the start barrier; null: before it"),
	NS(took_ns, .doc = "how long it took"),
	F(JSON_BOOL, ok, .doc = "it succeeded"),
	F(JSON_STR, error, MAYBE, .doc = "why it failed"),
	F(JSON_U32, cgroups, .doc = "cgroups that exist after it"),
	F(JSON_U32, workers, .doc = "workers that exist after it"),
	F(JSON_U64, iterations, .doc = "iterations of all workers until then"),
};
const struct json_table wire_op_table =
	JSON_TABLE("op", struct wire_op, op_fields, "an op was carried out");
#undef T

#define T wire_payload
static const struct json_field payload_fields[] = {
	F(JSON_U32, payload, .doc = "index into the job's payloads"),
	F(JSON_BOOL, completed, .doc = "it ended by itself"),
	F(JSON_I64, exit, MAYBE, .doc = "exit status, or 128 + signal"),
	NS(start_ns, MAYBE, .doc = "since the start barrier"),
	NS(wall_ns, MAYBE, .doc = "from start to end"),
	NS(cpu_ns, MAYBE, .doc = "CPU time, including its children's"),
	F(JSON_STR, output, MAYBE, .doc = "what it printed, bounded"),
	F(JSON_U64, output_bytes, MAYBE, .unit = "bytes", .doc = "size of all it printed"),
};
const struct json_table wire_payload_table =
	JSON_TABLE("payload", struct wire_payload, payload_fields, "a payload ended");
#undef T

#define T wire_bench
static const struct json_field bench_fields[] = {
	F(JSON_STR, name, .doc = "name of the benchmark"),
	F(JSON_U32, repeat, .doc = "which run of it, from 0"),
	F(JSON_BOOL, beside, MAYBE, .doc = "another program ran beside it"),
	F(JSON_STR, skipped, MAYBE, .doc = "why it cannot be run here"),
	F(JSON_STR, error, MAYBE, .doc = "why there is no result"),
	F(JSON_INLINE, timing, .table = &timing_table, .doc = ""),
};
const struct json_table wire_bench_table =
	JSON_TABLE("bench", struct wire_bench, bench_fields, "one run of a benchmark ended");
#undef T

#define T wire_log
static const struct json_field log_fields[] = {
	F(JSON_STR, text, .doc = "one line of text"),
};
const struct json_table wire_log_table =
	JSON_TABLE("log", struct wire_log, log_fields, "a remark of the agent");
#undef T

#define T wire_shell
static const struct json_field shell_fields[] = {
	F(JSON_I64, exit, .doc = "exit status, or 128 + signal"),
};
const struct json_table wire_shell_table =
	JSON_TABLE("shell", struct wire_shell, shell_fields, "the user's program ended");
#undef T

#define T wire_end
static const struct json_field end_fields[] = {
	F(JSON_BOOL, ok, .doc = "the run was completed; this is not the verdict"),
	F(JSON_STR, error, MAYBE, .doc = "why it was not completed"),
	NS(at_ns, .doc = "guest's CLOCK_MONOTONIC"),
};
const struct json_table wire_end_table =
	JSON_TABLE("end", struct wire_end, end_fields, "the last frame");
#undef T
