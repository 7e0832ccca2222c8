/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work.h"

const struct work_impl *const work_impls[WORK_TYPE_COUNT] = {
	[WORK_CPU_SPIN] = &work_cpu_spin,
	[WORK_PIPE_PING_PONG] = &work_pipe_ping_pong,
};
