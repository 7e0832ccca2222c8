/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/judge_world.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/judge/measure.h"

/* Two cgroups of two spinners each on two CPUs. */
static void rivals(struct world *w)
{
	world_init(w);
	world_cgroup(w, "b", WORK_CPU_SPIN, 2);
}

/* Each worker of the cgroup got this part of a CPU. */
static void got(struct world *w, size_t cgroup, double cpus)
{
	struct wire_cgroup *c = world_guest(w, cgroup);

	for (size_t i = 0; i < c->workers.n; i++)
		world_worker(w, cgroup, i)->cpu_ns = (uint64_t)(cpus * NS_PER_SEC);
}

static void expect_error(struct world *w, double a, double b)
{
	json_done(&sidecar_table, &w->out);
	world_judge(w, NULL);
	ck_assert_double_eq_tol(world_cgroup_metric(w, 0, CG_FAIRNESS_ERROR_PCT), a, 1e-4);
	ck_assert_double_eq_tol(world_cgroup_metric(w, 1, CG_FAIRNESS_ERROR_PCT), b, 1e-4);
}

TEST(fairness_of_equals)
{
	struct world w;

	rivals(&w);
	got(&w, 0, 0.5);
	got(&w, 1, 0.5);
	expect_error(&w, 0, 0);
	ck_assert_double_eq_tol(world_metric(&w, M_FAIRNESS_ERROR_PCT), 0, 1e-4);
	got(&w, 0, 0.75);
	got(&w, 1, 0.25);
	expect_error(&w, 50, 50);
	world_done(&w);
}

TEST(fairness_by_cgroup_weight)
{
	struct world w;

	rivals(&w);
	strmap_set(&world_job_cgroup(&w, 0)->knobs, "cpu.weight", "300");
	got(&w, 0, 0.75);
	got(&w, 1, 0.25);
	expect_error(&w, 0, 0);
	got(&w, 0, 0.5); /* as if the weight did not count */
	got(&w, 1, 0.5);
	expect_error(&w, 100.0 / 3, 100);
	world_done(&w);
}

TEST(fairness_by_weight_set_at_the_start)
{
	struct world w;
	struct job_op *op;

	rivals(&w);
	op = world_op(&w, OP_SET_KNOB);
	op->cgroup = 0;
	op->file = xstrdup("cpu.weight");
	op->value = xstrdup("300");
	got(&w, 0, 0.75);
	got(&w, 1, 0.25);
	expect_error(&w, 0, 0);
	world_done(&w);
}

TEST(fairness_by_nice)
{
	struct world w;

	world_init(&w); /* both works in one cgroup */
	world_cgroup(&w, "b", WORK_CPU_SPIN, 2);
	world_work(&w, 0)->cgroup = world_work(&w, 1)->cgroup = U32_NONE;
	world_work(&w, 1)->nice = 5; /* 335 of 1024 */
	got(&w, 0, 1024.0 / 1359);
	got(&w, 1, 335.0 / 1359);
	json_done(&sidecar_table, &w.out);
	world_judge(&w, NULL);
	ck_assert_double_eq_tol(world_cgroup_metric(&w, 2, CG_FAIRNESS_ERROR_PCT), 0, 1e-4);
	ck_assert(isnan(world_cgroup_metric(&w, 0, CG_FAIRNESS_ERROR_PCT)));
	world_done(&w);
}

/* The total of the cgroup is right, but its works did not get what they are entitled to. */
TEST(fairness_by_nice_inside_a_cgroup)
{
	struct world w;

	world_init(&w);
	w.job.topology.cpus = 1;
	world_cgroup(&w, "b", WORK_CPU_SPIN, 1);
	world_work(&w, 0)->workers = 1;
	world_guest(&w, 0)->workers.n = 1;
	world_work(&w, 0)->cgroup = world_work(&w, 1)->cgroup = U32_NONE;
	world_work(&w, 1)->nice = 19; /* 15 of 1024 */
	got(&w, 0, 0.5);              /* as if nice did not count */
	got(&w, 1, 0.5);
	world_judge(&w, NULL);
	ck_assert_double_eq_tol(world_cgroup_metric(&w, 2, CG_FAIRNESS_ERROR_PCT),
	                        100 * (1 - 2 * 15.0 / 1039), 1e-4);
	world_done(&w);
}

/* If two pairs choose the same core, that is not the scheduler's fault. */
TEST(fairness_of_workers_that_bind_themselves_is_not_known)
{
	struct world w;

	world_init(&w);
	world_cgroup(&w, "b", WORK_SMT_SIBLING_SPIN, 2);
	got(&w, 0, 0.75);
	got(&w, 1, 0.25);
	world_worker(&w, 1, 0)->cpu_ns /= 4;
	world_worker(&w, 0, 0)->cpu_ns += NS_PER_SEC / 1000 * 187;
	world_judge(&w, NULL);
	ck_assert(isnan(world_cgroup_metric(&w, 1, CG_FAIRNESS_ERROR_PCT)));
	ck_assert(isnan(world_cgroup_metric(&w, 1, CG_SPREAD)));
	ck_assert_double_lt(world_cgroup_metric(&w, 0, CG_FAIRNESS_ERROR_PCT), 0.1);
	world_done(&w);
}

