/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_SLEEP_US
};

static void run(struct worker *w)
{
	do {
		file_write_pass(w);
		w->slot->iterations++;
	} while (worker_sleep(w, worker_param(w, PARAM_SLEEP_US) * NS_PER_US));
}

const struct work_impl work_write_sleep = {
	.setup = file_setup,
	.run = run,
};
