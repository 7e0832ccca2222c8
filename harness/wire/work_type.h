/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The work types: what a worker does in its loop. The host resolves, checks and explains a work by
 * its row here (name, parameters, group). The loop itself is harness/agent/work/work_<name>.c.
 */
#ifndef WIRE_WORK_TYPE_H
#define WIRE_WORK_TYPE_H

#include "base/json.h"

/* X(enumerator, name, doc): the name is also that of the agent's `struct work_impl work_<name>`. */
#define WORK_TYPES(X)                                                                              \
	X(WORK_CPU_SPIN, cpu_spin, "computes without ever blocking")                               \
	X(WORK_SCHED_YIELD, sched_yield,                                                           \
	  "yields the CPU again and again, after a little arithmetic")                             \
	X(WORK_SPIN_YIELD, spin_yield, "computes for a while, then yields the CPU once")           \
	X(WORK_WRITE_SLEEP, write_sleep, "writes 64 KiB to a file on tmpfs, then sleeps")          \
	X(WORK_BURST_SLEEP, burst_sleep, "computes for a burst, then sleeps")                      \
	X(WORK_IDLE_CHURN, idle_churn,                                                             \
	  "sleeps for random times and does almost nothing between, so that CPUs become idle and " \
	  "busy again")                                                                            \
	X(WORK_PHASES, phases,                                                                     \
	  "repeats four phases: computing, sleeping, yielding, writing to a file")                 \
	X(WORK_CACHE_WALK, cache_walk,                                                             \
	  "reads and writes a region of memory with a stride, without ever blocking")              \
	X(WORK_CACHE_YIELD, cache_yield, "walks its memory for a while, then yields the CPU once") \
	X(WORK_PAGE_FAULT, page_fault,                                                             \
	  "touches random pages of a region and gives them back, so that each touch faults")       \
	X(WORK_PIPE_PING_PONG, pipe_ping_pong,                                                     \
	  "pairs of workers pass one byte back and forth through two pipes")                       \
	X(WORK_CACHE_PIPE, cache_pipe,                                                             \
	  "pairs of workers pass one byte back and forth and walk their memory before each byte")  \
	X(WORK_FUTEX_PING_PONG, futex_ping_pong,                                                   \
	  "pairs of workers wake each other in turn through a futex")                              \
	X(WORK_FUTEX_FAN_OUT, futex_fan_out,                                                       \
	  "one worker wakes several others at set times; they compute and wait")                   \
	X(WORK_FAN_OUT_COMPUTE, fan_out_compute,                                                   \
	  "one worker wakes several others at set times; they multiply matrices and wait (like "   \
	  "schbench)")                                                                             \
	X(WORK_THUNDERING_HERD, thundering_herd,                                                   \
	  "one worker wakes all others, which wait on one futex word, at set times; one of them "  \
	  "gets the work, the others wait again")                                                  \
	X(WORK_WAKE_CHAIN, wake_chain,                                                             \
	  "the first worker wakes the second at set times, the second wakes the third, and so on") \
	X(WORK_EPOLL_STORM, epoll_storm,                                                           \
	  "one worker writes to the eventfds of all others at set times; they wait in epoll")      \
	X(WORK_PRODUCER_CONSUMER, producer_consumer,                                               \
	  "several producers fill a bounded queue at set times; one consumer empties it")          \
	X(WORK_SIGNAL_STORM, signal_storm,                                                         \
	  "one worker sends a signal to each of the others at set times; they wait for it")        \
	X(WORK_MUTEX_CONTENTION, mutex_contention,                                                 \
	  "workers contend for one futex mutex and hold it for a while")                           \
	X(WORK_PRIORITY_INVERSION, priority_inversion,                                             \
	  "a worker of low priority holds a lock that one of high priority needs, while others "   \
	  "keep the CPU busy")                                                                     \
	X(WORK_FORK_EXIT, fork_exit, "forks a child that exits at once, then reaps it")            \
	X(WORK_NICE_SWEEP, nice_sweep, "goes through all nice values")                             \
	X(WORK_AFFINITY_CHURN, affinity_churn, "binds itself to one random CPU after another")     \
	X(WORK_POLICY_CHURN, policy_churn, "goes through the scheduling policies")                 \
	X(WORK_SMT_SIBLING_SPIN, smt_sibling_spin,                                                 \
	  "pairs of workers compute on the two hardware threads of one core")                      \
	X(WORK_NUMA_MIGRATION_CHURN, numa_migration_churn,                                         \
	  "moves from NUMA node to NUMA node and walks its memory")                                \
	X(WORK_CGROUP_CHURN, cgroup_churn,                                                         \
	  "makes a cgroup beside its own, moves there and back, then removes it")                  \
	X(WORK_CGROUP_ATTACH_STORM, cgroup_attach_storm,                                           \
	  "moves itself through several cgroups that were made beforehand")                        \
	X(WORK_RT_HOG, rt_hog, "keeps a CPU busy under SCHED_FIFO, with pauses")

enum work_type {
#define X(e, name, doc) e,
	WORK_TYPES(X)
#undef X
	WORK_TYPE_COUNT
};
extern const struct json_names work_type_names;

#define WORK_PARAMS_MAX 6
#define WORK_GROUP_MAX  64

struct work_param {
	const char *name, *unit, *doc; /* unit NULL: a count */
	double def, min, max;
};

/* The latencies that a work type can measure, besides the kernel's counters. Each means one thing
 * and is never mixed with another. X(enumerator, name, doc) */
#define LATENCIES(X)                                                                               \
	X(LATENCY_WAKE, "wake_latency", "from the waker's stamp until the wakee runs")             \
	X(LATENCY_SLEEP_OVERSHOOT, "sleep_overshoot", "time slept beyond the time asked for")

enum latency {
#define X(e, name, doc) e,
	LATENCIES(X)
#undef X
	LATENCY_COUNT
};

struct work_type_def {
	const char *name, *doc;
	struct work_param params[WORK_PARAMS_MAX]; /* up to the first without a name */
	/* Workers act in groups of this many, plus the value of group_param if it has one. */
	uint32_t group;
	const char *group_param;
	uint32_t roles;    /* this many first members of a group each have a role of their own */
	bool never_blocks; /* always runnable: reports a gap and has a known share */
	bool own_cpus; /* sets its own affinity, so the scheduler does not choose where it runs */
	bool forks;    /* part of its CPU time is used by its children */
	unsigned int latencies; /* bits 1 << enum latency */
	/* What the CPUs it may use must have. Without it the worker gives up, so the host skips the
	 * test before it boots. */
	struct {
		bool smt;       /* a whole core of two threads or more */
		uint32_t nodes; /* at least this many NUMA nodes; 0: any number */
	} needs;
};
extern const struct work_type_def work_type_defs[WORK_TYPE_COUNT];
extern const struct json_names latency_names;

/* The parameters in table order: given values, else defaults. ERR_USAGE for an unknown name (with a
 * suggestion) or a value out of range. */
int work_type_params(enum work_type type, const struct json_f64map *given,
                     double param[WORK_PARAMS_MAX], struct err *err) MUST_CHECK;
/* How many workers form a group: 1 to WORK_GROUP_MAX. */
uint32_t work_type_group(enum work_type type, const double param[WORK_PARAMS_MAX]);

#endif
