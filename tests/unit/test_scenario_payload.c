/* SPDX-License-Identifier: GPL-2.0-only */
/* Payloads of a scenario: what is refused, and what they become in the job. */
#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/pack.h"
#include "harness/scenario/scenario.h"
#include "tests/unit/test.h"

static int load(const char *yaml, struct scenario **out, struct err *err)
{
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "s.yaml");
	_cleanup_free_ char *text = xasprintf("name: s\nsummary: s\n%s", yaml);

	if (fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0644, err) < 0)
		ck_abort_msg("%s", err->msg);
	return scenario_load(path, out, err);
}

static const struct {
	const char *label, *yaml, *says;
} mistakes[] = {
	{ "no such program", "payloads:\n - name: a\n   run: [no-such-program-here]\n",
	  "s.yaml:5: payloads[0]: run: there is no executable \"no-such-program-here\"" },
	{ "no arguments", "payloads:\n - name: a\n   run: []\n",
	  "s.yaml:5: payloads[0]: run: needs at least 1" },
	{ "a bad name", "payloads: [{ name: A, run: [sh] }]\n", "payloads[0]: name: \"A\"" },
	{ "twice", "payloads:\n - { name: a, run: [sh] }\n - { name: a, run: [sh] }\n",
	  "payloads[1]: name: \"a\" is there twice" },
	{ "env", "payloads: [{ name: a, run: [sh], env: [A] }]\n", "env[0]: \"A\"" },
	{ "wait", "payloads: [{ name: a, run: [sh], wait: soon }]\n", "wait: \"soon\"" },
	{ "output", "payloads: [{ name: a, run: [sh], output_max: 1G }]\n", "output_max: \"1G\"" },
	{ "no such file", "payloads: [{ name: a, run: [sh], files: [{ path: /no/such }] }]\n",
	  "files[0]: path: \"/no/such\": No such file" },
	{ "a file that goes up", "payloads: [{ name: a, run: [sh], files: [{ path: /a/../b }] }]\n",
	  "files[0]: path: \"/a/../b\" contains \"..\"" },
	{ "a file of two kinds",
	  "payloads: [{ name: a, run: [sh], files: [{ path: /a, from: /b, text: c }] }]\n",
	  "files[0]: text: " },
	{ "preset", "payloads: [{ name: a, run: [sh], preset: hackbnch }]\n",
	  "preset: there is no \"hackbnch\", did you mean \"hackbench\"?" },
	{ "a metric from nowhere", "payloads: [{ name: a, run: [sh], metrics: [{ name: m }] }]\n",
	  "metrics[0]: from: is missing" },
	{ "a source that is none",
	  "payloads: [{ name: a, run: [sh], metrics: [{ name: m, from: jsn, path: a }] }]\n",
	  "from: there is no \"jsn\", did you mean \"json\"?" },
	{ "a pattern that is none",
	  "payloads: [{ name: a, run: [sh], metrics: [{ name: m, from: regex, path: \"(a\" }] }]\n",
	  "metrics[0]: path: \"(a\" is no regular expression" },
	{ "bounds",
	  "payloads:\n - name: a\n   run: [sh]\n   preset: hackbench\n"
	  "   metrics: [{ name: time, min: 2, max: 1 }]\n",
	  "min: 2 is over max, 1" },
	{ "a cgroup that is none", "payloads: [{ name: a, run: [sh], cgroup: b }]\n",
	  "payloads[0]: cgroup: there is no cgroup \"b\"" },
	{ "an argument of an op on another line",
	  "payloads: [{ name: a, run: [sh] }]\nsteps:\n - name: s\n   ops:\n"
	  "    - wait_payload:\n        payload: a\n        timeout: soon\n",
	  "s.yaml:9: steps[0]: ops[0]: wait_payload: timeout: \"soon\"" },
	{ "an op on none", "steps: [{ name: s, ops: [{ run_payload: b }] }]\n",
	  "steps[0]: ops[0]: run_payload: payload: there is no payload \"b\"" },
	{ "waited for before it runs",
	  "payloads: [{ name: a, run: [sh] }]\nsteps:\n"
	  " - { name: s, ops: [{ wait_payload: { payload: a, timeout: 1s } }, { run_payload: a }] "
	  "}\n",
	  "wait_payload: payload: \"a\" was not run before" },
};

TEST_ROWS(scenario_payload_mistake, mistakes)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(load(row->yaml, &s, &err), ERR_FORMAT, row->says);
}

static const char whole[] =
	"cgroups: [{ name: a, cpuset: llc 0 }]\n"
	"payloads:\n"
	" - name: first\n"
	"   run: [sh, -c, \"echo {cpus} {duration_s} {duration_ms} {seed} {other}\"]\n"
	"   cgroup: a\n"
	"   env: [\"N={cpus}\"]\n"
	"   wait: 3s\n"
	"   preset: perf-bench\n"
	"   metrics:\n"
	"     - { name: rate, max: 5 }\n"
	"     - { name: own, from: kv, path: own, pick: max, unit: B, better: higher, min: -1.5 }\n"
	" - { name: later, run: [sh] }\n"
	"steps:\n"
	" - { name: one, ops: [{ freeze: a }] }\n"
	" - name: two\n"
	"   ops:\n"
	"     - run_payload: later\n"
	"     - wait_payload: { payload: later, timeout: 500ms }\n"
	"     - kill_payload: first\n";

static void resolve(const struct scenario *s, struct job *job)
{
	const struct scenario_setting setting = {
		.topology = { .cpus = 4, .llcs = 2, .nodes = 1, .threads_per_core = 1 },
		.duration_ns = 1500 * NS_PER_MS,
		.seed = 7,
	};
	struct err err = ERR_INIT;

	ASSERT_OK(scenario_resolve(s, &setting, job, &err));
}

