/* SPDX-License-Identifier: GPL-2.0-only */
/* Cgroups and works of a scenario: which values each key accepts, and what they become in the
 * job. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/scenario/cpuset.h"
#include "harness/scenario/scenario.h"

/* Lines 1 to 3. The text after it begins on line 4. */
#define HEAD  "name: a\nsummary: s\ncgroups:\n"
#define SPIN  "    works: [{ type: cpu_spin, workers: 1 }]\n"
#define SPIN2 "        works: [{ type: cpu_spin, workers: 100% }]\n"

static const struct scenario_setting eight = {
	.topology = { .cpus = 8, .llcs = 4, .nodes = 2, .threads_per_core = 1 },
	.duration_ns = NS_PER_SEC,
	.seed = 7,
};

static int load_text(const char *text, struct scenario **out, struct err *err)
{
	char path[] = "/tmp/ktstr-scenario-XXXXXX";
	int fd = mkstemp(path);
	int r;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	r = scenario_load(path, out, err);
	unlink(path);
	return r;
}

static int resolve_text(const char *text, const struct scenario_setting *setting, struct job *job,
                        struct err *err)
{
	_cleanup_scenario_ struct scenario *s = NULL;

	ck_assert_msg(load_text(text, &s, err) == 0, "%s", err->msg);
	return scenario_resolve(s, setting, job, err);
}

static const struct {
	const char *label, *spec, *list; /* of eight CPUs; NULL: does not fit */
} specs[] = {
	{ "all", "all", "0-7" },
	{ "exact", "0-2,5", "0-2,5" },
	{ "one LLC", "llc 1", "2-3" },
	{ "several LLCs", "llc 0,3", "0-1,6-7" },
	{ "node", "node 1", "4-7" },
	{ "range", "25%-75%", "2-5" },
	{ "first part", "disjoint 1/3", "0-1" },
	{ "second part", "disjoint 2/3", "2-4" },
	{ "last part", "disjoint 3/3", "5-7" },
	{ "overlap", "overlap 1/2 50%", "0-5" },
	{ "overlap goes round", "overlap 2/2 50%", "0-1,4-7" },
	{ "overlap with itself", "overlap 1/1 50%", "0-7" },
	{ "exact beyond", "0-8", NULL },
	{ "no such LLC", "llc 4", NULL },
	{ "no such node", "node 2", NULL },
	{ "less than a CPU", "0%-5%", NULL },
	{ "more parts than CPUs", "disjoint 1/9", NULL },
};
TEST_ROWS(cpuset_resolves, specs)
{
	struct err err = ERR_INIT;
	struct cpus cpus = { 0 };
	char *list;

	ASSERT_OK(cpuset_check(row->spec, &err));
	if (!row->list) {
		ASSERT_ERR(cpuset_resolve(row->spec, &eight.topology, &cpus, &err), ERR_UNSUPPORTED,
		           "");
		return;
	}
	ASSERT_OK(cpuset_resolve(row->spec, &eight.topology, &cpus, &err));
	list = cpus_format(&cpus);
	ck_assert_str_eq(list, row->list);
	free(list);
}

static const struct {
	const char *label, *spec;
} bad_specs[] = {
	{ "empty", "" },
	{ "word", "some" },
	{ "text after", "all x" },
	{ "text after a range", "0%-50%x" },
	{ "falling", "50%-0%" },
	{ "over all", "0%-101%" },
	{ "part 0", "disjoint 0/3" },
	{ "part beyond", "disjoint 4/3" },
	{ "no overlap", "overlap 1/3" },
	{ "list", "1-" },
	{ "LLC without one", "llc " },
	{ "negative", "disjoint -1/3" },
};
TEST_ROWS(cpuset_refuses, bad_specs)
{
	struct err err = ERR_INIT;

	ASSERT_ERR(cpuset_check(row->spec, &err), ERR_FORMAT, "");
}

