/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/earlier.h"
#include "harness/plan.h"
#include "harness/step_schedulers.h"
#include "harness/suite.h"

static char n_a[] = "steady", n_b[] = "pipe", topo8[] = "1n2l4c1t", dur[] = "5s";
static char eevdf[] = "eevdf", vtime[] = "vtime", object[] = "v.bpf.o";
static char r617[] = "6.17.13+x", v617[] = "6.17.13", r70[] = "7.0.1+x", v70[] = "7.0.1";
static const struct scenario a = { .name = n_a },
			     b = { .name = n_b, .topology = topo8, .duration = dur };
static const struct scenario *const both[] = { &a, &b };
static const struct scheduler_spec scheds[] = {
	{ .name = eevdf, .spec = eevdf },
	{ .name = vtime, .spec = vtime, .kind = SCHEDULER_OBJECT, .object = object }
};
static struct kernel kernels[] = { { .release = r617, .version = v617, .sched_ext = 1, .btf = 1 },
	                           { .release = r70, .version = v70, .sched_ext = 1, .btf = 1 } };
static const enum vm_clock clocks[] = { VM_CLOCK_REAL, VM_CLOCK_VIRTUAL };

static char fast[] = "fast", hard[] = "hardened";
static const struct profile profiles[] = { { .name = fast }, { .name = hard } };

static struct axes all_axes(void)
{
	return (struct axes){ .profiles = profiles,
		              .n_profiles = 1,
		              .scenarios = both,
		              .n_scenarios = 2,
		              .schedulers = scheds,
		              .n_schedulers = 2,
		              .kernels = kernels,
		              .n_kernels = 2,
		              .clocks = clocks,
		              .n_clocks = 2,
		              .repeats = 3,
		              .seed = 10 };
}

#define FILTER(text) (&(struct strv){ .v = (char *[]){ (char *)(text) }, .n = 1 })

TEST(plan_is_the_product_kernel_by_kernel)
{
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(p.n, 2 * 2 * 2 * 2 * 3);
	for (size_t i = 0; i < p.n; i++) {
		ck_assert_ptr_eq(p.tests[i].kernel, &kernels[i >= p.n / 2]);
		ck_assert_uint_eq(p.tests[i].seed, 10 + p.tests[i].repeat);
	}
	plan_done(&p);
}

TEST(plan_takes_topology_and_duration_from_the_scenario)
{
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	x.filter = FILTER("pipe");
	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(topo_cpus(&p.tests[0].topo), 8);
	ck_assert_uint_eq(p.tests[0].duration_ns, 5 * NS_PER_SEC);
	plan_done(&p);
	x.duration_ns = 7;
	x.topos = &(struct topo){ 1, 1, 1, 1 };
	x.n_topos = 1;
	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(topo_cpus(&p.tests[0].topo), 1);
	ck_assert_uint_eq(p.tests[0].duration_ns, 7);
	plan_done(&p);
}

/* The schedulers of the tests in turn, each by its first letter. */
static void check_turns(const struct axes *x, const char *want)
{
	struct strbuf turns = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct plan p;

	ASSERT_OK(plan_make(x, &p, &err));
	for (size_t i = 0; i < p.n; i++)
		strbuf_addc(&turns, p.tests[i].scheduler->name[0]);
	ck_assert_str_eq(strbuf_cstr(&turns), want);
	strbuf_done(&turns);
	plan_done(&p);
}

TEST(plan_schedulers_take_turns)
{
	struct axes x = all_axes();

	x.n_scenarios = x.n_kernels = x.n_clocks = 1;
	check_turns(&x, "evevev");
	x.n_clocks = 2;
	check_turns(&x, "evevevevevev");
}

TEST(plan_profiles_take_turns_and_are_in_the_label)
{
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;
	static const char *const want[] = { "steady eevdf 1n2l2c1t 6.17.13 real",
		                            "steady eevdf 1n2l2c1t 6.17.13 real hardened",
		                            "steady eevdf 1n2l2c1t 6.17.13 real #1",
		                            "steady eevdf 1n2l2c1t 6.17.13 real hardened #1" };

	x.n_scenarios = x.n_kernels = x.n_clocks = x.n_schedulers = 1;
	x.n_profiles = x.repeats = 2;
	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(p.n, ARRAY_SIZE(want));
	for (size_t i = 0; i < p.n; i++) {
		_cleanup_free_ char *label = test_label(&p.tests[i]);

		ck_assert_str_eq(label, want[i]);
	}
	plan_done(&p);
}

