/* SPDX-License-Identifier: GPL-2.0-only */
/* Steps of a scenario: when their ops are due, what they act on, and what is refused. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/scenario/scenario.h"

/* Lines 1 to 9. The text after it begins on line 10. */
#define HEAD                                                                                       \
	"name: a\nsummary: s\ncgroups:\n  - name: l\n    cpuset: llc 0\n"                          \
	"    works: [{ type: cpu_spin, workers: 2 }]\n  - name: r\n    cpuset: llc 1\nsteps:\n"

static const struct scenario_setting four = {
	.topology = { .cpus = 4, .llcs = 2, .nodes = 1, .threads_per_core = 1 },
	.duration_ns = NS_PER_SEC,
	.seed = 1,
	.scheduler = "mine",
	.sched_ext = true,
};

static int load_text(const char *steps, struct scenario **out, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	char path[] = "/tmp/ktstr-scenario-XXXXXX";
	int fd = mkstemp(path);
	int r;

	strbuf_addf(&b, HEAD "%s", steps);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, b.s, b.n), (ssize_t)b.n);
	close(fd);
	r = scenario_load(path, out, err);
	unlink(path);
	return r;
}

static int resolve_text(const char *steps, struct job *job, struct err *err)
{
	_cleanup_scenario_ struct scenario *s = NULL;

	ck_assert_msg(load_text(steps, &s, err) == 0, "%s", err->msg);
	return scenario_resolve(s, &four, job, err);
}

static const char *cgroup_name(const struct job *job, uint32_t i)
{
	return i == U32_NONE ? "-" : job->cgroups.v[i].name;
}

static const char *sched_name(const struct job *job, uint32_t i)
{
	return job->schedulers.v[i].name;
}

/* The ops after the start as "ms op cgroup CPUs": "0 set_cpuset l 2-3; 500 stop". */
static char *ops_text(const struct job *job)
{
	const struct job_op *ops = job->ops.v;
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < job->ops.n; i++) {
		if (ops[i].at_ns == U64_NONE)
			continue;
		strbuf_addf(&b, "%s%llu %s", b.n ? "; " : "",
		            (unsigned long long)(ops[i].at_ns / NS_PER_MS),
		            json_name(&op_names, ops[i].kind));
		if (ops[i].cgroup != U32_NONE)
			strbuf_addf(&b, " %s", cgroup_name(job, ops[i].cgroup));
		if (ops[i].to_cgroup != U32_NONE)
			strbuf_addf(&b, " %s", cgroup_name(job, ops[i].to_cgroup));
		if (ops[i].work != U32_NONE)
			strbuf_addf(&b, " %u", ops[i].work);
		if (ops[i].sched != U32_NONE)
			strbuf_addf(&b, " %s", sched_name(job, ops[i].sched));
		if (ops[i].cpus)
			strbuf_addf(&b, " %s", ops[i].cpus);
		if (ops[i].to_cpus)
			strbuf_addf(&b, " %s", ops[i].to_cpus);
		for (size_t k = 0; k < ops[i].affinity.n; k++)
			strbuf_addf(&b, " %s", ops[i].affinity.v[k]);
	}
	return b.n ? strbuf_steal(&b) : xstrdup("");
}

