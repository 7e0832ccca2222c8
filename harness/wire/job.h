/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The job: everything the agent is to do, fully resolved by the host. The agent decides nothing and
 * knows no scenario, topology words or defaults.
 */
#ifndef WIRE_JOB_H
#define WIRE_JOB_H

#include "base/json.h"
#include "harness/wire/work_type.h"

#define WIRE_VERSION 3
#define JOB_FW_CFG   "opt/ktstr/job"
#define JOB_MAX      (1u << 20)

/* Knobs that change which CPUs a cgroup or others may use. */
#define CPUSET_CPUS      "cpuset.cpus"
#define CPUSET_PARTITION "cpuset.cpus.partition"
#define CPUSET_EXCLUSIVE "cpuset.cpus.exclusive"

/* A path below the test's own cgroup. */
struct job_cgroup {
	char *name;          /* "a", "a/b"; a parent stands before its children */
	struct strmap knobs; /* interface file → value, written when it is made, in key order */
};

/* X(enumerator, name, doc): what scheduling policy a worker asks for. */
#define WORK_POLICIES(X)                                                                           \
	X(POLICY_NORMAL, "normal", "SCHED_NORMAL: the fair class, or the sched_ext scheduler")     \
	X(POLICY_BATCH, "batch", "SCHED_BATCH")                                                    \
	X(POLICY_IDLE, "idle", "SCHED_IDLE")                                                       \
	X(POLICY_FIFO, "fifo", "SCHED_FIFO with rt_priority")                                      \
	X(POLICY_RR, "rr", "SCHED_RR with rt_priority")                                            \
	X(POLICY_DEADLINE, "deadline", "SCHED_DEADLINE with runtime, deadline and period")         \
	X(POLICY_EXT, "ext", "SCHED_EXT, for schedulers that take only tasks that ask")

enum work_policy {
#define X(e, name, doc) e,
	WORK_POLICIES(X)
#undef X
	POLICY_COUNT
};
extern const struct json_names work_policy_names;

/* X(enumerator, name, doc): where a worker's memory comes from, set_mempolicy(2). */
#define MEM_POLICIES(X)                                                                            \
	X(MEM_DEFAULT, "default", "the kernel's: the node of the CPU")                             \
	X(MEM_BIND, "bind", "mem_nodes only")                                                      \
	X(MEM_PREFERRED, "preferred", "mem_nodes first")                                           \
	X(MEM_INTERLEAVE, "interleave", "mem_nodes in turn")                                       \
	X(MEM_LOCAL, "local", "the node of the CPU, whatever the parent says")

enum mem_policy {
#define X(e, name, doc) e,
	MEM_POLICIES(X)
#undef X
	MEM_POLICY_COUNT
};
extern const struct json_names mem_policy_names;

/* Workers of one type, alike but for their affinity. */
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

/* A program of the initramfs that runs in a cgroup. */
struct job_payload {
	char *name;
	uint32_t cgroup;           /* index; none: the guest's root cgroup */
	struct strv argv, env;     /* argv[0]: path in the initramfs; env: "NAME=value" */
	struct strv collect;       /* files that are output, too: "/tmp/x-*.log" */
	uint64_t output_max_bytes; /* of stdout and stderr together; the rest is counted and dropped
	                            */
};

#define KERNEL_SCHEDULER "eevdf" /* the kernel's own */

/* Bytes that the agent writes into the opened object before it loads it. */
struct job_patch {
	char *section;   /* of variables, ".rodata"; of ops: the name of the sched_ext_ops map */
	bool ops;        /* into a sched_ext_ops map */
	uint64_t offset; /* in the section's or the map's value */
	char *hex;       /* two digits a byte */
};

struct job_sched {
	char *name;    /* KERNEL_SCHEDULER, "vtime", … */
	char *object;  /* path of the .bpf.o in the initramfs; NULL: the kernel's own */
	char *ops_map; /* of several in the object: the one to attach; NULL: there is one */
	JSON_ARRAY_OF(struct job_patch) patches;
	struct strmap map_entries; /* map → its size, where it is not the object's own */
	struct strmap sizes;       /* section → its size in bytes, likewise */
	struct strv run_progs;     /* run once each, in this order, before the attach */
};

/*
 * X(enumerator, name, takes, effect, shares, doc): what a step does.
 *
 *	takes	in a scenario, under its name (harness/scenario/scenario.h): TEXT, a cgroup's path,
 *		CPUs, a payload or a scheduler; ARGS, keys of its own; SPAWN; GROUP
 *	effect	on the model (allow.h): CPUS, it changes which CPUs some task may use; TASKS, only
 *		which works run; NONE
 *	shares	of the CPU time that are fair between cgroups: KEPT; AT_START, known when it is done
 *		as the run starts and not when later; LOST, not known from then on
 */
