/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_SIZE_KIB,
	PARAM_STRIDE,
	PARAM_BURST
};

static size_t bytes(const struct worker *w)
{
	return worker_param(w, PARAM_SIZE_KIB) << 10;
}

static void setup(struct worker *w)
{
	memory_setup(w, bytes(w));
}

static void burst(struct worker *w, void *at)
{
	memory_walk(w, bytes(w), worker_param(w, PARAM_STRIDE), at, worker_param(w, PARAM_BURST));
}

static void run(struct worker *w)
{
	size_t at = 0;

	pipe_pair_run(w, burst, &at);
}

const struct work_impl work_cache_pipe = {
	.prepare = pipe_pair_prepare,
	.release = pipe_pair_release,
	.setup = setup,
	.run = run,
};