static const struct {
	const char *label, *steps, *ops;
} good[] = {
	{ "half and half", "  - name: one\n  - name: two\n    ops:\n      - freeze: l\n",
	  "500 freeze l" },
	{ "a fraction and the rest",
	  "  - { name: one, hold: 20% }\n  - name: two\n    ops: [{ stop: l }]\n", "200 stop 0" },
	{ "a time", "  - { name: one, hold: 300ms }\n  - name: two\n    ops: [{ unfreeze: l }]\n",
	  "300 unfreeze l" },
	{ "again and again",
	  "  - { name: one, hold: 50%, every: 200ms, ops: [{ swap_cpusets: { cgroup: l, to: r } }] "
	  "}\n",
	  "0 swap_cpusets l r 2-3 0-1; 200 swap_cpusets l r 0-1 2-3; 400 swap_cpusets l r 2-3 "
	  "0-1" },
	{ "cgroups of a step",
	  "  - name: one\n    cgroups: [{ name: x, works: [{ type: cpu_spin, workers: 1 }] }]\n"
	  "  - name: two\n",
	  "0 add_cgroup x; 0 spawn 1; 500 remove_cgroup x" },
	{ "the last step ends with the run",
	  "  - name: one\n    cgroups: [{ name: x, works: [{ type: cpu_spin, workers: 1 }] }]\n",
	  "0 add_cgroup x; 0 spawn 1" },
	{ "cpusets",
	  "  - name: one\n    ops:\n      - set_cpuset: { cgroup: l, cpuset: llc 1 }\n"
	  "      - set_affinity: { cgroup: l, affinity: single }\n"
	  "      - clear_cpuset: l\n"
	  "      - set_affinity: { cgroup: l, affinity: llc }\n",
	  "0 set_cpuset l 2-3; 0 set_affinity 0 2; 0 clear_cpuset l; 0 set_affinity 0 0-1 2-3" },
	{ "bound and let go",
	  "  - name: one\n    ops:\n      - set_affinity: { cgroup: l, affinity: single }\n"
	  "      - set_affinity: { cgroup: l, affinity: inherit }\n",
	  "0 set_affinity 0 0; 0 set_affinity 0 0-3" },
	{ "moved works are where they are",
	  "  - name: one\n    ops:\n      - move_tasks: { cgroup: l, to: r }\n      - stop: r\n",
	  "0 move_tasks l r; 0 stop 0" },
	{ "made again under its index",
	  "  - name: one\n    every: 500ms\n    ops:\n      - add_cgroup: { name: x }\n"
	  "      - remove_cgroup: x\n",
	  "0 add_cgroup x; 0 remove_cgroup x; 500 add_cgroup x; 500 remove_cgroup x" },
	{ "spawn",
	  "  - name: one\n    ops: [{ spawn: { cgroup: r, type: cpu_spin, workers: 100% } }]\n",
	  "0 spawn 1" },
	{ "CPUs",
	  "  - name: one\n    ops: [{ cpu_offline: 1-2 }]\n  - name: two\n"
	  "    ops: [{ cpu_online: '2' }]\n",
	  "0 cpu_offline 1-2; 500 cpu_online 2" },
	{ "schedulers",
	  "  - name: one\n    every: 500ms\n    ops:\n      - restart_scheduler: current\n"
	  "      - replace_scheduler: fifo\n      - detach_scheduler: current\n"
	  "      - attach_scheduler: test\n",
	  "0 restart_scheduler mine; 0 replace_scheduler fifo; 0 detach_scheduler eevdf; "
	  "0 attach_scheduler mine; 500 restart_scheduler mine; 500 replace_scheduler fifo; "
	  "500 detach_scheduler eevdf; 500 attach_scheduler mine" },
	{ "a scheduler that is killed",
	  "  - name: one\n    ops:\n      - kill_scheduler: current\n      - attach_scheduler: "
	  "test\n",
	  "0 kill_scheduler eevdf; 0 attach_scheduler mine" },
};
TEST_ROWS(scenario_steps, good)
{
	_cleanup_free_ char *got = NULL;
	struct err err = ERR_INIT;
	struct job job;

	ck_assert_msg(resolve_text(row->steps, &job, &err) == 0, "%s", err.msg);
	got = ops_text(&job);
	ck_assert_str_eq(got, row->ops);
	json_done(&job_table, &job);
}

