/* SPDX-License-Identifier: GPL-2.0-only */
/* What trace.bpf.c and the agent agree upon; compiled into both, and into the unit tests. */
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
#define TRACE_CGROUP_IDS 4096            /* cgroups made during a run, all incarnations */

/* Member for member struct hist (base/hist.h), but that min means nothing while count is 0. */
struct trace_hist {
	__u64 count, sum, min, max;
	__u32 bucket[TRACE_BUCKETS];
};

/* By pid: whose it is. Both are index + 1, 0: nobody's. Written by the agent. */
struct trace_who {
	__u32 worker, mask;
};

/* By pid: what it is doing. Written by the events of that task, which the kernel puts in order. */
struct trace_task {
	__u64 waits_since; /* 0: it does not wait */
	__u64 runs_since;  /* 0: since before the start, or it does not run */
	__u32 cgroup;      /* waiting in, index + 1, 0: none of ours */
	__u32 mask;        /* waiting under, index + 1, 0: its wait beside idle CPUs is its own */
};

struct trace_worker {
	__u64 waits, wait_ns, longest_wait_ns;
	__u64 breach_ns;
	__u64 visited[TRACE_WORDS];
	__u32 breach_cpu;
	__u32 pad;
};

/* The run queues at one moment, over the CPUs that are online. */
#define TRACE_SAMPLES 4096
struct trace_sample {
	__u64 at_ns;
	__u32 cpus;
	__u32 most, least;   /* tasks of a CPU: it runs them, or they were put there */
	__u32 tasks;         /* of all */
	__u32 deepest, deep; /* local dispatch queues: the deepest, and the sum */
	__u32 stalled_cpu;   /* of stalled_ns */
	__u64 stalled_ns;    /* longest that a CPU has idled beside tasks of its own */
};

/* By CPU: it was found idle beside tasks of its own, without a switch since. */
struct trace_stall {
	__u64 since; /* 0: it was not */
	__u64 switches;
};

/* A set of CPUs in force for some tasks; written by the agent. */
struct trace_mask {
	__u64 since_ns; /* what is not in it is a breach since then, 0: nothing is just now */
	__u64 n_cpus;
	__u64 cpus[TRACE_WORDS];
};

/* Of a mask: for how long it was violated. Written under the lock, by the events. */
struct trace_mask_state {
	struct bpf_spin_lock lock;
	__u32 waiting; /* tasks */
	__u64 since;   /* violated since, 0: not now */
	__u64 total_ns;
};

/* Where hist_bucket_of() puts a value, without the instruction BPF does not have. */
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
