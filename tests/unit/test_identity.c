/* SPDX-License-Identifier: GPL-2.0-only */
/* As many files as tests, whatever is called alike; also over two invocations. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/identity.h"
#include "harness/record.h"
#include "sidecar/host.h"
#include "tests/unit/run_tree.h"

#define KINDS   3 /* objects, kernels and scenario files of one name each */
#define REPEATS 2

static char fast[] = "fast", nosmt[] = "mitigations=auto,nosmt", *args[] = { nosmt };
static const struct profile plain = { .name = fast },
			    hard = { .name = fast, .kernel_args = { .v = args, .n = 1 } };

struct suite_sample {
	struct lineup lineup;
	struct kernel kernels[KINDS];
	struct scenarios own;
	const struct scenario *scenarios[KINDS];
	size_t n_kernels, n_scenarios;
	struct plan plan;
};

static char *some_hash(char fill)
{
	char *hex = xstrdup("0000000000000000000000000000000000000000000000000000000000000000");

	memset(hex, fill, 64);
	return hex;
}

static void add_object(struct lineup *l, char fill)
{
	struct scheduler_spec *s = xgrow(l->specs, l->n_specs);

	*s = (struct scheduler_spec){ .kind = SCHEDULER_OBJECT,
		                      .name = xstrdup("mine"),
		                      .object = xasprintf("%c/mine.bpf.o", fill),
		                      .spec = xasprintf("%c/mine.bpf.o", fill),
		                      .sha256 = some_hash(fill) };
	*xgrow(l->v, l->n) = (struct variant){ 0 };
}

static void set_kernel(struct kernel *k, char fill)
{
	json_init(&kernel_table, k);
	k->version = xstrdup("6.17.13");
	k->release = xstrdup("6.17.13+x");
	k->image_sha256 = some_hash(fill);
	k->sched_ext = 1;
}

static void add_scenario(struct suite_sample *s, char fill)
{
	_cleanup_free_ char *name = xasprintf("%c.yaml", fill);
	_cleanup_free_ char *text = xasprintf("name: pipe\nsummary: the one of %c\n"
	                                      "works:\n  - { type: cpu_spin, workers: 1 }\n",
	                                      fill);
	struct err err = ERR_INIT;
	struct scenario *made;

	tree_write(".", name, text);
	ASSERT_OK(scenario_load(name, &made, &err));
	*xgrow(s->own.v, s->own.n) = made;
	s->scenarios[s->n_scenarios++] = made;
}

static char last_note[200];

static void note_line(const char *line)
{
	snprintf(last_note, sizeof(last_note), "%s", line);
}

static void make_suite(struct suite_sample *s, const char *objects, const char *kernels,
                       const char *scenarios)
{
	static const enum vm_clock clock = VM_CLOCK_VIRTUAL;
	struct err err = ERR_INIT;

	*s = (struct suite_sample){ 0 };
	for (; *objects; objects++)
		add_object(&s->lineup, *objects);
	for (; *kernels; kernels++)
		set_kernel(&s->kernels[s->n_kernels++], *kernels);
	for (; *scenarios; scenarios++)
		add_scenario(s, *scenarios);
	identity_schedulers(&s->lineup, note_line);
	identity_kernels(s->kernels, &s->n_kernels);
	identity_scenarios(&s->own, s->scenarios, &s->n_scenarios);
	ASSERT_OK(plan_make(&(struct axes){ .scenarios = s->scenarios,
	                                    .n_scenarios = s->n_scenarios,
	                                    .schedulers = s->lineup.specs,
	                                    .n_schedulers = s->lineup.n,
	                                    .kernels = s->kernels,
	                                    .n_kernels = s->n_kernels,
	                                    .profiles = &plain,
	                                    .n_profiles = 1,
	                                    .clocks = &clock,
	                                    .n_clocks = 1,
	                                    .repeats = REPEATS },
	                    &s->plan, &err));
}

