/* SPDX-License-Identifier: GPL-2.0-only */
/* sched_yield and spin_yield run the same loop. They differ in how much they compute by default
 * (wire/work_type.c). */
#include <sched.h>

#include "harness/agent/work/work.h"

enum {
	PARAM_COMPUTE
};

static void run(struct worker *w)
{
	for (; !worker_stopped(w); w->slot->iterations++) {
		worker_look(w);
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		sched_yield();
	}
}

const struct work_impl work_sched_yield = { .run = run };
const struct work_impl work_spin_yield = { .run = run };
