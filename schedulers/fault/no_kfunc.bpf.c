/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls a kernel function that no kernel has. */
#include "schedulers/fault/broken.h"

extern __attribute__((section(".ksyms"))) void scx_bpf_no_such_function(u64 dsq);

SCX_CALL(enqueue) int no_kfunc_enqueue(u64 *ctx)
{
	scx_bpf_no_such_function(0);
	enqueue((void *)ctx[0], ctx[1]);
	return 0;
}

SEC(".struct_ops.link")
struct sched_ext_ops no_kfunc = {
	.enqueue = (void *)no_kfunc_enqueue,
	.exit = (void *)broken_exit,
	.name = "no_kfunc",
};