static const struct {
	enum op_kind kind;
	uint32_t payload;
	uint64_t at_ns, timeout_ns;
} want_ops[] = {
	{ OP_ADD_CGROUP, U32_NONE, U64_NONE, U64_NONE },
	{ OP_RUN_PAYLOAD, 0, 0, U64_NONE },
	{ OP_FREEZE, U32_NONE, 0, U64_NONE },
	{ OP_RUN_PAYLOAD, 1, 750 * NS_PER_MS, U64_NONE },
	{ OP_WAIT_PAYLOAD, 1, 750 * NS_PER_MS, 500 * NS_PER_MS },
	{ OP_KILL_PAYLOAD, 0, 750 * NS_PER_MS, U64_NONE },
	{ OP_WAIT_PAYLOAD, 0, 1500 * NS_PER_MS, 3 * NS_PER_SEC },
};

TEST(scenario_payloads_become_a_job)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	const struct job_payload *p;
	const struct job_op *ops;
	struct err err = ERR_INIT;
	struct job job;

	ASSERT_OK(load(whole, &s, &err));
	resolve(s, &job);
	ck_assert_uint_eq(job.payloads.n, 2);
	p = job.payloads.v;
	ck_assert_str_eq(p[0].argv.v[2], "echo 4 2 1500 7 {other}");
	ck_assert_str_eq(p[0].env.v[0], "N=4");
	ck_assert_uint_eq(p[0].cgroup, 0);
	ck_assert_uint_eq(p[0].output_max_bytes, 65536);
	ck_assert_uint_eq(p[1].cgroup, U32_NONE);
	ops = job.ops.v;
	ck_assert_uint_eq(job.ops.n, ARRAY_SIZE(want_ops));
	for (size_t i = 0; i < ARRAY_SIZE(want_ops); i++) {
		ck_assert_int_eq(ops[i].kind, (int)want_ops[i].kind);
		ck_assert_uint_eq(ops[i].payload, want_ops[i].payload);
		ck_assert_uint_eq(ops[i].at_ns, want_ops[i].at_ns);
		ck_assert_uint_eq(ops[i].timeout_ns, want_ops[i].timeout_ns);
	}
	json_done(&job_table, &job);
}

TEST(scenario_payload_has_preset_and_own_metrics)
{
	const struct payload_preset *preset = payload_preset_find("perf-bench");
	_cleanup_free_ struct payload_metric *m = NULL;
	_cleanup_scenario_ struct scenario *s = NULL;
	struct err err = ERR_INIT;
	size_t n;

	ASSERT_OK(load(whole, &s, &err));
	m = scenario_metrics(s->payloads[0].metrics, s->payloads[0].metrics_count,
	                     s->payloads[0].preset, &n);
	ck_assert_uint_eq(n, preset->n + 1);
	for (size_t i = 0; i < preset->n; i++) {
		ck_assert_str_eq(m[i].path, preset->metrics[i].path);
		ck_assert(streq(m[i].name, "rate") ? m[i].max == 5 : isnan(m[i].max));
		ck_assert(isnan(m[i].min));
	}
	ck_assert_str_eq(m[n - 1].name, "own");
	ck_assert_int_eq(m[n - 1].from, PAYLOAD_KV);
	ck_assert_int_eq(m[n - 1].pick, PICK_MAX);
	ck_assert_int_eq(m[n - 1].better, POLARITY_HIGHER);
	ck_assert_double_eq(m[n - 1].min, -1.5);
}

/* A bundled scenario loads on every machine. If its program is missing, its test is skipped. */
TEST(scenario_payload_of_a_package_is_a_skip)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	_cleanup_free_ char *path = NULL;
	struct err err = ERR_INIT;
	uint64_t bytes = 0;
	int memfd = -1;
	struct job job;

	ASSERT_OK(load("payloads: [{ name: a, run: [no-such-program-here], package: nothing }]\n",
	               &s, &err));
	ASSERT_ERR(scenario_payload_program(&s->payloads[0], &path, &err), ERR_UNSUPPORTED,
	           "no-such-program-here is not installed; apt install nothing");
	resolve(s, &job);
	ASSERT_ERR(pack_payloads(s, &job, &memfd, &bytes, &err), ERR_UNSUPPORTED, "payload a: ");
	ck_assert_int_eq(memfd, -1);
	json_done(&job_table, &job);
}

static bool holds(int fd, const char *text)
{
	_cleanup_strbuf_ struct strbuf all = STRBUF_INIT;
	_cleanup_free_ char *path = xasprintf("/proc/self/fd/%d", fd);
	struct err err = ERR_INIT;

	ASSERT_OK(fs_read(AT_FDCWD, path, 64 << 20, &all, &err));
	return memmem(all.s, all.n, text, strlen(text));
}

TEST(scenario_payload_is_packed)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	_cleanup_close_ int fd = -1;
	struct err err = ERR_INIT;
	uint64_t bytes = 0;
	struct job job;

	ASSERT_OK(load("payloads:\n - name: a\n   run: [sh]\n   files:\n"
	               "     - { path: /tmp/x.txt, text: \"{cpus} CPUs\" }\n"
	               "     - { path: tool, from: /bin/sleep }\n",
	               &s, &err));
	resolve(s, &job);
	ASSERT_OK(pack_payloads(s, &job, &fd, &bytes, &err));
	ck_assert_int_eq(job.payloads.v[0].argv.v[0][0], '/');
	ck_assert_uint_gt(bytes, 100000);
	ck_assert(holds(fd, "tmp/x.txt"));
	ck_assert(holds(fd, "4 CPUs"));
	ck_assert(holds(fd, "tool"));
	ck_assert(holds(fd, "libc.so.6"));
	json_done(&job_table, &job);
}
