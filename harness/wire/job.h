/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The job: everything the agent has to do. The host resolves it completely. The agent decides
 * nothing. It knows no scenarios, topology names or defaults.
 */
#ifndef WIRE_JOB_H
#define WIRE_JOB_H

#include "base/json.h"
#include "harness/wire/work_type.h"

#define WIRE_VERSION 5
#define JOB_FILE     "job" /* the input's entry that is not written to a file */
#define NOW_FILE     "now" /* likewise */
#define JOB_MAX      (1u << 20)

/* Interface files that change which CPUs this or another cgroup may use. */
#define CPUSET_CPUS      "cpuset.cpus"
#define CPUSET_PARTITION "cpuset.cpus.partition"
#define CPUSET_EXCLUSIVE "cpuset.cpus.exclusive"

/* A path below the test's own cgroup. */
struct job_cgroup {
	char *name;          /* "a", "a/b"; a parent comes before its children */
	struct strmap knobs; /* interface file → value; written in key order after mkdir */
};

/* X(enumerator, name, doc): the scheduling policy of a worker. */
#define WORK_POLICIES(X)                                                                           \
	X(POLICY_NORMAL, "normal", "SCHED_NORMAL: the fair class, or the sched_ext scheduler")     \
	X(POLICY_BATCH, "batch", "SCHED_BATCH")                                                    \
	X(POLICY_IDLE, "idle", "SCHED_IDLE")                                                       \
	X(POLICY_FIFO, "fifo", "SCHED_FIFO with rt_priority")                                      \
	X(POLICY_RR, "rr", "SCHED_RR with rt_priority")                                            \
	X(POLICY_DEADLINE, "deadline", "SCHED_DEADLINE with runtime, deadline and period")         \
	X(POLICY_EXT, "ext", "SCHED_EXT, for schedulers that take only tasks with this policy")

enum work_policy {
#define X(e, name, doc) e,
	WORK_POLICIES(X)
#undef X
	POLICY_COUNT
};
extern const struct json_names work_policy_names;

/* X(enumerator, name, doc): where a worker's memory comes from, set_mempolicy(2). */
#define MEM_POLICIES(X)                                                                            \
	X(MEM_DEFAULT, "default", "the kernel's default: the node of the CPU")                     \
	X(MEM_BIND, "bind", "only mem_nodes")                                                      \
	X(MEM_PREFERRED, "preferred", "mem_nodes first, then others")                              \
	X(MEM_INTERLEAVE, "interleave", "mem_nodes in turn")                                       \
	X(MEM_LOCAL, "local", "the node of the CPU, whatever the parent's policy")

enum mem_policy {
#define X(e, name, doc) e,
	MEM_POLICIES(X)
#undef X
	MEM_POLICY_COUNT
};
extern const struct json_names mem_policy_names;

/* Workers of one type. They differ only in their affinity. */
struct job_work {
	uint32_t cgroup;           /* index into job.cgroups; none: the guest's root cgroup */
	int type;                  /* enum work_type */
	uint32_t workers;          /* a multiple of the type's group */
	struct json_f64map params; /* name → value, as the work type's table says */
	int policy;                /* enum work_policy */
	uint32_t rt_priority;      /* fifo, rr */
	uint64_t runtime_ns, deadline_ns, period_ns; /* deadline */
	int64_t nice;
	struct strv affinity; /* CPU lists: worker i gets [i % n]; empty: what the cgroup allows */
	int mem_policy;       /* enum mem_policy */
	char *mem_nodes;      /* node list */
};

/* A program in the initramfs that runs in a cgroup. */
struct job_payload {
	char *name;
	uint32_t cgroup;           /* index; none: the guest's root cgroup */
	struct strv argv, env;     /* argv[0]: path in the initramfs; env: "NAME=value" */
	struct strv collect;       /* files added to the output at the end: "/tmp/x-*.log" */
	uint64_t output_max_bytes; /* kept of stdout and stderr together; more is only counted */
};

#define KERNEL_SCHEDULER "eevdf" /* the kernel's own scheduler, no sched_ext */

/* Bytes that the agent writes into the opened object before it loads it. */
struct job_patch {
	char *section;   /* of variables, ".rodata"; of ops: the name of the sched_ext_ops map */
	bool ops;        /* into a sched_ext_ops map */
	uint64_t offset; /* in the section's or the map's value */
	char *hex;       /* two digits a byte */
};

/* A program of the object that the agent runs once before it attaches the scheduler. */
struct job_run {
	char *prog;
	char *hex; /* the struct it gets, two digits a byte; "": none */
};

