/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Measures inside the kernel: which task waited for a CPU and for how long, and which worker ran on
 * a CPU that it was not allowed to use. A task waits from sched_wakeup, or from being switched out
 * while still runnable, until it is switched in.
 *
 * Tasks are looked up by pid in arrays, not hash tables: nothing is allocated, locked or seeded, so
 * runs in virtual time stay identical. The fields of a task and of a worker have one writer at a
 * time, because the kernel orders a task's events by its run queue's lock.
 *
 * Work conservation: a mask is the set of CPUs that some tasks are allowed to use. While at least
 * one of these tasks waits and at least one of these CPUs is idle, the mask is violated. Of each
 * violation the time beyond `grace_ns` counts. A CPU that goes idle first sets its bit and then
 * updates every mask under the mask's lock, so the last to update sees all bits set before.
 *
 * A timer samples the run queues. No scheduler can delay it, and unlike a sampling task it is not
 * in the queues itself.
 */
typedef unsigned char __u8;
typedef signed char __s8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32, __wsum;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

enum bpf_map_type_used {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
};
enum bpf_map_flags_used {
	BPF_F_ZERO_SEED = 1 << 6,
	BPF_F_MMAPABLE = 1 << 10,
};

#include <bpf/bpf_helpers.h>
/* needs bpf_helpers.h */
#include <bpf/bpf_core_read.h>

#include "trace_shared.h"

#define CLOCK_MONOTONIC 1

struct bpf_timer {
	__u64 opaque[2];
} __attribute__((aligned(8)));

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct kernfs_node {
	__u64 id;
};
struct cgroup {
	struct kernfs_node *kn;
};
struct css_set {
	struct cgroup *dfl_cgrp;
};
struct sched_ext_entity {
	__u32 flags;
};
struct sched_class;
struct task_struct {
	int pid;
	unsigned int on_cpu; /* unsigned: in some kernels narrower (7.2: 8 bits) */
	unsigned int __state;
	unsigned int nr_cpus_allowed;
	int normal_prio;
	const struct sched_class *sched_class;
	struct css_set *cgroups;
	struct sched_ext_entity scx;
};
struct scx_dispatch_q {
	__u32 nr;
};
struct scx_rq {
	struct scx_dispatch_q local_dsq;
	__u32 nr_running;
};
struct cfs_rq {
	unsigned int h_nr_queued, h_nr_runnable;
};
struct rq {
	unsigned int nr_running;
	__u64 nr_switches;
	unsigned int online;
	struct task_struct *curr, *idle;
	struct cfs_rq cfs;
	struct scx_rq scx;
};
#pragma clang attribute pop

extern const struct rq runqueues __ksym __weak;
extern const void ext_sched_class __ksym __weak; /* the scheduling class of sched_ext's tasks */

char _license[] SEC("license") = "GPL";

const volatile __u64 grace_ns = 200 * 1000;

/* Written by the agent, except n_samples: */
__u64 begin_ns; /* 0: do not measure now */
__u32 n_masks;
__u32 n_cpus;
__u64 sample_ns; /* between two samples; 0: stop sampling */
__u32 n_samples;
/* CPU time of the load's tasks, but for those of real-time policies: under the attached scheduler, and under
 * any. Both 0 if the kernel does not say which class it has. */
__u64 ext_ns, load_ns;
/* One bit per CPU, kept up to date from the load on: */
__u64 idle_cpus[TRACE_WORDS];

struct sampler {
	struct bpf_timer timer;
};

#define ARRAY_MAP(name_, type_, flags_, value_)                                                    \
	struct {                                                                                   \
		__uint(type, type_);                                                               \
		__uint(map_flags, flags_);                                                         \
		__uint(max_entries, 1);                                                            \
		__type(key, __u32);                                                                \
		__type(value, value_);                                                             \
	} name_ SEC(".maps")

