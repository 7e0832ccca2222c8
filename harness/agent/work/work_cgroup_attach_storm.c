/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "harness/agent/work/work_cgroup.h"

enum {
	PARAM_CGROUPS,
	PARAM_COMPUTE
};

struct storm {
	struct cgroup_home *home;
	unsigned int n;
	struct cgroup_sibling sibling[WORK_GROUP_MAX];
};

static void setup(struct worker *w)
{
	struct storm *s = w->memory = xcalloc(1, sizeof(*s));

	s->home = cgroup_home_find();
	while (s->home && s->n < worker_param(w, PARAM_CGROUPS) &&
	       cgroup_sibling_make(s->home, s->n, &s->sibling[s->n]))
		s->n++;
	if (s->n < worker_param(w, PARAM_CGROUPS))
		worker_give_up(w, "making its cgroups");
}

static void run(struct worker *w)
{
	struct storm *s = w->memory;

	for (unsigned int i = 0; s->n && !worker_stopped(w); i = (i + 1) % s->n) {
		if (!cgroup_sibling_enter(&s->sibling[i])) {
			worker_give_up(w, "entering a cgroup");
			break;
		}
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		w->slot->iterations++;
	}
	if (s->home)
		cgroup_home_return(s->home);
	while (s->n)
		cgroup_sibling_remove(s->home, &s->sibling[--s->n]);
	cgroup_home_free(s->home);
	free(s);
}

const struct work_impl work_cgroup_attach_storm = {
	.setup = setup,
	.run = run,
};
