/* SPDX-License-Identifier: GPL-2.0-only */
/* The model of which CPUs a work may use. Also: resolver, agent and fairness get the same answer
 * from it. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/judge/measure.h"
#include "harness/judge/measure_fairness.h"
#include "harness/scenario/scenario.h"
#include "harness/wire/allow.h"
#include "tests/unit/test.h"

static struct job job;
static struct allow a;

static struct job_cgroup *add_cgroup(const char *name)
{
	struct job_cgroup *g = xgrow(job.cgroups.v, job.cgroups.n);

	json_init(&job_cgroup_table, g);
	g->name = xstrdup(name);
	return g;
}

/* 8 CPUs; outer 0-3, outer/inner, other; one work in outer/inner. */
static void start(const char *inner_cpus, const char *affinity)
{
	struct job_work *w;

	json_init(&job_table, &job);
	job.topology.cpus = 8;
	strmap_set(&add_cgroup("outer")->knobs, "cpuset.cpus", "0-3");
	strmap_set(&add_cgroup("outer/inner")->knobs, "cpuset.cpus", inner_cpus);
	add_cgroup("other");
	w = xgrow(job.works.v, job.works.n);
	json_init(&job_work_table, w);
	w->cgroup = 1;
	if (affinity)
		strv_split(&w->affinity, affinity, " ");
	allow_init(&a, &job);
	for (uint32_t i = 0; i < 3; i++)
		allow_op(&a, &(struct job_op){ .kind = OP_ADD_CGROUP, .cgroup = i });
	allow_op(&a, &(struct job_op){ .kind = OP_SPAWN, .work = 0 });
	for (uint32_t i = 0; i < 2; i++)
		allow_add(&a, i, &(struct allow_worker){ .work = 0, .index = i });
}

static void end(void)
{
	allow_done(&a);
	json_done(&job_table, &job);
}

static void expect_list(const struct cpus *c, const char *want)
{
	_cleanup_free_ char *got = cpus_format(c);

	ck_assert_str_eq(got, want);
}

static void cgroup_is(uint32_t index, const char *want)
{
	struct cpus c;

	allow_of_cgroup(&a, index, &c);
	expect_list(&c, want);
}

static void worker_is(uint32_t worker, const char *want)
{
	struct cpus c;

	allow_of_worker(&a, worker, &c);
	expect_list(&c, want);
}

static void may_ask_for(uint32_t index, const char *want)
{
	struct cpus c;

	allow_to_ask_for(&a, index, &c);
	expect_list(&c, want);
}

static void do_op(struct job_op op)
{
	allow_op(&a, &op);
}

TEST(allow_a_cgroup_is_within_its_parent)
{
	start("2-5", NULL);
	cgroup_is(0, "0-3");
	cgroup_is(1, "2-3");
	cgroup_is(2, "0-7");
	cgroup_is(3, "0-7");
	cgroup_is(U32_NONE, "0-7");
	do_op((struct job_op){ .kind = OP_SET_CPUSET, .cgroup = 0, .cpus = (char *)"4-7" });
	cgroup_is(1, "4-5");
	do_op((struct job_op){ .kind = OP_CLEAR_CPUSET, .cgroup = 0 });
	cgroup_is(1, "2-5");
	do_op((struct job_op){ .kind = OP_SWAP_CPUSETS,
	                       .cgroup = 0,
	                       .cpus = (char *)"0-1",
	                       .to_cgroup = 2,
	                       .to_cpus = (char *)"6" });
	cgroup_is(2, "6");
	/* cpuset and parent have no CPU in common: all of the parent's */
	cgroup_is(1, "0-1");
	do_op((struct job_op){ .kind = OP_SET_KNOB,
	                       .cgroup = 1,
	                       .file = (char *)"cpuset.cpus",
	                       .value = (char *)"1" });
	cgroup_is(1, "1");
	end();
}

