/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "base/parse.h"
#include "harness/agent/allow.h"
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
	for (uint32_t i = 0; i < 2; i++)
		allow_add(&a, i,
		          &(struct allow_worker){ .work = 0, .index = i, .cgroup = w->cgroup });
}

static void end(void)
{
	allow_done(&a);
	json_done(&job_table, &job);
}

static void expect_list(const struct cpus *c, const char *want)
{
	_cleanup_free_ char *got = NULL;
	uint32_t list[TRACE_CPUS];
	size_t n = 0;

	for (uint32_t cpu = 0; cpu < TRACE_CPUS; cpu++)
		if (c->w[cpu / 64] >> cpu % 64 & 1)
			list[n++] = cpu;
	got = format_cpulist(list, n);
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
	/* nothing in common: all of the parent's */
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
	const struct job_op op = { .kind = OP_SET_AFFINITY, .work = 0, .affinity = to };
	allow_op(&a, &op);
	worker_is(0, "7");
	worker_is(1, "7");
	/* started again, it is where and as the job has it */
	allow_add(&a, 1, &(struct allow_worker){ .work = 0, .index = 1, .cgroup = 1 });
	worker_is(1, "2");
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
	do_op((struct job_op){ .kind = OP_REMOVE_CGROUP, .cgroup = 0 });
	cgroup_is(2, "0-7");
	end();
}
