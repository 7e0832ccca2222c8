/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "harness/ab.h"
#include "harness/cmds.h"
#include "harness/lineup.h"
#include "harness/rev_tree.h"
#include "harness/scheduler_options.h"
#include "harness/session.h"
#include "harness/suite_file.h"
#include "sidecar/rundir.h"
#include "stats/looks.h"

#define DEFAULT_BUDGET "5m"
#define DEFAULT_LEVEL  "smoke"

/* Options that are handed on to `harness test`, repeatable ones first. X(member, name, short name, help,
 * argument) */
#define LISTS(X)                                                                                   \
	X(kernels, "kernel", 'k', "as in harness test; twice: A and B", "K")                       \
	X(schedulers, "scheduler", 's', "as in harness test; twice: A and B", "S")                 \
	X(profiles, "profile", 0, "as in harness test; twice: A and B", "P")                       \
	X(topologies, "topology", 't', "topology (default: each scenario's own)", "NnNlNcNt")      \
	X(scenarios, "scenario", 0, "YAML file instead of the catalogue", "FILE")                  \
	X(filters, "filter", 'E', "only some tests, as in harness test", "TEXT")
#define TEXTS(X)                                                                                   \
	X(clock, "clock", 'c', "real, virtual, or auto (default): real where KVM works", "C")      \
	X(duration, "duration", 'd', "how long the load runs, in the guest's time", "D")           \
	X(level, "level", 'l', "scenarios: smoke (default), default or soak", "L")                 \
	X(jobs, "jobs", 'j', "VMs at the same time (default auto)", "N")                           \
	X(seed, "seed", 0, "seed of the first run of each side (default 1)", "N")                  \
	X(memory, "memory", 'm', "memory of the guest", "SIZE")                                    \
	X(suite, "suite", 0, "suite file, as in harness test", "FILE")

struct ab_args {
#define X(member, ...) char **member;
	LISTS(X)
#undef X
#define X(member, ...) char *member;
	TEXTS(X)
#undef X
	char *against, *build, *budget;
	struct scheduler_options settings;
	int no_suite, offline, wait, keep;
};

static void args_done(struct ab_args *a)
{
#define X(member, ...) a->member,
	char **const lists[] = { LISTS(X) };
	char *const texts[] = { TEXTS(X) a->against, a->build, a->budget };
#undef X

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		for (size_t k = 0; lists[i] && lists[i][k]; k++)
			free(lists[i][k]);
		free(lists[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		free(texts[i]);
}

/* An invocation while it runs. */
struct ab {
	const struct ab_args *args;
	struct strv argv; /* of `harness test`, but for the repeats */
	struct rev_tree tree;
	char *run_id;
	uint64_t start, deadline;
	struct ab_sides sides; /* texts owned, since each look has a plan of its own */
	bool has_sides;
	size_t n_tests;           /* of each side */
	struct side_tests judged; /* at the last look */
	struct strv dirs;
	size_t look;
};

static void ab_done(struct ab *x)
{
	strv_done(&x->argv);
	strv_done(&x->dirs);
	rev_tree_done(&x->tree);
	side_tests_done(&x->judged);
	free((char *)x->sides.value[0]);
	free((char *)x->sides.value[1]);
	free(x->run_id);
}

static void add_option(struct strv *argv, const char *name, const char *value)
{
	if (value)
		strv_addf(argv, "--%s=%s", name, value);
}

static void add_options(struct strv *argv, const char *name, const struct strv *values)
{
	strv_each (values, i)
		add_option(argv, name, values->v[i]);
}

static void add_list(struct strv *argv, const char *name, char *const *values)
{
	for (size_t i = 0; values && values[i]; i++)
		add_option(argv, name, values[i]);
}

static void add_settings(struct strv *argv, const struct scheduler_settings *s)
{
#define X(member, option) add_options(argv, option, &s->member);
	SCHEDULER_SETTINGS(X)
#undef X
	add_option(argv, "ops-map", s->ops_map);
}

/* The object at the revision is side A. It gets the settings that the suite file gives the scheduler
 * now. */
static int add_revision(struct ab *x, const struct lineup *l, const struct suite_file *suite,
                        struct err *err)
{
	const struct ab_args *a = x->args;
	const char *command = a->build ? a->build : l->v[0].build;
	_cleanup_free_ char *path = NULL;
	_cleanup_free_ char *dir =
		a->build || !command ? xstrdup(".") : suite_file_path(suite, ".");

	if (l->n != 1 || l->specs[0].kind != SCHEDULER_OBJECT)
		return err_set(err, ERR_USAGE,
		               "--against needs one --scheduler that is a BPF object in a git "
		               "repository");
	if (rev_tree_open(l->specs[0].object, a->against, &x->tree, err) < 0 ||
	    (command && rev_tree_build(&x->tree, dir, command, err) < 0) ||
	    rev_tree_path(&x->tree, l->specs[0].object, &path, err) < 0)
		return err_wrap(err, "--against %s", a->against);
	add_option(&x->argv, "scheduler", path);
	add_settings(&x->argv, &l->specs[0].settings);
	return 0;
}

static int take_against(struct ab *x, struct err *err)
{
	const struct ab_args *a = x->args;
	CLEANUP(suite_file_free) struct suite_file *suite = NULL;
	CLEANUP(lineup_done) struct lineup l = { 0 };
	int r;

	if (!a->against)
		return 0;
	if (!a->schedulers || a->schedulers[1])
		return err_set(err, ERR_USAGE, "--against compares one --scheduler with itself");
	if ((r = suite_file_open(a->suite, a->no_suite, &suite, err)) == 0 &&
	    (r = lineup_add(&l, suite, a->schedulers[0], err)) == 0)
		r = add_revision(x, &l, suite, err);
	return r;
}

static int make_argv(struct ab *x, struct err *err)
{
	struct ab_args *a = (struct ab_args *)x->args;
	struct scheduler_settings settings = { 0 };

	strv_add(&x->argv, "harness test");
	if (take_against(x, err) < 0)
		return -(int)err->code;
#define X(member, name, ...) add_list(&x->argv, name, a->member);
	LISTS(X)
#undef X
#define X(member, name, ...) add_option(&x->argv, name, a->member);
	TEXTS(X)
#undef X
	scheduler_options_take(&a->settings, &settings);
	add_settings(&x->argv, &settings);
	scheduler_settings_done(&settings);
	if (a->no_suite)
		strv_add(&x->argv, "--no-suite");
	if (a->offline)
		strv_add(&x->argv, "--offline");
	if (a->wait)
		strv_add(&x->argv, "--wait");
	if (a->keep)
		strv_add(&x->argv, "--keep");
	return 0;
}

static void tell_sides(const struct ab *x, const struct plan *p, const char *clock_reason)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "A: %s %s, B: %s; %zu test%s", x->sides.dimension, x->sides.value[0],
	            x->sides.value[1], x->n_tests, x->n_tests == 1 ? "" : "s");
	if (clock_reason)
		strbuf_addf(&b, "; %s clock: %s",
		            json_name(&vm_clock_names, (int)p->tests[0].clock), clock_reason);
	term_prose(stdout, TERM_PLAIN, 2, strbuf_cstr(&b));
	fflush(stdout);
}

