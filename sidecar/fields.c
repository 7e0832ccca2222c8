/* SPDX-License-Identifier: GPL-2.0-only */
/* The field tables of the record. Files, schema pages, validation and identity derive from them. */
#include "sidecar/host.h"
#include "sidecar/sidecar.h"

#define OPT  JSON_OPTIONAL
#define NUL  JSON_NULLABLE
#define ID   JSON_IDENTITY
#define MORE (JSON_OPTIONAL | JSON_DETAIL)

static const char *const outcome_texts[] = {
	[OUTCOME_PASS] = "pass",   [OUTCOME_FAIL] = "fail",
	[OUTCOME_SKIP] = "skip",   [OUTCOME_INCONCLUSIVE] = "inconclusive",
	[OUTCOME_ERROR] = "error",
};
const struct json_names outcome_names = JSON_NAMES(outcome_texts);

#define F(name_, kind_, member_, flags_, unit_, doc_)                                              \
	{                                                                                          \
		name_, kind_, offsetof(struct S, member_), .flags = (flags_), .unit = (unit_),     \
							   .doc = (doc_)                           \
	}
#define SUB(name_, kind_, member_, flags_, table_, doc_)                                           \
	{                                                                                          \
		name_, kind_, offsetof(struct S, member_), .flags = (flags_), .doc = (doc_),       \
							   .table = &(table_)                      \
	}

/* clang-format off */
#define S sidecar_reason
static const struct json_field reason_fields[] = {
	F("check", JSON_STR, check, 0, NULL, "name of the check"),
	{ "outcome", JSON_ENUM, offsetof(struct S, outcome), .doc = "result of the check: fail or inconclusive", .names = &outcome_names },
	F("cgroup", JSON_STR, cgroup, NUL, NULL, "cgroup that was checked; null: the whole test"),
	F("value", JSON_F64, value, NUL, NULL, "measured value, in `unit`"),
	F("limit", JSON_F64, limit, NUL, NULL, "allowed value, in `unit`"),
	F("unit", JSON_STR, unit, NUL, NULL, "unit of value and limit; null: a count or a ratio"),
	F("text", JSON_STR, text, 0, NULL, "one line for a person"),
};
#undef S
const struct json_table sidecar_reason_table = JSON_TABLE("reason", struct sidecar_reason, reason_fields,
	"A check that did not pass, or that could not be decided.");

#define S sidecar_cgroup
static const struct json_field cgroup_fields[] = {
	F("name", JSON_STR, name, 0, NULL, "path below the test's cgroup"),
	F("cpuset", JSON_STR, cpuset, NUL, NULL, "cpuset.cpus; null: all CPUs"),
	F("workers", JSON_U32, workers, 0, NULL, "workers started in the cgroup"),
	F("cpus", JSON_U32, cpus, 0, NULL, "number of CPUs it may use"),
	F("work_type", JSON_STR, work_type, 0, NULL, "work types of its workers, joined by `+`"),
	SUB("metrics", JSON_INLINE, metrics, 0, cgroup_metrics_table, ""),
};
#undef S
const struct json_table sidecar_cgroup_table = JSON_TABLE("cgroup", struct sidecar_cgroup, cgroup_fields,
	"One cgroup of the test and the metrics of its workers.");

#define S sidecar_stats
static const struct json_field stats_fields[] = {
	SUB("cgroups", JSON_ARRAY, cgroups, 0, sidecar_cgroup_table, "each cgroup, in the scenario's order"),
	SUB("metrics", JSON_INLINE, metrics, 0, metrics_table, ""),
};
#undef S
static const struct json_table stats_table = JSON_TABLE("stats", struct sidecar_stats, stats_fields,
	"The measurements, per cgroup and for the whole test. Null: not measured.");

