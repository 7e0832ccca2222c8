/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Weighted virtual time. Each last-level cache (LLC) has a queue ordered by virtual time, and a
 * clock: the latest virtual time of the tasks that began to run from this queue. A task's virtual
 * time advances by its run time divided by its weight (nice). A task that slept is moved up to at
 * most one slice behind the clock, so that sleeping does not earn unlimited credit. A waking task
 * takes an idle CPU at once. A CPU whose own queue is empty takes from the queues of other LLCs.
 * cgroup weights are ignored.
 */
#include "heap.h"

char _license[] SEC("license") = "GPL";
UEI_DEFINE;

#define MAX_LLCS    HEAPS
#define MAX_SKIPPED 16   /* entries tried per heap: some are stale, or not allowed on this CPU */
#define MAX_CPUS    1024 /* a power of two */

const volatile u32 ktstr_nr_llcs = 1;
const volatile u32 ktstr_cpu_llc[MAX_CPUS];

u64 clock_of[MAX_LLCS];

struct task_ctx {
	u32 llc;  /* the LLC whose clock its virtual time refers to */
	u32 turn; /* how often it was put on a heap */
};
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_ctx);
} tasks SEC(".maps");

static inline u64 *llc_clock(u32 llc)
{
	return &clock_of[llc & (MAX_LLCS - 1)];
}

static inline u32 llc_of_cpu(s32 cpu)
{
	return ktstr_cpu_llc[cpu & (MAX_CPUS - 1)] & (MAX_LLCS - 1);
}

SCX_CALL(select_cpu) s32 vtime_select_cpu(u64 *ctx)
{
	return scx_select_or_run((void *)ctx[0], (s32)ctx[1]);
}

/* The task's virtual time on the clock of `llc`. A task that changes LLC keeps its distance to the
 * clock. */
static inline u64 vtime_in(struct task_struct *p, struct task_ctx *t, u32 llc)
{
	u64 vtime = p->scx.dsq_vtime;

	if (t->llc != llc) {
		vtime += *llc_clock(llc) - *llc_clock(t->llc);
		t->llc = llc;
	}
	u64 earliest = *llc_clock(llc) - SCX_SLICE_DFL;
	return time_before(vtime, earliest) ? earliest : vtime;
}

SCX_CALL(enqueue) int vtime_enqueue(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];
	struct task_ctx *t = bpf_task_storage_get(&tasks, p, NULL, 0);
	u32 llc = llc_of_cpu(scx_bpf_task_cpu(p));

	if (scx_run_if_idle(p, ctx[1]))
		return 0;
	if (!t) { /* cannot happen: init_task created it */
		scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, ctx[1]);
		return 0;
	}
	u64 vtime = vtime_in(p, t, llc);
	if (scx_has_queues()) {
		scx_bpf_dsq_insert_vtime(p, llc, SCX_SLICE_DFL, vtime, ctx[1]);
		return 0;
	}
	scx_set_vtime(p, vtime);
	if (!heap_push(llc, vtime, p->pid, ++t->turn))
		scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, ctx[1]);
	return 0;
}

/* A task that its CPU is still switching away from cannot move: BPF programs run in its context there,
 * and disable its migration meanwhile. The kernel ejects a scheduler that moves such a task. */
static inline bool may_run_on(struct task_struct *p, s32 cpu)
{
	return cpu == scx_bpf_task_cpu(p) ||
	       (!p->on_cpu && bpf_cpumask_test_cpu((u32)cpu, p->cpus_ptr));
}

/* Gives the entry's task to `cpu`. A task that may not run there goes to its own CPU. */
static bool run_entry(const struct heap_entry *e, s32 cpu)
{
	struct task_struct *p = bpf_task_from_pid(e->pid);
	bool here = false;

	if (!p)
		return false;
	struct task_ctx *t = bpf_task_storage_get(&tasks, p, NULL, 0);
	if (t && t->turn == e->turn) {
		here = may_run_on(p, cpu);
		scx_bpf_dsq_insert(
			p, here ? SCX_DSQ_LOCAL : SCX_DSQ_LOCAL_ON | (u64)scx_bpf_task_cpu(p),
			SCX_SLICE_DFL, 0);
	}
	bpf_task_release(p);
	return here;
}

