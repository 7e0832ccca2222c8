/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/pick.h"
#include "base/variable.h"
#include "harness/catalogue.h"
#include "harness/cmd_kernel.h"
#include "harness/cmds.h"
#include "harness/dry_run.h"
#include "harness/earlier.h"
#include "harness/headlines.h"
#include "harness/identity.h"
#include "harness/jobs.h"
#include "harness/kernel_args.h"
#include "harness/lineup.h"
#include "harness/plan.h"
#include "harness/plan_check.h"
#include "harness/plan_notes.h"
#include "harness/resource.h"
#include "harness/scheduler_options.h"
#include "harness/session.h"
#include "harness/step_schedulers.h"
#include "harness/suite.h"
#include "harness/suite_file.h"
#include "harness/suite_scenarios.h"
#include "harness/unattached.h"

/* The options as given. */
struct test_args {
	char **kernels, **schedulers, **topos, **clocks, **scenarios, **filters, **profiles;
	char *duration, *repeat, *jobs, *junit, *seed, *timeout, *accel, *level, *checks, *start;
	char *suite, *memory, *attach_timeout;
	struct scheduler_options settings;
	int offline, no_build, json, keep, keep_artefacts, wait, no_trace, no_suite, dry_run;
	int tap, fail_fast, rerun_failed;
};