static int arrange(void *arg, struct plan *p, const char *clock_reason, struct err *err)
{
	struct ab *x = arg;

	if (!x->has_sides) {
		if (ab_sides_of(p, &x->sides, err) < 0)
			return -(int)err->code;
		for (int s = 0; s < 2; s++)
			x->sides.value[s] = xstrdup(x->sides.value[s]);
		x->has_sides = true;
		x->n_tests = plan_n_tests(p) / 2;
		tell_sides(x, p, clock_reason);
	}
	ab_drop(p, &x->judged);
	ab_order(p, &x->sides);
	return 0;
}

static struct two_sides seen(const struct ab *x, double level)
{
	return (struct two_sides){
		.dirs = &x->dirs,
		.run_id = x->run_id,
		.dimension = x->sides.dimension,
		.value = { x->sides.value[0], x->sides.value[1] },
		.level = level,
	};
}

/* Runs what is not decided until each side has the runs of this look. Returns the exit status of the
 * tests. */
static int run_tests(struct ab *x, struct err *err)
{
	const uint32_t before = x->look ? looks[x->look - 1].runs : 0;
	_cleanup_strv_ struct strv argv = STRV_INIT;
	const struct session s = {
		.first_repeat = before,
		.deadline = x->deadline,
		.quiet = true,
		.level = DEFAULT_LEVEL,
		.add = x->look > 0,
		.arrange = arrange,
		.arg = x,
		.dirs = x->look ? NULL : &x->dirs,
	};

	strv_copy(&argv, &x->argv);
	strv_addf(&argv, "--repeat=%u", looks[x->look].runs - before);
	return session_run(&s, (int)argv.n, (const char **)argv.v, err);
}

static void tell_look(const struct ab *x)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	uint64_t now = clock_mono_ns();

	strbuf_addf(&b, "%3.0f s, %s%u runs a side:", (double)(now - x->start) / NS_PER_SEC,
	            now < x->deadline ? "" : "time is up before ", looks[x->look].runs);
	for (size_t i = 0; i < x->judged.n; i++) {
		const struct side_test *t = &x->judged.v[i];

		strbuf_addf(&b, "%s %s %s", i ? "," : "", t->test, t->word);
		if (t->need && !t->decided)
			strbuf_addf(&b, " (about %zu needed)", t->need);
	}
	if (x->judged.n < x->n_tests)
		strbuf_addf(&b, "; %zu not run", x->n_tests - x->judged.n);
	term_prose(stdout, TERM_PLAIN, 7, strbuf_cstr(&b));
	fflush(stdout);
}

