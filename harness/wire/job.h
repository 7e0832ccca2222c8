/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The job: everything the agent is to do, fully resolved by the host. The agent decides nothing and
 * knows no scenario, topology words or defaults.
 */
#ifndef WIRE_JOB_H
#define WIRE_JOB_H

#include "base/json.h"

#define WIRE_VERSION 1
#define JOB_FW_CFG   "opt/ktstr/job"
#define JOB_MAX      (1u << 20)

/* X(enumerator, name, doc): what one worker does in its loop. */
#define WORK_TYPES(X)                                                                              \
	X(WORK_CPU_SPIN, "cpu_spin", "computes without ever blocking")                             \
	X(WORK_PIPE_PING_PONG, "pipe_ping_pong",                                                   \
	  "pairs of workers pass one byte to and fro through two pipes")

enum work_type {
#define X(e, name, doc) e,
	WORK_TYPES(X)
#undef X
	WORK_TYPE_COUNT
};
extern const struct json_names work_type_names;

struct job_work {
	int type; /* enum work_type */
	uint32_t workers;
	struct json_f64map params; /* name → value, as the work type's table says */
};

struct job_cgroup {
	char *name;              /* one path component under the test's own cgroup */
	char *cpuset;            /* the kernel's list form, or NULL: inherited */
	uint32_t cpu_weight;     /* 1…10000, U32_NONE: the kernel's default */
	struct json_array works; /* struct job_work */
};

struct job_topology {
	uint32_t cpus, llcs, nodes, threads_per_core; /* as the guest's sysfs must show them */
};

struct job {
	uint32_t version; /* WIRE_VERSION */
	char *test;
	uint64_t seed;
	uint64_t duration_ns;      /* from the start barrier to the stop signal */
	uint64_t quiet_ns;         /* nothing else may have run for so long before the start */
	uint64_t quiet_timeout_ns; /* give up waiting for that (recorded, not an error) */
	struct job_topology topology;
	char *scheduler;           /* its name: "eevdf", "vtime", … */
	char *scheduler_object;    /* path of the .bpf.o in the initramfs; NULL: the kernel's own */
	struct json_array cgroups; /* struct job_cgroup */
};

extern const struct json_table job_work_table, job_cgroup_table, job_topology_table, job_table;

#endif