TEST(plan_leaves_out_kernels_that_a_scheduler_does_not_support)
{
	static char span[] = "6.16..6.19", *const spans[] = { span };
	const struct strv supports = { .v = (char **)spans, .n = 1 };
	const struct variant variants[] = { { .has_topo = false }, { .kernels = &supports } };
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	x.variants = variants;
	x.n_scenarios = x.n_clocks = x.repeats = 1;
	check_turns(&x, "eve");
	kernels[1].sched_ext = 0; /* which only matters where it is tested */
	check_turns(&x, "eve");
	x.schedulers = &scheds[1];
	x.variants = &variants[1];
	x.n_schedulers = 1;
	x.kernels = &kernels[1];
	x.n_kernels = 1;
	ASSERT_ERR(plan_make(&x, &p, &err), ERR_USAGE, "none of the schedulers supports");
}

static const struct {
	const char *label;
	bool given, win; /* topologies of the axis, and from the command line */
	const char *eevdf, *vtime;
} topo_rows[] = {
	{ "its own instead of the scenario's", false, false, "1n2l2c1t", "1n1l3c1t" },
	{ "its own instead of the suite's", true, false, "1n1l1c1t", "1n1l3c1t" },
	{ "--topology wins", true, true, "1n1l1c1t", "1n1l1c1t" },
};
TEST_ROWS(plan_schedulers_may_have_a_topology, topo_rows)
{
	const struct topo one = { 1, 1, 1, 1 };
	const struct variant variants[] = { { .has_topo = false },
		                            { .has_topo = true, .topo = { 1, 1, 3, 1 } } };
	_cleanup_free_ char *first = NULL, *second = NULL;
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	x.variants = variants;
	x.n_scenarios = x.n_kernels = x.n_clocks = x.repeats = 1;
	x.topos = &one;
	x.n_topos = row->given;
	x.topos_win = row->win;
	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(p.n, 2);
	first = topo_format(&p.tests[0].topo);
	second = topo_format(&p.tests[1].topo);
	ck_assert_str_eq(first, row->eevdf);
	ck_assert_str_eq(second, row->vtime);
	plan_done(&p);
}

static const struct {
	const char *label, *level;
	enum vm_clock clock;
	bool cold, kvm;
	uint32_t asked, want;
} repeats[] = {
	{ "saved machines", NULL, VM_CLOCK_VIRTUAL, .want = PLAN_REPEATS },
	{ "a smoke test", "smoke", VM_CLOCK_VIRTUAL, .want = PLAN_REPEATS },
	{ "KVM", NULL, VM_CLOCK_REAL, .kvm = true, .want = PLAN_REPEATS },
	{ "a soak test", "soak", VM_CLOCK_VIRTUAL, .want = 1 },
	{ "the emulated real clock", NULL, VM_CLOCK_REAL, .want = PLAN_REPEATS },
	{ "an emulated boot each", NULL, VM_CLOCK_REAL, .cold = true, .want = 1 },
	{ "a boot by KVM each", NULL, VM_CLOCK_REAL, .cold = true, .kvm = true,
	  .want = PLAN_REPEATS },
	{ "a cold start each", NULL, VM_CLOCK_VIRTUAL, .cold = true, .want = 1 },
	{ "asked for", "soak", VM_CLOCK_REAL, .asked = 7, .want = 7 },
};
TEST_ROWS(plan_repeats_are_enough_to_compare_unless_each_is_slow, repeats)
{
	_cleanup_free_ char *level = row->level ? xstrdup(row->level) : NULL;
	const struct scenario s = { .name = n_a, .level = level };
	const struct scenario *list[] = { &s };
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	x.scenarios = list;
	x.n_scenarios = x.n_kernels = x.n_schedulers = x.n_clocks = 1;
	x.clocks = &row->clock;
	x.cold = row->cold;
	x.kvm = row->kvm;
	x.repeats = row->asked;
	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(p.n, row->want);
	ck_assert_uint_eq(p.tests[0].repeats, row->want);
	ck_assert_uint_eq(p.tests[p.n - 1].repeat, row->want - 1);
	plan_done(&p);
}

/* Schedulers take turns, so the repeats of a test do not follow each other. */
TEST(plan_series_are_the_repeats_of_one_test)
{
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	size_t first = 0;
	struct plan p;

	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(p.n_series, 2 * 2 * 2 * 2);
	for (size_t i = 0; i < p.n; i++) {
		const struct test *t = &p.tests[i],
				  *u = &p.tests[t->series / 2 * 6 + t->series % 2];

		ck_assert_uint_lt(t->series, p.n_series);
		ck_assert_ptr_eq(t->scenario, u->scenario);
		ck_assert_ptr_eq(t->scheduler, u->scheduler);
		ck_assert_ptr_eq(t->kernel, u->kernel);
		ck_assert_int_eq(t->clock, u->clock);
		ck_assert_int_eq(plan_is_first(&p, i), t->repeat == 0);
		first += plan_is_first(&p, i);
	}
	ck_assert_uint_eq(first, p.n_series);
	plan_done(&p);
}