__attribute__((noinline)) bool run_earliest(u32 llc, s32 cpu)
{
	struct heap_entry e = {};

	for (int i = 0; i < MAX_SKIPPED && heap_pop(llc, &e); i++)
		if (run_entry(&e, cpu))
			return true;
	return false;
}

static inline bool take_from(u32 llc, s32 cpu)
{
	if (scx_has_queues())
		return scx_bpf_dsq_move_to_local(llc);
	return run_earliest(llc, cpu);
}

SCX_CALL(dispatch) int vtime_dispatch(u64 *ctx)
{
	s32 cpu = (s32)ctx[0];
	u32 own = llc_of_cpu(cpu), n = ktstr_nr_llcs;

	for (u32 i = 0; i < MAX_LLCS && i < n; i++)
		if (take_from((own + i) % n, cpu))
			break;
	return 0;
}

SCX_CALL(running) int vtime_running(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];
	struct task_ctx *t = bpf_task_storage_get(&tasks, p, NULL, 0);
	u64 *clock = llc_clock(t ? t->llc : 0);

	if (time_before(*clock, p->scx.dsq_vtime))
		*clock = p->scx.dsq_vtime;
	return 0;
}

SCX_CALL(stopping) int vtime_stopping(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];
	u64 left = p->scx.slice, used = left < SCX_SLICE_DFL ? SCX_SLICE_DFL - left : 0;
	u32 weight = p->scx.weight ? p->scx.weight : 1;

	scx_set_vtime(p, p->scx.dsq_vtime + used * 100 / weight);
	return 0;
}

SCX_CALL(enable) int vtime_enable(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];
	struct task_ctx *t = bpf_task_storage_get(&tasks, p, NULL, 0);
	u32 llc = llc_of_cpu(scx_bpf_task_cpu(p));

	if (t)
		t->llc = llc;
	scx_set_vtime(p, *llc_clock(llc));
	return 0;
}

SCX_CALL_SLEEP(init_task) s32 vtime_init_task(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];

	return bpf_task_storage_get(&tasks, p, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE) ? 0 : -12;
}

SCX_CALL_SLEEP(init) s32 vtime_init(u64 *ctx)
{
	u32 n = ktstr_nr_llcs;

	if (!scx_has_queues())
		return 0;
	for (u32 llc = 0; llc < MAX_LLCS && llc < n; llc++) {
		s32 ret = scx_bpf_create_dsq(llc, -1);
		if (ret)
			return ret;
	}
	return 0;
}

/* CPU hotplug: without these two callbacks the kernel ejects the scheduler. Tasks in an LLC's queue
 * are taken by the remaining CPUs of any LLC. */
SCX_CALL_SLEEP(cpu_online) int vtime_cpu_online(u64 *ctx)
{
	return 0;
}

SCX_CALL_SLEEP(cpu_offline) int vtime_cpu_offline(u64 *ctx)
{
	return 0;
}

SCX_CALL(exit) int vtime_exit(u64 *ctx)
{
	uei_record(&uei, (void *)ctx[0]);
	return 0;
}

SEC(".struct_ops.link")
struct sched_ext_ops vtime = {
	.select_cpu = (void *)vtime_select_cpu,
	.enqueue = (void *)vtime_enqueue,
	.dispatch = (void *)vtime_dispatch,
	.running = (void *)vtime_running,
	.stopping = (void *)vtime_stopping,
	.enable = (void *)vtime_enable,
	.init_task = (void *)vtime_init_task,
	.init = (void *)vtime_init,
	.cpu_online = (void *)vtime_cpu_online,
	.cpu_offline = (void *)vtime_cpu_offline,
	.exit = (void *)vtime_exit,
	.name = "vtime",
};