static const struct {
	const char *label, *text, *says;
} bad[] = {
	{ "cpuset", "  - name: x\n    cpuset: llcs 0\n" SPIN,
	  ":5: cgroups[0]: cpuset: \"llcs 0\"" },
	{ "the second of that name", "  - name: x\n" SPIN "  - name: x\n" SPIN,
	  ":6: cgroups[1]: name: \"x\" is there twice" },
	{ "unknown key near one", "  - name: x\n    weigth: 5\n" SPIN,
	  ":5: cgroups[0]: weigth: unknown key, did you mean \"weight\"?" },
	{ "key of a work",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, afinity: llc }\n",
	  "did you mean \"affinity\"?" },
	{ "idle with a weight", "  - name: x\n    weight: 5\n    idle: true\n" SPIN,
	  ":5: cgroups[0]: weight: an idle cgroup has no weight" },
	{ "max unit", "  - name: x\n    max: 50\n" SPIN, ":5: cgroups[0]: max: \"50\"" },
	{ "max too small", "  - name: x\n    max: 10us 100ms\n" SPIN, ":5: cgroups[0]: max:" },
	{ "works and cgroups", "  - name: x\n" SPIN "    cgroups:\n      - name: y\n" SPIN2,
	  ":5: cgroups[0]: works: a cgroup has either works or cgroups" },
	{ "nested", "  - name: x\n    cgroups:\n      - name: y\n        cpuset: z\n",
	  ":7: cgroups[0]: cgroups[0]: cpuset: \"z\"" },
	{ "worker count 0",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1 }\n"
	  "      - { type: cpu_spin, workers: 0 }\n",
	  ":7: cgroups[0]: works[1]: workers: \"0\" is neither a number from 1" },
	{ "policy",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, policy: fif }\n",
	  ":6: cgroups[0]: works[0]: policy: there is no \"fif\", did you mean \"fifo\"?" },
	{ "priority without",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, priority: 3 }\n",
	  "priority: only the policies fifo and rr have one" },
	{ "priority of the agent",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, policy: rr, priority: "
	  "50 }\n",
	  "priority: \"50\" is not a whole number from 1 to 49" },
	{ "nice of fifo",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, policy: fifo, nice: 1 "
	  "}\n",
	  "nice: the policy fifo has none" },
	{ "nice", "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, nice: 20 }\n",
	  "nice: 20 is not in" },
	{ "deadline",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, policy: deadline }\n",
	  "policy: deadline needs runtime and period" },
	{ "deadline order",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, policy: deadline, "
	  "runtime: 2ms, period: 1ms }\n",
	  "runtime ≤ deadline ≤ period" },
	{ "runtime of none",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, runtime: 1ms }\n",
	  "runtime: only the policy deadline has one" },
	{ "affinity",
	  "  - name: x\n    works:\n      - { type: cpu_spin, workers: 1, affinity: randon }\n",
	  "did you mean \"random\"?" },
};
TEST_ROWS(scenario_names_the_place, bad)
{
	char text[512];
	struct scenario *s = NULL;
	struct err err = ERR_INIT;

	snprintf(text, sizeof(text), HEAD "%s", row->text);
	ASSERT_ERR(load_text(text, &s, &err), ERR_FORMAT, row->says);
}

static const struct {
	const char *label, *key, *knob, *value;
} knobs[] = {
	{ "weight", "weight: 300", "cpu.weight", "300" },
	{ "share of a CPU", "max: 50%", "cpu.max", "50000 100000" },
	{ "several CPUs", "max: 150%", "cpu.max", "150000 100000" },
	{ "quota and period", "max: 5ms 20ms", "cpu.max", "5000 20000" },
	{ "idle", "idle: true", "cpu.idle", "1" },
	{ "memory", "memory_max: 64M", "memory.max", "67108864" },
	{ "cpuset", "cpuset: node 1", "cpuset.cpus", "4-7" },
};
TEST_ROWS(scenario_knobs, knobs)
{
	char text[512];
	struct err err = ERR_INIT;
	struct job job;

	snprintf(text, sizeof(text), HEAD "  - name: x\n    %s\n" SPIN, row->key);
	ASSERT_OK(resolve_text(text, &eight, &job, &err));
	const struct job_cgroup *c = job.cgroups.v;
	ck_assert_uint_eq(c->knobs.n, 1);
	ck_assert_str_eq(strmap_get(&c->knobs, row->knob), row->value);
	json_done(&job_table, &job);
}

TEST(scenario_nested_cgroups)
{
	struct err err = ERR_INIT;
	struct job job;

	ASSERT_OK(resolve_text(HEAD "  - name: x\n    cpuset: node 0\n    cgroups:\n"
	                            "      - name: y\n        cpuset: 2-5\n" SPIN2
	                            "      - name: z\n" SPIN2,
	                       &eight, &job, &err));
	const struct job_cgroup *c = job.cgroups.v;
	const struct job_work *w = job.works.v;
	ck_assert_uint_eq(job.cgroups.n, 3);
	ck_assert_str_eq(c[0].name, "x");
	ck_assert_str_eq(c[1].name, "x/y");
	ck_assert_str_eq(c[2].name, "x/z");
	ck_assert_str_eq(strmap_get(&c[1].knobs, "cpuset.cpus"), "2-3");
	ck_assert_ptr_null(strmap_get(&c[2].knobs, "cpuset.cpus"));
	ck_assert_uint_eq(w[0].workers, 2);
	ck_assert_uint_eq(w[1].workers, 4);
	ck_assert_uint_eq(w[1].cgroup, 2);
	json_done(&job_table, &job);
}

