/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads a member that no kernel's struct has. */
#include "schedulers/fault/broken.h"

struct task_struct___future {
	u64 no_such_member;
} __attribute__((preserve_access_index));

u64 seen;

SCX_CALL(enqueue) int no_type_enqueue(u64 *ctx)
{
	seen = ((struct task_struct___future *)ctx[0])->no_such_member;
	enqueue((void *)ctx[0], ctx[1]);
	return 0;
}

SEC(".struct_ops.link")
struct sched_ext_ops no_type = {
	.enqueue = (void *)no_type_enqueue,
	.exit = (void *)broken_exit,
	.name = "no_type",
};
