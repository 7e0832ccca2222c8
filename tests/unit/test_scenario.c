/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/parse.h"
#include "harness/scenario/scenario.h"
#include "vmm/vmm.h"

#define HEAD        "name: a\nsummary: s\n"
#define GOOD_CGROUP "  - name: x\n    works:\n      - { type: cpu_spin, workers: 4 }\n"

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

static const struct {
	const char *label, *text, *says;
	enum err_code code;
} bad[] = {
	{ "unknown key", HEAD "colour: red\ncgroups:\n" GOOD_CGROUP, "colour", ERR_FORMAT },
	{ "line is named", HEAD "cgroups:\n  - name: x\n    wroks: []\n", ":5: ", ERR_FORMAT },
	{ "missing key", "name: a\ncgroups: []\n", "summary", ERR_FORMAT },
	{ "not YAML", HEAD "cgroups: [\n", ":4: is not valid YAML: ", ERR_FORMAT },
	{ "a mapping for a key", "{{{", ":1: a key is a list or a mapping", ERR_FORMAT },
	{ "not UTF-8", "name: \xff\n", "is not valid YAML: ", ERR_FORMAT },
	{ "a list", "- a\n", "expected a mapping, got a list", ERR_FORMAT },
	{ "empty", "", "has no scenario", ERR_FORMAT },
	{ "comments only", "# x\n", "has no scenario", ERR_FORMAT },
	{ "unknown type",
	  HEAD "cgroups:\n  - name: x\n    works:\n      - { type: cpu_spni, workers: 1 }\n",
	  "did you mean \"cpu_spin\"", ERR_FORMAT },
	{ "bad unit", HEAD "duration: 2 parsecs\ncgroups:\n" GOOD_CGROUP, "2 parsecs", ERR_FORMAT },
	{ "too short", HEAD "duration: 999us\ncgroups:\n" GOOD_CGROUP,
	  ":3: duration: \"999us\" is too short: at least 1ms", ERR_FORMAT },
	{ "expected pass", HEAD "expect: { outcome: pass }\ncgroups:\n" GOOD_CGROUP,
	  "\"pass\" is not fail, inconclusive or error", ERR_FORMAT },
	{ "expected nonsense", HEAD "expect: { outcome: fail, cause: '(' }\ncgroups:\n" GOOD_CGROUP,
	  "not a regular expression", ERR_FORMAT },
	{ "weight out of range",
	  HEAD "cgroups:\n  - name: x\n    weight: 20000\n    works:\n      - { "
	       "type: cpu_spin, workers: 1 }\n",
	  "20000", ERR_FORMAT },
	{ "twice", HEAD "cgroups:\n" GOOD_CGROUP GOOD_CGROUP, "twice", ERR_FORMAT },
	{ "slash in a name",
	  HEAD "cgroups:\n  - name: ../x\n    works:\n      - { type: cpu_spin, "
	       "workers: 1 }\n",
	  "../x", ERR_FORMAT },
	{ "a key twice", HEAD "level: soak\nlevel: soak\n", ":4: level: is there twice",
	  ERR_FORMAT },
	{ "a list twice", HEAD "cgroups:\n" GOOD_CGROUP "cgroups:\n" GOOD_CGROUP,
	  ":7: cgroups: is there twice", ERR_FORMAT },
	{ "a key that is a list", HEAD "? [a]\n: b\n", ":3: a key is a list", ERR_FORMAT },
	{ "a missing key", HEAD "cgroups:\n  - name: x\n    works:\n      - { type: cpu_spin }\n",
	  ":6: cgroups[0]: works[0]: workers: is missing", ERR_FORMAT },
	{ "an alias", HEAD "duration: &d 2s\nlevel: *d\n", ":4: level: aliases, like *d",
	  ERR_FORMAT },
	{ "an alias of what it is in", HEAD "cgroups: &c\n  - *c\n", ":4: cgroups[0]: aliases",
	  ERR_FORMAT },
	{ "an alias as a key", HEAD "duration: &d 2s\n*d : x\n", ":4: a key is an alias",
	  ERR_FORMAT },
	{ "a list by an alias",
	  HEAD "cgroups:\n  - name: a\n    works: &w\n      - { type: "
	       "cpu_spin, workers: 1 }\n  - name: b\n    works: *w\n",
	  ":8: cgroups[1]: works: aliases, like *w", ERR_FORMAT },
	{ "a second document", HEAD "works:\n  - { type: cpu_spin, workers: 1 }\n---\nname: y\n",
	  ":5: a second document", ERR_FORMAT },
	{ "a mapping for a text", HEAD "cgroups:\n  - name: { x: y }\n",
	  ":4: cgroups[0]: name: expected a single value, got a mapping", ERR_FORMAT },
	{ "a list for a mapping", HEAD "checks: [1]\n", ":3: checks: expected a mapping",
	  ERR_FORMAT },
	{ "nothing for a list", HEAD "cgroups:\n", ":3: cgroups: expected a list", ERR_FORMAT },
	{ "an empty list", HEAD "works: []\n", ":3: works: needs at least 1", ERR_FORMAT },
	{ "an empty text", HEAD "level: ''\n", ":3: level: is empty", ERR_FORMAT },
	{ "a long text", HEAD "level: aaaaaaaaaaaaaaaaa\n", ":3: level: is longer than 16 bytes",
	  ERR_FORMAT },
	{ "a text with a NUL", HEAD "level: \"soak\\0\"\n", ":3: level: holds a NUL", ERR_FORMAT },
	{ "a key with a NUL", HEAD "\"level\\0\": soak\n", ":3: a key holds a NUL", ERR_FORMAT },
	{ "a key that drives a terminal", HEAD "\"\\e[31m\": x\n", ":3: \\x1b[31m: unknown key",
	  ERR_FORMAT },
	{ "a key of another table", HEAD "weight: 5\n", ":3: weight: unknown key", ERR_FORMAT },
	{ "limit is no number", HEAD "cgroups:\n" GOOD_CGROUP "checks:\n  max_gap_ms: soon\n",
	  "max_gap_ms", ERR_FORMAT },
};
TEST_ROWS(scenario_refuses, bad)
{
	struct scenario *s = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(load_text(row->text, &s, &err), row->code, row->says);
	ck_assert_ptr_null(s);
	ck_assert_ptr_nonnull(strstr(err.msg, "/tmp/ktstr-scenario-"));
	ck_assert_ptr_null(strchr(err.msg, '\n'));
}

