/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"
#include "harness/identity.h"
#include "harness/replay.h"
#include "harness/replay_compare.h"
#include "harness/replay_record.h"
#include "harness/runner.h"
#include "tests/unit/sidecar_sample.h"

#define OBJECT "target/tests/fixtures/schedulers/stall.bpf.o"

/* A record as the harness makes it, in a file, and all it was made of. */
struct replayed {
	char *dir, *path;
	struct scenario *scenario;
	struct scheduler_spec scheduler;
	struct kernel kernel;
	struct scenario *checks;
	struct scenario_metric metric;
	struct variant variant;
	struct harness_env env;
	struct test test;
};

static char tuned_name[] = "tuned", tuned_arg[] = "nosmt", tuned_sysctl[] = "kernel.panic=1";
static char *tuned_args[] = { tuned_arg, NULL }, *tuned_sysctls[] = { tuned_sysctl, NULL };
static const struct profile tuned = { .name = tuned_name,
	                              .kernel_args = { tuned_args, 1 },
	                              .sysctls = { tuned_sysctls, 1 } };

static void write_file(const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct err err = ERR_INIT;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0644, &err));
}

static void make_kernel(const char *image)
{
	_cleanup_free_ char *cache =
		fs_join(variable_get(VAR_XDG_CACHE_HOME), "ktstr/kernels/6.17.1-x");
	_cleanup_free_ char *text = xasprintf(
		"{\"release\": \"6.17.1-x\", \"version\": \"6.17.1\", \"source\": \"image\", "
		"\"arch\": \"x86_64\", \"added\": \"2026-11-21T04:15:01Z\", \"vmlinuz\": "
		"\"vmlinuz\", "
		"\"image_sha256\": \"%s\", \"sched_ext\": true}",
		image);
	struct err err = ERR_INIT;

	ASSERT_OK(fs_mkdir_p(AT_FDCWD, cache, &err));
	write_file(cache, "metadata.json", text);
	write_file(cache, "vmlinuz", "");
}

static void write_scenario(const struct replayed *w)
{
	write_file(w->dir, "part.yaml",
	           "cgroups: [{ name: a, works: [{ type: cpu_spin, workers: 1 }] }]\n");
	write_file(w->dir, "whole.yaml",
	           "name: mine\nsummary: s\ninclude: [part.yaml]\nchecks: { max_gap_ms: 70 }\n");
	write_file(w->dir, "limits.yaml",
	           "checks: { max_gap_ms: 5, max_wait_ms: inf, max_spread_pct: 12 }\n");
}

static char *on_line[] = { (char *)"true", (char *)"sh -c 'echo 1'" },
	    *off_line[] = { (char *)"true" };
static const struct strv switch_on = { .v = on_line, .n = 2 },
			 switch_off = { .v = off_line, .n = 1 };

static void make_test(struct replayed *w)
{
	static char name[] = "switches", kv[] = "kv";
	static double most = 9;
	_cleanup_free_ char *object = realpath(OBJECT, NULL), *yaml = NULL, *limits = NULL;
	const struct kernel_opts ko = { .offline = true, .no_build = true };
	struct err err = ERR_INIT;

	ck_assert_ptr_nonnull(object);
	yaml = fs_join(w->dir, "whole.yaml");
	limits = fs_join(w->dir, "limits.yaml");
	write_scenario(w);
	make_kernel("aa11");
	ASSERT_OK(scenario_load(yaml, &w->scenario, &err));
	ASSERT_OK(scenario_load_checks(limits, &w->checks, &err));
	ASSERT_OK(scheduler_spec_resolve(object, &w->scheduler, &err));
	strv_add(&w->scheduler.settings.ops, "timeout_ms=900");
	ASSERT_OK(kernel_resolve("6.17", &ko, &w->kernel, &err));
	w->env = (struct harness_env){ .checks = w->checks, .traced = true, .timeout_ns = 7 };
	w->metric =
		(struct scenario_metric){ .name = name, .from = kv, .path = name, .max = &most };
	w->variant = (struct variant){
		.metrics = &w->metric, .n_metrics = 1, .enable = &switch_on, .disable = &switch_off
	};
	w->test = (struct test){ .scenario = w->scenario,
		                 .scheduler = &w->scheduler,
		                 .variant = &w->variant,
		                 .kernel = &w->kernel,
		                 .profile = &tuned,
		                 .topo = { 1, 2, 1, 1 },
		                 .clock = VM_CLOCK_VIRTUAL,
		                 .repeat = 3,
		                 .seed = 9,
		                 .duration_ns = 300 * NS_PER_MS,
		                 .memory_bytes = 1ull << 30 };
}

