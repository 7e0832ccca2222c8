/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads a configuration option that no kernel has. */
#include "schedulers/fault/broken.h"

extern u32 CONFIG_KTSTR_NO_SUCH_OPTION __kconfig;

SCX_CALL(enqueue) int no_config_enqueue(u64 *ctx)
{
	enqueue((void *)ctx[0], ctx[1] + CONFIG_KTSTR_NO_SUCH_OPTION);
	return 0;
}

SEC(".struct_ops.link")
struct sched_ext_ops no_config = {
	.enqueue = (void *)no_config_enqueue,
	.exit = (void *)broken_exit,
	.name = "no_config",
};