static const struct {
	const char *label, *cgroup, *says; /* says NULL: it is valid */
} values[] = {
	{ "weight", "weight: 100", NULL },
	{ "weight with underscores", "weight: 1_000",
	  ":5: cgroups[0]: weight: \"1_000\" is not a whole number from 1 to 10000" },
	{ "weight in powers", "weight: 1e3", "\"1e3\" is not a whole number" },
	{ "weight that may be octal", "weight: 0100", "\"0100\" is not a whole number" },
	{ "weight that cannot be octal", "weight: 08", "\"08\" is not a whole number" },
	{ "weight below 0", "weight: -1", "\"-1\" is not a whole number" },
	{ "weight beyond 32 bits", "weight: 4294967296", "\"4294967296\" is not" },
	{ "weight of nothing", "weight: 0", "\"0\" is not a whole number from 1 to 10000" },
	{ "weight beyond the kernel's", "weight: 10001", "\"10001\" is not a whole number from 1" },
	{ "weight with a sign", "weight: +100", "\"+100\" is not a whole number" },
	{ "weight of other digits", "weight: \uff11", "is not a whole number" },
	{ "limit with a word in between", "max: 50 x%", "max: \"50 x%\" is neither" },
	{ "limit with a blank", "max: 50 %", "max: \"50 %\" is neither" },
	{ "limit that may be octal", "max: 050%", "max: \"050%\" is neither" },
	{ "memory that may be octal", "memory_max: 010", "memory_max: \"010\" is not a size" },
	{ "memory in powers", "memory_max: 1e6", "memory_max: \"1e6\" is not a size" },
	{ "cpuset with signs", "cpuset: 0%-+50%", "cpuset: \"0%-+50%\" is not one of" },
	{ "cpuset with blanks", "cpuset: overlap 1/3  50%", "\"overlap 1/3  50%\" is not one of" },
	{ "cpuset", "cpuset: overlap 1/3 50%", NULL },
	{ "workers that may be octal", "works: [{ type: cpu_spin, workers: 010 }]",
	  "workers: \"010\" is neither" },
	{ "priority of nothing",
	  "works: [{ type: cpu_spin, workers: 1, policy: fifo, priority: 0 }]",
	  "priority: \"0\" is not a whole number from 1 to 49" },
	{ "no weight", "weight:", ":5: cgroups[0]: weight: \"\" is not a whole number" },
	{ "nice", "works: [{ type: cpu_spin, workers: 1, nice: -5 }]", NULL },
	{ "nice with a rest", "works: [{ type: cpu_spin, workers: 1, nice: 5x }]",
	  ":5: cgroups[0]: works[0]: nice: \"5x\" is not a whole number" },
	{ "idle", "idle: yes", NULL },
	{ "idle in capitals", "idle: FALSE", NULL },
	{ "idle with a number", "idle: 2", ":5: cgroups[0]: idle: \"2\" is not true or false" },
	{ "half of a parameter", "works: [{ type: cpu_spin, workers: 1, params: { chunk: 5us } }]",
	  ":5: cgroups[0]: works[0]: params: chunk: \"5us\" is not a number" },
};
TEST_ROWS(scenario_value_is_read_whole_or_refused, values)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	struct err err = ERR_INIT;
	char text[256];

	snprintf(text, sizeof(text), HEAD "cgroups:\n  - name: x\n    %s\n", row->cgroup);
	if (row->says)
		ASSERT_ERR(load_text(text, &s, &err), ERR_FORMAT, row->says);
	else
		ASSERT_OK(load_text(text, &s, &err));
}