#define S sidecar_scheduler
static const struct json_field scheduler_fields[] = {
	F("kind", JSON_STR, kind, OPT, NULL, "kernel (its own scheduler), object (BPF) or executable (a program that attaches it)"),
	F("object", JSON_STR, object, NUL, NULL, "path of the object or executable; null: the kernel's own scheduler"),
	F("sha256", JSON_STR, sha256, NUL, NULL, "SHA-256 of the object or executable, 64 hex digits"),
	F("commit", JSON_STR, commit, NUL, NULL, "commit of the tree that file is in"),
	F("ops", JSON_STR, ops, NUL, NULL, "name the kernel shows for the attached scheduler"),
	F("args", JSON_STRV, args, 0, NULL, "arguments it was started with"),
	F("load_ms", JSON_F64, load_ms, NUL, "ms", "time to load it, guest clock"),
	F("attach_ms", JSON_F64, attach_ms, NUL, "ms", "time to attach it, guest clock; of an executable: from its start"),
	F("exit", JSON_I64, exit, OPT, NULL, "of an executable: exit status, or 128 + signal"),
	F("ended_by", JSON_STR, ended_by, OPT, NULL, "of an executable: the last signal the test sent it; null: it ended by itself"),
	F("cpu_ms", JSON_F64, cpu_ms, OPT, "ms", "of an executable: CPU time of its processes, guest clock"),
};
#undef S
const struct json_table sidecar_scheduler_table = JSON_TABLE("scheduler_info", struct sidecar_scheduler, scheduler_fields,
	"The scheduler that was actually loaded.");

#define S sidecar_exit
static const struct json_field exit_fields[] = {
	F("kind", JSON_STR, kind, NUL, NULL, "class of the exit: error, stall, load, …; of an executable also no attach, early exit, late exit, detach"),
	F("reason", JSON_STR, reason, NUL, NULL, "the reason the kernel gave, or what the program did; one line"),
	F("message", JSON_STR, message, NUL, NULL, "the scheduler's message, the end of the verifier's log, or the program's last line"),
};
#undef S
static const struct json_table exit_table = JSON_TABLE("scheduler_exit", struct sidecar_exit, exit_fields,
	"The scheduler exited before the test detached it, or it could not be loaded or attached.");

#define S sidecar_expected
static const struct json_field expected_fields[] = {
	{ "outcome", JSON_ENUM, offsetof(struct S, outcome), .doc = "outcome the scenario expects", .names = &outcome_names },
	F("cause", JSON_STR, cause, NUL, NULL, "regular expression the cause must match; null: any cause"),
	{ "seen_outcome", JSON_ENUM, offsetof(struct S, seen_outcome), .doc = "outcome the test had", .names = &outcome_names },
	F("seen_cause", JSON_STR, seen_cause, NUL, NULL, "cause the test had; null when it passed"),
	F("met", JSON_BOOL, met, 0, NULL, "true: outcome and cause are as expected, so the test's own outcome is pass"),
};
#undef S
const struct json_table sidecar_expected_table = JSON_TABLE("expected", struct sidecar_expected, expected_fields,
	"How a test that must not pass was expected to end, and how it ended.");

#define S sidecar_vm
static const struct json_field vm_fields[] = {
	F("accel", JSON_STR, accel, 0, NULL, "what ran the guest: kvm or tcg; native: no guest, the machine itself"),
	F("accel_reason", JSON_STR, accel_reason, NUL | JSON_DETAIL, NULL, "why that accelerator"),
	F("qemu_version", JSON_STR, qemu_version, NUL | JSON_DETAIL, NULL, "version of QEMU"),
	F("vcpus", JSON_U32, vcpus, NUL | JSON_DETAIL, NULL, "virtual CPUs"),
	F("memory_bytes", JSON_U64, memory_bytes, NUL | JSON_DETAIL, "bytes", "memory of the guest"),
	F("icount_shift", JSON_U32, icount_shift, MORE, NULL, "virtual clock: one instruction takes 2^shift ns"),
	F("host_wait_pct", JSON_F64, host_wait_pct, OPT, "%", "real clock: of the time QEMU's threads wanted to run while the load ran, the share they waited for a host CPU"),
	F("quantum_ns", JSON_U64, quantum_ns, MORE, "ns", "virtual clock: longest time a vCPU runs before the next one gets its turn"),
	F("boot", JSON_STR, boot, NUL | JSON_DETAIL, NULL, "how the kernel was started: pvh or bzimage"),
	F("start", JSON_STR, start, MORE, NULL, "cold: the kernel was booted; saved: the guest went on from a saved machine"),
	F("start_reason", JSON_STR, start_reason, MORE, NULL, "why the start was cold"),
	F("image", JSON_STR, image, MORE, NULL, "saved machine it started from: hash of all that determines it"),
	F("image_level", JSON_U32, image_level, MORE, NULL, "what is in the saved machine: 1 a booted kernel with the agent and its tracing, 2 also the scheduler, attached"),
	F("idle_rounds", JSON_U32, idle_rounds, MORE, NULL, "saved machine: its idle loop was patched, idle CPUs count so far before they give their turn away"),
	F("boot_s", JSON_F64, boot_s, NUL | JSON_STATE, "s", "wall time from the start of QEMU to the agent's first message"),
	F("wall_s", JSON_F64, wall_s, NUL | JSON_STATE, "s", "wall time of the whole VM"),
};
#undef S
const struct json_table sidecar_vm_table = JSON_TABLE("vm", struct sidecar_vm, vm_fields,
	"The virtual machine the test ran in.");

