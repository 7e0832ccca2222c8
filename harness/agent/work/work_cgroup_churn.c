/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work_cgroup.h"

#include <errno.h>

enum {
	PARAM_COMPUTE
};

static void setup(struct worker *w)
{
	w->memory = cgroup_home_find();
}

static bool round_trip(struct worker *w, const struct cgroup_home *home)
{
	struct cgroup_sibling s;

	if (!cgroup_sibling_make(home, 0, &s)) {
		worker_give_up(w, "making a cgroup");
		return false;
	}
	bool moved = cgroup_sibling_enter(&s);
	if (!moved)
		worker_give_up(w, "entering a cgroup");
	worker_compute(w, worker_param(w, PARAM_COMPUTE));
	bool back = cgroup_home_return(home);
	if (!back)
		worker_give_up(w, "returning to its cgroup");
	cgroup_sibling_remove(home, &s);
	return moved && back;
}

static void run(struct worker *w)
{
	struct cgroup_home *home = w->memory;

	errno = 0;
	if (!home)
		worker_give_up(w, "no cgroup v2 to work in");
	while (home && !worker_stopped(w) && round_trip(w, home))
		w->slot->iterations++;
	cgroup_home_free(home);
}

const struct work_impl work_cgroup_churn = {
	.setup = setup,
	.run = run,
};
