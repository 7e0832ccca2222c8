/* SPDX-License-Identifier: GPL-2.0-only */
/* Ops: cgroups by name, and how ops that were carried out get into the sidecar. */
#include "base/mem.h"
#include "harness/record.h"
#include "tests/unit/test.h"

static void make_job(struct job *job)
{
	struct job_cgroup *g;
	struct job_op *op;

	json_init(&job_table, job);
	g = xgrow(job->cgroups.v, job->cgroups.n);
	json_init(&job_cgroup_table, g);
	g->name = xstrdup("a");
	strv_add(&job->steps, "shrink");
	for (int i = 0; i < 2; i++) {
		op = xgrow(job->ops.v, job->ops.n);
		json_init(&job_op_table, op);
		op->kind = i ? OP_SET_CPUSET : OP_ADD_CGROUP;
		op->cgroup = 0;
	}
	op->step = 0;
	op->cpus = xstrdup("0-1");
}

static void report(struct guest_report *g, uint32_t op, uint64_t at_ns)
{
	struct wire_op *o = xgrow(g->ops.v, g->ops.n);

	json_init(&wire_op_table, o);
	o->op = op;
	o->at_ns = at_ns;
	o->iterations = 42;
	o->ok = true;
}

TEST(ops_of_the_run_are_stimulus_events)
{
	struct guest_report g;
	struct sidecar s;
	struct job job;

	make_job(&job);
	guest_report_init(&g);
	report(&g, 0, U64_NONE);
	report(&g, 1, 250000000);
	report(&g, 7, 250000000); /* the job has no such op */
	json_init(&sidecar_table, &s);
	record_ops(&s, &job, &g);
	ck_assert_uint_eq(s.stimulus_events.n, 1);
	const struct sidecar_stimulus *e = s.stimulus_events.v;
	ck_assert_double_eq(e->elapsed_ms, 250);
	ck_assert_str_eq(e->label, "shrink");
	ck_assert_str_eq(e->op_kind, "set_cpuset");
	ck_assert_str_eq(e->detail, "a on CPUs 0-1");
	ck_assert_uint_eq(e->total_iterations, 42);
	json_done(&sidecar_table, &s);
	guest_report_done(&g);
	json_done(&job_table, &job);
}
