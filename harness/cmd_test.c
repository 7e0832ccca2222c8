/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/catalogue.h"
#include "harness/cmd_kernel.h"
#include "harness/cmds.h"
#include "harness/plan.h"
#include "harness/resource.h"
#include "harness/scheduler_fill.h"
#include "harness/scheduler_options.h"
#include "harness/suite.h"

/* The options as given. */
struct test_args {
	char **kernels, **schedulers, **topos, **clocks, **scenarios;
	char *duration, *repeat, *filter, *jobs, *seed, *timeout, *accel, *level, *checks, *start;
	struct scheduler_options settings;
	int offline, no_build, json, keep, keep_artefacts, wait, no_trace;
};

static void args_done(struct test_args *o)
{
	char **const lists[] = { o->kernels, o->schedulers, o->topos, o->clocks, o->scenarios };
	char *const strings[] = { o->duration, o->repeat, o->filter, o->jobs,   o->seed,
		                  o->timeout,  o->accel,  o->level,  o->checks, o->start };

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
	struct scenarios catalogue, own;
	struct scenario *checks; /* --checks; NULL: none */
	const struct scenario **scenarios;
	struct scheduler_spec *schedulers;
	struct scheduler_settings settings; /* of each that is an object */
	struct step_schedulers step_schedulers;
	struct kernel *kernels;
	struct topo *topos;
	enum vm_clock *clocks;
	struct axes axes;
	uint64_t jobs, timeout_ns;
	enum vm_accel accel;
	int level, start;
};

static void inputs_done(struct inputs *in)
{
	for (size_t i = 0; i < in->axes.n_schedulers; i++)
		scheduler_spec_done(&in->schedulers[i]);
	for (size_t i = 0; i < in->axes.n_kernels; i++)
		kernel_done(&in->kernels[i]);
	free(in->schedulers);
	scheduler_settings_done(&in->settings);
	step_schedulers_done(&in->step_schedulers);
	free(in->kernels);
	free(in->topos);
	free(in->clocks);
	free(in->scenarios);
	scenario_free(&in->checks);
	scenarios_done(&in->catalogue);
	scenarios_done(&in->own);
}

static int parse_numbers(const struct test_args *o, struct inputs *in, struct err *err)
{
	uint64_t repeats = 1;

	in->axes.seed = DEFAULT_SEED;
	in->axes.filter = o->filter;
	if (o->repeat && parse_u64(o->repeat, "--repeat", 1, 10000, &repeats, err) < 0)
		return -(int)err->code;
	in->axes.repeats = (uint32_t)repeats;
	if (o->seed && parse_u64(o->seed, "--seed", 0, UINT32_MAX, &in->axes.seed, err) < 0)
		return -(int)err->code;
	if (o->jobs && parse_u64(o->jobs, "--jobs", 1, 256, &in->jobs, err) < 0)
		return -(int)err->code;
	if (o->timeout && parse_duration_ns(o->timeout, "--timeout", &in->timeout_ns, err) < 0)
		return -(int)err->code;
	return o->duration ? plan_parse_duration(o->duration, &in->axes.duration_ns, err) : 0;
}

static int parse_name(const char *s, const char *what, const struct json_names *names, int *out,
                      struct err *err)
{
	const char *near;
	int i = json_name_index(names, s);

	if (i >= 0) {
		*out = i;
		return 0;
	}
	near = parse_suggest(s, names->names, names->n);
	if (near)
		return err_set(err, ERR_USAGE, "%s: no \"%s\", did you mean \"%s\"?", what, s,
		               near);
	return err_set(err, ERR_USAGE, "%s: no \"%s\"", what, s);
}

static int parse_axes(const struct test_args *o, struct inputs *in, struct err *err)
{
	for (size_t i = 0; o->topos && o->topos[i]; i++)
		if (topo_parse(o->topos[i], xgrow(in->topos, in->axes.n_topos), err) < 0)
			return err_wrap(err, "--topology");
	for (size_t i = 0; o->clocks && o->clocks[i]; i++) {
		int clock = 0;

		if (parse_name(o->clocks[i], "--clock", &vm_clock_names, &clock, err) < 0)
			return -(int)err->code;
		*xgrow(in->clocks, in->axes.n_clocks) = (enum vm_clock)clock;
	}
	if (!in->axes.n_clocks)
		*xgrow(in->clocks, in->axes.n_clocks) = VM_CLOCK_REAL;
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
	in->axes.clocks = in->clocks;
	return 0;
}

static int load_scenarios(const struct test_args *o, struct inputs *in, struct err *err)
{
	_cleanup_free_ char *dir = NULL;

	if (o->checks && scenario_load_checks(o->checks, &in->checks, err) < 0)
		return catalogue_blame(err);
	for (size_t i = 0; o->scenarios && o->scenarios[i]; i++)
		if (scenario_load(o->scenarios[i], xgrow(in->own.v, in->own.n), err) < 0)
			return catalogue_blame(err);
	if (!in->own.n && (resource_path("catalogue", &dir, err) < 0 ||
	                   scenarios_load(dir, &in->catalogue, err) < 0))
		return -(int)err->code;
	for (size_t i = 0; i < in->own.n; i++)
		*xgrow(in->scenarios, in->axes.n_scenarios) = in->own.v[i];
	for (size_t i = 0; i < in->catalogue.n; i++)
		if ((int)scenario_level(in->catalogue.v[i]) <= in->level)
			*xgrow(in->scenarios, in->axes.n_scenarios) = in->catalogue.v[i];
	in->axes.scenarios = in->scenarios;
	return 0;
}