#define S sidecar_kernel
static const struct json_field kernel_fields[] = {
	F("release", JSON_STR, release, NUL, NULL, "uname -r of the guest"),
	F("source", JSON_STR, source, NUL, NULL, "where the image came from"),
	F("package_version", JSON_STR, package_version, NUL, NULL, "version of the package it came in"),
	F("image_sha256", JSON_STR, image_sha256, NUL, NULL, "SHA-256 of the image booted, 64 hex digits"),
};
#undef S
const struct json_table sidecar_kernel_table = JSON_TABLE("kernel", struct sidecar_kernel, kernel_fields,
	"The kernel that was booted.");

#define S sidecar_guest
static const struct json_field guest_fields[] = {
	F("quiet", JSON_TRI, quiet, NUL | JSON_DETAIL, NULL, "true: only the agent ran before the test began"),
	F("quiet_wait_ms", JSON_F64, quiet_wait_ms, NUL | JSON_DETAIL, "ms", "time the agent waited for a quiet guest, guest clock"),
	F("others_cpu_ms", JSON_F64, others_cpu_ms, NUL | JSON_DETAIL, "ms", "CPU time during the run of all tasks but workers and payloads"),
	F("busy", JSON_STRV, busy, JSON_DETAIL, NULL, "tasks that kept the guest busy"),
	F("traced", JSON_TRI, traced, OPT, NULL, "true: kernel events were traced; tracing costs some CPU time"),
	F("warned", JSON_TRI, warned, MORE, NULL, "true: the kernel wrote a warning with a backtrace during the run (/proc/sys/kernel/tainted)"),
	F("sched_events", JSON_F64MAP, sched_events, MORE, NULL, "sched_ext's own counters over the run, if the same scheduler was attached all the time"),
};
#undef S
const struct json_table sidecar_guest_table = JSON_TABLE("guest", struct sidecar_guest, guest_fields,
	"How quiet the guest was.");

#define S sidecar_hardening
static const struct json_field hardening_fields[] = {
	F("facts", JSON_STRMAP, facts, 0, NULL, "lockdown, security modules, sysctls and configured options that restrict or protect"),
	F("mitigations", JSON_STRMAP, mitigations, 0, NULL, "CPU vulnerabilities and the mitigation of each"),
};
#undef S
const struct json_table sidecar_hardening_table = JSON_TABLE("hardening", struct sidecar_hardening, hardening_fields,
	"How the guest was hardened, as it said itself.");

#define S sidecar_stimulus
static const struct json_field stimulus_fields[] = {
	F("elapsed_ms", JSON_F64, elapsed_ms, 0, "ms", "time since the workers were started, guest clock"),
	F("label", JSON_STR, label, 0, NULL, "the step's name"),
	F("op_kind", JSON_STR, op_kind, NUL, NULL, "kind of the op"),
	F("detail", JSON_STR, detail, NUL, NULL, "what the op is about: a cgroup, CPUs, a payload, a scheduler, …"),
	F("total_iterations", JSON_U64, total_iterations, NUL, NULL, "iterations of all workers up to then"),
	F("took_ms", JSON_F64, took_ms, OPT, "ms", "how long the op took"),
	F("cgroups", JSON_U32, cgroups, OPT, NULL, "number of the test's cgroups after the op"),
	F("workers", JSON_U32, workers, OPT, NULL, "number of workers after the op"),
	F("error", JSON_STR, error, OPT, NULL, "why the op failed"),
};
#undef S
static const struct json_table stimulus_table = JSON_TABLE("stimulus_event", struct sidecar_stimulus, stimulus_fields,
	"An op of a step of the scenario, as it was carried out.");

