/* SPDX-License-Identifier: GPL-2.0-only */
/* What trace.bpf.c and the agent share. Compiled into both, and into the unit tests. */
#ifndef AGENT_TRACE_SHARED_H
#define AGENT_TRACE_SHARED_H

#ifdef __bpf__
struct bpf_spin_lock {
	__u32 val;
};
#else
#include <linux/bpf.h>
#endif

#define TRACE_CPUS       512
#define TRACE_WORDS      (TRACE_CPUS / 64)
#define TRACE_MASKS      256
#define TRACE_BUCKETS    (128 + 57 * 64) /* base/hist.h */
#define TRACE_CGROUP_IDS 4096            /* cgroups made in a run, each time counted */

/* The layout of struct hist (base/hist.h). Here min is undefined while count is 0. */
struct trace_hist {
	__u64 count, sum, min, max;
	__u32 bucket[TRACE_BUCKETS];
};

/* Per pid, written by the agent: index + 1 of the worker and of its mask; 0: none. */
struct trace_who {
	__u32 worker, mask;
};

/* Per pid: what the task is doing. Written by the task's events, which the kernel orders. */
struct trace_task {
	__u64 waits_since; /* 0: not waiting for a CPU */
	__u64 runs_since;  /* 0: not running, or since before the run began */
	__u32 cgroup;      /* where it waits, index + 1; 0: not a cgroup of the test */
	__u32 mask;        /* that it waits under, index + 1; 0: see idle_mask_of() */
};

struct trace_worker {
	__u64 waits, wait_ns, longest_wait_ns;
	__u64 breach_ns;
	__u64 visited[TRACE_WORDS];
	__u32 breach_cpu;
	__u32 pad;
};

/* The run queues at one moment, over the online CPUs. */
#define TRACE_SAMPLES 4096
struct trace_sample {
	__u64 at_ns;
	__u32 cpus;
	__u32 most, least;   /* tasks of one CPU: running there or queued for it */
	__u32 tasks;         /* of all CPUs */
	__u32 deepest, deep; /* local dispatch queues: the longest, and the sum */
	__u32 stalled_cpu;   /* the CPU of stalled_ns */
	__u64 stalled_ns;    /* longest time a CPU has idled with tasks queued for it */
};

/* Per CPU: since when each sample found it idle with tasks queued, without a switch in between. */
struct trace_stall {
	__u64 since; /* 0: not stalled */
	__u64 switches;
};

/* The CPUs that some tasks are allowed to use. Written by the agent. */
struct trace_mask {
	__u64 since_ns; /* running elsewhere counts as a breach from then on; 0: not now */
	__u64 n_cpus;
	__u64 cpus[TRACE_WORDS];
};

/* For how long a mask was violated. Written by the events, under the lock. */
struct trace_mask_state {
	struct bpf_spin_lock lock;
	__u32 waiting; /* tasks that wait under the mask */
	__u64 since;   /* violated since; 0: not now */
	__u64 total_ns;
};

/* The same as hist_bucket_of(), without the count-leading-zeros instruction that BPF lacks. */
static inline __u32 trace_bucket_of(__u64 v)
{
	__u64 rest = v;
	__u32 e = 0;

	if (v < 128)
		return (__u32)v;
	for (__u32 step = 32; step; step /= 2)
		if (rest >> step) {
			rest >>= step;
			e += step;
		}
	return 128 + (e - 7) * 64 + (__u32)((v >> (e - 6)) & 63);
}

#endif