/* The settings of the command line apply to every --scheduler that is an object. */
static int give_settings(struct inputs *in, struct err *err)
{
	bool given = !scheduler_settings_any(&in->settings);

	for (size_t i = 0; i < in->axes.n_schedulers; i++)
		if (in->schedulers[i].object) {
			scheduler_settings_copy(&in->schedulers[i].settings, &in->settings);
			given = true;
		}
	return given ? 0
	             : err_set(err, ERR_USAGE,
	                       "--set, --ops, --map, --resize, --ops-map and --run-prog need a "
	                       "--scheduler that is a BPF object");
}

static int resolve_schedulers(const struct test_args *o, struct inputs *in, struct err *err)
{
	static char kernels_own[] = KERNEL_SCHEDULER;
	char *const dflt[] = { kernels_own, NULL };
	char *const *names = o->schedulers ? o->schedulers : dflt;

	for (size_t i = 0; names[i]; i++)
		if (scheduler_spec_resolve(names[i], xgrow(in->schedulers, in->axes.n_schedulers),
		                           err) < 0)
			return -(int)err->code;
	in->axes.schedulers = in->schedulers;
	if (give_settings(in, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < in->axes.n_scenarios; i++)
		if (step_schedulers_add(&in->step_schedulers, in->scenarios[i], err) < 0)
			return -(int)err->code;
	in->axes.step_schedulers = &in->step_schedulers;
	return 0;
}

static int resolve_kernels(const struct test_args *o, struct inputs *in, struct err *err)
{
	_cleanup_free_ char *fragment = cmd_kernel_fragment();
	const struct kernel_opts ko = { .offline = o->offline,
		                        .no_build = o->no_build,
		                        .fragment = fragment,
		                        .note = cmd_kernel_note };
	_cleanup_strv_ struct strv specs = STRV_INIT;

	if (!o->kernels)
		return err_set(
			err, ERR_USAGE,
			"no --kernel given: --kernel 6.17 takes the newest 6.17.x and fetches it "
			"if needed; a release in the store, an image or a source tree work too");
	for (size_t i = 0; o->kernels[i]; i++)
		if (kernel_expand(o->kernels[i], &ko, &specs, err) < 0)
			return -(int)err->code;
	strv_each (&specs, i) {
		struct kernel *k = xgrow(in->kernels, in->axes.n_kernels);

		if (kernel_resolve(specs.v[i], &ko, k, err) < 0 || kernel_check(k, err) < 0)
			return -(int)err->code;
	}
	in->axes.kernels = in->kernels;
	return 0;
}

/* Whether the guest of an earlier test is told the same of its scheduler. The topology only matters to
 * settings: it gives arrays their lengths. */
static bool is_told_before(const struct plan *plan, size_t test)
{
	const struct test *t = &plan->tests[test];
	bool any = scheduler_settings_any(&t->scheduler->settings);

	for (size_t i = 0; i < test; i++) {
		const struct test *u = &plan->tests[i];

		if (u->scheduler == t->scheduler && u->kernel == t->kernel &&
		    (!any || memcmp(&u->topo, &t->topo, sizeof(t->topo)) == 0))
			return true;
	}
	return false;
}

static int check_scheduler(const struct scheduler_spec *s, const struct test *t, struct err *err)
{
	const struct job_topology topology = plan_topology(&t->topo);
	struct job_sched filled;
	int r;

	json_init(&job_sched_table, &filled);
	r = scheduler_fill(s, t->kernel, &topology, &filled, err);
	json_done(&job_sched_table, &filled);
	return r;
}

/* What the guests are told of their schedulers: a mistake is said before one boots. Tests whose
 * steps attach a scheduler are skipped on a kernel without sched_ext. */
static int check_schedulers(const struct plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct test *t = &plan->tests[i];
		const struct step_schedulers *steps = t->step_schedulers;
		bool first = !i || plan->tests[i - 1].kernel != t->kernel;

		if (!is_told_before(plan, i) && check_scheduler(t->scheduler, t, err) < 0)
			return -(int)err->code;
		for (size_t k = 0; first && t->kernel->sched_ext != 0 && k < steps->n; k++)
			if (check_scheduler(&steps->v[k], t, err) < 0)
				return -(int)err->code;
	}
	return 0;
}

static int prepare(const struct test_args *o, struct inputs *in, struct plan *plan, struct err *err)
{
	if (parse_numbers(o, in, err) < 0 || parse_axes(o, in, err) < 0 ||
	    load_scenarios(o, in, err) < 0 || resolve_schedulers(o, in, err) < 0 ||
	    resolve_kernels(o, in, err) < 0 || plan_make(&in->axes, plan, err) < 0)
		return -(int)err->code;
	return check_schedulers(plan, err);
}