static void suite_sample_done(struct suite_sample *s)
{
	plan_done(&s->plan);
	lineup_done(&s->lineup);
	for (size_t i = 0; i < s->n_kernels; i++)
		kernel_done(&s->kernels[i]);
	scenarios_done(&s->own);
}

/* As suite.c and runner.c do, but for the VM. */
static void record_all(const struct suite_sample *s, char *run_id)
{
	const struct harness_env env = { .run_id = run_id, .run_source = "local" };
	struct rundir *dirs[KINDS] = { NULL };
	struct err err = ERR_INIT;

	for (size_t i = 0; i < s->plan.n; i++) {
		const struct test *t = &s->plan.tests[i];
		struct rundir **rd = &dirs[t->kernel - s->kernels];
		struct sidecar record;

		if (!*rd)
			ASSERT_OK(rundir_open(
				&(struct rundir_opts){ .kernel_version = kernel_label(t->kernel),
			                               .kernel_image = t->kernel->image_sha256,
			                               .run_id = run_id },
				rd, &err));
		record_start(&record, &env, t, NULL, *rd);
		ck_assert_ptr_nonnull(record.host->filesystem); /* of the run directory */
		ASSERT_OK(rundir_write(*rd, &record, NULL, &err));
		json_done(&sidecar_table, &record);
	}
	for (size_t k = 0; k < KINDS; k++)
		rundir_close(&dirs[k]);
}

static size_t count_files(const char *dir)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err err = ERR_INIT;
	size_t n = 0;

	ASSERT_OK(fs_list(AT_FDCWD, dir, &names, &err));
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);

		n += fs_is_dir(AT_FDCWD, path) ? count_files(path)
		                               : sidecar_is_file_name(names.v[i]);
	}
	return n;
}

static void run_suite(char *run_id, const char *objects, const char *kernels, const char *scenarios)
{
	struct suite_sample s;

	make_suite(&s, objects, kernels, scenarios);
	ck_assert_uint_eq(s.plan.n,
	                  strlen(objects) * strlen(kernels) * strlen(scenarios) * REPEATS);
	record_all(&s, run_id);
	suite_sample_done(&s);
}

static char one[] = "one", two[] = "two", three[] = "three";

TEST(identity_as_many_files_as_tests_also_after_a_second_invocation)
{
	tree_enter_project();
	for (int i = 0; i < 2; i++) {
		run_suite(i ? two : one, "abc", "def", "123");
		ck_assert_uint_eq(count_files("target/ktstr"), KINDS * KINDS * KINDS * REPEATS);
	}
}

TEST(identity_a_patched_kernel_of_one_version_keeps_the_results_of_the_base)
{
	_cleanup_free_ char *dirs = NULL;

	tree_enter_project();
	run_suite(one, "a", "d", "1");
	run_suite(two, "a", "e", "1");
	ck_assert_uint_eq(count_files("target/ktstr"), 2 * REPEATS);
	run_suite(three, "a", "d", "1"); /* the same again replaces its own results only */
	ck_assert_uint_eq(count_files("target/ktstr"), 2 * REPEATS);
	dirs = tree_list("target/ktstr");
	ck_assert_ptr_nonnull(strstr(dirs, " 6.17.13-"));
	ck_assert_ptr_nonnull(strstr(dirs, " 6.17.13@eeeeee-"));
}

/* Nothing is cleared in a folder that the user names, so only the names keep them apart. */
TEST(identity_in_a_folder_of_the_users_nothing_replaces_another)
{
	tree_enter_project();
	setenv("KTSTR_SIDECAR_DIR", "target/mine", 1);
	run_suite(one, "a", "d", "1");
	run_suite(two, "b", "d", "1");
	run_suite(two, "a", "e", "1");
	run_suite(three, "a", "d", "2");
	run_suite(three, "a", "d", "1");
	ck_assert_uint_eq(count_files("target/mine"), 4 * REPEATS);
}