/* The agent sets max_entries before the load. */
ARRAY_MAP(who, BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE, struct trace_who);    /* by pid */
ARRAY_MAP(tasks, BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE, struct trace_task); /* by pid */
ARRAY_MAP(workers, BPF_MAP_TYPE_ARRAY, 0, struct trace_worker);          /* by worker */
ARRAY_MAP(delays, BPF_MAP_TYPE_PERCPU_ARRAY, 0, struct trace_hist);      /* by cgroup */
ARRAY_MAP(masks, BPF_MAP_TYPE_ARRAY, 0, struct trace_mask);              /* by mask */
ARRAY_MAP(mask_states, BPF_MAP_TYPE_ARRAY, 0, struct trace_mask_state);  /* by mask */
ARRAY_MAP(samples, BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE, struct trace_sample);
ARRAY_MAP(stalls, BPF_MAP_TYPE_ARRAY, 0, struct trace_stall); /* by CPU */
ARRAY_MAP(sampler, BPF_MAP_TYPE_ARRAY, 0, struct sampler);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_ZERO_SEED);
	__uint(max_entries, TRACE_CGROUP_IDS);
	__type(key, __u64);
	__type(value, __u32);
} cgroups SEC(".maps"); /* cgroup id → index + 1 */

static __always_inline bool has_cpu(const __u64 *cpus, __u32 cpu)
{
	return cpus[cpu / 64 % TRACE_WORDS] >> cpu % 64 & 1;
}

/* Updates a mask after `more` tasks began (or, negative, stopped) waiting under it, or after a CPU
 * became idle or busy. A global function, so that the verifier checks it once and not at each call,
 * which would exceed its limit of 1,000,000 instructions. */
__noinline int update_mask(__u32 mask, int more, __u64 now)
{
	struct trace_mask *m = bpf_map_lookup_elem(&masks, &mask);
	struct trace_mask_state *s = bpf_map_lookup_elem(&mask_states, &mask);
	__u64 idle = 0;

	if (!m || !s)
		return 0;
	bpf_spin_lock(&s->lock);
	s->waiting += more;
	for (int i = 0; i < TRACE_WORDS; i++)
		idle |= *(volatile __u64 *)&idle_cpus[i] & m->cpus[i];
	if (s->waiting && idle) {
		if (!s->since)
			s->since = now;
	} else if (s->since) {
		/* time stamps of two CPUs may be slightly out of order */
		if ((__s64)(now - s->since) > (__s64)grace_ns)
			s->total_ns += now - s->since - grace_ns;
		s->since = 0;
	}
	bpf_spin_unlock(&s->lock);
	return 0;
}

struct idle_change {
	__u32 cpu;
	__u64 now;
};

/* Body of a bpf_loop(): nonzero ends it. */
static long update_next_mask(__u64 i, void *arg)
{
	const struct idle_change *c = arg;
	__u32 key = i;
	struct trace_mask *m = bpf_map_lookup_elem(&masks, &key);

	if (i >= n_masks)
		return 1;
	if (m && has_cpu(m->cpus, c->cpu))
		update_mask(key, 0, c->now);
	return 0;
}

static __always_inline void set_idle(__u32 cpu, bool idle, __u64 now)
{
	__u64 bit = 1ULL << cpu % 64, *word = &idle_cpus[cpu / 64 % TRACE_WORDS];

	if (idle)
		__sync_fetch_and_or(word, bit);
	else
		__sync_fetch_and_and(word, ~bit);
	if (!begin_ns)
		return;
	struct idle_change c = { .cpu = cpu, .now = now };

	bpf_loop(TRACE_MASKS, update_next_mask, &c, 0);
}

static __always_inline __u32 cgroup_of(struct task_struct *p)
{
	__u64 id = p->cgroups->dfl_cgrp->kn->id;
	__u32 *index = bpf_map_lookup_elem(&cgroups, &id);

	return index ? *index : 0;
}

static __always_inline struct trace_worker *worker_of(__u32 pid)
{
	struct trace_who *w = bpf_map_lookup_elem(&who, &pid);
	__u32 index;

	if (!w || !w->worker)
		return NULL;
	index = w->worker - 1;
	return bpf_map_lookup_elem(&workers, &index);
}

/* The mask of a task, index + 1: a worker's own, else its cgroup's. */
static __always_inline __u32 mask_of(__u32 pid, __u32 cgroup)
{
	struct trace_who *w = bpf_map_lookup_elem(&who, &pid);

	return w && w->mask ? w->mask : cgroup;
}

/* The mask that a waiting task counts under, index + 1. 0 for a task that may use fewer CPUs than
 * its mask has, because it chose so or has migration disabled: an idle CPU of the mask may not be
 * one of its CPUs. */
static __always_inline __u32 idle_mask_of(struct task_struct *p, __u32 mask)
{
	__u32 key = mask - 1;
	struct trace_mask *m = bpf_map_lookup_elem(&masks, &key);

	return m && p->nr_cpus_allowed >= m->n_cpus ? mask : 0;
}