static void args_done(struct test_args *o)
{
	char **const lists[] = { o->kernels,   o->schedulers, o->topos,   o->clocks,
		                 o->scenarios, o->filters,    o->profiles };
	char *const strings[] = { o->duration, o->repeat, o->junit,         o->jobs,   o->seed,
		                  o->timeout,  o->accel,  o->level,         o->checks, o->suite,
		                  o->memory,   o->start,  o->attach_timeout };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		for (size_t k = 0; lists[i] && lists[i][k]; k++)
			free(lists[i][k]);
		free(lists[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		free(strings[i]);
}

/* The options, parsed. Owns what the plan borrows. */
struct inputs {
	struct suite_file *suite; /* NULL: none */
	struct scenarios catalogue, own;
	struct scenario *checks;                    /* --checks; NULL: none */
	const struct scenario **scenarios, **above; /* above: of higher levels than wanted */
	struct lineup lineup;
	struct scheduler_settings settings; /* of each that is an object */
	struct step_schedulers step_schedulers;
	struct kernel *kernels;
	bool kernel_of_env; /* $KTSTR_KERNEL names the only one */
	struct topo *topos;
	struct profile *profiles;
	enum vm_clock *clocks;
	struct axes axes;
	struct strv filter;
	struct earlier earlier;
	uint64_t jobs, timeout_ns;
	enum vm_accel accel;
	char *clock_reason; /* of --clock auto; NULL: the user chose the clock */
	int level, start;
	bool level_given; /* with --level */
};

static void inputs_done(struct inputs *in)
{
	for (size_t i = 0; i < in->axes.n_kernels; i++)
		kernel_done(&in->kernels[i]);
	lineup_done(&in->lineup);
	scheduler_settings_done(&in->settings);
	step_schedulers_done(&in->step_schedulers);
	for (size_t i = 0; i < in->axes.n_profiles; i++)
		profile_done(&in->profiles[i]);
	free(in->profiles);
	free(in->kernels);
	free(in->topos);
	free(in->clocks);
	free(in->clock_reason);
	free(in->scenarios);
	free(in->above);
	scenario_free(&in->checks);
	scenarios_done(&in->catalogue);
	scenarios_done(&in->own);
	suite_file_free(&in->suite);
	strv_done(&in->filter);
	earlier_done(&in->earlier);
}

/* A list of the suite file in place of an option that was not given. Names with a slash are paths from
 * the file's folder. */
static void default_list(char ***option, const struct suite_file *s, const struct strv *list)
{
	if (*option || !list->n)
		return;
	*option = xcalloc(list->n + 1, sizeof(**option));
	strv_each (list, i)
		(*option)[i] = strchr(list->v[i], '/') ? suite_file_path(s, list->v[i])
		                                       : xstrdup(list->v[i]);
}

static void default_string(char **option, const char *text)
{
	if (!*option)
		*option = xstrdup(text);
}

/* Finds the suite file and takes from it what the command line does not say, but for schedulers and
 * scenarios. */
static int take_suite(struct test_args *o, struct inputs *in, struct err *err)
{
	if (suite_file_open(o->suite, o->no_suite, &in->suite, err) < 0)
		return -(int)err->code;
	if (!in->suite)
		return 0;
	in->axes.suite = in->suite->path;
	in->axes.topos_win = o->topos != NULL;
	default_list(&o->kernels, in->suite, &in->suite->kernels);
	default_list(&o->topos, in->suite, &in->suite->topologies);
	default_list(&o->clocks, in->suite, &in->suite->clocks);
	default_list(&o->profiles, in->suite, &in->suite->profile);
	default_string(&o->level, in->suite->level);
	default_string(&o->repeat, in->suite->repeat);
	default_string(&o->duration, in->suite->duration);
	default_string(&o->memory, in->suite->memory);
	return 0;
}

static int parse_numbers(struct test_args *o, struct inputs *in, struct err *err)
{
	uint64_t repeats = 0;

	in->axes.seed = DEFAULT_SEED;
	cmd_take_argv(&o->filters, &in->filter);
	in->axes.filter = &in->filter;
	if (o->repeat && plan_parse_repeats(o->repeat, &repeats, err) < 0)
		return -(int)err->code;
	if (o->memory && plan_parse_memory(o->memory, &in->axes.memory_bytes, err) < 0)
		return -(int)err->code;
	in->axes.repeats = (uint32_t)repeats;
	if (o->seed && parse_u64(o->seed, "--seed", 0, UINT32_MAX, &in->axes.seed, err) < 0)
		return -(int)err->code;
	if (o->jobs && !streq(o->jobs, "auto") &&
	    parse_u64(o->jobs, "--jobs", 1, 256, &in->jobs, err) < 0)
		return -(int)err->code;
	if (o->timeout && parse_duration_ns(o->timeout, "--timeout", &in->timeout_ns, err) < 0)
		return -(int)err->code;
	return o->duration ? plan_parse_duration(o->duration, &in->axes.duration_ns, err) : 0;
}

static int parse_name(const char *s, const char *what, const struct json_names *names, int *out,
                      struct err *err)
{
	_cleanup_free_ char *hint = NULL;
	int i = json_name_index(names, s);

	if (i >= 0) {
		*out = i;
		return 0;
	}
	hint = parse_hint(s, names->names, names->n);
	return err_set(err, ERR_USAGE, "%s: no \"%s\"%s", what, s, hint);
}

/* An emulated real clock on a few cores is mostly noise: the real clock only where KVM works. */
static enum vm_clock auto_clock(struct inputs *in, const char *why)
{
	free(in->clock_reason);
	in->clock_reason = in->axes.kvm                ? xstrdup("KVM works here")
	                   : in->accel == VM_ACCEL_TCG ? xstrdup("emulation was asked for")
	                                               : xasprintf("no KVM: %s", why);
	return in->axes.kvm ? VM_CLOCK_REAL : VM_CLOCK_VIRTUAL;
}

/* Given twice, it is there once. */
static int add_topo(const char *text, struct inputs *in, struct err *err)
{
	struct topo topo;

	if (topo_parse(text, &topo, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < in->axes.n_topos; i++)
		if (memcmp(&in->topos[i], &topo, sizeof(topo)) == 0)
			return 0;
	*xgrow(in->topos, in->axes.n_topos) = topo;
	return 0;
}

static void add_clock(struct inputs *in, enum vm_clock clock)
{
	for (size_t i = 0; i < in->axes.n_clocks; i++)
		if (in->clocks[i] == clock)
			return;
	*xgrow(in->clocks, in->axes.n_clocks) = clock;
}

static int parse_clocks(const struct test_args *o, struct inputs *in, struct err *err)
{
	enum vm_accel accel;
	const char *why;

	if (vm_accel_probe(in->accel, &accel, &why, err) < 0)
		return -(int)err->code;
	in->axes.kvm = accel == VM_ACCEL_KVM;
	for (size_t i = 0; o->clocks && o->clocks[i]; i++) {
		int clock = 0;

		if (streq(o->clocks[i], CLOCK_AUTO))
			clock = (int)auto_clock(in, why);
		else if (parse_name(o->clocks[i], "--clock", &vm_clock_names, &clock, err) < 0)
			return -(int)err->code;
		add_clock(in, (enum vm_clock)clock);
	}
	if (!in->axes.n_clocks)
		add_clock(in, auto_clock(in, why));
	in->axes.clocks = in->clocks;
	return 0;
}

static int parse_axes(const struct test_args *o, struct inputs *in, struct err *err)
{
	for (size_t i = 0; o->topos && o->topos[i]; i++)
		if (add_topo(o->topos[i], in, err) < 0)
			return err_wrap(err, "--topology");
	in->level = LEVEL_DEFAULT;
	if (o->level && parse_name(o->level, "--level", &level_names, &in->level, err) < 0)
		return -(int)err->code;
	if (o->start && parse_name(o->start, "--start", &start_kind_names, &in->start, err) < 0)
		return -(int)err->code;
	in->axes.cold = in->start == START_COLD;
	if (o->accel) {
		int accel = 0;

		if (parse_name(o->accel, "--accel", &vm_accel_names, &accel, err) < 0)
			return -(int)err->code;
		in->accel = (enum vm_accel)accel;
	}
	in->axes.topos = in->topos;
	return parse_clocks(o, in, err);
}

static int take_profiles(const struct test_args *o, struct inputs *in, struct err *err)
{
	const struct suite_file *s = in->suite;
	int r = profiles_resolve(o->profiles, s ? s->profiles : NULL, s ? s->profiles_count : 0,
	                         &in->profiles, &in->axes.n_profiles, err);

	in->axes.profiles = in->profiles;
	return r;
}

static int load_catalogue(struct inputs *in, struct err *err)
{
	_cleanup_free_ char *dir = NULL;

	return resource_path("catalogue", &dir, err) < 0 ? -(int)err->code
	                                                 : scenarios_load(dir, &in->catalogue, err);
}

/* A level selects from the catalogue, also for the patterns of a suite file. */
static int check_level(const struct test_args *o, const struct inputs *in, struct err *err)
{
	if (!in->level_given)
		return 0;
	if (o->scenarios)
		return err_set(err, ERR_USAGE,
		               "--level selects from the catalogue, and --scenario replaces it: "
		               "give one of them");
	if (in->suite && in->suite->scenarios.n && !suite_scenarios_have_pattern(in->suite))
		return err_set(err, ERR_USAGE,
		               "--level: %s names its scenarios one by one; -E selects from them, "
		               "--no-suite runs the catalogue",
		               in->suite->path);
	return 0;
}

static int load_scenarios(const struct test_args *o, struct inputs *in, struct err *err)
{
	if (check_level(o, in, err) < 0)
		return -(int)err->code;
	if (o->checks && scenario_load_checks(o->checks, &in->checks, err) < 0)
		return catalogue_blame(err);
	for (size_t i = 0; o->scenarios && o->scenarios[i]; i++)
		if (catalogue_load_file(o->scenarios[i], xgrow(in->own.v, in->own.n), err) < 0)
			return -(int)err->code;
	if (!in->own.n && load_catalogue(in, err) < 0)
		return -(int)err->code;
	if (!in->own.n && in->suite && in->suite->scenarios.n) {
		int r = suite_scenarios(in->suite, in->level, &in->catalogue, &in->own,
		                        &in->scenarios, &in->axes.n_scenarios, err);

		in->axes.scenarios = in->scenarios;
		return r;
	}
	for (size_t i = 0; i < in->own.n; i++)
		*xgrow(in->scenarios, in->axes.n_scenarios) = in->own.v[i];
	for (size_t i = 0; i < in->catalogue.n; i++)
		if ((int)scenario_level(in->catalogue.v[i]) <= in->level)
			*xgrow(in->scenarios, in->axes.n_scenarios) = in->catalogue.v[i];
		else
			*xgrow(in->above, in->axes.n_above) = in->catalogue.v[i];
	in->axes.above = in->above;
	in->axes.scenarios = in->scenarios;
	return 0;
}

/* The settings of the command line apply to every --scheduler that is an object. */
static int give_settings(struct inputs *in, struct err *err)
{
	bool given = !scheduler_settings_any(&in->settings);

	for (size_t i = 0; i < in->lineup.n; i++)
		if (in->lineup.specs[i].object) {
			scheduler_settings_add(&in->lineup.specs[i].settings, &in->settings);
			given = true;
		}
	return given ? 0
	             : err_set(err, ERR_USAGE,
	                       "--set, --ops, --map, --resize, --ops-map and --run-prog need a "
	                       "--scheduler that is a BPF object");
}

/* Those of --scheduler, else those of the suite file, else the kernel's own. */
static int line_up(const struct test_args *o, struct inputs *in, struct err *err)
{
	if (!o->schedulers && in->suite && in->suite->schedulers_count)
		return lineup_add_all(&in->lineup, in->suite, err);
	if (!o->schedulers)
		return lineup_add(&in->lineup, in->suite, KERNEL_SCHEDULER, err);
	for (size_t i = 0; o->schedulers[i]; i++)
		if (lineup_add(&in->lineup, in->suite, o->schedulers[i], err) < 0)
			return -(int)err->code;
	return 0;
}

static int resolve_schedulers(const struct test_args *o, struct inputs *in, struct err *err)
{
	if (line_up(o, in, err) < 0)
		return -(int)err->code;
	if (give_settings(in, err) < 0)
		return -(int)err->code;
	if (o->attach_timeout &&
	    lineup_take_attach_timeout(&in->lineup, o->attach_timeout, err) < 0)
		return -(int)err->code;
	identity_schedulers(&in->lineup, cmd_kernel_note);
	in->axes.schedulers = in->lineup.specs;
	in->axes.variants = in->lineup.v;
	in->axes.n_schedulers = in->lineup.n;
	for (size_t i = 0; i < in->axes.n_scenarios; i++)
		if (step_schedulers_add(&in->step_schedulers, in->suite, in->scenarios[i], err) < 0)
			return -(int)err->code;
	in->axes.step_schedulers = &in->step_schedulers;
	return 0;
}

/* The tree of $KTSTR_KERNEL, if no --kernel is given. */
static int take_kernel_of_env(struct test_args *o, struct inputs *in, struct err *err)
{
	const char *dir = variable_get(VAR_KTSTR_KERNEL);

	if (o->kernels || !dir)
		return 0;
	if (!fs_is_dir(AT_FDCWD, dir))
		return err_set(err, ERR_USAGE, "KTSTR_KERNEL=%s: no such directory", dir);
	in->kernel_of_env = true;
	o->kernels = xcalloc(2, sizeof(*o->kernels));
	o->kernels[0] = strchr(dir, '/') ? xstrdup(dir) : xasprintf("./%s", dir);
	return 0;
}

static int resolve_kernels(const struct test_args *o, struct inputs *in, struct err *err)
{
	_cleanup_free_ char *fragment = cmd_kernel_fragment();
	struct kernel_wish args = { .specs = o->kernels,
		                    .dry_run = o->dry_run,
		                    .opts = { .offline = o->offline,
		                              .no_build = o->no_build,
		                              .fragment = fragment,
		                              .note = cmd_kernel_note } };
	int r;

	for (size_t i = 0; i < in->axes.n_schedulers; i++)
		args.sched_ext |= in->axes.schedulers[i].kind != SCHEDULER_KERNEL;
	r = kernel_args_resolve(&args, &in->kernels, &in->axes.n_kernels, err);
	in->axes.kernels = in->kernels;
	if (r < 0)
		return r;
	if (in->kernel_of_env)
		in->kernels[0].of_env = true;
	identity_kernels(in->kernels, &in->axes.n_kernels);
	return 0;
}

static int keep_failed(struct inputs *in, struct plan *plan, struct err *err)
{
	struct earlier_kept kept;

	if (earlier_keep_failed(&in->earlier, plan, &kept, err) < 0)
		return -(int)err->code;
	plan_notes_kept(&kept);
	return 0;
}

static int read_earlier(const struct test_args *o, struct inputs *in, struct plan *plan,
                        struct err *err)
{
	if (!o->dry_run && !o->rerun_failed)
		return 0;
	if (earlier_read(&in->earlier, err) < 0)
		return -(int)err->code;
	return o->rerun_failed ? keep_failed(in, plan, err) : 0;
}

static int take_scenarios(const struct test_args *o, struct inputs *in, struct err *err)
{
	if (load_scenarios(o, in, err) < 0)
		return -(int)err->code;
	identity_scenarios(&in->own, in->scenarios, &in->axes.n_scenarios);
	return 0;
}

/* What reading a scenario does not find. */
static int check_scenarios(const struct inputs *in, struct err *err)
{
	struct topo ignored;

	for (size_t i = 0; i < in->axes.n_scenarios; i++)
		if (headlines_check(in->scenarios[i], err) < 0 ||
		    plan_own_topo(in->scenarios[i], &ignored, err) < 0)
			return catalogue_blame(err);
	return 0;
}

static int prepare(struct test_args *o, struct inputs *in, struct plan *plan, struct err *err)
{
	if (take_kernel_of_env(o, in, err) < 0 || take_suite(o, in, err) < 0 ||
	    parse_numbers(o, in, err) < 0 || parse_axes(o, in, err) < 0 ||
	    take_profiles(o, in, err) < 0 || take_scenarios(o, in, err) < 0 ||
	    check_scenarios(in, err) < 0 || resolve_schedulers(o, in, err) < 0 ||
	    resolve_kernels(o, in, err) < 0 || plan_make(&in->axes, plan, err) < 0 ||
	    read_earlier(o, in, plan, err) < 0 || plan_check_schedulers(plan, err) < 0)
		return -(int)err->code;
	unattached_tell(&in->lineup);
	plan_notes_unsupported(&in->axes);
	return 0;
}

static int run_plan(const struct test_args *o, const struct inputs *in, const struct session *ses,
                    const struct plan *plan, struct err *err)
{
	const struct suite_opts so = {
		.jobs = (unsigned int)in->jobs,
		.json = o->json,
		.keep = o->keep,
		.wait = o->wait,
		.clock_reason = in->clock_reason,
		.fail_fast = o->fail_fast,
		.add = o->rerun_failed || ses->add,
		.quiet = ses->quiet,
		.deadline = ses->deadline,
		.dirs = ses->dirs,
		.ci = { .junit = o->junit, .tap = o->tap },
	};
	struct suite_counts counts = { 0 };
	struct harness_env env;
	int r = harness_env_init(&env, in->accel, !o->no_trace, err);

	env.timeout_ns = in->timeout_ns;
	env.start = (enum start_kind)in->start;
	env.keep_artefacts = o->keep_artefacts;
	env.checks = in->checks;
	env.suite_checks = in->suite ? in->suite->checks : NULL;
	if (r == 0)
		r = suite_run(&env, plan, &so, &counts, err);
	harness_env_done(&env);
	return r < 0 ? r : suite_exit_code(&counts);
}

static void print_plan(const struct test_args *o, const struct inputs *in, const struct plan *plan)
{
	unsigned int jobs = (unsigned int)in->jobs;
	struct jobs_host host;

	jobs_host_read(&host);
	dry_run_print(plan, &in->earlier, jobs ? jobs : jobs_that_fit(plan, &host), o->json);
}

/* Plans and runs everything that the options ask for. */
static int test_all(struct test_args *o, const struct session *ses, struct err *err)
{
	struct inputs in = { 0 };
	struct plan plan = { 0 };
	int r;

	scheduler_options_take(&o->settings, &in.settings);
	if (o->json && o->tap)
		return err_set(err, ERR_USAGE, "--json and --tap exclude each other");
	in.axes.first_repeat = ses->first_repeat;
	in.level_given = o->level != NULL;
	if (ses->level)
		default_string(&o->level, ses->level);
	r = prepare(o, &in, &plan, err);
	if (r == 0 && ses->arrange)
		r = ses->arrange(ses->arg, &plan, in.clock_reason, err);
	if (r == 0 && o->dry_run)
		print_plan(o, &in, &plan);
	else if (r == 0)
		r = run_plan(o, &in, ses, &plan, err);
	plan_done(&plan);
	inputs_done(&in);
	return r;
}

/* Rows of the popt table. */
#define SUITE_OPTIONS(o)                                                                           \
	{ "suite",                                                                                 \
	  0,                                                                                       \
	  POPT_ARG_STRING,                                                                         \
	  &(o)->suite,                                                                             \
	  0,                                                                                       \
	  "suite file: what to test where the options do not say it (default: " SUITE_FILE_NAME    \
	  ", in this folder or one above)",                                                        \
	  "FILE" },                                                                                \
		{ "no-suite", 0, POPT_ARG_NONE, &(o)->no_suite, 0, "use no suite file", NULL },    \
		{ "dry-run",                                                                       \
		  'n',                                                                             \
		  POPT_ARG_NONE,                                                                   \
		  &(o)->dry_run,                                                                   \
		  0,                                                                               \
		  "print the tests that would run, and how long they take; boot, fetch and build " \
		  "nothing",                                                                       \
		  NULL },                                                                          \
		{ "checks",                                                                        \
		  0,                                                                               \
		  POPT_ARG_STRING,                                                                 \
		  &(o)->checks,                                                                    \
		  0,                                                                               \
		  "YAML file with `checks:`, the limits for the scheduler: they override the "     \
		  "defaults and the suite file; a scenario's own limits override all",             \
		  "FILE" },                                                                        \
	{                                                                                          \
		"memory", 'm', POPT_ARG_STRING, &(o)->memory, 0,                                   \
			"memory of the guest: 512M, 2G (default: by vCPUs and payload)", "SIZE"    \
	}

#define REPORT_OPTIONS(o)                                                                          \
	{ "fail-fast",                                                                             \
	  0,                                                                                       \
	  POPT_ARG_NONE,                                                                           \
	  &(o)->fail_fast,                                                                         \
	  0,                                                                                       \
	  "start no more tests after one that failed or ended in an error",                        \
	  NULL },                                                                                  \
		{ "rerun-failed",                                                                  \
		  0,                                                                               \
		  POPT_ARG_NONE,                                                                   \
		  &(o)->rerun_failed,                                                              \
		  0,                                                                               \
		  "only the tests whose newest result is no success, or that have none; keeps "    \
		  "the "                                                                           \
		  "other results",                                                                 \
		  NULL },                                                                          \
		{ "json", 0, POPT_ARG_NONE, &(o)->json, 0, "one JSON document instead of lines",   \
		  NULL },                                                                          \
		{ "tap",     0, POPT_ARG_NONE,                                                     \
		  &(o)->tap, 0, "KTAP instead of lines: for prove and the kernel's tools",         \
		  NULL },                                                                          \
	{                                                                                          \
		"junit", 0, POPT_ARG_STRING, &(o)->junit, 0,                                       \
			"also write the results to FILE as JUnit XML, for CI servers", "FILE"      \
	}

int session_run(const struct session *ses, int argc, const char **argv, struct err *err)
{
	struct test_args o = { 0 };
	const struct poptOption table[] = {
		SUITE_OPTIONS(&o),
		{ "kernel", 'k', POPT_ARG_ARGV, &o.kernels, 0,
		  "version or prefix, range (6.16..7.0), release, image or source tree", "K" },
		{ "scheduler", 's', POPT_ARG_ARGV, &o.schedulers, 0,
		  "one of the suite file or bundled, the path of a .bpf.o or an executable, "
		  "\"exec:PROGRAM ARGUMENT...\", " KERNEL_SCHEDULER " (default)",
		  "S" },
		SCHEDULER_OPTIONS(&o.settings),
		{ "attach-timeout", 0, POPT_ARG_STRING, &o.attach_timeout, 0,
		  "how long an executable may take to attach, in the guest's time (default 30s)",
		  "D" },
		{ "topology", 't', POPT_ARG_ARGV, &o.topos, 0,
		  "NUMA nodes, LLCs in all, cores per LLC, threads per core: 1n2l2c1t",
		  "NnNlNcNt" },
		{ "clock", 'c', POPT_ARG_ARGV, &o.clocks, 0,
		  "real, virtual (bit-identical on every run), or auto (default): real where "
		  "KVM works, else virtual",
		  "C" },
		{ "profile", 'p', POPT_ARG_ARGV, &o.profiles, 0,
		  "kernel arguments and sysctls of the guest: fast (default), stock, hardened, "
		  "fortress, balanced, performance, ludicrous, or one of the suite file",
		  "P" },
		{ "scenario", 0, POPT_ARG_ARGV, &o.scenarios, 0,
		  "run this YAML file instead of the catalogue", "FILE" },
		{ "duration", 'd', POPT_ARG_STRING, &o.duration, 0,
		  "how long the load runs, in the guest's time (default 2s)", "D" },
		{ "repeat", 'r', POPT_ARG_STRING, &o.repeat, 0,
		  "run each test N times, each with its own seed (default 10, enough for a "
		  "comparison; 1 for a soak test, and for a cold start without KVM)",
		  "N" },
		{ "level", 'l', POPT_ARG_STRING, &o.level, 0,
		  "scenarios of the catalogue: smoke, default (includes smoke) or soak (all)",
		  "L" },
		PICK_OPTION(o.filters, "scenario scheduler topology kernel clock"),
		{ "jobs", 'j', POPT_ARG_STRING, &o.jobs, 0,
		  "VMs at the same time; auto (default): as many as CPUs and memory allow", "N" },
		{ "seed", 0, POPT_ARG_STRING, &o.seed, 0, "seed of the first repeat (default 1)",
		  "N" },
		{ "timeout", 0, POPT_ARG_STRING, &o.timeout, 0,
		  "time limit of one VM, in real time (default: by topology and duration)", "D" },
		{ "accel", 0, POPT_ARG_STRING, &o.accel, 0, "auto (default), kvm, tcg", "A" },
		{ "start", 0, POPT_ARG_STRING, &o.start, 0,
		  "from a machine that was saved booted (saved), cold, or auto (default)", "S" },
		{ "offline", 0, POPT_ARG_NONE, &o.offline, 0, "never fetch a kernel", NULL },
		{ "no-build", 0, POPT_ARG_NONE, &o.no_build, 0, "never build a kernel from source",
		  NULL },
		{ "keep", 0, POPT_ARG_NONE, &o.keep, 0,
		  "move the earlier results of this kernel and commit to .history", NULL },
		{ "wait", 0, POPT_ARG_NONE, &o.wait, 0,
		  "wait, at most 7 days, for another invocation that uses the run directory",
		  NULL },
		{ "keep-artefacts", 0, POPT_ARG_NONE, &o.keep_artefacts, 0,
		  "keep console and raw reports also of tests that pass", NULL },
		{ "no-trace", 0, POPT_ARG_NONE, &o.no_trace, 0,
		  "do not trace the kernel: saves its cost, traced metrics are not measured",
		  NULL },
		REPORT_OPTIONS(&o),
		POPT_TABLEEND,
	};
	int r = cmd_parse(&cmd_test, table, argc, argv, NULL, err);

	if (r == CMD_RUN)
		r = test_all(&o, ses, err);
	args_done(&o);
	return r;
}

static int run(const struct cmd *self UNUSED, int argc, const char **argv, struct err *err)
{
	return session_run(&(struct session){ 0 }, argc, argv, err);
}

const struct cmd cmd_test = {
	.name = "test",
	.summary = "run the suite and record the results",
	.usage = "[OPTION...]",
	.details = "Without options it runs what ktstr.yaml says (`harness init` writes one).\n"
		   "Repeated options multiply the suite: two kernels and two schedulers are four "
		   "runs of\n"
		   "each scenario. Results go to {target}/ktstr/{kernel}-{commit}/, one file per "
		   "test.",
	.run = run,
};
