/* SPDX-License-Identifier: GPL-2.0-only */
#include <fnmatch.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/pick.h"
#include "stats/cmds.h"
#include "stats/opts.h"
#include "stats/compare_view.h"
#include "stats/rev.h"

struct compare_args {
	struct opts base;
	struct filters filters;
	struct policy policy;
	struct strv runs;
	char *threshold, *policy_file, *details;
	char **metrics, **filter;
	struct strv picked;
	int all, plot;
	bool metric[METRIC_COUNT];
};

static void args_done(struct compare_args *a)
{
	opts_done(&a->base);
	filters_done(&a->filters);
	policy_done(&a->policy);
	strv_done(&a->runs);
	free(a->threshold);
	free(a->policy_file);
	free(a->details);
	strv_done(&a->picked);
}

static int take_policy(struct compare_args *a, struct err *err)
{
	if (a->threshold && a->policy_file)
		return err_set(err, ERR_USAGE, "--threshold and --policy exclude each other");
	if (a->threshold)
		return policy_threshold(&a->policy, a->threshold, err);
	if (a->policy_file && policy_read(&a->policy, a->policy_file, err) < 0)
		return err_wrap(err, "--policy");
	return 0;
}

static int parse(const struct cmd *self, int argc, const char **argv, struct compare_args *a,
                 struct err *err)
{
	struct filter_opts fo;
	const struct poptOption table[] = {
		PICK_OPTION(a->filter, "name kernel scheduler topology … flags"),
		{ "metric", 0, POPT_ARG_ARGV, &a->metrics, 0,
		  "judge every test by this metric instead of its headlines; repeatable", "NAME" },
		{ "threshold", 0, POPT_ARG_STRING, &a->threshold, 0,
		  "relative gate of every metric, in percent", "PCT" },
		{ "policy", 0, POPT_ARG_STRING, &a->policy_file, 0,
		  "gates from a file: default, per metric, per test", "FILE" },
		{ "details", 0, POPT_ARG_STRING, &a->details, 0,
		  "show all metrics of the tests whose name matches this pattern", "TEST" },
		{ "all", 0, POPT_ARG_NONE, &a->all, 0, "show all metrics of all tests", NULL },
		{ "plot", 0, POPT_ARG_NONE, &a->plot, 0,
		  "draw the runs of both sides as dots on one axis (table only)", NULL },
		{ NULL, 0, POPT_ARG_INCLUDE_TABLE, filter_opts_table(&fo, true), 0,
		  "Filters (repeatable; a- and b- for one side):", NULL },
		POPT_TABLEEND
	};
	int rc = opts_parse(self, &a->base, table, argc, argv, &a->runs, err);

	filter_opts_take(&fo, &a->filters);
	cmd_take_argv(&a->filter, &a->picked);
	if (rc != CMD_RUN)
		return rc;
	if (a->runs.n && a->runs.n != 2)
		return err_set(err, ERR_USAGE, "expected two runs, got %zu", a->runs.n);
	if (policy_take_metrics(&a->metrics, a->metric, err) < 0 || take_policy(a, err) < 0)
		return -(int)err->code;
	return rev_expand_filters(&a->filters, err);
}

static bool is_same_run(const struct pool_run *a, const struct pool_run *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

static int load_named(const struct opts *o, struct pool *p, const char *name, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	bool is_dir = strchr(name, '/') && !sidecar_is_file_name(fs_basename(name));
	struct pool_run *run;

	if ((is_dir ? scan_path(&s, name, err) : opts_scan_run(o, name, &s, err)) < 0)
		return -(int)err->code;
	pool_read(p, &s);
	run = &p->runs[p->n_runs - 1];
	if (run->n || !run->bad)
		return 0;
	opts_tell_bad(&p->bad);
	return opts_unreadable(run->name, run->bad, err);
}

static int load(const struct compare_args *a, struct pool *p, size_t *run, struct err *err)
{
	run[SIDE_A] = run[SIDE_B] = RUN_ANY;
	if (!a->runs.n)
		return opts_load(&a->base, p, err);
	for (size_t s = 0; s < SIDES; s++) {
		if (load_named(&a->base, p, a->runs.v[s], err) < 0)
			return -(int)err->code;
		run[s] = s;
	}
	if (is_same_run(&p->runs[0], &p->runs[1]))
		return err_set(err, ERR_USAGE, "A and B are the same run");
	opts_tell_bad(&p->bad);
	return 0;
}

static bool is_compared(const struct comparison *c, int metric)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->v[i].n_headlines; k++) {
			const struct finding *f = &c->v[i].headlines[k];

			if (f->figure.metric == metric && f->j.verdict != VERDICT_MISSING)
				return true;
		}
	return false;
}