#define S sidecar_verifier
static const struct json_field verifier_fields[] = {
	F("name", JSON_STR, name, 0, NULL, "name of the program"),
	F("verified_insns", JSON_U64, verified_insns, 0, NULL, "instructions the verifier processed"),
	F("states", JSON_U64, states, JSON_OPTIONAL, NULL, "states the verifier kept, in all"),
	F("stack_bytes", JSON_U64, stack_bytes, JSON_OPTIONAL, "bytes", "deepest stack frame"),
	F("verify_ns", JSON_U64, verify_ns, JSON_OPTIONAL, "ns", "time the verifier took, on the test's clock"),
};
#undef S
static const struct json_table verifier_table = JSON_TABLE("verifier_stat", struct sidecar_verifier, verifier_fields,
	"The verifier's result for one program of the scheduler.");

#define S sidecar_prog
static const struct json_field prog_fields[] = {
	F("name", JSON_STR, name, 0, NULL, "name of the program"),
	F("cnt", JSON_U64, cnt, 0, NULL, "how often it ran"),
	F("nsecs", JSON_U64, nsecs, 0, "ns", "total run time"),
};
#undef S
static const struct json_table prog_table = JSON_TABLE("prog_stats_delta", struct sidecar_prog, prog_fields,
	"Runs of one BPF program between the first and the last sample.");

#define S sidecar_monitor
static const struct json_field monitor_fields[] = {
	F("total_samples", JSON_U64, total_samples, 0, NULL, "usable samples"),
	F("max_imbalance_ratio", JSON_F64, max_imbalance_ratio, NUL, NULL, "tasks of the fullest CPU ÷ tasks of the emptiest (counted as at least 1), worst sample"),
	F("avg_imbalance_ratio", JSON_F64, avg_imbalance_ratio, NUL, NULL, "the same, mean over samples"),
	F("avg_nr_running", JSON_F64, avg_nr_running, NUL, NULL, "tasks running or queued on a CPU, mean"),
	F("max_local_dsq_depth", JSON_U64, max_local_dsq_depth, NUL, NULL, "deepest local dispatch queue seen"),
	F("avg_local_dsq_depth", JSON_F64, avg_local_dsq_depth, NUL, NULL, "depth of a local dispatch queue, mean"),
	F("stall_detected", JSON_TRI, stall_detected, NUL, NULL, "true: in five samples in a row a CPU was idle with tasks in its own run queue"),
	F("stalled_cpu", JSON_U32, stalled_cpu, OPT, NULL, "the CPU that was idle for longest with tasks in its own run queue, even if in fewer than five samples"),
	F("event_deltas", JSON_F64MAP, event_deltas, OPT, NULL, "sched_ext event counters, first to last sample"),
	F("schedstat_deltas", JSON_F64MAP, schedstat_deltas, OPT, NULL, "/proc/schedstat counters over all CPUs, first to last sample"),
	SUB("prog_stats_deltas", JSON_ARRAY, prog_stats_deltas, OPT, prog_table, "run time of the scheduler's programs"),
};
#undef S
const struct json_table sidecar_monitor_table = JSON_TABLE("monitor", struct sidecar_monitor, monitor_fields,
	"The guest's run queues, sampled while the test ran by a timer that no scheduler can delay.");

#define S sidecar_vcpu
static const struct json_field vcpu_fields[] = {
	F("vcpu", JSON_U32, vcpu, 0, NULL, "number of the vCPU"),
	F("stats", JSON_F64MAP, stats, 0, NULL, "KVM's counters by name, cumulative"),
};
#undef S
static const struct json_table vcpu_table = JSON_TABLE("vcpu", struct sidecar_vcpu, vcpu_fields,
	"KVM's counters of one vCPU.");

#define S sidecar_kvm
static const struct json_field kvm_fields[] = {
	SUB("per_vcpu", JSON_ARRAY, per_vcpu, 0, vcpu_table, "each vCPU"),
};
#undef S
static const struct json_table kvm_table = JSON_TABLE("kvm_stats", struct sidecar_kvm, kvm_fields,
	"KVM's own counters of the test's VM.");