static __always_inline void begin_wait(struct task_struct *p, __u64 now)
{
	__u32 pid = p->pid, cgroup;
	struct trace_task *t = bpf_map_lookup_elem(&tasks, &pid);

	if (!t || t->waits_since || !(cgroup = cgroup_of(p)))
		return;
	t->waits_since = now;
	t->cgroup = cgroup;
	t->mask = idle_mask_of(p, mask_of(pid, cgroup));
	if (t->mask)
		update_mask(t->mask - 1, 1, now);
}

static __always_inline void count_delay(__u32 cgroup, __u64 ns)
{
	struct trace_hist *h = bpf_map_lookup_elem(&delays, &cgroup);
	__u32 b = trace_bucket_of(ns);

	if (!h || b >= TRACE_BUCKETS)
		return;
	if (h->bucket[b] != 0xffffffff)
		h->bucket[b]++;
	if (!h->count || ns < h->min)
		h->min = ns;
	if (ns > h->max)
		h->max = ns;
	h->sum += ns;
	h->count++;
}

static __always_inline void end_wait(struct trace_task *t, struct trace_worker *w, __u64 now)
{
	__s64 ns = now - t->waits_since;

	if (!t->waits_since)
		return;
	t->waits_since = 0;
	if (t->mask)
		update_mask(t->mask - 1, -1, now);
	if (ns < 0)
		ns = 0;
	count_delay(t->cgroup - 1, ns);
	if (!w)
		return;
	w->waits++;
	w->wait_ns += ns;
	if ((__u64)ns > w->longest_wait_ns)
		w->longest_wait_ns = ns;
}

static __always_inline void begin_run(struct task_struct *p, __u32 cpu, __u64 now)
{
	__u32 pid = p->pid;
	struct trace_task *t = bpf_map_lookup_elem(&tasks, &pid);
	struct trace_worker *w = worker_of(pid);

	if (!t)
		return;
	end_wait(t, w, now);
	t->runs_since = now;
	if (w)
		w->visited[cpu / 64 % TRACE_WORDS] |= 1ULL << cpu % 64;
}

/* Counts the time that a task of the load has run. MAX_RT_PRIO is 100. */
static __always_inline void count_run(struct task_struct *p, const struct trace_task *t, __u64 now)
{
	__s64 ns = now - t->runs_since;

	if (!t->cgroup || ns <= 0 || p->normal_prio < 100 || !bpf_ksym_exists(&ext_sched_class))
		return;
	__sync_fetch_and_add(&load_ns, ns);
	if ((const void *)p->sched_class == &ext_sched_class)
		__sync_fetch_and_add(&ext_ns, ns);
}

static __always_inline void end_run(struct task_struct *p, __u32 cpu, __u64 now)
{
	__u32 pid = p->pid, mask;
	struct trace_task *t = bpf_map_lookup_elem(&tasks, &pid);
	struct trace_worker *w = worker_of(pid);
	struct trace_mask *m;

	if (!t || !t->runs_since)
		return;
	count_run(p, t, now);
	__u64 since = t->runs_since;
	t->runs_since = 0;
	if (!w || !(mask = mask_of(pid, cgroup_of(p))))
		return;
	mask--;
	m = bpf_map_lookup_elem(&masks, &mask);
	if (!m || !m->since_ns || has_cpu(m->cpus, cpu))
		return;
	if (since < m->since_ns)
		since = m->since_ns;
	if ((__s64)(now - since) <= 0)
		return;
	w->breach_ns += now - since;
	w->breach_cpu = cpu;
}

SEC("tp_btf/sched_switch") int trace_switch(__u64 *ctx)
{
	struct task_struct *prev = (void *)ctx[1], *next = (void *)ctx[2];
	/* Not ctx[3], the state in which prev meant to sleep: up to 6.16 it is also set for a task
	 * that a signal kept from sleeping. */
	bool runnable = ctx[0] || !prev->__state;
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 now = bpf_ktime_get_ns();

	if (!next->pid != !prev->pid)
		set_idle(cpu, !next->pid, now);
	if (!begin_ns)
		return 0;
	if (prev->pid) {
		end_run(prev, cpu, now);
		if (runnable)
			begin_wait(prev, now);
	}
	if (next->pid)
		begin_run(next, cpu, now);
	return 0;
}

/* The event also comes for a task that is still on its CPU. That task does not wait. */
static __always_inline int woken(__u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];

	if (begin_ns && !p->on_cpu)
		begin_wait(p, bpf_ktime_get_ns());
	return 0;
}