TEST(plan_filter_that_leaves_nothing_is_an_error)
{
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	x.filter = FILTER("no-such-test");
	ASSERT_ERR(plan_make(&x, &p, &err), ERR_USAGE, "steady eevdf");
}

TEST(plan_names_the_level_of_what_the_filter_matches)
{
	static const struct scenario idle = { .name = (char *)"idle_default" },
				     soak = { .name = (char *)"idle_soak",
		                              .level = (char *)"soak" };
	const struct scenario *above[] = { &soak, &idle };
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	x.above = above;
	x.n_above = 2;
	x.filter = FILTER("idle_soak");
	ASSERT_ERR(plan_make(&x, &p, &err), ERR_USAGE, "--level soak has some");
	x.filter = FILTER("idle");
	ASSERT_ERR(plan_make(&x, &p, &err), ERR_USAGE, "--level default has some");
	x.filter = FILTER("no-such-test");
	ASSERT_ERR(plan_make(&x, &p, &err), ERR_USAGE, "steady eevdf");
}

TEST(plan_filter_spans_the_label)
{
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	x.filter = FILTER("steady vtime 1n2l2c1t 7.0.1 virtual");
	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(p.n, 3);
	plan_done(&p);
}

TEST(plan_refuses_sched_ext_before_booting)
{
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	kernels[1].sched_ext = 0;
	ASSERT_ERR(plan_make(&x, &p, &err), ERR_UNSUPPORTED, "7.0.1+x was built without sched_ext");
	kernels[1].sched_ext = 1;
	kernels[1].btf = 0;
	ASSERT_ERR(plan_make(&x, &p, &err), ERR_UNSUPPORTED, "7.0.1+x was built without BTF");
	x.n_schedulers = 1; /* only eevdf, which runs on every kernel */
	ASSERT_OK(plan_make(&x, &p, &err));
	plan_done(&p);
}

/* Makes a folder with two schedulers for KTSTR_LIB (resource.h). */
static char *make_lib(void)
{
	static const char *const names[] = { "fifo", "vtime" };
	const Elf64_Ehdr eh = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64 },
		                .e_type = ET_REL,
		                .e_machine = EM_BPF };
	char *lib = test_tmpdir();
	_cleanup_free_ char *dir = fs_join(lib, "schedulers");

	ck_assert_int_eq(mkdir(dir, 0700), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s.bpf.o", dir, names[i]);
		_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT, 0600);

		ck_assert_int_eq(write(fd, &eh, sizeof(eh)), sizeof(eh));
	}
	setenv("KTSTR_LIB", lib, 1);
	return lib;
}

static struct scenario *load_steps(const char *lib, const char *steps)
{
	_cleanup_free_ char *path = fs_join(lib, "steps.yaml");
	struct scenario *s;
	struct err err = ERR_INIT;
	FILE *f = fopen(path, "w");

	fprintf(f, "name: s\nsummary: s\nsteps:\n%s", steps);
	fclose(f);
	ASSERT_OK(scenario_load(path, &s, &err));
	return s;
}

TEST(plan_tests_have_the_schedulers_their_steps_name)
{
	_cleanup_free_ char *lib = make_lib();
	_cleanup_scenario_ struct scenario *s =
		load_steps(lib, "  - { name: one, ops: [{ replace_scheduler: fifo },\n"
	                        "      { replace_scheduler: test }, { replace_scheduler: fifo },\n"
	                        "      { detach_scheduler: current }] }\n");
	const struct scenario *const list[] = { s };
	struct step_schedulers named = { 0 };
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	const struct scheduler_spec *fifo;
	struct plan p;

	ASSERT_OK(step_schedulers_add(&named, NULL, s, &err));
	x.scenarios = list;
	x.n_scenarios = 1;
	x.step_schedulers = &named;
	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(named.n, 1);
	fifo = step_schedulers_find(p.tests[p.n - 1].step_schedulers, "fifo");
	ck_assert_ptr_nonnull(fifo);
	ck_assert(ends_with(fifo->object, "/schedulers/fifo.bpf.o"));
	ck_assert_uint_eq(strlen(fifo->sha256), 64);
	ck_assert_ptr_null(step_schedulers_find(&named, "test"));
	plan_done(&p);
	step_schedulers_done(&named);
}