#define S sidecar_payload_metric
static const struct json_field payload_metric_fields[] = {
	F("name", JSON_STR, name, 0, NULL, "name of the metric, or NAME.PATH for a part of it"),
	F("value", JSON_F64, value, NUL, NULL, "the value, in `unit`"),
	F("polarity", JSON_STR, polarity, NUL, NULL, "`lower` or `higher` is better; null: not declared"),
	F("unit", JSON_STR, unit, NUL, NULL, "unit as declared"),
	F("stream", JSON_STR, stream, NUL, NULL, "stdout or stderr"),
	F("not_measured", JSON_STR, not_measured, OPT, NULL, "why the value is null"),
};
#undef S
static const struct json_table payload_metric_table = JSON_TABLE("payload_metric", struct sidecar_payload_metric, payload_metric_fields,
	"One number that a payload or the scheduler's program reported.");

#define S sidecar_payload
static const struct json_field payload_fields[] = {
	F("payload_index", JSON_U32, payload_index, 0, NULL, "index of the payload in the test"),
	F("name", JSON_STR, name, NUL, NULL, "its name in the scenario"),
	F("exit_code", JSON_I64, exit_code, NUL, NULL, "its exit status; null: killed or lost"),
	SUB("metrics", JSON_ARRAY, metrics, 0, payload_metric_table, "metrics it reported"),
};
#undef S
static const struct json_table payload_table = JSON_TABLE("payload", struct sidecar_payload, payload_fields,
	"One run of a payload.");

#define S sidecar_replay_metric
static const struct json_field replay_metric_fields[] = {
	F("name", JSON_STR, name, 0, NULL, "name of the metric"),
	F("from", JSON_STR, from, NUL, NULL, "kind of its place in the output"),
	F("path", JSON_STR, path, NUL, NULL, "its place"),
	F("pick", JSON_STR, pick, OPT, NULL, "which of several values"),
	F("unit", JSON_STR, unit, OPT, NULL, "its unit"),
	F("better", JSON_STR, better, OPT, NULL, "lower or higher"),
	F("min", JSON_F64, min, OPT, NULL, "lower bound, in `unit`"),
	F("max", JSON_F64, max, OPT, NULL, "upper bound, in `unit`"),
};
#undef S
const struct json_table sidecar_replay_metric_table = JSON_TABLE("replay_metric", struct sidecar_replay_metric, replay_metric_fields,
	"A number in the output of a scheduler's executable, as the suite file asks for it.");

#define S sidecar_benchmark
static const struct json_field benchmark_fields[] = {
	F("what", JSON_STR, what, NUL, NULL, "what one iteration or sample is"),
	SUB("timing", JSON_INLINE, timing, 0, timing_table, ""),
};
#undef S
const struct json_table sidecar_benchmark_table = JSON_TABLE("benchmark", struct sidecar_benchmark, benchmark_fields,
	"What a micro-benchmark measured. Percentiles are of samples: of the mean of `batch` iterations each.");