struct job_sched {
	char *name;    /* KERNEL_SCHEDULER, "vtime", … */
	char *object;  /* path of the .bpf.o in the initramfs; NULL: another kind */
	char *ops_map; /* which one to attach if the object has several; NULL: it has one */
	JSON_ARRAY_OF(struct job_patch) patches;
	struct strmap map_entries;          /* map → entries, for maps whose size was changed */
	struct strmap sizes;                /* section → bytes, likewise */
	JSON_ARRAY_OF(struct job_run) runs; /* in this order */
	struct strv argv;           /* an executable and its arguments; argv[0]: path; else empty */
	uint64_t attach_timeout_ns; /* an executable: the longest until it has attached */
};
/* Whether it is one of sched_ext, and not the kernel's own. */
bool job_sched_is_ext(const struct job_sched *s);

/*
 * X(enumerator, name, takes, effect, shares, doc): the ops of steps.
 *
 *	takes	the value under its name in a scenario (harness/scenario/scenario.h). TEXT: a
 *		cgroup's path, CPUs, a payload or a scheduler. ARGS: keys of its own. SPAWN, GROUP:
 *		a work, a cgroup.
 *	effect	what it changes in the model (allow.h). CPUS: which CPUs some task may use. TASKS:
 *		only which works run. NONE: nothing.
 *	shares	what is known afterwards about the fair shares of CPU time. KEPT: as much as
 *		before. AT_START: as much as before if it is done by the start barrier, else
 *		nothing. LOST: nothing.
 */
#define OPS(X)                                                                                     \
	X(OP_ADD_CGROUP, add_cgroup, GROUP, CPUS, AT_START, "makes a cgroup")                      \
	X(OP_REMOVE_CGROUP, remove_cgroup, TEXT, CPUS, LOST,                                       \
	  "ends the tasks of a cgroup and removes it")                                             \
	X(OP_FREEZE, freeze, TEXT, NONE, LOST, "freezes a cgroup")                                 \
	X(OP_UNFREEZE, unfreeze, TEXT, NONE, LOST, "unfreezes a cgroup")                           \
	X(OP_SET_CPUSET, set_cpuset, ARGS, CPUS, AT_START, "sets the cpuset of a cgroup")          \
	X(OP_CLEAR_CPUSET, clear_cpuset, TEXT, CPUS, AT_START, "clears the cpuset of a cgroup")    \
	X(OP_SWAP_CPUSETS, swap_cpusets, ARGS, CPUS, LOST, "exchanges the CPUs of two cgroups")    \
	X(OP_SET_KNOB, set_knob, ARGS, CPUS, AT_START, "writes one of a cgroup's interface files") \
	X(OP_SPAWN, spawn, SPAWN, CPUS, AT_START, "starts the workers of a work")                  \
	X(OP_STOP, stop, TEXT, TASKS, LOST, "ends the workers of a work")                          \
	X(OP_SET_AFFINITY, set_affinity, ARGS, CPUS, AT_START,                                     \
	  "changes the affinity of the workers of a work")                                         \
	X(OP_MOVE_TASKS, move_tasks, ARGS, CPUS, LOST, "moves all tasks of a cgroup to another")   \
	X(OP_RUN_PAYLOAD, run_payload, TEXT, NONE, LOST, "starts a payload")                       \
	X(OP_WAIT_PAYLOAD, wait_payload, ARGS, NONE, LOST, "waits until a payload has ended")      \
	X(OP_KILL_PAYLOAD, kill_payload, TEXT, NONE, LOST, "kills a payload")                      \
	X(OP_CPU_OFFLINE, cpu_offline, TEXT, CPUS, LOST, "takes CPUs offline")                     \
	X(OP_CPU_ONLINE, cpu_online, TEXT, CPUS, LOST, "brings CPUs online again")                 \
	X(OP_ATTACH_SCHEDULER, attach_scheduler, TEXT, NONE, KEPT,                                 \
	  "attaches a scheduler; none may be attached")                                            \
	X(OP_DETACH_SCHEDULER, detach_scheduler, TEXT, NONE, KEPT,                                 \
	  "detaches the scheduler; the kernel's own takes over")                                   \
	X(OP_KILL_SCHEDULER, kill_scheduler, TEXT, NONE, KEPT,                                     \
	  "kills the scheduler's program; the kernel's own takes over")                            \
	X(OP_RESTART_SCHEDULER, restart_scheduler, TEXT, NONE, KEPT,                               \
	  "detaches the scheduler and attaches it again")                                          \
	X(OP_REPLACE_SCHEDULER, replace_scheduler, TEXT, NONE, KEPT,                               \
	  "detaches the scheduler and attaches another")

enum op_kind {
#define X(e, ...) e,
	OPS(X)
#undef X
	OP_COUNT
};
extern const struct json_names op_names;

