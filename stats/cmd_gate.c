/* SPDX-License-Identifier: GPL-2.0-only */
/* Holds results against an objectives file. */
#include "base/fs.h"
#include "base/mem.h"
#include "base/pick.h"
#include "stats/cmds.h"
#include "stats/objective_report.h"
#include "stats/opts.h"
#include "stats/rev.h"

struct gate_args {
	struct opts base;
	char *objectives, *report, *summary;
	int all_runs;
	char **filter;
	struct strv picked;
	struct filters filters;
};

static void args_done(struct gate_args *a)
{
	opts_done(&a->base);
	free(a->objectives);
	free(a->report);
	free(a->summary);
	strv_done(&a->picked);
	filters_done(&a->filters);
}

static int load(const struct gate_args *a, struct pool *p, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;

	if (a->all_runs && a->base.run)
		return err_set(err, ERR_USAGE, "--run and --all-runs exclude each other");
	if ((a->all_runs ? opts_scan_all(&a->base, &s, err)
	                 : opts_scan_run(&a->base, a->base.run, &s, err)) < 0)
		return -(int)err->code;
	pool_read(p, &s);
	opts_tell_bad(&p->bad);
	return !p->n_rows && p->bad.n ? opts_unreadable("the run", p->bad.n, err) : 0;
}

static int write_summary(const char *path, const struct objective_summary *s, struct err *err)
{
	_cleanup_json_ struct json_object *o = json_encode(&objective_summary_table, s);
	_cleanup_free_ char *text = json_text(o, true);

	return fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0666, err);
}

static int write_report(const char *path, const struct objective_summary *s,
                        const struct verdict_of_objectives *v, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		return err_set(err, ERR_SYSTEM, "%s: no memory", path);
	objective_page(s, v, f);
	fclose(f);
	return fs_write_atomic(AT_FDCWD, path, text, n, 0666, err);
}

static void print(const struct gate_args *a, const struct objective_summary *s,
                  const struct verdict_of_objectives *v)
{
	if (a->base.format == FORMAT_JSON) {
		cmd_print_json(json_encode(&objective_summary_table, s));
		return;
	}
	objective_grid(v, a->base.format, stdout);
	if (a->base.format != FORMAT_TABLE)
		return;
	objective_notes(v, stdout);
	printf("%s: %zu pass, %zu fail, %zu undecided, %zu without data, %zu not judged "
	       "(strict rows)\n",
	       s->verdict, v->by[OBJECTIVE_PASS], v->by[OBJECTIVE_FAIL], v->by[OBJECTIVE_UNDECIDED],
	       v->by[OBJECTIVE_NO_DATA], v->by[OBJECTIVE_NOT_JUDGED]);
}

static int gate(const struct gate_args *a, struct err *err)
{
	CLEANUP(verdict_of_objectives_done) struct verdict_of_objectives v = { 0 };
	_cleanup_objectives_ struct objectives *o = NULL;
	struct objective_summary s;
	_cleanup_pool_ struct pool p;
	int rc = 0;

	pool_init(&p);
	if (!a->objectives)
		return err_set(err, ERR_USAGE, "give --objectives FILE");
	if (objectives_load(a->objectives, &o, err) < 0 || load(a, &p, err) < 0 ||
	    objectives_judge(o, &p, &(struct objective_opts){ &a->filters, &a->picked }, &v, err) <
	            0)
		return -(int)err->code;
	objective_summarise(o, &v, &p, &s);
	print(a, &s, &v);
	if (a->summary)
		rc = write_summary(a->summary, &s, err);
	if (rc == 0 && a->report)
		rc = write_report(a->report, &s, &v, err);
	json_done(&objective_summary_table, &s);
	return rc < 0 ? rc : v.exit_status;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	CLEANUP(args_done)
	struct gate_args a = { .base = { .formats = OPTS_FORMATS, .one_run = true } };
	struct filter_opts fo;
	const struct poptOption table[] = {
		{ "objectives", 0, POPT_ARG_STRING, &a.objectives, 0,
		  "what the figures must be (docs/objectives.md)", "FILE" },
		{ "all-runs", 0, POPT_ARG_NONE, &a.all_runs, 0,
		  "judge the results of all runs, not of one", NULL },
		{ "report", 0, POPT_ARG_STRING, &a.report, 0, "also write a page of Markdown",
		  "FILE" },
		{ "summary", 0, POPT_ARG_STRING, &a.summary, 0, "also write the verdict as JSON",
		  "FILE" },
		PICK_OPTION(a.filter, "name kernel scheduler topology … flags"),
		{ NULL, 0, POPT_ARG_INCLUDE_TABLE, filter_opts_table(&fo, false), 0,
		  "Filters (repeatable):", NULL },
		POPT_TABLEEND,
	};
	int rc = opts_parse(self, &a.base, table, argc, argv, NULL, err);

	filter_opts_take(&fo, &a.filters);
	cmd_take_argv(&a.filter, &a.picked);
	if (rc != CMD_RUN)
		return rc;
	return rev_expand_filters(&a.filters, err) < 0 ? -(int)err->code : gate(&a, err);
}

const struct cmd cmd_stats_gate = {
	.name = "gate",
	.summary = "hold a run against an objectives file",
	.usage = "--objectives FILE [OPTION...]",
	.details = "One line for each row of the file: the median of the runs that count with its\n"
		   "interval, the budget, and pass, fail, undecided, no data or not judged. Times\n"
		   "are never judged across emulation and bare metal, or across clocks.\n"
		   "\n"
		   "Exit status: 0 all strict rows pass or are below their floor, 1 one fails, 2\n"
		   "usage, 3 nothing was judged, or a strict row is undecided, or one that is not\n"
		   "optional has no data or only times of emulation.",
	.run = run,
};