static const struct {
	const char *label, *limit, *says;
} limits[] = {
	{ "a fraction", "1.5e1", NULL },
	{ "off", "inf", NULL },
	{ "a duration", "2s", ":4: checks: max_wait_ms: \"2s\" is not a number" },
	{ "none", "nan", ":4: checks: max_wait_ms: \"nan\" is not a number" },
	{ "a comma", "1,5", "\"1,5\" is not a number" },
	{ "too large", "1e999", "\"1e999\" is not a number" },
	{ "less than 1", "0.5", NULL },
	{ "nothing", "0", NULL },
	{ "less than nothing", "-5", ":4: checks: max_wait_ms: \"-5\" is not 0 or more" },
	{ "off by the wrong side", "-inf", "\"-inf\" is not 0 or more" },
	{ "digits that may be octal", "0100", "\"0100\" is not a number" },
	{ "digits that cannot be octal", "08", "\"08\" is not a number" },
};
TEST_ROWS(scenario_limit_is_read_whole_or_refused, limits)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	struct err err = ERR_INIT;
	char text[256];

	snprintf(text, sizeof(text), HEAD "checks:\n  max_wait_ms: %s\nsteps: [{ name: idle }]\n",
	         row->limit);
	if (row->says)
		ASSERT_ERR(load_text(text, &s, &err), ERR_FORMAT, row->says);
	else
		ASSERT_OK(load_text(text, &s, &err));
}

static const struct {
	const char *label, *key, *open, *close;
	int n;
	const char *says;
} deep[] = {
	{ "lists", "cgroups: ", "[", "]", 200, "nested more than 64 deep" },
	{ "mappings", "checks: ", "{ a: ", "}", 200, "nested more than 64 deep" },
	{ "cgroups", "cgroups: ", "[{ name: a, cgroups: ", "}]", 9, "cgroups: expected a list" },
	{ "too many", "works: [{ type: cpu_spin, workers: 1 }", ", { type: cpu_spin, workers: 1 }",
	  "", 16, ":3: works: has 17, more than 16" },
};
TEST_ROWS(scenario_is_bounded, deep)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	strbuf_addf(&b, HEAD "%s", row->key);
	for (int i = 0; i < row->n; i++)
		strbuf_adds(&b, row->open);
	for (int i = 0; i < row->n; i++)
		strbuf_adds(&b, row->close);
	strbuf_adds(&b, row->close[0] ? "\n" : "]\n");
	ASSERT_ERR(load_text(b.s, &s, &err), ERR_FORMAT, row->says);
}

