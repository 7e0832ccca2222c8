/* SPDX-License-Identifier: GPL-2.0-only */
/* Wake latency: from before the write() until the wakee is back in user mode. */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_BURST
};

static void burst(struct worker *w, void *state UNUSED)
{
	worker_compute(w, worker_param(w, PARAM_BURST));
}

static void run(struct worker *w)
{
	pipe_pair_run(w, burst, NULL);
}

const struct work_impl work_pipe_ping_pong = {
	.prepare = pipe_pair_prepare,
	.release = pipe_pair_release,
	.run = run,
};