#define S sidecar_replay
static const struct json_field replay_fields[] = {
	F("kernel", JSON_STR, kernel, NUL, NULL, "name of the kernel in the store"),
	F("scheduler", JSON_STR, scheduler, NUL, NULL, "a bundled scheduler by name, else the absolute path of the object or executable"),
	F("scheduler_sha256", JSON_STR, scheduler_sha256, OPT, NULL, "SHA-256 of that file"),
	F("args", JSON_STRV, args, OPT, NULL, "arguments of an executable"),
	F("attach_timeout_ns", JSON_U64, attach_timeout_ns, OPT, "ns", "`--attach-timeout` of an executable, as asked for"),
	F("set", JSON_STRV, set, OPT, NULL, "`--set` of an object, as given"),
	F("ops", JSON_STRV, ops, OPT, NULL, "`--ops`"),
	F("map", JSON_STRV, maps, OPT, NULL, "`--map`"),
	F("resize", JSON_STRV, resize, OPT, NULL, "`--resize`"),
	F("run_prog", JSON_STRV, run_progs, OPT, NULL, "`--run-prog`"),
	F("ops_map", JSON_STR, ops_map, OPT, NULL, "`--ops-map`"),
	F("suite", JSON_STR, suite, OPT, NULL, "absolute path of the suite file, whose schedulers steps may name"),
	F("scenario", JSON_STR, scenario, NUL, NULL, "absolute path of the scenario's file"),
	F("files", JSON_STRMAP, files, 0, NULL, "text of that file and of those it includes, by path"),
	F("schedulers", JSON_STRMAP, schedulers, OPT, NULL, "schedulers that steps name, with the SHA-256 of each; null: the kernel's own"),
	F("limits", JSON_F64MAP, limits, 0, NULL, "limits of the checks that are not the default; null: the check is off"),
	F("memory_bytes", JSON_U64, memory_bytes, OPT, "bytes", "memory of the guest, as asked for"),
	F("timeout_ns", JSON_U64, timeout_ns, OPT, "ns", "time limit of the VM, as asked for"),
	F("enable", JSON_STRV, enable, OPT, NULL, "commands that switched on a scheduler of the kernel's"),
	F("disable", JSON_STRV, disable, OPT, NULL, "commands that switched it off"),
	F("kernel_args", JSON_STRV, kernel_args, OPT, NULL, "arguments of the kernel that the profile and the scheduler ask for"),
	F("sysctls", JSON_STRV, sysctls, OPT, NULL, "sysctls that they ask for, `key=value`"),
	SUB("metrics", JSON_ARRAY, metrics, OPT, sidecar_replay_metric_table, "numbers looked for in the output of the scheduler's executable"),
	F("traced", JSON_BOOL, traced, 0, NULL, "kernel events were to be traced"),
	F("agent_sha256", JSON_STR, agent_sha256, NUL, NULL, "SHA-256 of the harness's own part of the guest"),
};
#undef S
const struct json_table sidecar_replay_table = JSON_TABLE("replay", struct sidecar_replay, replay_fields,
	"What `harness replay` needs beside the other fields.");