TEST(scenario_missing_file)
{
	struct scenario *s = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(scenario_load("/nowhere/x.yaml", &s, &err), ERR_NOT_FOUND, "/nowhere/x.yaml");
}

static const struct scenario_setting four = {
	.topology = { .cpus = 4, .llcs = 2, .nodes = 1, .threads_per_core = 1 },
	.duration_ns = NS_PER_SEC,
	.seed = 1,
};

static const struct {
	const char *label, *work;
	uint32_t workers;
} counts[] = {
	{ "number", "{ type: cpu_spin, workers: 3 }", 3 },
	{ "percent", "{ type: cpu_spin, workers: 150% }", 6 },
	{ "never none", "{ type: cpu_spin, workers: 1% }", 1 },
	{ "pairs are whole", "{ type: pipe_ping_pong, workers: 3 }", 4 },
};
TEST_ROWS(scenario_counts_workers, counts)
{
	char text[256];
	struct scenario *s = NULL;
	struct err err = ERR_INIT;
	struct job job;
	const struct job_op *ops;

	snprintf(text, sizeof(text), HEAD "cgroups:\n  - name: x\n    works:\n      - %s\n",
	         row->work);
	ASSERT_OK(load_text(text, &s, &err));
	ASSERT_OK(scenario_resolve(s, &four, &job, &err));
	ck_assert_uint_eq(job.works.v->workers, row->workers);
	ck_assert_uint_eq(job.cgroups.v->knobs.n, 0);
	ops = job.ops.v;
	ck_assert_uint_eq(job.ops.n, 2);
	ck_assert_int_eq(ops[0].kind, OP_ADD_CGROUP);
	ck_assert_int_eq(ops[1].kind, OP_SPAWN);
	ck_assert(ops[0].at_ns == U64_NONE && ops[1].at_ns == U64_NONE);
	json_done(&job_table, &job);
	scenario_free(&s);
}

TEST(scenario_limits_override_defaults)
{
	struct scenario *s = NULL;
	struct err err = ERR_INIT;
	struct check_set set;

	ASSERT_OK(
		load_text(HEAD "cgroups:\n" GOOD_CGROUP "checks:\n  max_gap_ms: 7.5\n", &s, &err));
	check_set_init(&set);
	check_set_apply(&set, s->checks, "scenario");
	ck_assert_double_eq(set.limit[CHECK_MAX_GAP_MS], 7.5);
	ck_assert_str_eq(set.source[CHECK_MAX_GAP_MS], "scenario");
	ck_assert_str_eq(set.source[CHECK_MAX_SPREAD_PCT], "default");
	scenario_free(&s);
}

TEST(scenario_an_infinite_limit_takes_a_check_off)
{
	struct scenario *s = NULL;
	struct err err = ERR_INIT;
	struct check_set set;

	ASSERT_OK(load_text(HEAD "cgroups:\n" GOOD_CGROUP "checks:\n  max_spread_pct: inf\n", &s,
	                    &err));
	check_set_init(&set);
	check_set_apply(&set, s->checks, "scenario");
	ck_assert(isnan(set.limit[CHECK_MAX_SPREAD_PCT]));
	ck_assert_str_eq(set.source[CHECK_MAX_SPREAD_PCT], "scenario");
	scenario_free(&s);
}

/* On the file's own topology. */
static struct scenario_setting own_setting(const struct scenario *s)
{
	struct scenario_setting own = four;
	struct err err = ERR_INIT;
	struct topo t;

