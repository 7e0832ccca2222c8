/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the runs whose figures are outliers among the others, and moves them out of the way. */
#include <ctype.h>
#include <errno.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "stats/cmds.h"
#include "stats/compare_text.h"
#include "stats/kept.h"
#include "stats/opts.h"
#include "stats/outlier.h"

#define PRUNE_FORMATS "table (default), json, csv, markdown"

struct prune_args {
	struct opts base;
	char *z, *min_runs, *min_benchmarks;
	char **metrics;
	int apply;
	struct outlier_opts limits;
};

static void args_done(struct prune_args *a)
{
	opts_done(&a->base);
	free(a->z);
	free(a->min_runs);
	free(a->min_benchmarks);
}

struct pruning {
	struct kept_runs runs; /* the root's and the kept ones */
	struct outlier_run *found;
	int root_fd;
};

static void pruning_done(struct pruning *p)
{
	outliers_free(p->found, p->runs.pool.n_runs);
	kept_runs_done(&p->runs);
	cleanup_close(&p->root_fd);
}

static bool is_flagged(const struct outlier_run *r)
{
	return r->n || r->whole;
}

/* The state of the host while the run was made: the highest of its tests. */
static double highest(const struct pruning *p, size_t run, size_t off)
{
	const struct pool_run *r = &p->runs.pool.runs[run];
	double most = NAN;

	for (size_t i = r->first; i < r->first + r->n; i++)
		most = fmax(most, *(const double *)((const char *)&p->runs.pool.rows[i] + off));
	return most;
}

static double host_load(const struct pruning *p, size_t run)
{
	return highest(p, run, offsetof(struct row, host_load));
}

static double host_wait(const struct pruning *p, size_t run)
{
	return highest(p, run, offsetof(struct row, host_wait_pct));
}

static int load(struct prune_args *a, struct pruning *p, struct err *err)
{
	_cleanup_free_ char *root = NULL;

	if (opts_root(&a->base, &root, err) < 0)
		return -(int)err->code;
	if (scan_is_run(root))
		return err_set(err, ERR_USAGE, "--dir %s is one run: give the folder of the runs",
		               root);
	if ((p->root_fd = kept_open_root(root, err)) < 0 ||
	    kept_load(p->root_fd, KEPT_ROOT, KEPT_HISTORY, &p->runs, err) < 0)
		return -(int)err->code;
	opts_tell_bad(&p->runs.pool.bad);
	outliers_find(&p->runs.pool, &a->limits, &p->found);
	return 0;
}

/* --- what is told ------------------------------------------------------------------------------ */

static void number_cell(struct grid *g, double v, const char *unit)
{
	_cleanup_free_ char *text = isfinite(v) ? text_value(v, unit) : xstrdup("-");

	grid_cell(g, TERM_PLAIN, "%s", text);
	if (isfinite(v))
		grid_raw(g, "%.17g", v);
	else
		grid_raw(g, "%s", "");
}

struct told {
	const char *what, *unit;
	double value, median, z;
};

static void add_line(struct grid *g, const struct pruning *p, size_t run, const struct told *t)
{
	grid_row(g, NULL);
	grid_cell(g, TERM_PLAIN, "%s", p->runs.pool.runs[run].name);
	grid_cell(g, TERM_PLAIN, "%s", kept_words[kept_place_of(&p->runs, run)]);
	grid_cell(g, TERM_PLAIN, "%s", t->what);
	number_cell(g, t->value, t->unit);
	number_cell(g, t->median, t->unit);
	number_cell(g, t->z, NULL);
	number_cell(g, host_load(p, run), NULL);
	number_cell(g, host_wait(p, run), "%");
}

static void add_run(struct grid *g, const struct pruning *p, size_t run)
{
	const struct outlier_run *r = &p->found[run];

	for (size_t i = 0; i < r->n; i++) {
		const struct outlier_figure *f = &r->figures[i];
		_cleanup_free_ char *what = xasprintf("%s %s", f->test, f->metric);

		add_line(g, p, run, &(struct told){ what, f->unit, f->value, f->median, f->z });
	}
	if (r->whole)
		add_line(g, p, run,
		         &(struct told){ "the whole run, × worse", NULL, r->scale, 1, r->scale_z });
}

