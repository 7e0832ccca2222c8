/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The records the guest sends (msg.h). All times in ns; "at_ns" is CLOCK_MONOTONIC of the guest.
 * Fields that could not be measured are none (json.h), never 0.
 */
#ifndef WIRE_REPORT_H
#define WIRE_REPORT_H

#include "base/hist.h"
#include "base/json.h"

struct wire_hello {
	uint32_t version; /* WIRE_VERSION */
	char *agent_version;
	char *kernel_release, *kernel_build; /* uname -r, uname -v */
	uint32_t cpus, llcs, nodes, threads_per_core;
	int8_t sched_ext, btf;
	uint64_t at_ns;
};

/* X(enumerator, name): how far the guest got; sent on entering each. */
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

/* A scheduler is attached and /sys/kernel/sched_ext says so. */
struct wire_sched {
	char *ops;                      /* /sys/kernel/sched_ext/root/ops */
	uint64_t load_ns, attach_ns;    /* what loading (verifier, JIT) and attaching took */
	uint64_t verified_insns;        /* over all programs; none where the kernel does not say */
	struct json_f64map prog_insns;  /* per program: instructions that the verifier processed */
	struct json_f64map prog_states; /* per program: verifier states in all */
	struct json_f64map prog_stack;  /* per program: bytes of the deepest frame */
	uint32_t sched;                 /* index into job.schedulers */
};

/* It is gone, or never came: whenever, however. */
struct wire_sched_exit {
	char *kind; /* "unregistered", "error", "bpf error", "stall", "load", "attach", "unknown" */
	char *reason;  /* the kernel's reason line */
	char *message; /* scx_bpf_error() text, or the last lines of the verifier log */
	char *dump;    /* the kernel's debug dump, bounded; artefact */
	char *log;     /* libbpf's and the verifier's log when loading failed, bounded; artefact */
	uint64_t at_ns;
	bool expected;  /* we took it away ourselves */
	uint32_t sched; /* index into job.schedulers */
};

/* It was there, and did not end when it was told to. */
#define WORKER_SILENT "no report"

struct wire_worker {
	uint32_t index; /* within its work */
	uint32_t work;  /* index into job.works */
	int type;       /* enum work_type */
	bool completed; /* it reported; false: died or hung, see exit */
	char *exit;     /* "exit status 1", "signal 11", WORKER_SILENT, or why it gave up; NULL when
	                   fine */
	uint64_t iterations;
	uint64_t wall_ns, cpu_ns;          /* between start barrier and stop; CPU as of schedstat */
	uint64_t run_delay_ns, timeslices; /* schedstat: waiting to run, times run */
	uint64_t voluntary_switches, involuntary_switches, migrations;
	/* Of 4 KiB, that are its own, at its end; none on one node. local: on the nodes of its
	 * memory policy, else of the CPUs it may use; slow: on a node without a CPU online. */
	uint64_t pages, local_pages, slow_pages;
	uint64_t spawn; /* which time the work was started: 0, 1, … */
	uint32_t kin;   /* of a work and spawn those alike: of one role, given the same CPUs */
	/* Longest time between two looks at the clock of a loop that never blocks; none for a type
	 * that does. */
	uint64_t max_gap_ns;
	uint32_t max_gap_cpu;
	/* Of its type alone, ns; NULL: not measured by this type. */
	struct hist_packed *wake_latency, *sleep_overshoot;
	/* The kernel's view, by tracing; none without it. */
	uint64_t longest_wait_ns; /* runnable but not running, at a stretch */
	uint64_t wait_ns;         /* the same, sum */
	char *cpus_visited;       /* list form */
	uint64_t breach_ns;       /* ran where its cgroup's cpuset or own affinity forbids it */
	uint32_t breach_cpu;      /* the last such CPU */
};

struct wire_cgroup {
	char *name;
	uint64_t usage_ns, user_ns, system_ns;           /* cpu.stat over the run, from usec */
	uint64_t nr_periods, nr_throttled, throttled_ns; /* none without cpu.max */
	/* The kernel's view of all its tasks, by tracing; none without it. */
	struct hist_packed *sched_delay; /* runnable to running, ns */
	uint64_t longest_wait_ns;
	uint64_t idle_wait_ns; /* a task of it waited while a CPU it may use idled */
	JSON_ARRAY_OF(struct wire_worker) workers;
};

/* The run queues, sampled; a value is sustained that five samples in a row reach. */
struct wire_runq {
	uint64_t samples;
	/* Tasks of the fullest CPU ÷ of the emptiest, which counts as having one at least. */
	double max_imbalance, sustained_imbalance, mean_imbalance;
	double mean_tasks;                             /* of a CPU */
	double max_depth, sustained_depth, mean_depth; /* of sched_ext's local dispatch queues */
	uint64_t longest_stall_ns; /* a CPU idled for so long beside tasks of its run queue */
	uint32_t stalled_cpu;      /* that CPU; none: none did */
	int8_t stalled;            /* through five samples in a row */
};

struct wire_system {
	uint64_t run_ns;           /* start barrier to the last worker stopped */
	uint64_t quiet_wait_ns;    /* waited for a quiet guest */
	int8_t quiet;              /* 0: it never was, started all the same */
	struct strv busy;          /* tasks that kept it busy, "kworker/0:1 12 ms" */
	uint64_t others_cpu_ns;    /* CPU time used by anything but the workers during the run */
	uint64_t context_switches; /* /proc/stat ctxt over the run */
	uint64_t pages_migrated;   /* of 4 KiB; /proc/vmstat pgmigrate_success over the run */
	/* sched_ext's own counters over the run; empty unless one scheduler was attached all the
	 * time. */
	struct json_f64map sched_events;
	struct wire_runq *runq; /* NULL without tracing */
};

/* An op of the job as it was carried out. */
struct wire_op {
	uint32_t op;    /* index into job.ops */
	uint64_t at_ns; /* since the start barrier; none: before it */
	uint64_t took_ns;
	bool ok;
	char *error;               /* !ok; the run goes on */
	uint32_t cgroups, workers; /* there are, after it */
	uint64_t iterations;       /* of all workers until then */
};

/* A payload's end. */
struct wire_payload {
	uint32_t payload; /* index into job.payloads */
	bool completed;   /* ended by itself */
	int64_t exit;     /* status; 128 + signal */
	uint64_t start_ns, wall_ns, cpu_ns;
	char *output;          /* stdout and stderr as they came, bounded */
	uint64_t output_bytes; /* what it wrote in all */
};

struct wire_log {
	char *text;
};

struct wire_end {
	bool ok;     /* the run went through; says nothing of the verdict */
	char *error; /* the cause when not: "cgroup a: cpuset.cpus: Invalid argument" */
	uint64_t at_ns;
};

extern const struct json_table wire_op_table, wire_payload_table, wire_hello_table, wire_runq_table,
	wire_phase_table, wire_sched_table, wire_sched_exit_table, wire_worker_table,
	wire_cgroup_table, wire_system_table, wire_log_table, wire_end_table;

#endif