static bool all_decided(const struct side_tests *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (!t->v[i].decided)
			return false;
	return true;
}

static int judge(struct ab *x, const struct two_sides *s, struct err *err)
{
	struct err why = ERR_INIT;

	if (sides_judge(s, &x->judged, &why) == 0)
		return 0;
	if (why.code == ERR_NOT_FOUND && clock_mono_ns() >= x->deadline)
		return err_set(
			err, ERR_USAGE,
			"time was up before each side had a result: give more with --budget");
	*err = why;
	return -(int)err->code;
}

/* Returns 0, or the exit status with which to end at once. */
static int take_looks(struct ab *x, struct err *err)
{
	for (;; x->look++) {
		int r = run_tests(x, err);
		const struct two_sides s = seen(x, looks[x->look].level);

		if (r < 0 || r == EXIT_INTERRUPTED)
			return r;
		side_tests_done(&x->judged);
		if (judge(x, &s, err) < 0)
			return -(int)err->code;
		tell_look(x);
		if (x->look == LOOKS - 1 || all_decided(&x->judged) ||
		    clock_mono_ns() >= x->deadline)
			return 0;
	}
}

static int compare_both(struct ab *x, struct err *err)
{
	int r = make_argv(x, err);

	if (r == 0)
		r = take_looks(x, err);
	if (r != 0)
		return r;
	putchar('\n');

	const struct two_sides s = seen(x, looks[x->look].level);
	return sides_print(&s, stdout, err);
}

static int ab_all(const struct ab_args *args, struct err *err)
{
	struct ab x = { .args = args, .tree = REV_TREE_NONE, .start = clock_mono_ns() };
	uint64_t budget;
	int r = parse_duration_ns(args->budget ? args->budget : DEFAULT_BUDGET, "--budget", &budget,
	                          err);

	x.deadline = deadline_in(budget);
	x.run_id = rundir_run_id();
	if (r == 0)
		r = compare_both(&x, err);
	ab_done(&x);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct ab_args a = { 0 };
	const struct poptOption table[] = {
#define X(member, name, letter, help, argument)                                                    \
	{ name, letter, POPT_ARG_ARGV, &a.member, 0, help, argument },
		LISTS(X)
#undef X
			{ "against", 0, POPT_ARG_STRING, &a.against, 0,
		          "A is the scheduler's object as of this git revision, built in a scratch "
		          "checkout",
		          "REV" },
		{ "build", 0, POPT_ARG_STRING, &a.build, 0,
		  "command that builds it there: \"make -s\" (default: build: of the suite file)",
		  "CMD" },
		{ "budget", 0, POPT_ARG_STRING, &a.budget, 0,
		  "start no run after this time (default " DEFAULT_BUDGET ")", "D" },
		SCHEDULER_OPTIONS(&a.settings),
#define X(member, name, letter, help, argument)                                                    \
	{ name, letter, POPT_ARG_STRING, &a.member, 0, help, argument },
		TEXTS(X)
#undef X
			{ "no-suite", 0, POPT_ARG_NONE, &a.no_suite, 0, "use no suite file", NULL },
		{ "offline", 0, POPT_ARG_NONE, &a.offline, 0, "never fetch a kernel", NULL },
		{ "keep", 0, POPT_ARG_NONE, &a.keep, 0,
		  "move the earlier results of this kernel and commit to .history", NULL },
		{ "wait", 0, POPT_ARG_NONE, &a.wait, 0,
		  "wait for another invocation that uses the run directory", NULL },
		POPT_TABLEEND,
	};
	int r = cmd_parse(self, table, argc, argv, NULL, err);

	if (r == CMD_RUN)
		r = ab_all(&a, err);
	args_done(&a);
	return r;
}

const struct cmd cmd_ab = {
	.name = "ab",
	.summary =
		"run two schedulers, kernels or profiles in turn until it is clear which is worse",
	.usage = "--kernel K --scheduler A --scheduler B [OPTION...]",
	.details =
		"Runs both sides in turn, A B B A, with a new seed each time, and looks at the\n"
		"results after 8, 16, 32 and 64 runs a side. A test that is decided is not run\n"
		"again; the time goes to the others. The looks are planned: together they raise\n"
		"a false alarm in at most 5 % of comparisons (docs/statistics.md). At the end it\n"
		"prints the comparison as stats compare does.\n"
		"\n"
		"Exit status: 0 nothing is worse, 1 something is worse, 2 usage or nothing to\n"
		"compare.",
	.run = run,
};