TEST(allow_a_cgroup_made_anew_begins_as_the_job_says)
{
	start("2", NULL);
	do_op((struct job_op){ .kind = OP_SET_CPUSET, .cgroup = 1, .cpus = (char *)"0" });
	cgroup_is(1, "0");
	do_op((struct job_op){ .kind = OP_REMOVE_CGROUP, .cgroup = 1 });
	do_op((struct job_op){ .kind = OP_ADD_CGROUP, .cgroup = 1 });
	cgroup_is(1, "2");
	end();
}

TEST(allow_affinity_is_within_the_cgroup_where_the_worker_is)
{
	const char *const moved[] = { "7" };
	struct strv to = { .v = (char **)moved, .n = 1 };

	start("1-3", "0-1 2,6");
	worker_is(0, "1");
	worker_is(1, "2");
	do_op((struct job_op){ .kind = OP_SET_AFFINITY, .work = 1, .affinity = to });
	worker_is(0, "1");
	do_op((struct job_op){ .kind = OP_MOVE_TASKS, .cgroup = 1, .to_cgroup = 2 });
	worker_is(0, "0-1");
	worker_is(1, "2,6");
	ck_assert_uint_eq(allow_cgroup_of(&a, 0), 2);
	do_op((struct job_op){ .kind = OP_SET_AFFINITY, .work = 0, .affinity = to });
	worker_is(0, "7");
	worker_is(1, "7");
	/* started again, it has the job's cgroup and affinity */
	do_op((struct job_op){ .kind = OP_STOP, .work = 0 });
	do_op((struct job_op){ .kind = OP_SPAWN, .work = 0 });
	ck_assert_uint_eq(allow_cgroup_of(&a, 0), 1);
	worker_is(1, "2");
	end();
}

TEST(allow_affinity_outside_of_the_cpuset_is_all_of_the_cpuset)
{
	start("1-3", "4-7");
	worker_is(0, "1-3");
	do_op((struct job_op){ .kind = OP_SET_CPUSET, .cgroup = 0, .cpus = (char *)"4-5" });
	worker_is(0, "4-5");
	do_op((struct job_op){ .kind = OP_CLEAR_CPUSET, .cgroup = 1 });
	do_op((struct job_op){ .kind = OP_CLEAR_CPUSET, .cgroup = 0 });
	worker_is(0, "4-7");
	end();
}

TEST(allow_works_run_from_a_spawn_to_their_end)
{
	start("2", NULL);
	ck_assert_uint_eq(a.works[0].starts, 1);
	do_op((struct job_op){ .kind = OP_SPAWN, .work = 0 });
	ck_assert_uint_eq(a.works[0].starts, 2);
	do_op((struct job_op){ .kind = OP_STOP, .work = 0 });
	ck_assert_uint_eq(a.works[0].starts, 0);
	do_op((struct job_op){ .kind = OP_SPAWN, .work = 0 });
	do_op((struct job_op){ .kind = OP_REMOVE_CGROUP, .cgroup = 0 }); /* its parent */
	ck_assert_uint_eq(a.works[0].starts, 0);
	do_op((struct job_op){ .kind = OP_SPAWN, .work = 1 }); /* no such work */
	end();
}

TEST(allow_grows_with_the_job)
{
	start("2", NULL);
	strmap_set(&add_cgroup("other/late")->knobs, "cpuset.cpus", "6");
	struct job_work *w = xgrow(job.works.v, job.works.n);
	json_init(&job_work_table, w);
	w->cgroup = 3;
	do_op((struct job_op){ .kind = OP_ADD_CGROUP, .cgroup = 3 });
	do_op((struct job_op){ .kind = OP_SPAWN, .work = 1 });
	cgroup_is(3, "6");
	ck_assert_uint_eq(a.works[1].cgroup, 3);
	do_op((struct job_op){ .kind = OP_SET_CPUSET, .cgroup = 2, .cpus = (char *)"5" });
	cgroup_is(3, "5");
	end();
}

TEST(allow_offline_cpus_are_nobodys)
{
	start("2-3", "3");
	do_op((struct job_op){ .kind = OP_CPU_OFFLINE, .cpus = (char *)"0,3" });
	cgroup_is(0, "0-2");
	cgroup_is(1, "2");
	worker_is(0, "2");
	do_op((struct job_op){ .kind = OP_CPU_OFFLINE, .cpus = (char *)"2" });
	cgroup_is(1, "0-1");
	may_ask_for(1, "2-3");
	do_op((struct job_op){ .kind = OP_CPU_ONLINE, .cpus = (char *)"2-3" });
	worker_is(0, "3");
	end();
}