static const struct {
	const char *label, *steps;
	enum err_code code;
	const char *says;
} unknown[] = {
	{ "mistyped", "  - { name: one, ops: [{ replace_scheduler: vtmie }] }\n", ERR_USAGE,
	  "steps.yaml: steps[0]: ops[0]: replace_scheduler: scheduler: no scheduler \"vtmie\", did "
	  "you mean \"vtime\"?" },
	{ "later on",
	  "  - { name: one, ops: [{ replace_scheduler: eevdf }] }\n"
	  "  - { name: two, ops: [{ freeze: a }, { attach_scheduler: gone.o }] }\n"
	  "cgroups: [{ name: a }]\n",
	  ERR_NOT_FOUND, "steps.yaml: steps[1]: ops[1]: attach_scheduler: scheduler: gone.o: " },
};
TEST_ROWS(plan_refuses_a_scheduler_of_a_step_that_is_not_there, unknown)
{
	_cleanup_free_ char *lib = make_lib();
	_cleanup_scenario_ struct scenario *s = load_steps(lib, row->steps);
	struct step_schedulers named = { 0 };
	struct err err = ERR_INIT;

	ASSERT_ERR(step_schedulers_add(&named, NULL, s, &err), row->code, row->says);
	step_schedulers_done(&named);
}

static const struct {
	const char *label;
	struct suite_counts c;
	int want;
} codes[] = {
	{ "all passed", { .of = { [OUTCOME_PASS] = 3, [OUTCOME_SKIP] = 1 } }, 0 },
	{ "one failed", { .of = { [OUTCOME_PASS] = 3, [OUTCOME_FAIL] = 1 } }, 1 },
	{ "failed and error", { .of = { [OUTCOME_ERROR] = 3, [OUTCOME_FAIL] = 1 } }, 1 },
	{ "inconclusive", { .of = { [OUTCOME_INCONCLUSIVE] = 1 } }, 3 },
	{ "error", { .of = { [OUTCOME_ERROR] = 1, [OUTCOME_INCONCLUSIVE] = 1 } }, 4 },
	{ "not recorded", { .of = { [OUTCOME_PASS] = 1 }, .not_recorded = 1 }, 4 },
	{ "interrupted", { .of = { [OUTCOME_FAIL] = 1 }, .interrupted = true }, 130 },
};
TEST_ROWS(suite_exit_codes, codes)
{
	ck_assert_int_eq(suite_exit_code(&row->c), row->want);
}

/* A test of two profiles passed under one and failed under the other. */
TEST(plan_keeps_what_failed_and_what_has_no_result_under_its_profile)
{
	char *const topo = topo_format(&(struct topo){ 1, 1, 1, 1 });
	char real[] = "real";
	struct earlier_result results[] = {
		{ .test = n_a,
		  .scheduler = eevdf,
		  .topology = topo,
		  .clock = real,
		  .kernel = v617,
		  .profile = hard,
		  .outcome = OUTCOME_FAIL },
		{ .test = n_a,
		  .scheduler = eevdf,
		  .topology = topo,
		  .clock = real,
		  .kernel = v617,
		  .profile = fast,
		  .outcome = OUTCOME_PASS },
	};
	const struct earlier e = { .v = results, .n = ARRAY_SIZE(results) };
	struct axes x = all_axes();
	struct err err = ERR_INIT;
	struct plan p;

	struct earlier_kept kept;
	const struct earlier none = { 0 };

	x.n_profiles = 2;
	x.n_scenarios = x.n_schedulers = x.n_kernels = x.n_clocks = x.repeats = 1;
	x.topos = &(struct topo){ 1, 1, 1, 1 };
	x.n_topos = 1;
	ASSERT_OK(plan_make(&x, &p, &err));
	ck_assert_uint_eq(p.n, 2);
	ASSERT_OK(earlier_keep_failed(&none, &p, &kept, &err));
	ck_assert_uint_eq(p.n, 2);
	ck_assert_uint_eq(kept.failed, 0);
	ck_assert_uint_eq(kept.fresh, 2);
	ASSERT_OK(earlier_keep_failed(&e, &p, &kept, &err));
	ck_assert_uint_eq(p.n, 1);
	ck_assert_uint_eq(kept.all, 2);
	ck_assert_uint_eq(kept.failed, 1);
	ck_assert_uint_eq(kept.fresh, 0);
	ck_assert_str_eq(p.tests[0].profile->name, "hardened");
	results[0].outcome = OUTCOME_PASS;
	ASSERT_ERR(earlier_keep_failed(&e, &p, &kept, &err), ERR_NOT_FOUND,
	           "each of 1 runs passed or was skipped");
	plan_done(&p);
	free(topo);
}
