/* SPDX-License-Identifier: GPL-2.0-only */
/* Has a map of a type that no kernel has. */
#include "schedulers/fault/broken.h"

struct {
	__uint(type, 999);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} future_map SEC(".maps");

SCX_CALL(enqueue) int no_map_type_enqueue(u64 *ctx)
{
	u32 key = 0;

	enqueue((void *)ctx[0], ctx[1]);
	bpf_map_lookup_elem(&future_map, &key);
	return 0;
}

SEC(".struct_ops.link")
struct sched_ext_ops no_map_type = {
	.enqueue = (void *)no_map_type_enqueue,
	.exit = (void *)broken_exit,
	.name = "no_map_type",
};
