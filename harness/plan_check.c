/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/plan_check.h"

#include "harness/dry_run.h"
#include "harness/scheduler_fill.h"
#include "harness/step_schedulers.h"

/* Whether the guest of an earlier test is told the same of its scheduler. The topology only matters to
 * settings: it gives arrays their lengths. */
static bool is_told_before(const struct plan *plan, size_t test)
{
	const struct test *t = &plan->tests[test];
	bool any = scheduler_settings_any(&t->scheduler->settings);

	for (size_t i = 0; i < test; i++) {
		const struct test *u = &plan->tests[i];

		if (u->scheduler == t->scheduler && u->kernel == t->kernel &&
		    (!any || memcmp(&u->topo, &t->topo, sizeof(t->topo)) == 0))
			return true;
	}
	return false;
}

static int check_scheduler(const struct scheduler_spec *s, const struct test *t, struct err *err)
{
	const struct job_topology topology = plan_topology(&t->topo);
	struct job_sched filled;
	int r;

	json_init(&job_sched_table, &filled);
	r = scheduler_fill(s, dry_run_has_kernel(t->kernel) ? t->kernel : NULL, &topology, &filled,
	                   err);
	json_done(&job_sched_table, &filled);
	return r;
}

int plan_check_schedulers(const struct plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct test *t = &plan->tests[i];
		const struct step_schedulers *steps = t->step_schedulers;
		bool first = !i || plan->tests[i - 1].kernel != t->kernel;

		if (!is_told_before(plan, i) && check_scheduler(t->scheduler, t, err) < 0)
			return -(int)err->code;
		for (size_t k = 0; first && !kernel_lacks(t->kernel) && k < steps->n; k++)
			if (check_scheduler(&steps->v[k], t, err) < 0)
				return -(int)err->code;
	}
	return 0;
}