static void print_grid(const struct pruning *p, enum grid_format format)
{
	static const struct grid_col cols[] = {
		{ "RUN", "run", .shrink = true },
		{ "STATE", "state" },
		{ "FLAGGED BY", "figure", .shrink = true },
		{ "VALUE", "value", .right = true },
		{ "MEDIAN", "median", .right = true },
		{ "Z", "z", .right = true },
		{ "LOAD", "host_load", .right = true },
		{ "WAIT", "host_wait_pct", .right = true },
	};
	_cleanup_grid_ struct grid *g = grid_new("prune", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < p->runs.pool.n_runs; i++)
		add_run(g, p, i);
	if (grid_rows(g) || format != FORMAT_TABLE)
		grid_print(g, format, stdout);
}

static struct json_object *figures_json(const struct outlier_run *r)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < r->n; i++) {
		const struct outlier_figure *f = &r->figures[i];
		struct json_object *o = json_object_new_object();

		json_add_text(o, "test", f->test);
		json_add_text(o, "metric", f->metric);
		json_add_text(o, "unit", f->unit);
		json_add_number(o, "value", f->value);
		json_add_number(o, "median", f->median);
		json_add_number(o, "z", f->z);
		json_object_object_add(o, "runs", json_object_new_int64((int64_t)f->runs));
		json_object_array_add(list, o);
	}
	return list;
}

static void print_json(const struct pruning *p)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < p->runs.pool.n_runs; i++) {
		const struct outlier_run *r = &p->found[i];
		struct json_object *o;

		if (!pool_is_run(&p->runs.pool.runs[i]))
			continue;
		o = json_object_new_object();
		json_add_text(o, "run", p->runs.pool.runs[i].name);
		json_add_text(o, "state", kept_words[kept_place_of(&p->runs, i)]);
		json_object_object_add(o, "flagged", json_object_new_boolean(is_flagged(r)));
		json_object_object_add(o, "judged", json_object_new_int64((int64_t)r->judged));
		json_object_object_add(o, "figures", figures_json(r));
		json_object_object_add(o, "whole", json_object_new_boolean(r->whole));
		json_add_number(o, "scale", r->scale);
		json_add_number(o, "scale_z", r->scale_z);
		json_add_number(o, "host_load", host_load(p, i));
		json_add_number(o, "host_wait_pct", host_wait(p, i));
		json_object_array_add(list, o);
	}
	cmd_print_json(list);
}

/* --- what is moved ----------------------------------------------------------------------------- */

/* The name that a run of the root gets: "{run}@{invocation}", so that later runs of that name can be
 * pruned, too. */
static char *pruned_name(const struct pruning *p, size_t run)
{
	const struct pool_run *r = &p->runs.pool.runs[run];
	const char *id = p->runs.pool.rows[r->first].run_id;
	_cleanup_free_ char *text = id ? xstrdup(id) : clock_format_utc(r->mtime.tv_sec);

	for (char *c = text; *c; c++)
		if (!isascii((unsigned char)*c) ||
		    (!isalnum((unsigned char)*c) && !strchr("._+~-", *c)))
			*c = '_';
	return xasprintf("%s@%s", r->name, text);
}

static bool is_taken(int root_fd, enum kept_place to, const char *name)
{
	struct err ignored = ERR_INIT; /* the move reports it */
	_cleanup_close_ int fd = kept_open(root_fd, to, false, &ignored);

	return fd >= 0 && fs_exists(fd, name);
}

static int prune_run(const struct pruning *p, size_t run, struct err *err)
{
	const struct pool_run *r = &p->runs.pool.runs[run];
	enum kept_place from = kept_place_of(&p->runs, run);
	enum kept_place to = from == KEPT_ROOT ? KEPT_PRUNED_RUNS : KEPT_PRUNED_HISTORY;
	_cleanup_free_ char *base = from == KEPT_ROOT ? pruned_name(p, run) : xstrdup(r->name);
	_cleanup_free_ char *name = xstrdup(base);
	struct kept_move m = { p->root_fd, from, to, r->name, NULL, r };

	for (unsigned int i = 1; from == KEPT_ROOT && is_taken(p->root_fd, to, name); i++) {
		free(name);
		name = xasprintf("%s.%u", base, i);
	}
	m.as = name;
	if (kept_move(&m, err) < 0)
		return -(int)err->code;
	fprintf(stderr, "stats: moved %s to .history/pruned\n", r->name);
	return 0;
}