static void check_labels(const char *objects, const char *kernels, const char *want)
{
	struct suite_sample s;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	make_suite(&s, objects, kernels, "1");
	for (size_t i = 0; i < s.plan.n; i++)
		if (s.plan.tests[i].repeat == 0)
			strbuf_addf(&b, "%.11s %s; ", s.plan.tests[i].scheduler->name,
			            kernel_label(s.plan.tests[i].kernel));
	suite_sample_done(&s);
	ck_assert_str_eq(strbuf_cstr(&b), want);
}

TEST(identity_labels_are_made_distinct_only_where_names_collide)
{
	tree_enter_project();
	check_labels("a", "d", "mine 6.17.13; ");
	check_labels("aa", "dd", "mine 6.17.13; "); /* given twice */
	check_labels("a", "ded", "mine 6.17.13@dddddd; mine 6.17.13@eeeeee; ");
}

TEST(identity_of_two_objects_of_one_name)
{
	struct suite_sample s;

	tree_enter_project();
	make_suite(&s, "aba", "d", "1");
	ck_assert_uint_eq(s.lineup.n, 2);
	ck_assert_str_ne(s.lineup.specs[0].name, s.lineup.specs[1].name);
	for (size_t i = 0; i < s.lineup.n; i++) {
		ck_assert(starts_with(s.lineup.specs[i].name, "mine@"));
		ck_assert_uint_eq(strlen(s.lineup.specs[i].name), strlen("mine@1a2b3c"));
	}
	suite_sample_done(&s);
}

#define DIFFERS(name_, ...)                                                                        \
	static void name_(struct test *t UNUSED, struct scheduler_spec *s UNUSED,                  \
	                  struct kernel *k UNUSED)                                                 \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}
DIFFERS(profile, t->profile = &hard)
DIFFERS(nothing, )
DIFFERS(object, s->sha256[0] ^= 1)
DIFFERS(image, k->image_sha256[0] ^= 1)
DIFFERS(setting, strv_add(&s->settings.set, "slice=1"))
DIFFERS(other_setting, strv_add(&s->settings.ops, "slice=1"))
DIFFERS(argument, strv_addl(&s->argv, "/mine", "--slice", NULL))
DIFFERS(program_path, strv_add(&s->argv, "/elsewhere/mine"))
DIFFERS(duration, t->duration_ns++)
DIFFERS(seed, t->seed = 99)
static const struct {
	const char *label;
	void (*change)(struct test *t, struct scheduler_spec *s, struct kernel *k);
	bool same;
} differences[] = {
	{ "nothing", nothing, true },    { "object", object, false },
	{ "profile", profile, false },   { "kernel's image", image, false },
	{ "setting", setting, false },   { "setting of another kind", other_setting, false },
	{ "argument", argument, false }, { "where the program is", program_path, true },
	{ "duration", duration, false }, { "seed", seed, true },
};
TEST_ROWS(identity_is_what_ran, differences)
{
	_cleanup_free_ char *before = NULL, *after = NULL;
	struct suite_sample s;

	tree_enter_project();
	make_suite(&s, "a", "d", "1");
	before = identity_of_test(&s.plan.tests[0]);
	row->change(&s.plan.tests[0], &s.lineup.specs[0], &s.kernels[0]);
	after = identity_of_test(&s.plan.tests[0]);
	ck_assert_int_eq(streq(before, after), row->same);
	suite_sample_done(&s);
}

TEST(identity_says_which_scheduler_is_dropped)
{
	struct lineup l = { 0 };

	add_object(&l, 'a');
	add_object(&l, 'b');
	add_object(&l, 'a');
	add_object(&l, 'b');
	free(l.specs[3].spec);
	l.specs[3].spec = xstrdup("other/mine.bpf.o");
	*last_note = '\0';
	identity_schedulers(&l, note_line);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_str_eq(last_note, "note: scheduler other/mine.bpf.o is the same as b/mine.bpf.o, "
	                            "with the same settings: it runs once");
	lineup_done(&l);
	*last_note = '\0';
	add_object(&l, 'a');
	add_object(&l, 'a');
	identity_schedulers(&l, note_line);
	ck_assert_str_eq(last_note, "");
	lineup_done(&l);
}