	ASSERT_OK(topo_parse(s->topology ? s->topology : "1n2l2c1t", &t, &err));
	own.topology = (struct job_topology){ .cpus = topo_cpus(&t),
		                              .llcs = t.llcs,
		                              .nodes = t.nodes,
		                              .threads_per_core = t.threads };
	own.duration_ns = 2 * NS_PER_SEC;
	own.scheduler = "vtime";
	own.sched_ext = true;
	if (s->duration)
		ASSERT_OK(parse_duration_ns(s->duration, "duration", &own.duration_ns, &err));
	return own;
}

TEST(scenario_catalogue_loads_and_resolves)
{
	struct scenarios all;
	struct err err = ERR_INIT;

	ASSERT_OK(scenarios_load("harness/scenario/catalogue", &all, &err));
	ck_assert_uint_ge(all.n, 3);
	for (size_t i = 0; i < all.n; i++) {
		const struct scenario_setting own = own_setting(all.v[i]);
		struct job job;
		char *types;

		ASSERT_OK(scenario_resolve(all.v[i], &own, &job, &err));
		types = scenario_work_types(&job, U32_NONE);
		ck_assert(!streq(types, "none") || job.payloads.n);
		free(types);
		json_done(&job_table, &job);
	}
	scenarios_done(&all);
}

TEST(scenario_expects_a_failure)
{
	struct err err = ERR_INIT;
	struct scenario *s = NULL;

	ASSERT_OK(load_text(HEAD
	                    "expect: { outcome: fail, cause: 'stall$' }\ncgroups:\n" GOOD_CGROUP,
	                    &s, &err));
	ck_assert_str_eq(s->expect->outcome, "fail");
	ck_assert_str_eq(s->expect->cause, "stall$");
	scenario_free(&s);
	ASSERT_OK(load_text(HEAD "cgroups:\n" GOOD_CGROUP, &s, &err));
	ck_assert_ptr_null(s->expect);
	scenario_free(&s);
}

static const struct {
	const char *label, *work, *want; /* want NULL: chunk is 500 */
} given_params[] = {
	{ "given", "{ type: cpu_spin, workers: 1, params: { chunk: 500 } }", NULL },
	{ "of another type", "{ type: cpu_spin, workers: 1, params: { sleep_us: 5 } }",
	  ":6: cgroups[0]: works[0]: params: cpu_spin: no parameter \"sleep_us\"" },
	{ "of none", "{ type: cpu_spin, workers: 1, params: { chnk: 5 } }",
	  "params: cpu_spin: no parameter \"chnk\", did you mean \"chunk\"?" },
	{ "out of range", "{ type: cpu_spin, workers: 1, params: { chunk: -1 } }",
	  "chunk must be 1 to" },
	{ "no number", "{ type: cpu_spin, workers: 1, params: { chunk: x } }",
	  ":6: cgroups[0]: works[0]: params: chunk: \"x\" is not a number" },
	{ "twice", "{ type: cpu_spin, workers: 1, params: { chunk: 5, chunk: 6 } }",
	  "params: chunk: is there twice" },
};
TEST_ROWS(scenario_params, given_params)
{
	char text[256];
	struct scenario *s = NULL;
	struct err err = ERR_INIT;
	struct job job;

	snprintf(text, sizeof(text), HEAD "cgroups:\n  - name: x\n    works:\n      - %s\n",
	         row->work);
	if (row->want) {
		ASSERT_ERR(load_text(text, &s, &err), ERR_FORMAT, row->want);
		return;
	}
	ASSERT_OK(load_text(text, &s, &err));
	ASSERT_OK(scenario_resolve(s, &four, &job, &err));
	ck_assert(json_f64map_get(&job.works.v->params, "chunk") == 500);
	json_done(&job_table, &job);
	scenario_free(&s);
}

TEST(scenario_work_type_that_needs_what_is_not_there_is_unsupported)
{
	struct scenario *s = NULL;
	struct err err = ERR_INIT;
	struct job job;

	ASSERT_OK(load_text(HEAD "cgroups:\n  - name: x\n    works:\n      - { type: "
	                         "smt_sibling_spin, workers: 2 }\n",
	                    &s, &err));
	ASSERT_ERR(scenario_resolve(s, &four, &job, &err), ERR_UNSUPPORTED,
	           "needs two threads per core");
	scenario_free(&s);
}