TEST(fairness_knows_allowed_cpus)
{
	struct world w;

	rivals(&w);
	strmap_set(&world_job_cgroup(&w, 1)->knobs, "cpuset.cpus", "1");
	strmap_set(&world_job_cgroup(&w, 0)->knobs, "cpu.weight", "10000");
	strv_add(&world_work(&w, 0)->affinity, "0");
	got(&w, 0, 0.5);
	got(&w, 1, 0.5);
	expect_error(&w, 0, 0);
	world_done(&w);
}

TEST(fairness_knows_limits)
{
	struct world w;

	rivals(&w);
	strmap_set(&world_job_cgroup(&w, 1)->knobs, "cpu.max", "50000 100000");
	got(&w, 0, 0.75);
	got(&w, 1, 0.25);
	expect_error(&w, 0, 0);
	world_done(&w);
}

TEST(fairness_of_nested_cgroups)
{
	struct world w;

	world_init(&w);
	world_cgroup(&w, "b", WORK_CPU_SPIN, 0);
	world_cgroup(&w, "b/c", WORK_CPU_SPIN, 2);
	world_cgroup(&w, "b/d", WORK_CPU_SPIN, 2);
	strmap_set(&world_job_cgroup(&w, 3)->knobs, "cpu.weight", "300");
	got(&w, 0, 0.5); /* a against b, then c against d */
	got(&w, 2, 0.125);
	got(&w, 3, 0.375);
	world_judge(&w, NULL);
	ck_assert_double_eq_tol(world_metric(&w, M_FAIRNESS_ERROR_PCT), 0, 1e-4);
	ck_assert(isnan(world_cgroup_metric(&w, 1, CG_FAIRNESS_ERROR_PCT)));
	json_done(&sidecar_table, &w.out);
	got(&w, 0, 1.0 / 3); /* as if all three were equals */
	got(&w, 2, 1.0 / 3);
	got(&w, 3, 1.0 / 3);
	world_judge(&w, NULL);
	ck_assert_double_eq_tol(world_cgroup_metric(&w, 0, CG_FAIRNESS_ERROR_PCT), 100.0 / 3, 1e-4);
	ck_assert_double_eq_tol(world_cgroup_metric(&w, 2, CG_FAIRNESS_ERROR_PCT), 500.0 / 3, 1e-4);
	world_done(&w);
}

/* A worker that blocks is assumed to want what it got; the others share the rest. */
TEST(fairness_beside_workers_that_block)
{
	struct world w;

	world_init(&w);
	world_cgroup(&w, "b", WORK_PIPE_PING_PONG, 2);
	got(&w, 0, 0.9);
	got(&w, 1, 0.1);
	json_done(&sidecar_table, &w.out);
	world_judge(&w, NULL);
	ck_assert_double_eq_tol(world_cgroup_metric(&w, 0, CG_FAIRNESS_ERROR_PCT), 0, 1e-4);
	ck_assert(isnan(world_cgroup_metric(&w, 1, CG_FAIRNESS_ERROR_PCT)));
	world_done(&w);
}

static void late_cpuset(struct world *w)
{
	struct job_op *op = world_op(w, OP_SET_CPUSET);

	op->at_ns = NS_PER_SEC / 2;
	op->cgroup = 0;
	op->cpus = xstrdup("0");
}
static void late_scheduler(struct world *w)
{
	world_op(w, OP_REPLACE_SCHEDULER)->at_ns = NS_PER_SEC / 2;
}
static void after_the_end(struct world *w)
{
	world_op(w, OP_REMOVE_CGROUP)->at_ns = NS_PER_SEC;
}
static void real_time(struct world *w)
{
	world_work(w, 0)->policy = POLICY_FIFO;
}
static void children(struct world *w)
{
	world_work(w, 1)->type = WORK_FORK_EXIT;
}
static void partition(struct world *w)
{
	strmap_set(&world_job_cgroup(w, 0)->knobs, "cpuset.cpus.partition", "root");
}

static const struct {
	const char *label;
	void (*change)(struct world *w);
	const char *why; /* NULL: it can be judged */
} changes[] = {
	{ "a cpuset that changes", late_cpuset,
	  "set_cpuset changes the fair shares during the run" },
	{ "another scheduler", late_scheduler, NULL },
	{ "the end of a step at the end", after_the_end, NULL },
	{ "a real-time policy", real_time, "policy fifo has no fair share" },
	{ "children", children, "the CPU time of the children of fork_exit is not known" },
	{ "a partition", partition, "cgroup a is a cpuset partition" },
};
TEST_ROWS(fairness_is_judged_where_it_is_known, changes)
{
	struct world w;

	rivals(&w);
	got(&w, 0, 0.5);
	got(&w, 1, 0.5);
	row->change(&w);
	w.checks.limit[CHECK_MAX_FAIRNESS_ERROR_PCT] = 10;
	w.checks.source[CHECK_MAX_FAIRNESS_ERROR_PCT] = "scenario";
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, row->why ? OUTCOME_INCONCLUSIVE : OUTCOME_PASS);
	if (row->why)
		ck_assert_msg(strstr(w.out.cause, row->why), "%s", w.out.cause);
	world_done(&w);
}