TEST(allow_the_cpus_of_a_partition_are_nobody_elses)
{
	start("2-3", NULL);
	do_op((struct job_op){ .kind = OP_SET_KNOB,
	                       .cgroup = 1,
	                       .file = (char *)CPUSET_PARTITION,
	                       .value = (char *)"isolated" });
	cgroup_is(1, "2-3");
	cgroup_is(0, "0-1");
	cgroup_is(2, "0-1,4-7");
	cgroup_is(3, "0-1,4-7");
	may_ask_for(0, "0-3");
	may_ask_for(U32_NONE, "0-7");
	/* with its last CPU offline it is no partition, and no CPU of its cpuset is online */
	do_op((struct job_op){ .kind = OP_CPU_OFFLINE, .cpus = (char *)"3" });
	cgroup_is(1, "2");
	do_op((struct job_op){ .kind = OP_CPU_OFFLINE, .cpus = (char *)"2" });
	cgroup_is(1, "0-1");
	do_op((struct job_op){ .kind = OP_CPU_ONLINE, .cpus = (char *)"2-3" });
	cgroup_is(1, "2-3");
	do_op((struct job_op){ .kind = OP_SET_KNOB,
	                       .cgroup = 1,
	                       .file = (char *)CPUSET_PARTITION,
	                       .value = (char *)"member" });
	cgroup_is(0, "0-3");
	do_op((struct job_op){ .kind = OP_SET_KNOB,
	                       .cgroup = 0,
	                       .file = (char *)CPUSET_PARTITION,
	                       .value = (char *)"root" });
	cgroup_is(1, "2-3"); /* it is below the partition */
	cgroup_is(2, "4-7");
	do_op((struct job_op){ .kind = OP_REMOVE_CGROUP, .cgroup = 0 });
	cgroup_is(2, "0-7");
	end();
}

/* --- resolver, agent and fairness agree ---------------------------------------------------------
 */

static void resolve_text(const char *text, struct job *out)
{
	static const struct scenario_setting eight = {
		.topology = { .cpus = 8, .llcs = 2, .nodes = 2, .threads_per_core = 1 },
		.duration_ns = NS_PER_SEC,
		.seed = 1,
	};
	_cleanup_scenario_ struct scenario *s = NULL;
	char path[] = "/tmp/ktstr-scenario-XXXXXX";
	struct err err = ERR_INIT;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(dprintf(fd, "name: a\nsummary: s\n%s", text), (int)strlen(text) + 19);
	close(fd);
	ck_assert_msg(scenario_load(path, &s, &err) == 0, "%s", err.msg);
	unlink(path);
	ck_assert_msg(scenario_resolve(s, &eight, out, &err) == 0, "%s", err.msg);
}

/* Follows the ops like the agent. "4 2": how many CPUs each work may use when it is started. */
static char *follow(struct allow *by, const struct job *of)
{
	struct strbuf b = STRBUF_INIT;

	allow_init(by, of);
	for (size_t i = 0; i < of->ops.n; i++) {
		const struct job_op *op = &of->ops.v[i];
		struct cpus c;

		allow_op(by, op);
		if (op->kind != OP_SPAWN)
			continue;
		allow_of_cgroup(by, of->works.v[op->work].cgroup, &c);
		strbuf_addf(&b, "%s%u", b.n ? " " : "", cpus_count(&c));
	}
	return strbuf_steal(&b);
}

#define SPINS "works: [{ type: cpu_spin, workers: 100% }]"