TEST(scenario_cpuset_outside_of_the_parent)
{
	struct err err = ERR_INIT;
	struct job job;

	ASSERT_ERR(resolve_text(HEAD "  - name: x\n    cpuset: node 0\n    cgroups:\n"
	                             "      - name: y\n        cpuset: node 1\n" SPIN2,
	                        &eight, &job, &err),
	           ERR_UNSUPPORTED,
	           "cgroup x/y: cpuset: \"node 1\" has no CPU that the parent cgroup may use");
}

static const struct {
	const char *label, *affinity;
	size_t n;
	const char *first, *last;
} affinities[] = {
	{ "inherit", "inherit", 0, NULL, NULL }, { "llc", "llc", 2, "4-5", "6-7" },
	{ "cross", "cross", 1, "0-7", "0-7" },   { "single", "single", 1, "4", "4" },
	{ "exact", "3-5", 1, "4-5", "4-5" },     { "llc 2", "llc 2", 1, "4-5", "4-5" },
};
TEST_ROWS(scenario_affinity, affinities)
{
	char text[512];
	struct err err = ERR_INIT;
	struct job job;

	snprintf(text, sizeof(text),
	         HEAD "  - name: x\n    cpuset: node 1\n    works: [{ type: cpu_spin, workers: 6, "
	              "affinity: %s }]\n",
	         row->affinity);
	ASSERT_OK(resolve_text(text, &eight, &job, &err));
	const struct strv *got = &job.works.v->affinity;
	ck_assert_uint_eq(got->n, row->n);
	if (row->n) {
		ck_assert_str_eq(got->v[0], row->first);
		ck_assert_str_eq(got->v[got->n - 1], row->last);
	}
	json_done(&job_table, &job);
}

static char *random_affinity(uint64_t seed)
{
	struct scenario_setting setting = eight;
	struct err err = ERR_INIT;
	struct job job;
	char *all;

	setting.seed = seed;
	ASSERT_OK(resolve_text(HEAD "  - name: x\n    works: [{ type: cpu_spin, workers: 6, "
	                            "affinity: random }]\n",
	                       &setting, &job, &err));
	const struct strv *got = &job.works.v->affinity;
	ck_assert_uint_eq(got->n, 6);
	all = strv_join(got, " ");
	json_done(&job_table, &job);
	return all;
}

TEST(scenario_random_affinity_comes_from_the_seed)
{
	_cleanup_free_ char *one = random_affinity(1), *again = random_affinity(1),
			    *two = random_affinity(2);

	ck_assert_str_eq(one, again);
	ck_assert_str_ne(one, two);
}

TEST(scenario_policies)
{
	struct err err = ERR_INIT;
	struct job job;

	ASSERT_OK(resolve_text(HEAD "  - name: x\n    works:\n"
	                            "      - { type: cpu_spin, workers: 1, nice: -5 }\n"
	                            "      - { type: cpu_spin, workers: 1, policy: fifo }\n"
	                            "      - { type: cpu_spin, workers: 1, policy: deadline, "
	                            "runtime: 1ms, period: 10ms }\n",
	                       &eight, &job, &err));
	const struct job_work *w = job.works.v;
	ck_assert_int_eq(w[0].nice, -5);
	ck_assert_int_eq(w[1].policy, POLICY_FIFO);
	ck_assert_uint_eq(w[1].rt_priority, 1);
	ck_assert_int_eq(w[2].policy, POLICY_DEADLINE);
	ck_assert_uint_eq(w[2].runtime_ns, NS_PER_MS);
	ck_assert_uint_eq(w[2].deadline_ns, 10 * NS_PER_MS);
	json_done(&job_table, &job);
}

TEST(scenario_host_works)
{
	struct err err = ERR_INIT;
	struct job job;

	ASSERT_OK(resolve_text("name: a\nsummary: s\nworks: [{ type: cpu_spin, workers: 100% }]\n",
	                       &eight, &job, &err));
	const struct job_work *w = job.works.v;
	ck_assert_uint_eq(w->cgroup, U32_NONE);
	ck_assert_uint_eq(w->workers, 8);
	json_done(&job_table, &job);
}