static int run_plan(const struct test_args *o, const struct inputs *in, const struct plan *plan,
                    struct err *err)
{
	const struct suite_opts so = {
		.jobs = (unsigned int)in->jobs, .json = o->json, .keep = o->keep, .wait = o->wait
	};
	struct suite_counts counts = { 0 };
	struct harness_env env;
	int r = harness_env_init(&env, in->accel, !o->no_trace, err);

	env.timeout_ns = in->timeout_ns;
	env.start = (enum start_kind)in->start;
	env.keep_artefacts = o->keep_artefacts;
	env.checks = in->checks;
	if (r == 0)
		r = suite_run(&env, plan, &so, &counts, err);
	harness_env_done(&env);
	return r < 0 ? r : suite_exit_code(&counts);
}

/* Plans and runs everything that the options ask for. */
static int test_all(struct test_args *o, struct err *err)
{
	struct inputs in = { 0 };
	struct plan plan = { 0 };
	int r;

	scheduler_options_take(&o->settings, &in.settings);
	r = prepare(o, &in, &plan, err);
	if (r == 0)
		r = run_plan(o, &in, &plan, err);
	plan_done(&plan);
	inputs_done(&in);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct test_args o = { 0 };
	const struct poptOption table[] = {
		{ "kernel", 'k', POPT_ARG_ARGV, &o.kernels, 0,
		  "kernel to boot: version or prefix, range of series (6.16..7.0), release in the "
		  "store, image, source tree (built if it is not)",
		  "K" },
		{ "scheduler", 's', POPT_ARG_ARGV, &o.schedulers, 0,
		  KERNEL_SCHEDULER
		  " (default), a bundled scheduler, the path of a .bpf.o or an executable, or "
		  "\"exec:PROGRAM ARGUMENT...\"",
		  "S" },
		SCHEDULER_OPTIONS(&o.settings),
		{ "topology", 't', POPT_ARG_ARGV, &o.topos, 0,
		  "NUMA nodes, LLCs in all, cores per LLC, threads per core: 1n2l2c1t",
		  "NnNlNcNt" },
		{ "clock", 'c', POPT_ARG_ARGV, &o.clocks, 0,
		  "real (default), or virtual: bit-identical on every run", "C" },
		{ "scenario", 0, POPT_ARG_ARGV, &o.scenarios, 0,
		  "run this YAML file instead of the catalogue", "FILE" },
		{ "checks", 0, POPT_ARG_STRING, &o.checks, 0,
		  "YAML file with `checks:`, the limits for the scheduler: they override the "
		  "defaults; a scenario's own limits override both",
		  "FILE" },
		{ "duration", 'd', POPT_ARG_STRING, &o.duration, 0,
		  "how long the load runs, in the guest's time (default 2s)", "D" },
		{ "repeat", 'r', POPT_ARG_STRING, &o.repeat, 0,
		  "run each test N times, each with its own seed", "N" },
		{ "level", 'l', POPT_ARG_STRING, &o.level, 0,
		  "scenarios of the catalogue: smoke, default (includes smoke) or soak (all)",
		  "L" },
		{ "filter", 'E', POPT_ARG_STRING, &o.filter, 0,
		  "only tests whose line (scenario scheduler topology kernel clock) contains TEXT",
		  "TEXT" },
		{ "jobs", 'j', POPT_ARG_STRING, &o.jobs, 0,
		  "VMs at the same time (default: as many as fit this machine's CPUs)", "N" },
		{ "seed", 0, POPT_ARG_STRING, &o.seed, 0, "seed of the first repeat (default 1)",
		  "N" },
		{ "timeout", 0, POPT_ARG_STRING, &o.timeout, 0,
		  "time limit of one VM, in real time (default: by topology and duration)", "D" },
		{ "accel", 0, POPT_ARG_STRING, &o.accel, 0, "auto (default), kvm, tcg", "A" },
		{ "start", 0, POPT_ARG_STRING, &o.start, 0,
		  "auto (default): from a saved machine where that is possible; saved: not "
		  "without one; cold: boot the kernel each time",
		  "S" },
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
		{ "json", 0, POPT_ARG_NONE, &o.json, 0, "one JSON document instead of lines",
		  NULL },
		POPT_TABLEEND,
	};
	int r = cmd_parse(self, table, argc, argv, NULL, err);

	if (r == CMD_RUN)
		r = test_all(&o, err);
	args_done(&o);
	return r;
}

const struct cmd cmd_test = {
	.name = "test",
	.summary = "run the suite and record the results",
	.usage = "--kernel K [OPTION...]",
	.details = "Repeated options multiply the suite: two kernels and two schedulers are four "
		   "runs of\n"
		   "each scenario. Results go to {target}/ktstr/{kernel}-{commit}/, one file per "
		   "test.",
	.run = run,
};
