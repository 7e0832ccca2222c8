/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The records that the guest sends (msg.h). Times are in ns; at_ns is the guest's CLOCK_MONOTONIC.
 * A field that could not be measured is none (json.h), never 0.
 */
#ifndef WIRE_REPORT_H
#define WIRE_REPORT_H

#include "base/hist.h"
#include "base/json.h"
#include "base/timing.h"

struct wire_hello {
	uint32_t version; /* WIRE_VERSION */
	char *agent_version;
	char *kernel_release, *kernel_build; /* uname -r, uname -v */
	uint32_t cpus, llcs, nodes, threads_per_core;
	int8_t sched_ext, btf;
	uint64_t at_ns;
};

/* X(enumerator, name): the phases of a run. The guest reports each when it begins. */
#define WIRE_PHASES(X)                                                                             \
	X(PHASE_SETUP, "setup")                                                                    \
	X(PHASE_SCHEDULER, "scheduler")                                                            \
	X(PHASE_QUIET, "quiet")                                                                    \
	X(PHASE_SPAWN, "spawn")                                                                    \
	X(PHASE_RUN, "run")                                                                        \
	X(PHASE_COLLECT, "collect")                                                                \
	X(PHASE_TEARDOWN, "teardown")

enum wire_phase_id {
#define X(e, name) e,
	WIRE_PHASES(X)
#undef X
	PHASE_COUNT
};
extern const struct json_names wire_phase_names;

struct wire_phase {
	int phase; /* enum wire_phase_id */
	uint64_t at_ns;
};

/* What is in force, read back, when the run is about to begin. */
struct wire_settings {
	struct strv kargs;   /* words of /proc/cmdline */
	struct strv sysctls; /* those of the job, "key=value" */
	struct strmap hardening, mitigations;
};

/* A scheduler is attached, and /sys/kernel/sched_ext confirms it. */
struct wire_sched {
	char *ops;                      /* /sys/kernel/sched_ext/root/ops */
	uint64_t load_ns, attach_ns;    /* how long loading (verifier, JIT) and attaching took */
	uint64_t verified_insns;        /* of all programs; none: the kernel does not report it */
	struct json_f64map prog_insns;  /* per program: instructions that the verifier processed */
	struct json_f64map prog_states; /* per program: verifier states in all */
	struct json_f64map prog_stack;  /* per program: bytes of the deepest frame */
	struct json_f64map prog_verify_ns; /* per program: what verifying it took */
	uint32_t sched;                    /* index into job.schedulers */
};

/* A scheduler exited, or could not be loaded or attached. */
struct wire_sched_exit {
	char *kind; /* the way to fail: fault_name() */
	char *reason; /* the kernel's reason line; of a program: what it did; NULL: it was not loaded */
	char *message; /* text of scx_bpf_error(), or why it was not loaded */
	char *dump;    /* the kernel's debug dump, bounded; artefact */
	char *log;     /* libbpf's and the verifier's log when loading failed, bounded; artefact */
	uint64_t at_ns;
	bool expected;  /* the agent detached it, and there was no error */
	bool program;   /* the reason is what its program did, "exited with status 3" */
	uint32_t sched; /* index into job.schedulers */
};

/* Some output of a scheduler's program, as it came. */
struct wire_sched_output {
	uint32_t sched; /* index into job.schedulers */
	char *text;
};

/* A scheduler's program ended, or could not be ended. */
struct wire_sched_program {
	uint32_t sched;  /* index into job.schedulers */
	int64_t exit;    /* exit status, or 128 + signal; none: it did not end */
	char *ended_by;  /* the last signal it was sent, "SIGINT"; NULL: it ended by itself */
	bool forked;     /* its first process ended, and others went on */
	uint64_t cpu_ns; /* CPU time of all its processes */
};

/* wire_worker.exit of a worker that is alive and did not end when it was told to. */
#define WORKER_SILENT "no report"
#define WORKER_KILLED "signal 9"

struct wire_worker {
	uint32_t index; /* within its work */
	uint32_t work;  /* index into job.works */
	int type;       /* enum work_type */
	bool completed; /* it reported; false: it died or hung, see exit */
	char *exit;     /* "exit status 1", "signal 11", WORKER_SILENT, why it gave up; NULL: ok */
	uint64_t iterations;
	uint64_t wall_ns, cpu_ns;          /* from start barrier to stop; cpu_ns from schedstat */
	uint64_t run_delay_ns, timeslices; /* schedstat: time waiting to run, times it ran */
	uint64_t voluntary_switches, involuntary_switches, migrations;
	/* Its own memory at its end, in pages of 4 KiB; none on a machine of one node. local: on
	 * the nodes of its memory policy, else on those of the CPUs it may use. slow: on nodes
	 * without a CPU online. */
	uint64_t pages, local_pages, slow_pages;
	uint64_t spawn; /* earlier starts of its work: 0, 1, … */
	uint32_t kin;   /* equal for workers of one work and spawn with the same role and CPUs */
	/* A type that never blocks: longest time between two reads of the clock, and the CPU after
	 * it; else none. */
	uint64_t max_gap_ns;
	uint32_t max_gap_cpu;
	/* ns; NULL: its type does not measure this. */
	struct hist_packed *wake_latency, *sleep_overshoot;
	/* From tracing; none without it. */
	uint64_t longest_wait_ns; /* longest single time it was runnable but not running */
	uint64_t wait_ns;         /* sum of these times */
	char *cpus_visited;       /* list form */
	uint64_t breach_ns;       /* time on CPUs that its cpuset or its affinity forbids */
	uint32_t breach_cpu;      /* the last such CPU */
};