static void replayed_make(struct replayed *w)
{
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_free_ char *text = NULL;
	struct sidecar s;

	*w = (struct replayed){ .dir = test_tmpdir() };
	variable_set(VAR_XDG_CACHE_HOME, w->dir);
	make_test(w);
	sample_sidecar(&s, "mine@1a2b3c", 3);
	free(s.topology);
	s.topology = topo_format(&w->test.topo);
	free(s.clock);
	s.clock = xstrdup("virtual");
	free(s.scheduler);
	s.scheduler = xstrdup("labelled");
	s.seed = 9;
	s.duration_ns = w->test.duration_ns;
	s.kernel_version = xstrdup("6.17.1@aa11");
	s.kernel = xcalloc(1, sizeof(*s.kernel));
	json_init(&sidecar_kernel_table, s.kernel);
	s.kernel->image_sha256 = xstrdup("aa11");
	free(s.profile);
	s.profile = xstrdup(tuned.name);
	s.ran_sha256 = identity_of_test(&w->test);
	s.replay = replay_record(&w->env, &w->test);
	o = json_encode(&sidecar_table, &s);
	text = json_text(o, true);
	write_file(w->dir, "x.ktstr.json", text);
	w->path = fs_join(w->dir, "x.ktstr.json");
	json_done(&sidecar_table, &s);
}

static void replayed_done(struct replayed *w)
{
	scenario_free(&w->scenario);
	scenario_free(&w->checks);
	scheduler_spec_done(&w->scheduler);
	kernel_done(&w->kernel);
	free(w->dir);
	free(w->path);
}

static void load(const struct replayed *w, struct replay *r)
{
	const struct kernel_opts ko = { .offline = true, .no_build = true };
	struct err err = ERR_INIT;

	ASSERT_OK(replay_load(w->path, &ko, r, &err));
}

/* From another working directory, and with the scenario's files gone. */
TEST(replay_is_the_same_test)
{
	struct harness_env env = { 0 };
	struct replayed w;
	struct replay r;

	replayed_make(&w);
	_cleanup_free_ char *part = fs_join(w.dir, "part.yaml"),
			    *yaml = fs_join(w.dir, "whole.yaml");
	_cleanup_free_ char *was = identity_of_test(&w.test), *is = NULL;
	ck_assert_int_eq(unlink(part), 0);
	write_file(w.dir, "whole.yaml", "name: other\nsummary: s\n");
	load(&w, &r);
	is = identity_of_test(&r.test);
	ck_assert_str_eq(is, was);
	ck_assert_uint_eq(r.differs.n, 0);
	ck_assert_str_eq(r.scenario->name, "mine@1a2b3c");
	ck_assert_str_eq(r.scheduler.name, "labelled");
	ck_assert_str_eq(kernel_label(&r.kernel), "6.17.1@aa11");
	ck_assert_mem_eq(&r.test.topo, &w.test.topo, sizeof(r.test.topo));
	ck_assert_int_eq(r.test.clock, VM_CLOCK_VIRTUAL);
	ck_assert_uint_eq(r.test.seed, 9);
	ck_assert_uint_eq(r.test.repeat, 3);
	ck_assert_str_eq(r.test.profile->name, "tuned");
	ck_assert_uint_eq(r.test.memory_bytes, 1ull << 30);
	ck_assert_uint_eq(r.variant.n_metrics, 1);
	ck_assert_str_eq(r.variant.metrics[0].path, "switches");
	ck_assert_ptr_null(r.variant.metrics[0].min);
	ck_assert_double_eq(*r.variant.metrics[0].max, 9);
	ck_assert_uint_eq(r.variant.enable->n, 2);
	ck_assert_str_eq(r.variant.enable->v[1], "sh -c 'echo 1'");
	ck_assert_uint_eq(r.variant.disable->n, 1);
	replay_env(&r, &env);
	ck_assert_uint_eq(env.timeout_ns, 7);
	replay_done(&r);
	replayed_done(&w);
}

