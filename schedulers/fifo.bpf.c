/* SPDX-License-Identifier: GPL-2.0-only */
/* First come, first served, over the whole machine: one queue; an idle CPU is used at once. */
#include "scx.h"

char _license[] SEC("license") = "GPL";
UEI_DEFINE;

#define QUEUE 0

SCX_CALL(select_cpu) s32 fifo_select_cpu(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];
	bool idle = false;
	s32 cpu = scx_select_cpu_dfl(p, (s32)ctx[1], ctx[2], &idle);

	if (idle)
		scx_insert(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
	return cpu;
}

SCX_CALL(enqueue) int fifo_enqueue(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];

	scx_insert(p, QUEUE, SCX_SLICE_DFL, ctx[1]);
	scx_kick_idle(p);
	return 0;
}

SCX_CALL(dispatch) int fifo_dispatch(u64 *ctx)
{
	scx_move_to_local(QUEUE);
	return 0;
}

SCX_CALL_SLEEP(init) s32 fifo_init(u64 *ctx)
{
	return scx_create_dsq(QUEUE);
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
	.exit = (void *)fifo_exit,
	.name = "fifo",
};