enum op_effect {
	EFFECT_NONE,
	EFFECT_TASKS,
	EFFECT_CPUS,
};

enum op_shares {
	SHARES_KEPT,
	SHARES_AT_START,
	SHARES_LOST,
};

struct op_def {
	enum op_effect effect;
	enum op_shares shares;
};
extern const struct op_def op_defs[OP_COUNT];

/* One thing to do, and when. Fields that the kind does not use are none. */
struct job_op {
	uint64_t at_ns; /* after the start barrier; none: before it, during setup */
	uint32_t step;  /* index into job.steps */
	int kind;       /* enum op_kind */
	uint32_t cgroup, to_cgroup, work, payload, sched; /* indexes */
	char *cpus;           /* list form: set_cpuset, swap_cpusets (of `cgroup`), cpu_* */
	char *to_cpus;        /* swap_cpusets: of `to_cgroup` */
	struct strv affinity; /* set_affinity: worker i gets [i % n] */
	char *file, *value;   /* set_knob */
	uint64_t timeout_ns;  /* wait_payload */
};

/* A program that the user talks to, through the port (port.h). */
struct job_shell {
	struct strv argv, env; /* argv[0]: path in the guest */
	char *dir;             /* its working directory, which is made */
	bool terminal;         /* it runs on a terminal of its own: stdout and stderr are one */
};

/* Micro-benchmarks, run one after the other. */
struct job_bench {
	struct strv names;    /* rows of the registry */
	uint32_t repeat;      /* which run of each this is */
	uint64_t time_ns;     /* of the samples of one */
	char *file;           /* for rows that read a file; NULL: one of their own */
	uint64_t image_bytes; /* size of the kernel's image; none: not known */
	struct strv with;     /* program that runs beside them in a second pass; empty: none */
	bool with_first;      /* that pass is the first */
};

struct job_topology {
	uint32_t cpus, llcs, nodes, threads_per_core; /* what the guest's sysfs must show */
};

/* A program that runs to its end, as root in "/". */
struct job_command {
	char *text;       /* as it was written */
	struct strv argv; /* argv[0]: path */
};
struct job_commands {
	struct job_command *v;
	size_t n;
};

/* The host resolves everything: fractions become CPUs, loops become ops, random choices are made
 * from the seed, and what ends with its step gets an op that ends it. ops are in order of time. A
 * scenario without steps only has add_cgroup and spawn before the start barrier, and run_payload at
 * 0. */
struct job {
	uint32_t version; /* WIRE_VERSION */
	char *test;
	uint64_t seed;
	uint64_t duration_ns;      /* from the start barrier to the stop signal */
	uint64_t quiet_ns;         /* before the start, the guest must be idle for this long */
	uint64_t quiet_timeout_ns; /* start anyway after this long (recorded, not an error) */
	uint64_t quantum_ns;       /* virtual clock: longest turn of a vCPU; none: not limited */
	struct job_topology topology;
	JSON_ARRAY_OF(struct job_sched) schedulers; /* [0] is attached before anything else */
	JSON_ARRAY_OF(struct job_cgroup) cgroups;   /* all of the run, also those ops add later */
	JSON_ARRAY_OF(struct job_work) works;       /* likewise */
	JSON_ARRAY_OF(struct job_payload) payloads; /* likewise */
	struct strv steps;                          /* names */
	JSON_ARRAY_OF(struct job_op) ops;
	struct job_shell *shell; /* run this instead of a load; or NULL */
	struct job_bench *bench; /* likewise */
	/* Get ready, have the machine saved, then go on with the job that is there. If that is to be
	 * saved, too, its level is higher. None: a test. */
	uint32_t save_level;
	bool count_runs; /* of BPF programs, and how long they take: costs two looks at the clock each */
	char *trace_object; /* path of the tracing BPF object in the guest; NULL: no tracing */
	struct strv
		sysctls; /* "key=value", set before the run; "-key=value": if the kernel has it */
	char *lockdown;  /* likewise; NULL: as it is */
	struct job_commands enable;  /* switch the scheduler on, before the run */
	struct job_commands disable; /* off again, after it */
};

/* Under the real clock: what a machine saved some time ago cannot know. The content of NOW_FILE. */
struct job_now {
	uint64_t realtime_ns; /* CLOCK_REALTIME of the host */
	uint8_t random[64];   /* from the host: machines from one image must differ */
};

extern const struct json_table job_command_table, job_work_table, job_cgroup_table,
	job_payload_table, job_patch_table, job_run_table, job_sched_table, job_op_table,
	job_topology_table, job_shell_table, job_bench_table, job_table;

/* Whether any of its schedulers is a sched_ext scheduler. */
bool job_is_of_sched_ext(const struct job *job);

#endif