static const struct {
	const char *label, *needs, *says; /* NULL: fits */
} needs[] = {
	{ "fits", "cpus: 8, llcs: 4, nodes: 2", NULL },
	{ "cpus", "cpus: 9", "needs 9 CPUs, the topology has 8" },
	{ "llcs", "llcs: 5", "needs 5 LLCs, the topology has 4" },
	{ "nodes", "nodes: 3", "needs 3 NUMA nodes, the topology has 2" },
	{ "smt", "smt: true", "needs two threads per core" },
};
TEST_ROWS(scenario_needs, needs)
{
	char text[512];
	struct err err = ERR_INIT;
	struct job job;

	snprintf(text, sizeof(text),
	         "name: a\nsummary: s\nneeds: { %s }\nsteps: [{ name: idle }]\n", row->needs);
	if (row->says) {
		ASSERT_ERR(resolve_text(text, &eight, &job, &err), ERR_UNSUPPORTED, row->says);
		return;
	}
	ASSERT_OK(resolve_text(text, &eight, &job, &err));
	json_done(&job_table, &job);
}

static const struct {
	const char *label, *op;
	bool sched_ext;
	const char *says;
} scheduler_skips[] = {
	{ "nothing to take away", "detach_scheduler: current", true,
	  "no scheduler but the kernel's" },
	{ "nothing to kill", "kill_scheduler: current", true, "no scheduler but the kernel's" },
	{ "nothing to restart", "restart_scheduler: current", true,
	  "no scheduler but the kernel's" },
	{ "no sched_ext", "replace_scheduler: fifo", false, "has no sched_ext for \"fifo\"" },
};
TEST_ROWS(scenario_schedulers_that_do_not_fit, scheduler_skips)
{
	_cleanup_free_ char *text = xasprintf(
		"name: a\nsummary: s\nsteps:\n  - { name: one, ops: [{ %s }] }\n", row->op);
	struct scenario_setting own = eight;
	struct err err = ERR_INIT;
	struct job job;

	own.sched_ext = row->sched_ext;
	ASSERT_ERR(resolve_text(text, &own, &job, &err), ERR_UNSUPPORTED, row->says);
}

TEST(scenario_partition)
{
	static const char text[] =
		HEAD "  - name: p\n    cpuset: node 1\n    partition: isolated\n";
	const struct job_cgroup *g;
	struct err err = ERR_INIT;
	struct job job;

	ASSERT_OK(resolve_text(text, &eight, &job, &err));
	g = job.cgroups.v;
	ck_assert_str_eq(strmap_get(&g->knobs, "cpuset.cpus"), "4-7");
	ck_assert_str_eq(strmap_get(&g->knobs, CPUSET_EXCLUSIVE), "4-7");
	ck_assert_str_eq(strmap_get(&g->knobs, CPUSET_PARTITION), "isolated");
	json_done(&job_table, &job);
}

static const struct {
	const char *label, *text, *says;
} refused_more[] = {
	{ "partition of what", HEAD "  - name: p\n    partition: root\n",
	  ":5: cgroups[0]: partition: needs a cpuset" },
	{ "no such partition", HEAD "  - name: p\n    cpuset: all\n    partition: rot\n",
	  ":6: cgroups[0]: partition: \"rot\" is not root or isolated" },
	{ "partition in none",
	  HEAD "  - name: p\n    cgroups:\n      - { name: q, cpuset: all, partition: root }\n",
	  "partition: must be inside another partition" },
	{ "nodes for nothing",
	  "name: a\nsummary: s\nworks:\n  - { type: cpu_spin, workers: 1, mem_nodes: '0' }\n",
	  ":4: works[0]: mem_nodes: needed by bind, preferred and interleave" },
	{ "no nodes",
	  "name: a\nsummary: s\nworks:\n  - { type: cpu_spin, workers: 1, mem_policy: bind }\n",
	  "mem_nodes: needed by bind, preferred and interleave" },
	{ "not a list",
	  "name: a\nsummary: s\nworks:\n"
	  "  - { type: cpu_spin, workers: 1, mem_policy: bind, mem_nodes: x }\n",
	  "mem_nodes: \"x\" is not a list of nodes" },
	{ "no such memory policy",
	  "name: a\nsummary: s\nworks:\n  - { type: cpu_spin, workers: 1, mem_policy: bimd }\n",
	  "mem_policy: there is no \"bimd\", did you mean \"bind\"?" },
};
TEST_ROWS(scenario_partitions_and_memory_refused, refused_more)
{
	struct scenario *s = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(load_text(row->text, &s, &err), ERR_FORMAT, row->says);
}

TEST(scenario_memory_policy)
{
	static const char text[] = "name: a\nsummary: s\nworks:\n  - { type: cpu_spin, workers: 1, "
				   "mem_policy: interleave, mem_nodes: 0-1 }\n";
	const struct job_work *w;
	struct err err = ERR_INIT;
	struct job job;

	ASSERT_OK(resolve_text(text, &eight, &job, &err));
	w = job.works.v;
	ck_assert_int_eq(w->mem_policy, MEM_INTERLEAVE);
	ck_assert_str_eq(w->mem_nodes, "0-1");
	json_done(&job_table, &job);
}