struct wire_cgroup {
	char *name;
	uint64_t usage_ns, user_ns, system_ns;           /* cpu.stat over the run */
	uint64_t nr_periods, nr_throttled, throttled_ns; /* likewise; none without cpu.max */
	/* Of all its tasks, from tracing; none without it. */
	struct hist_packed *sched_delay; /* from runnable to running, ns */
	uint64_t longest_wait_ns;
	uint64_t idle_wait_ns; /* time a task waited while a CPU it may use was idle */
	JSON_ARRAY_OF(struct wire_worker) workers;
};

/* The run queues, sampled. sustained_*: the highest value that five samples in a row reach. */
struct wire_runq {
	uint64_t samples;
	/* Tasks of the fullest CPU ÷ tasks of the emptiest, counted as at least one. */
	double max_imbalance, sustained_imbalance, mean_imbalance;
	double mean_tasks;                             /* per CPU */
	double max_depth, sustained_depth, mean_depth; /* of sched_ext's local dispatch queues */
	uint64_t longest_stall_ns; /* longest time a CPU was idle with tasks in its run queue */
	uint32_t stalled_cpu;      /* that CPU; none: there was no such time */
	int8_t stalled;            /* it lasted five samples in a row */
};

/* Runs of one program of a sched_ext scheduler. */
struct wire_prog {
	char *name; /* of the callback's function */
	uint64_t cnt, ns;
};

struct wire_system {
	uint64_t run_ns;        /* start barrier to the last worker stopped */
	uint64_t quiet_wait_ns; /* time spent waiting for a quiet guest */
	int8_t quiet;           /* 0: it did not become quiet, and the run started anyway */
	struct strv busy;       /* tasks that kept it busy, "kworker/0:1 12 ms" */
	/* CPU time of the load's tasks without a real-time policy: under any scheduler, and under
	 * sched_ext's. None without tracing. */
	uint64_t load_ns, load_ext_ns;
	uint64_t others_cpu_ns;    /* CPU time during the run of all but workers and payloads */
	uint64_t context_switches; /* /proc/stat ctxt over the run */
	uint64_t pages_migrated;   /* of 4 KiB; /proc/vmstat pgmigrate_success over the run */
	/* sched_ext's own counters over the run; empty unless one scheduler was attached all the
	 * time. */
	struct json_f64map sched_events;
	int8_t warned;          /* the kernel wrote a warning with a backtrace during the run */
	struct wire_runq *runq; /* NULL without tracing */
	JSON_ARRAY_OF(struct wire_prog)
	progs; /* that were attached at the end; empty: not counted */
};

/* How one op of the job was carried out. */
struct wire_op {
	uint32_t op;    /* index into job.ops */
	uint64_t at_ns; /* since the start barrier; none: before it */
	uint64_t took_ns;
	bool ok;
	char *error;               /* if !ok: why; the run goes on */
	uint32_t cgroups, workers; /* how many exist after it */
	uint64_t iterations;       /* sum of all workers until then */
};

/* A payload ended. */
struct wire_payload {
	uint32_t payload; /* index into job.payloads */
	bool completed;   /* it ended by itself */
	int64_t exit;     /* exit status, or 128 + signal */
	uint64_t start_ns, wall_ns, cpu_ns;
	char *output;          /* stdout and stderr in order, bounded */
	uint64_t output_bytes; /* size of all it wrote */
};

/* The program that the user talked to ended. */
struct wire_shell {
	int64_t exit; /* exit status, or 128 + signal */
};

/* One run of a benchmark ended. */
struct wire_bench {
	char *name;
	uint32_t repeat;      /* 0, 1, … */
	bool beside;          /* the program of --with ran beside it */
	char *skipped;        /* why it cannot be run here; or NULL */
	char *error;          /* why there is no result; or NULL */
	struct timing timing; /* none if skipped or in error */
};

struct wire_log {
	char *text;
};

struct wire_end {
	bool ok;     /* the run was completed; this is not the verdict */
	char *error; /* if !ok: the cause, "cgroup a: cpuset.cpus: Invalid argument" */
	uint64_t at_ns;
};

extern const struct json_table wire_op_table, wire_payload_table, wire_hello_table, wire_runq_table,
	wire_prog_table, wire_phase_table, wire_sched_table, wire_sched_exit_table,
	wire_worker_table, wire_sched_output_table, wire_sched_program_table, wire_cgroup_table,
	wire_system_table, wire_log_table, wire_settings_table, wire_end_table, wire_shell_table,
	wire_bench_table;

#endif