static const struct {
	const char *label, *text, *workers, *affinity; /* of the last op, if any */
} percentages[] = {
	{ "all", SPINS "\n", "8", NULL },
	{ "within the parent's",
	  "cgroups:\n  - name: x\n    cpuset: 0-3\n    cgroups:\n"
	  "      - { name: in, cpuset: 2-6, " SPINS " }\n      - { name: all, " SPINS " }\n",
	  "2 4", NULL },
	{ "beside a partition",
	  "cgroups:\n  - { name: p, cpuset: 0-2, partition: root, " SPINS " }\n"
	  "  - { name: q, " SPINS " }\n" SPINS "\n",
	  "3 5 5", NULL },
	{ "of a partition that is asked for anew",
	  "cgroups:\n  - { name: p, cpuset: 0-2, partition: root }\nsteps:\n  - name: one\n    "
	  "ops:\n"
	  "      - set_cpuset: { cgroup: p, cpuset: 1-2 }\n"
	  "      - spawn: { cgroup: p, type: cpu_spin, workers: 100% }\n",
	  "2", NULL },
	{ "with CPUs offline",
	  "cgroups:\n  - { name: x, cpuset: 4-7 }\nsteps:\n  - name: one\n    ops:\n"
	  "      - cpu_offline: 1,6-7\n      - spawn: { type: cpu_spin, workers: 100% }\n"
	  "      - spawn: { cgroup: x, type: cpu_spin, workers: 100% }\n"
	  "      - set_affinity: { cgroup: x, affinity: llc }\n",
	  "5 2", "4-5" },
	{ "CPUs that are named may come back",
	  "cgroups:\n  - { name: x, cpuset: 4-7, " SPINS " }\nsteps:\n  - name: one\n    ops:\n"
	  "      - cpu_offline: 6-7\n      - set_affinity: { cgroup: x, affinity: 5-6 }\n",
	  "4", "5-6" },
	{ "a cpuset set meanwhile, too",
	  "cgroups:\n  - { name: x, cpuset: 4-7 }\nsteps:\n  - name: one\n    ops:\n"
	  "      - cpu_offline: 6-7\n      - set_cpuset: { cgroup: x, cpuset: 5-7 }\n"
	  "      - cpu_online: 6\n      - spawn: { cgroup: x, type: cpu_spin, workers: 100% }\n",
	  "2", NULL },
	{ "nested, and nothing in common any more",
	  "cgroups:\n  - name: x\n    cpuset: 0-3\n    cgroups: [{ name: in, cpuset: 2-3 }]\n"
	  "steps:\n  - name: one\n    ops:\n      - set_cpuset: { cgroup: x, cpuset: 4-6 }\n"
	  "      - spawn: { cgroup: x/in, type: cpu_spin, workers: 100% }\n",
	  "3", NULL },
	{ "swapped and cleared",
	  "cgroups:\n  - { name: x, cpuset: 0 }\n  - { name: y, cpuset: 1-5 }\nsteps:\n  - name: "
	  "one\n"
	  "    ops:\n      - swap_cpusets: { cgroup: x, to: y }\n"
	  "      - spawn: { cgroup: x, type: cpu_spin, workers: 100% }\n"
	  "      - clear_cpuset: y\n"
	  "      - spawn: { cgroup: y, type: cpu_spin, workers: 100% }\n"
	  "      - set_affinity: { cgroup: x, affinity: single }\n",
	  "5 8", "1" },
};
TEST_ROWS(allow_resolver_and_agent_see_the_same, percentages)
{
	_cleanup_strbuf_ struct strbuf workers = STRBUF_INIT;
	struct allow by;
	struct job of;

	resolve_text(row->text, &of);
	_cleanup_free_ char *cpus = follow(&by, &of);
	for (size_t i = 0; i < of.works.n; i++)
		strbuf_addf(&workers, "%s%u", i ? " " : "", of.works.v[i].workers);
	ck_assert_str_eq(strbuf_cstr(&workers), row->workers);
	ck_assert_str_eq(cpus, row->workers);
	if (row->affinity) {
		const struct strv *lists = &of.ops.v[of.ops.n - 1].affinity;

		ck_assert_uint_eq(lists->n, 1);
		ck_assert_str_eq(lists->v[0], row->affinity);
	}
	allow_done(&by);
	json_done(&job_table, &of);
}