#define S sidecar
static const struct json_field sidecar_fields[] = {
	F("schema", JSON_U32, schema, 0, NULL, "number of this schema; readers accept older and newer ones"),
	F("test_name", JSON_STR, test_name, ID, NULL, "the scenario"),
	F("topology", JSON_STR, topology, ID, NULL, "topology the guest really had: nodes, LLCs in total, cores per LLC, threads per core, as in `1n2l4c1t`"),
	F("scheduler", JSON_STR, scheduler, ID, NULL, "scheduler by name; `eevdf` is the kernel's own"),
	F("work_type", JSON_STR, work_type, ID, NULL, "all work types of the test, joined by `+`"),
	F("clock", JSON_STR, clock, ID, NULL, "clock of the guest: real or virtual"),
	F("profile", JSON_STR, profile, ID, NULL, "name of a set of kernel arguments and sysctls"),
	F("payload", JSON_STR, payload, ID | NUL, NULL, "program run beside the workers, by name"),
	F("beside", JSON_STR, beside, ID | OPT, NULL, "of `harness bench --with`: `baseline`, or the program that ran beside the benchmark"),
	F("active_flags", JSON_STRV, active_flags, ID, NULL, "flags the scheduler was given"),
	F("sysctls", JSON_STRV, sysctls, 0, NULL, "sysctls of the profile and the scheduler as they were in the guest, `key=value`"),
	F("kargs", JSON_STRV, kargs, 0, NULL, "the kernel's arguments, read back in the guest"),
	F("ran_sha256", JSON_STR, ran_sha256, OPT | ID, NULL, "what ran, as a hash: the texts of the scenario, the bytes, arguments and settings of the schedulers, the profile, the kernel's image, the duration"),
	F("repeat", JSON_U32, repeat, ID, NULL, "which repeat of the same test, from 0"),
	F("seed", JSON_U64, seed, NUL, NULL, "seed of all random choices of the run"),
	F("kernel_version", JSON_STR, kernel_version, NUL, NULL, "version of the kernel under test, `@` and the first digits of its image's hash where two images have one version; null: unknown"),
	F("kernel_commit", JSON_STR, kernel_commit, NUL, NULL, "commit of the kernel's tree: 7 hex digits, `-dirty` if the tree was dirty"),
	F("project_commit", JSON_STR, project_commit, NUL, NULL, "commit of the tree the run was started in; null: no repository"),
	F("scheduler_commit", JSON_STR, scheduler_commit, NUL, NULL, "commit of the scheduler's own tree"),
	F("run_source", JSON_STR, run_source, NUL, NULL, "where it ran: ci or local"),
	F("run_id", JSON_STR, run_id, NUL, NULL, "id of the invocation; all its sidecars share it"),
	F("harness_version", JSON_STR, harness_version, NUL, NULL, "version of the harness"),
	F("timestamp", JSON_STR, timestamp, JSON_STATE, NULL, "start of the test, UTC"),
	F("end_timestamp", JSON_STR, end_timestamp, NUL | JSON_STATE, NULL, "end of the test, UTC"),
	F("duration_ns", JSON_U64, duration_ns, NUL, "ns", "how long the workers were to run, guest clock"),
	F("headlines", JSON_STRV, headlines, OPT, NULL, "metrics the scenario names to be judged by: names of `stats` fields, or `PAYLOAD: NAME`; empty: the defaults"),
	{ "outcome", JSON_ENUM, offsetof(struct S, outcome), .doc = "verdict; error: no verdict was possible (boot failure, timeout, lost VM, …)", .names = &outcome_names },
	F("cause", JSON_STR, cause, NUL, NULL, "one line; null when the test passed"),
	F("fault", JSON_STR, fault, OPT | NUL, NULL, "the way in which the scheduler or the guest failed, as in docs/outcomes.md"),
	F("fingerprint", JSON_STR, fingerprint, OPT | NUL, NULL, "equal for equal causes: a hash of the cause without its numbers"),
	F("evidence", JSON_STRV, evidence, OPT, NULL, "a few lines that explain the cause: longest waiters, run queues, event counters"),
	SUB("reasons", JSON_ARRAY, reasons, JSON_DETAIL, sidecar_reason_table, "each check that did not pass, also in an expected failure"),
	SUB("expected", JSON_OBJ_PTR, expected, MORE, sidecar_expected_table, "how a test that must not pass was expected to end, and how it ended"),
	SUB("stats", JSON_OBJ, stats, 0, stats_table, "the measurements"),
	SUB("scheduler_info", JSON_OBJ_PTR, scheduler_info, MORE, sidecar_scheduler_table, "the scheduler that was actually loaded"),
	SUB("scheduler_exit", JSON_OBJ_PTR, scheduler_exit, MORE, exit_table, "how the scheduler exited, if the test did not detach it"),
	SUB("verifier_stats", JSON_ARRAY, verifier_stats, MORE, verifier_table, "each program of the scheduler"),
	SUB("stimulus_events", JSON_ARRAY, stimulus_events, MORE, stimulus_table, "each op of the steps, as it was carried out"),
	SUB("payload_metrics", JSON_ARRAY, payload_metrics, OPT, payload_table, "each run of a payload"),
	SUB("scheduler_metrics", JSON_ARRAY, scheduler_metrics, OPT, payload_metric_table, "what the scheduler's program printed, as ktstr.yaml says"),
	SUB("benchmark", JSON_OBJ_PTR, benchmark, OPT, sidecar_benchmark_table, "the micro-benchmark, of a test of `harness bench`"),
	SUB("monitor", JSON_OBJ_PTR, monitor, MORE, sidecar_monitor_table, "run queues, sampled while the test ran"),
	SUB("kvm_stats", JSON_OBJ_PTR, kvm_stats, MORE, kvm_table, "KVM's counters"),
	SUB("vm", JSON_OBJ_PTR, vm, OPT, sidecar_vm_table, "the virtual machine"),
	SUB("kernel", JSON_OBJ_PTR, kernel, MORE, sidecar_kernel_table, "the kernel that was booted"),
	SUB("guest", JSON_OBJ_PTR, guest, OPT, sidecar_guest_table, "how quiet the guest was"),
	SUB("hardening", JSON_OBJ_PTR, hardening, MORE, sidecar_hardening_table, "how the guest was hardened"),
	SUB("host", JSON_OBJ_PTR, host, OPT, host_table, "the machine it ran on"),
	F("artefacts", JSON_STRV, artefacts, MORE, NULL, "files beside this one: console, scheduler log, dump"),
	SUB("replay", JSON_OBJ_PTR, replay, MORE, sidecar_replay_table, "what is needed to run the test again"),
};
#undef S
const struct json_table sidecar_table = JSON_TABLE("sidecar", struct sidecar, sidecar_fields,
	"The record of one test.");
/* clang-format on */