#define OPS(X)                                                                                     \
	X(OP_ADD_CGROUP, add_cgroup, GROUP, CPUS, AT_START, "makes a cgroup")                      \
	X(OP_REMOVE_CGROUP, remove_cgroup, TEXT, CPUS, LOST,                                       \
	  "ends what runs in a cgroup and removes it")                                             \
	X(OP_FREEZE, freeze, TEXT, NONE, LOST, "freezes a cgroup")                                 \
	X(OP_UNFREEZE, unfreeze, TEXT, NONE, LOST, "lets it go on")                                \
	X(OP_SET_CPUSET, set_cpuset, ARGS, CPUS, AT_START, "limits a cgroup to CPUs")              \
	X(OP_CLEAR_CPUSET, clear_cpuset, TEXT, CPUS, AT_START, "lifts that limit")                 \
	X(OP_SWAP_CPUSETS, swap_cpusets, ARGS, CPUS, LOST, "exchanges the CPUs of two cgroups")    \
	X(OP_SET_KNOB, set_knob, ARGS, CPUS, AT_START, "writes one of a cgroup's interface files") \
	X(OP_SPAWN, spawn, SPAWN, CPUS, AT_START, "starts the workers of a work")                  \
	X(OP_STOP, stop, TEXT, TASKS, LOST, "ends the workers of a work")                          \
	X(OP_SET_AFFINITY, set_affinity, ARGS, CPUS, AT_START,                                     \
	  "gives the workers of a work other CPUs")                                                \
	X(OP_MOVE_TASKS, move_tasks, ARGS, CPUS, LOST, "moves all tasks of a cgroup to another")   \
	X(OP_RUN_PAYLOAD, run_payload, TEXT, NONE, LOST, "starts a payload")                       \
	X(OP_WAIT_PAYLOAD, wait_payload, ARGS, NONE, LOST, "waits until it ends")                  \
	X(OP_KILL_PAYLOAD, kill_payload, TEXT, NONE, LOST, "ends it")                              \
	X(OP_CPU_OFFLINE, cpu_offline, TEXT, CPUS, LOST, "takes CPUs away from the kernel")        \
	X(OP_CPU_ONLINE, cpu_online, TEXT, CPUS, LOST, "gives them back")                          \
	X(OP_ATTACH_SCHEDULER, attach_scheduler, TEXT, NONE, KEPT,                                 \
	  "attaches a scheduler where none is")                                                    \
	X(OP_DETACH_SCHEDULER, detach_scheduler, TEXT, NONE, KEPT,                                 \
	  "takes it away: the kernel's own takes over")                                            \
	X(OP_RESTART_SCHEDULER, restart_scheduler, TEXT, NONE, KEPT,                               \
	  "takes it away and attaches it again")                                                   \
	X(OP_REPLACE_SCHEDULER, replace_scheduler, TEXT, NONE, KEPT,                               \
	  "takes it away and attaches another")

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

/* One thing to do, at a time. What the kind has no use for is none. */
struct job_op {
	uint64_t at_ns; /* after the start barrier; none: before it, while all is set up */
	uint32_t step;  /* index into job.steps */
	int kind;       /* enum op_kind */
	uint32_t cgroup, to_cgroup, work, payload, sched; /* indexes */
	char *cpus;           /* list form: set_cpuset, swap_cpusets (of `cgroup`), cpu_* */
	char *to_cpus;        /* swap_cpusets: of `to_cgroup` */
	struct strv affinity; /* set_affinity: worker i gets [i % n] */
	char *file, *value;   /* set_knob */
	uint64_t timeout_ns;  /* wait_payload */
};

struct job_topology {
	uint32_t cpus, llcs, nodes, threads_per_core; /* as the guest's sysfs must show them */
};

/* Everything is resolved by the host: fractions, loops (unrolled into ops), chance (from the seed),
 * what ends with its step. ops are in order of time. A scenario without steps is two kinds of op
 * before the barrier: add_cgroup and spawn. */
struct job {
	uint32_t version; /* WIRE_VERSION */
	char *test;
	uint64_t seed;
	uint64_t duration_ns;      /* from the start barrier to the stop signal */
	uint64_t quiet_ns;         /* nothing else may have run for so long before the start */
	uint64_t quiet_timeout_ns; /* give up waiting for that (recorded, not an error) */
	uint64_t quantum_ns; /* virtual clock: how long a vCPU may run before the next; none: as it
	                        comes */
	struct job_topology topology;
	JSON_ARRAY_OF(struct job_sched) schedulers; /* [0] is attached first of all */
	JSON_ARRAY_OF(struct job_cgroup) cgroups;   /* all there ever are */
	JSON_ARRAY_OF(struct job_work) works;       /* likewise */
	JSON_ARRAY_OF(struct job_payload) payloads; /* likewise */
	struct strv steps;                          /* their names */
	JSON_ARRAY_OF(struct job_op) ops;
	char *trace_object; /* path of the measuring BPF object in the initramfs; NULL: none */
};

extern const struct json_table job_work_table, job_cgroup_table, job_payload_table, job_patch_table,
	job_sched_table, job_op_table, job_topology_table, job_table;

/* Whether any scheduler of it is one of sched_ext, not only the kernel's own. */
bool job_is_of_sched_ext(const struct job *job);

#endif