/* Reports that every worker got an equal part of the CPUs that its work may use. */
static void report(const struct allow *by, const struct job *of, struct guest_report *g)
{
	for (uint32_t i = 0; i < of->cgroups.n; i++)
		json_init(&wire_cgroup_table, xgrow(g->cgroups.v, g->cgroups.n));
	for (uint32_t w = 0; w < of->works.n; w++)
		for (uint32_t i = 0; i < of->works.v[w].workers; i++) {
			struct wire_cgroup *c = &g->cgroups.v[of->works.v[w].cgroup];
			struct wire_worker *ww = xgrow(c->workers.v, c->workers.n);
			struct cpus cpus;

			json_init(&wire_worker_table, ww);
			allow_of_work(by, w, i, &cpus);
			ww->work = w;
			ww->index = i;
			ww->wall_ns = NS_PER_SEC;
			ww->cpu_ns = NS_PER_SEC * cpus_count(&cpus) / of->works.v[w].workers;
		}
}

#define CROWD(n) "works: [{ type: cpu_spin, workers: " #n " }]"

/* No two cgroups share a CPU, and each has more workers than CPUs. */
static const struct {
	const char *label, *text;
} shares[] = {
	{ "cpusets", "cgroups:\n  - { name: x, cpuset: 0-1, " CROWD(
			     8) " }\n"
	                        "  - { name: y, cpuset: 2-7, " CROWD(8) " }\n" },
	{ "nested", "cgroups:\n  - name: x\n    cpuset: 0-3\n    cgroups:\n"
	            "      - { name: in, cpuset: 0, " CROWD(
			    8) " }\n"
	                       "      - { name: as, cpuset: 1-7, " CROWD(
				       8) " }\n"
	                                  "  - { name: y, cpuset: 4-7, " CROWD(8) " }\n" },
	{ "set and cleared as the run starts",
	  "cgroups:\n  - name: x\n    cpuset: 0\n    cgroups: [{ name: in, cpuset: 0, " CROWD(
		  8) " }]\n"
	             "  - { name: y, cpuset: 2-7, " CROWD(
			     8) " }\nsteps:\n  - name: one\n    ops:\n"
	                        "      - set_cpuset: { cgroup: x, cpuset: 0-1 }\n      - "
	                        "clear_cpuset: x/in\n" },
	{ "affinity outside of the cpuset",
	  "cgroups:\n"
	  "  - { name: x, works: [{ type: cpu_spin, workers: 9, affinity: 0-1 }] }\n"
	  "  - { name: y, cpuset: 0-3, " CROWD(
		  8) " }\nsteps:\n  - name: one\n    ops:\n"
	             "      - set_cpuset: { cgroup: x, cpuset: 5-7 }\n" },
	{ "affinity given as the run starts",
	  "cgroups:\n  - { name: x, " CROWD(9) " }\n  - { name: y, cpuset: 0-4, " CROWD(
		  8) " }\n"
	             "steps:\n  - name: one\n    ops:\n"
	             "      - set_affinity: { cgroup: x, affinity: 5-7 }\n" },
};
TEST_ROWS(allow_fairness_and_agent_see_the_same, shares)
{
	struct cgroup_metrics metrics[8], *rows[8] = { 0 };
	struct guest_report guest;
	struct allow by;
	struct job of;

	resolve_text(row->text, &of);
	_cleanup_free_ char *cpus = follow(&by, &of);
	guest_report_init(&guest);
	report(&by, &of, &guest);
	for (size_t i = 0; i < of.cgroups.n; i++) {
		metrics[i].v[CG_FAIRNESS_ERROR_PCT] = NAN;
		rows[i] = &metrics[i];
	}
	_cleanup_free_ char *why = measure_fairness(&of, &guest, rows);
	ck_assert_msg(!why, "%s", why);
	for (size_t i = 0; i < of.works.n; i++)
		ck_assert_double_eq_tol(metrics[of.works.v[i].cgroup].v[CG_FAIRNESS_ERROR_PCT], 0,
		                        1e-4);
	guest_report_done(&guest);
	allow_done(&by);
	json_done(&job_table, &of);
}