/* Moves all that are flagged; a run that is in use does not hinder the others. */
static int prune_flagged(const struct pruning *p, struct err *err)
{
	struct err busy = ERR_INIT;

	for (size_t i = 0; i < p->runs.pool.n_runs; i++) {
		if (!is_flagged(&p->found[i]) || prune_run(p, i, err) == 0)
			continue;
		if (err->code != ERR_BUSY)
			return -(int)err->code;
		busy = *err;
	}
	*err = busy;
	return -(int)err->code;
}

static void sum_up(const struct pruning *p, const struct prune_args *a, size_t flagged)
{
	size_t runs = 0, unjudged = 0;

	for (size_t i = 0; i < p->runs.pool.n_runs; i++) {
		runs += pool_is_run(&p->runs.pool.runs[i]);
		unjudged += p->runs.pool.runs[i].n && !p->found[i].judged;
	}
	fprintf(stderr, "stats: %zu of %zu runs flagged%s\n", flagged, runs,
	        flagged && !a->apply ? "; --apply moves them to .history/pruned" : "");
	if (unjudged)
		fprintf(stderr, "stats: %zu not judged: fewer than %zu runs like them\n", unjudged,
		        a->limits.min_runs);
}

static int prune(struct prune_args *a, struct err *err)
{
	CLEANUP(pruning_done) struct pruning p = { .root_fd = -1 };
	size_t flagged = 0;

	if (load(a, &p, err) < 0)
		return -(int)err->code;
	if (a->base.format == FORMAT_JSON)
		print_json(&p);
	else
		print_grid(&p, a->base.format);
	for (size_t i = 0; i < p.runs.pool.n_runs; i++)
		flagged += is_flagged(&p.found[i]);
	sum_up(&p, a, flagged);
	return a->apply ? prune_flagged(&p, err) : EXIT_OK;
}

/* --- options ----------------------------------------------------------------------------------- */

static int take_count(const char *text, const char *option, size_t fallback, size_t *out,
                      struct err *err)
{
	uint64_t v = fallback;

	if (text && parse_u64(text, option, 2, UINT32_MAX, &v, err) < 0)
		return -(int)err->code;
	*out = v;
	return 0;
}

static int take_limits(struct prune_args *a, struct err *err)
{
	a->limits.z = OUTLIER_Z;
	if (policy_take_metrics(&a->metrics, a->limits.wanted, err) < 0 ||
	    (a->z && parse_f64(a->z, "--z-thresh", 0.1, 1e9, &a->limits.z, err) < 0) ||
	    take_count(a->min_runs, "--min-runs", OUTLIER_MIN_RUNS, &a->limits.min_runs, err) < 0)
		return -(int)err->code;
	return take_count(a->min_benchmarks, "--min-benchmarks", OUTLIER_MIN_BENCHMARKS,
	                  &a->limits.min_benchmarks, err);
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	CLEANUP(args_done) struct prune_args a = { .base.formats = PRUNE_FORMATS };
	const struct poptOption table[] = {
		{ "z-thresh", 0, POPT_ARG_STRING, &a.z, 0,
		  "robust z-score from which a value is an outlier (default 3.5)", "Z" },
		{ "min-runs", 0, POPT_ARG_STRING, &a.min_runs, 0,
		  "do not judge a figure that fewer runs have (default 4)", "N" },
		{ "min-benchmarks", 0, POPT_ARG_STRING, &a.min_benchmarks, 0,
		  "do not judge a run as a whole with fewer tests (default 3)", "N" },
		{ "metric", 0, POPT_ARG_ARGV, &a.metrics, 0,
		  "judge by this metric instead of each test's headlines (repeatable)", "NAME" },
		{ "apply", 0, POPT_ARG_NONE, &a.apply, 0,
		  "move the flagged runs to .history/pruned", NULL },
		POPT_TABLEEND,
	};
	int rc = opts_parse(self, &a.base, table, argc, argv, NULL, err);

	if (rc == CMD_RUN)
		rc = take_limits(&a, err) < 0 ? -(int)err->code : prune(&a, err);
	return rc;
}

const struct cmd cmd_stats_prune = {
	.name = "prune",
	.summary = "find runs that are outliers among the others; move them aside",
	.usage = "[OPTION...]",
	.details =
		"Compares each run, also the kept ones, with the runs of the same tests: robust\n"
		"z-scores (median, MAD) of each test's headlines, and of the run as a whole.\n"
		"LOAD and WAIT are the host's load and how long the VM waited for it. Nothing is\n"
		"moved without --apply; 'stats history restore --pruned' brings all back.",
	.run = run,
};