/* What --metric asked for was compared in some test. */
static int check_wanted(const struct compare_args *a, const struct comparison *c, struct err *err)
{
	for (int m = 0; m < METRIC_COUNT; m++)
		if (a->metric[m] && !is_compared(c, m))
			return err_set(
				err, ERR_NOT_FOUND,
				"nothing to compare: --metric %s: no test has it on both sides",
				metric_defs[m].name);
	return 0;
}

/* --details names a test that is compared. */
static int check_details(const struct compare_args *a, const struct comparison *c, struct err *err)
{
	for (size_t i = 0; a->details && i < c->n; i++)
		if (fnmatch(a->details, rows_first(c->v[i].pair->side)->test, 0) == 0)
			return 0;
	return a->details ? err_set(err, ERR_NOT_FOUND, "--details %s: no test matches", a->details)
	                  : 0;
}

static int report(const struct compare_args *a, const struct compare_view *r, struct err *err)
{
	int rc;

	if (a->base.format == FORMAT_JSON)
		cmd_print_json(compare_json(r));
	else if (a->base.format == FORMAT_TABLE)
		compare_page(r, stdout);
	else
		compare_grid(r, a->base.format);
	rc = compare_status(r->cmp, err);
	return rc == EXIT_OK && check_wanted(a, r->cmp, err) < 0 ? -(int)err->code : rc;
}

static int compare_selected(const struct compare_args *a, const struct pool *p,
                            const struct selection *sel, struct err *err)
{
	struct compare_opts o = { .policy = &a->policy, .all = a->all, .details = a->details };
	_cleanup_join_ struct join join = { 0 };
	_cleanup_comparison_ struct comparison cmp = { 0 };
	_cleanup_strv_ struct strv notes = STRV_INIT;
	CLEANUP(host_diff_done) struct host_diff hosts = { 0 };

	memcpy(o.metric, a->metric, sizeof(o.metric));
	join_rows(sel->parts, &sel->side[SIDE_A], &sel->side[SIDE_B], &join);
	if (!join.matched) {
		selection_diagnose(sel, err);
		return -(int)err->code;
	}
	compare(&join, &o, &cmp);
	if (check_details(a, &cmp, err) < 0)
		return -(int)err->code;
	host_diff(&p->hosts, sel->side, &hosts);
	selection_notes(sel, &notes);
	return report(a,
	              &(struct compare_view){ .sel = sel,
	                                      .join = &join,
	                                      .cmp = &cmp,
	                                      .hosts = &hosts,
	                                      .notes = &notes,
	                                      .skipped_files = p->bad.n,
	                                      .plot = a->plot },
	              err);
}

static int compare_args(const struct compare_args *a, struct err *err)
{
	struct select_opts so = { .filters = &a->filters, .filter = &a->picked };
	_cleanup_selection_ struct selection sel = { 0 };
	_cleanup_pool_ struct pool pool;

	pool_init(&pool);
	if (load(a, &pool, so.run, err) < 0 || select_sides(&pool, &so, &sel, err) < 0)
		return -(int)err->code;
	return compare_selected(a, &pool, &sel, err);
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	CLEANUP(args_done) struct compare_args a = { .base.formats = OPTS_FORMATS };
	int rc = parse(self, argc, argv, &a, err);

	return rc == CMD_RUN ? compare_args(&a, err) : rc;
}

const struct cmd cmd_stats_compare = {
	.name = "compare",
	.summary = "what is worse, better or the same on B, worst first",
	.usage = "[OPTION...] [A B]",
	.details =
		"A and B are two runs, given by name or path, or two sets of results, given by\n"
		"filters. The dimensions in which the sides' filters differ are compared. All\n"
		"others must be equal for two results to pair: test, scheduler with flags,\n"
		"topology, work type, profile, clock and the other dimensions (kernel-commit and\n"
		"run-source only when filtered on).\n"
		"\n"
		"Each test is judged by its headlines ('stats list-metrics' names them). "
		"Verdicts:\n"
		"  worse, better  the runs differ (rank test, corrected for the number of\n"
		"                 comparisons), and by more than the gate\n"
		"  same           the whole interval of the change is within the gate\n"
		"  undecided      neither; more runs would decide\n"
		"  missing        not measured on one side\n"
		"With one run a side the gate alone decides, unconfirmed. Use ten runs a side:\n"
		"harness test --repeat 10. docs/statistics.md says how it is computed.\n"
		"\n"
		"Exit status: 0 nothing worse, 1 something is worse, 2 usage or nothing to "
		"compare.",
	.run = run,
};
