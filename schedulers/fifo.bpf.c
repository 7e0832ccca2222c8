/* SPDX-License-Identifier: GPL-2.0-only */
/* First come, first served over the whole machine, with one dispatch queue. An idle CPU is used at
 * once. */
#include "schedulers/scx.h"

char _license[] SEC("license") = "GPL";
UEI_DEFINE;

#define OWN_QUEUE 0

/* The kernel's global queue exists once per NUMA node, so it is used only where we cannot create
 * our own. */
static inline u64 queue(void)
{
	return scx_has_queues() ? OWN_QUEUE : SCX_DSQ_GLOBAL;
}

SCX_CALL(select_cpu) s32 fifo_select_cpu(u64 *ctx)
{
	return scx_select_or_run((void *)ctx[0], (s32)ctx[1]);
}

SCX_CALL(enqueue) int fifo_enqueue(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];

	if (!scx_run_if_idle(p, ctx[1]))
		scx_bpf_dsq_insert(p, queue(), SCX_SLICE_DFL, ctx[1]);
	return 0;
}

SCX_CALL(dispatch) int fifo_dispatch(u64 *ctx)
{
	if (scx_has_queues())
		scx_bpf_dsq_move_to_local(OWN_QUEUE);
	return 0;
}

SCX_CALL_SLEEP(init) s32 fifo_init(u64 *ctx)
{
	return scx_has_queues() ? scx_bpf_create_dsq(OWN_QUEUE, -1) : 0;
}

/* CPU hotplug: without these two callbacks the kernel ejects the scheduler. Nothing to do: all CPUs
 * share the queue. */
SCX_CALL_SLEEP(cpu_online) int fifo_cpu_online(u64 *ctx)
{
	return 0;
}

SCX_CALL_SLEEP(cpu_offline) int fifo_cpu_offline(u64 *ctx)
{
	return 0;
}

SCX_CALL(exit) int fifo_exit(u64 *ctx)
{
	uei_record(&uei, (void *)ctx[0]);
	return 0;
}

SEC(".struct_ops.link")
struct sched_ext_ops fifo = {
	.select_cpu = (void *)fifo_select_cpu,
	.enqueue = (void *)fifo_enqueue,
	.dispatch = (void *)fifo_dispatch,
	.init = (void *)fifo_init,
	.cpu_online = (void *)fifo_cpu_online,
	.cpu_offline = (void *)fifo_cpu_offline,
	.exit = (void *)fifo_exit,
	.name = "fifo",
};