SEC("tp_btf/sched_wakeup") int trace_wakeup(__u64 *ctx)
{
	return woken(ctx);
}

SEC("tp_btf/sched_wakeup_new") int trace_wakeup_new(__u64 *ctx)
{
	return woken(ctx);
}

/* Another task may soon get the pid. */
SEC("tp_btf/sched_process_exit") int trace_exit(__u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];
	__u32 pid = p->pid;
	struct trace_who *w = bpf_map_lookup_elem(&who, &pid);

	if (w)
		w->worker = w->mask = 0;
	return 0;
}

/* For how long, from sample to sample, the CPU has been idle with tasks queued and without a
 * switch. */
static __always_inline __u64 stalled_ns(const struct rq *rq, __u32 cpu, __u32 tasks, __u64 now)
{
	struct trace_stall *s = bpf_map_lookup_elem(&stalls, &cpu);

	if (!s)
		return 0;
	if (!tasks || !rq->online || rq->curr != rq->idle) {
		s->since = 0;
		return 0;
	}
	if (!s->since || s->switches != rq->nr_switches)
		s->since = now;
	s->switches = rq->nr_switches;
	return now - s->since;
}

#define SCX_TASK_QUEUED 1

/* Tasks that run on the CPU or are queued for it. nr_running also has the sched_ext tasks that wait
 * in one of the scheduler's own queues, for whichever CPU comes first: they are subtracted. */
static __always_inline __u32 tasks_of(const struct rq *rq, __u32 tasks, __u32 depth)
{
	if (!bpf_core_field_exists(rq->scx) || !rq->scx.nr_running)
		return tasks;
	return tasks - rq->scx.nr_running + depth + (rq->curr->scx.flags & SCX_TASK_QUEUED);
}

/* Body of a bpf_loop(). Samples nothing if the kernel's BTF does not describe its run queues. */
static long sample_cpu(__u64 i, void *arg)
{
	struct trace_sample *s = arg;
	__u32 cpu = i, n, tasks, depth = 0;
	__u64 stalled;

	if (!bpf_ksym_exists(&runqueues))
		return 1;
	const struct rq *rq = bpf_per_cpu_ptr(&runqueues, cpu);

	if (!rq)
		return 1;
	tasks = rq->nr_running;
	/* EEVDF leaves a task that fell asleep in the queue for a while. */
	if (bpf_core_field_exists(rq->cfs.h_nr_runnable))
		tasks -= rq->cfs.h_nr_queued - rq->cfs.h_nr_runnable;
	if (bpf_core_field_exists(rq->scx))
		depth = rq->scx.local_dsq.nr;
	stalled = stalled_ns(rq, cpu, tasks, s->at_ns);
	if (!rq->online)
		return 0;
	n = tasks_of(rq, tasks, depth);
	s->cpus++;
	s->tasks += n;
	s->deep += depth;
	if (n > s->most)
		s->most = n;
	if (n < s->least)
		s->least = n;
	if (depth > s->deepest)
		s->deepest = depth;
	if (stalled > s->stalled_ns) {
		s->stalled_ns = stalled;
		s->stalled_cpu = cpu;
	}
	return 0;
}

static int take_sample(void *map, __u32 *key, struct sampler *me)
{
	struct trace_sample s = { .at_ns = bpf_ktime_get_ns(), .least = -1 };
	__u32 i = n_samples;

	if (!sample_ns || i >= TRACE_SAMPLES)
		return 0;
	bpf_loop(n_cpus, sample_cpu, &s, 0);
	if (s.cpus && !bpf_map_update_elem(&samples, &i, &s, 0))
		n_samples = i + 1;
	bpf_timer_start(&me->timer, sample_ns, 0);
	return 0;
}

/* The agent runs this when the run begins. Nonzero: no samples will be taken. 1: the kernel's BTF
 * does not describe its run queues. */
SEC("syscall") int start_sampling(void *ctx)
{
	__u32 key = 0;
	struct sampler *s = bpf_map_lookup_elem(&sampler, &key);

	if (!bpf_ksym_exists(&runqueues))
		return 1;
	if (!s || bpf_timer_init(&s->timer, &sampler, CLOCK_MONOTONIC))
		return 2;
	bpf_timer_set_callback(&s->timer, take_sample);
	return bpf_timer_start(&s->timer, sample_ns, 0) ? 3 : 0;
}
