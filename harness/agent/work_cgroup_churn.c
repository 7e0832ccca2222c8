/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work_cgroup.h"

enum {
	PARAM_COMPUTE
};

static void setup(struct worker *w)
{
	w->memory = cgroup_home_find();
}

static void run(struct worker *w)
{
	struct cgroup_home *home = w->memory;

	while (home && !worker_stopped(w)) {
		struct cgroup_sibling s;

		if (!cgroup_sibling_make(home, 0, &s))
			break;
		bool moved = cgroup_sibling_enter(&s);
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		bool back = cgroup_home_return(home);
		cgroup_sibling_remove(home, &s);
		if (!moved || !back)
			break;
		w->slot->iterations++;
	}
	cgroup_home_free(home);
}

const struct work_impl work_cgroup_churn = {
	.setup = setup,
	.run = run,
};