/* The scenario's own, the file's, one that is off, a default, and one that is off by default. */
TEST(replay_has_the_limits_that_were_in_force)
{
	struct check_set set;
	struct replayed w;
	struct replay r;

	replayed_make(&w);
	load(&w, &r);
	const struct check_layer layer = { &r.limits, "record" };
	scenario_checks(r.scenario, &layer, 1, &set);
	ck_assert_double_eq(set.limit[CHECK_MAX_GAP_MS], 70);
	ck_assert_double_eq(set.limit[CHECK_MAX_SPREAD_PCT], 12);
	ck_assert(isnan(set.limit[CHECK_MAX_WAIT_MS]));
	ck_assert_double_eq(set.limit[CHECK_MIN_ITERATIONS], 1);
	ck_assert(isnan(set.limit[CHECK_MAX_STALL_MS]));
	ck_assert_str_eq(set.source[CHECK_MIN_ITERATIONS], CHECK_SOURCE_DEFAULT);
	ck_assert_str_eq(set.source[CHECK_MAX_WAIT_MS], "record");
	replay_done(&r);
	replayed_done(&w);
}

TEST(replay_says_what_is_another_one)
{
	struct replayed w;
	struct replay r;

	replayed_make(&w);
	make_kernel("bb22");
	load(&w, &r);
	ck_assert_uint_eq(r.differs.n, 1);
	ck_assert_str_eq(r.differs.v[0],
	                 "kernel 6.17.1@aa11 is another one now (SHA-256 bb22, then aa11)");
	replay_done(&r);
	replayed_done(&w);
}

TEST(replay_needs_a_record_of_what_ran)
{
	const struct kernel_opts ko = { .offline = true, .no_build = true };
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "x.ktstr.json");
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;
	struct sidecar s;
	struct replay r;

	sample_sidecar(&s, "t", 0);
	_cleanup_json_ struct json_object *o = json_encode(&sidecar_table, &s);
	text = json_text(o, true);
	write_file(dir, "x.ktstr.json", text);
	ck_assert_int_eq(replay_load(path, &ko, &r, &err), -ERR_FORMAT);
	ck_assert_ptr_nonnull(strstr(err.msg, "an older harness wrote it"));
	replay_done(&r);
	json_done(&sidecar_table, &s);
}

TEST(replay_compare_leaves_out_what_may_differ)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;
	struct sidecar a, b;
	size_t n;

	sample_sidecar(&a, "t", 0);
	sample_sidecar(&b, "t", 0);
	free(b.timestamp);
	b.timestamp = xstrdup("2027-01-01T00:00:00Z");
	b.run_id = xstrdup("another");
	strv_add(&b.artefacts, "console");
	n = replay_compare(&a, &b, &lines);
	ck_assert_uint_eq(lines.n, 0);
	ck_assert_uint_gt(n, 50);
	b.outcome = OUTCOME_FAIL;
	b.stats.cgroups.v[1].workers = 3;
	b.cause = xstrdup("why");
	ck_assert_uint_eq(replay_compare(&a, &b, &lines), n);
	ck_assert_uint_eq(lines.n, 3);
	ck_assert_str_eq(lines.v[0], "outcome: \"pass\", now \"fail\"");
	ck_assert_str_eq(lines.v[1], "cause: null, now \"why\"");
	ck_assert_str_eq(lines.v[2], "stats.cgroups[1].workers: 2, now 3");
	json_done(&sidecar_table, &a);
	json_done(&sidecar_table, &b);
}

TEST(replay_line_can_be_pasted)
{
	static char path[] = "target/my results/it's.ktstr.json";
	struct run_result r = { .path = path };
	_cleanup_free_ char *line = run_result_again(&r);

	ck_assert_str_eq(line, "harness replay 'target/my results/it'\\''s.ktstr.json'");
	r.path = NULL;
	ck_assert_ptr_null(run_result_again(&r));
}