static const struct {
	const char *label, *steps, *says;
} bad[] = {
	{ "unknown op", "  - name: one\n    ops:\n      - freez: l\n",
	  ":12: steps[0]: ops[0]: freez: unknown key, did you mean \"freeze\"?" },
	{ "two ops in one", "  - name: one\n    ops:\n      - { freeze: l, unfreeze: l }\n",
	  ":12: steps[0]: ops[0]: must have exactly one op" },
	{ "no such cgroup",
	  "  - name: one\n    ops:\n      - set_cpuset:\n          cpuset: llc 0\n"
	  "          cgroup: z\n",
	  ":14: steps[0]: ops[0]: set_cpuset: cgroup: there is no cgroup \"z\" at that time" },
	{ "no longer there",
	  "  - name: one\n    ops:\n      - remove_cgroup: r\n      - freeze: r\n",
	  ":13: steps[0]: ops[1]: freeze: cgroup: there is no cgroup \"r\"" },
	{ "of a step that has ended",
	  "  - name: one\n    cgroups: [{ name: x }]\n  - name: two\n    ops: [{ freeze: x }]\n",
	  ":13: steps[1]: ops[0]: freeze: cgroup: there is no cgroup \"x\"" },
	{ "there already", "  - name: one\n    cgroups: [{ name: l }]\n",
	  ":11: steps[0]: cgroups[0]: name: \"l\" exists already" },
	{ "nothing to stop", "  - name: one\n    ops: [{ stop: r }]\n",
	  "stop: cgroup: no work runs in \"r\" at that time" },
	{ "bad cpuset", "  - name: one\n    ops: [{ set_cpuset: { cgroup: l, cpuset: x } }]\n",
	  "ops[0]: set_cpuset: cpuset: \"x\" is not one of" },
	{ "bad hold", "  - { name: one, hold: 5 }\n", ":10: steps[0]: hold: \"5\"" },
	{ "hold beyond", "  - { name: one, hold: 101% }\n", "hold: \"101%\" is not in" },
	{ "negative", "  - { name: one, hold: -5ms }\n", "hold: \"-5ms\" is not a duration" },
	{ "too many", "  - { name: one, every: 10us, ops: [{ freeze: l }] }\n",
	  "every: more than 10000 ops in all" },
	{ "online already", "  - { name: one, ops: [{ cpu_online: '1' }] }\n",
	  "cpu_online: CPU 1 is online already" },
	{ "attached already", "  - { name: one, ops: [{ attach_scheduler: fifo }] }\n",
	  ":10: steps[0]: ops[0]: attach_scheduler: a scheduler is attached at that time" },
	{ "which one", "  - { name: one, ops: [{ detach_scheduler: fifo }] }\n",
	  "detach_scheduler: \"fifo\" is not \"current\"" },
	{ "a file of another folder",
	  "  - { name: one, ops: [{ set_knob: { cgroup: l, file: ../cpu.max, value: max } }] }\n",
	  "set_knob: file: \"../cpu.max\" is not an interface file" },
};
TEST_ROWS(scenario_steps_refused, bad)
{
	struct scenario *s = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(load_text(row->steps, &s, &err), ERR_FORMAT, row->says);
}

static const struct {
	const char *label, *steps, *says;
} unfit[] = {
	{ "longer than the run", "  - { name: one, hold: 2s }\n",
	  "\"one\" take more than the duration" },
	{ "more than all", "  - { name: one, hold: 70% }\n  - { name: two, hold: 40% }\n",
	  "\"two\" take more than the duration" },
	{ "the first CPU", "  - { name: one, ops: [{ cpu_offline: llc 0 }] }\n", "CPU 0" },
	{ "an LLC that is not there",
	  "  - { name: one, ops: [{ set_cpuset: { cgroup: l, cpuset: llc 2 } }] }\n", "no LLC 2" },
};
TEST_ROWS(scenario_steps_that_do_not_fit, unfit)
{
	struct err err = ERR_INIT;
	struct job job;

	ASSERT_ERR(resolve_text(row->steps, &job, &err), ERR_UNSUPPORTED, row->says);
}

TEST(scenario_docs_have_all_ops_and_policies)
{
	static const char *const words[] = {
#define X(id, key, ...) "| `" #key "` |",
		OPS(X)
#undef X
#define X(id, name, doc) "`" name "`",
			WORK_POLICIES(X)
#undef X
	};
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_read(AT_FDCWD, "docs/scenarios.md", 1 << 20, &text, &err));
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		ck_assert_msg(strstr(text.s, words[i]), "docs/scenarios.md lacks %s", words[i]);
}
