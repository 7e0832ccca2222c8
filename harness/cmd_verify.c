/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/catalogue.h"
#include "harness/cmds.h"
#include "harness/growth.h"
#include "harness/load_all.h"
#include "harness/rev_tree.h"
#include "harness/run_figures.h"

struct verify_args {
	struct load_options load;
	char *against, *build, *budget;
	int all, json;
};

struct verify {
	struct load_all load; /* the schedulers; of a revision: then those of the revision again */
	size_t n;             /* schedulers */
	struct budget *budget;
	struct rev_tree tree;   /* tree.commit NULL: a run is compared with */
	struct run_figures run; /* path NULL: a revision is compared with */
	struct growth growth;
};

static void verify_done(struct verify *v)
{
	growth_done(&v->growth);
	load_all_done(&v->load);
	budget_free(&v->budget);
	run_figures_done(&v->run);
	rev_tree_done(&v->tree);
}

static int check_objects(const struct verify *v, struct err *err)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->load.lineup.specs[i].kind != SCHEDULER_OBJECT)
			return err_set(err, ERR_USAGE,
			               "%s is an executable: only of a BPF object is it known what "
			               "the verifier says",
			               v->load.lineup.specs[i].name);
	return 0;
}

/* --- of a revision -----------------------------------------------------------------------------
 */

/* The folder of the build command: the suite file's for its own, else the working directory. */
static int build(struct verify *v, const struct variant *variant, const char *given,
                 struct err *err)
{
	_cleanup_free_ char *dir = NULL;

	if (given)
		return rev_tree_build(&v->tree, ".", given, err);
	if (!variant->build)
		return 0;
	dir = suite_file_path(v->load.suite, ".");
	return rev_tree_build(&v->tree, dir, variant->build, err);
}

/* The scheduler's object at the revision goes to the end of the lineup, with the same settings. */
static int add_earlier(struct verify *v, size_t i, const char *command, struct err *err)
{
	_cleanup_free_ char *path = NULL, *name = xstrdup(v->load.lineup.specs[i].name);
	struct scheduler_spec spec;
	struct variant *variant;

	if (build(v, &v->load.lineup.v[i], command, err) < 0 ||
	    rev_tree_path(&v->tree, v->load.lineup.specs[i].object, &path, err) < 0 ||
	    scheduler_spec_resolve(path, &spec, err) < 0)
		return -(int)err->code;
	free(spec.name);
	spec.name = steal_ptr(&name);
	scheduler_settings_add(&spec.settings, &v->load.lineup.specs[i].settings);
	*xgrow(v->load.lineup.specs, v->load.lineup.n_specs) = spec;
	variant = xgrow(v->load.lineup.v, v->load.lineup.n);
	*variant = (struct variant){ .kernels = v->load.lineup.v[i].kernels };
	return 0;
}

static int take_revision(struct verify *v, const struct verify_args *args, struct err *err)
{
	if (rev_tree_open(v->load.lineup.specs[0].object, args->against, &v->tree, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < v->n; i++)
		if (add_earlier(v, i, args->build, err) < 0)
			return -(int)err->code;
	return 0;
}

/* --- what it was compared with -----------------------------------------------------------------
 */

static int take_against(struct verify *v, const struct verify_args *args, struct err *err)
{
	_cleanup_free_ char *folder = run_figures_folder(args->against);
	struct err why = ERR_INIT;

	if (folder && args->build)
		return err_set(err, ERR_USAGE, "%s is a run: there is nothing to build", folder);
	if (folder)
		return run_figures_read(folder, &v->run, err);
	if (take_revision(v, args, &why) == 0)
		return 0;
	*err = why;
	return err_wrap(err, "--against %s", args->against);
}

static const struct load_result *result_of(const struct verify *v, size_t k, size_t i)
{
	return &v->load.results[k * v->load.lineup.n_specs + i];
}

static const struct figures *before_of(const struct verify *v, size_t k, size_t i)
{
	if (v->run.path)
		return run_figures_find(&v->run, v->load.lineup.specs[i].name,
		                        v->load.kernels[k].version);
	return &result_of(v, k, v->n + i)->figures;
}

static bool is_checked(const struct verify *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (streq(v->load.lineup.specs[i].name, name))
			return true;
	return false;
}

/* A budget may be for more schedulers than these, or a name in it be misspelt. */
static void note_unknown_schedulers(const struct verify *v)
{
	for (uint32_t i = 0; v->budget && i < v->budget->schedulers_count; i++)
		if (!is_checked(v, v->budget->schedulers[i].name))
			term_print(stderr, TERM_WARN,
			           "note: the budget names %s, which is not checked here\n",
			           v->budget->schedulers[i].name);
}

static void note_unmeasured(const struct verify *v, size_t k, size_t i,
                            const struct figures *before)
{
	if (result_of(v, k, i)->ok && (!before || !before->n))
		term_print(stderr, TERM_WARN,
		           "note: %s has no earlier figures on %s: its growth is not judged\n",
		           v->load.lineup.specs[i].name, v->load.kernels[k].version);
}

static int compare(struct verify *v, struct err *err)
{
	const struct budget_program *unknown;

	for (size_t k = 0; k < v->load.n_kernels; k++)
		for (size_t i = 0; i < v->n; i++) {
			const struct figures *before = before_of(v, k, i);

			note_unmeasured(v, k, i, before);
			growth_add(&v->growth, v->load.lineup.specs[i].name,
			           v->load.kernels[k].version, before, &result_of(v, k, i)->figures,
			           v->budget);
		}
	unknown = growth_unknown_program(&v->growth, v->budget);
	if (!unknown)
		return 0;
	place_refuse(unknown->at, "name", err, "the scheduler has no program \"%s\"",
	             unknown->name);
	return catalogue_blame(err);
}

/* --- printing ----------------------------------------------------------------------------------
 */

static char *figure_text(enum figure figure, uint64_t n)
{
	if (n == U64_NONE)
		return xstrdup("-");
	return figure == FIG_TIME ? clock_format_ns(n) : xasprintf("%llu", (unsigned long long)n);
}

static char *change_text(const struct growth_row *r)
{
	struct strbuf b = STRBUF_INIT;

	if (r->before == U64_NONE)
		strbuf_adds(&b, "new");
	else if (r->after == U64_NONE)
		strbuf_adds(&b, "gone");
	else if (isinf(r->growth_pct))
		strbuf_adds(&b, "from 0");
	else
		strbuf_addf(&b, r->growth_pct ? "%+.1f %%" : "none", r->growth_pct);
	if (r->over_growth)
		strbuf_addf(&b, ", allowed %g %%", r->allowed_pct);
	if (r->over_limit)
		strbuf_addf(&b, ", limit %g", r->limit);
	return strbuf_steal(&b);
}

static enum term_color colour_of(const struct growth_row *r)
{
	return growth_over(r) ? TERM_BAD : r->growth_pct < 0 ? TERM_GOOD : TERM_PLAIN;
}

/* Programs only where something changed, unless all are asked for. */
static void print_rows(const struct growth *g, bool all)
{
	static const struct table_col cols[] = {
		{ "SCHEDULER", false, true }, { "PROGRAM", false, true },
		{ "KERNEL", false, false },   { "FIGURE", false, false },
		{ "BEFORE", true, false },    { "AFTER", true, false },
		{ "CHANGE", false, false },
	};
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < g->n; i++) {
		const struct growth_row *r = &g->v[i];
		_cleanup_free_ char *before = figure_text(r->figure, r->before);
		_cleanup_free_ char *after = figure_text(r->figure, r->after);
		_cleanup_free_ char *change = change_text(r);

		if (r->program && !all && !growth_changed(r) && !growth_over(r))
			continue;
		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", r->scheduler);
		table_cell(t, r->program ? TERM_PLAIN : TERM_DIM, "%s",
		           r->program ? r->program : "(all)");
		table_cell(t, TERM_PLAIN, "%s", r->kernel);
		table_cell(t, TERM_PLAIN, "%s", figure_defs[r->figure].key);
		table_cell(t, TERM_PLAIN, "%s", before);
		table_cell(t, TERM_PLAIN, "%s", after);
		table_cell(t, colour_of(r), "%s", change);
	}
	table_print(t, stdout);
}

static void put_figure(struct json_object *o, const char *key, enum figure figure, uint64_t n)
{
	double v = (double)n / figure_defs[figure].factor;

	json_object_object_add(o, key,
	                       n == U64_NONE        ? NULL
	                       : figure == FIG_TIME ? json_object_new_double(v)
	                                            : json_object_new_uint64(n));
}

static struct json_object *row_json(const struct growth_row *r)
{
	struct json_object *o = json_object_new_object();

	json_add_text(o, "scheduler", r->scheduler);
	json_add_text(o, "program", r->program);
	json_add_text(o, "kernel", r->kernel);
	json_add_text(o, "figure", figure_defs[r->figure].key);
	json_add_text(o, "unit", figure_defs[r->figure].unit);
	put_figure(o, "before", r->figure, r->before);
	put_figure(o, "after", r->figure, r->after);
	json_add_number(o, "growth_pct", r->growth_pct);
	json_add_number(o, "allowed_growth_pct", r->allowed_pct);
	json_add_number(o, "limit", r->limit);
	json_object_object_add(o, "over", json_object_new_boolean(growth_over(r)));
	return o;
}

static struct json_object *refused_json(const struct verify *v)
{
	struct json_object *list = json_object_new_array();

	for (size_t k = 0; k < v->load.n_kernels; k++)
		for (size_t i = 0; i < v->load.lineup.n_specs; i++) {
			const struct load_result *r = result_of(v, k, i);
			struct json_object *o;

			if (r->ok || r->excluded)
				continue;
			o = json_object_new_object();
			json_add_text(o, "scheduler", r->scheduler->name);
			json_add_text(o, "kernel", r->kernel->version);
			json_add_text(o, "side", i < v->n ? "after" : "before");
			json_add_text(o, "reason", r->reason);
			json_object_array_add(list, o);
		}
	return list;
}

static void print_json(const struct verify *v, const char *against)
{
	_cleanup_json_ struct json_object *o = json_object_new_object();
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < v->growth.n; i++)
		json_object_array_add(rows, row_json(&v->growth.v[i]));
	json_add_text(o, "against", against);
	json_add_text(o, "commit", v->tree.commit);
	json_add_text(o, "run", v->run.path);
	json_object_object_add(o, "rows", rows);
	json_object_object_add(o, "not_loaded", refused_json(v));
	cmd_print_json(steal_ptr(&o));
}

/* --- the command -------------------------------------------------------------------------------
 */

static size_t count_over(const struct growth *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += growth_over(&g->v[i]);
	return n;
}

/* Whether each scheduler as it is now loads. How it was matters only for the comparison. */
static int status_of(const struct verify *v)
{
	int status = EXIT_OK;

	for (size_t k = 0; k < v->load.n_kernels; k++)
		for (size_t i = 0; i < v->n; i++) {
			const struct load_result *r = result_of(v, k, i);

			if (!r->ok && !r->untried && !r->excluded)
				return EXIT_WORSE;
			if (r->untried)
				status = EXIT_INFRA;
		}
	return count_over(&v->growth) ? EXIT_WORSE : status;
}

static int report(const struct verify *v, const struct verify_args *args, struct err *err)
{
	int status = status_of(v);

	if (args->json) {
		print_json(v, args->against);
	} else {
		print_rows(&v->growth, args->all);
		load_all_print_reasons(&v->load);
	}
	if (status == EXIT_OK && !v->growth.compared)
		return err_set(err, ERR_USAGE,
		               "nothing to compare: %s has no figures of these "
		               "schedulers on these kernels",
		               args->against);
	return status;
}

static int verify_all(struct verify_args *args, const struct strv *names, struct err *err)
{
	struct verify v = { .load = { .clock = VM_CLOCK_VIRTUAL }, .tree = REV_TREE_NONE };
	int r = 0;

	if (!args->against)
		r = err_set(err, ERR_USAGE,
		            "--against REV or RUN says what to compare with: --against HEAD~1");
	if (r == 0 && args->budget && budget_load(args->budget, &v.budget, err) < 0)
		r = catalogue_blame(err);
	if (r == 0)
		r = load_all_prepare(&v.load, &args->load, names, err);
	v.n = v.load.lineup.n_specs;
	if (r == 0)
		r = check_objects(&v, err);
	if (r == 0)
		note_unknown_schedulers(&v);
	if (r == 0)
		r = take_against(&v, args, err);
	if (r == 0)
		r = load_all_run(&v.load, err);
	if (r == 0)
		r = compare(&v, err);
	if (r == 0)
		r = report(&v, args, err);
	verify_done(&v);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct verify_args args = { 0 };
	const struct poptOption table[] = {
		{ "against", 0, POPT_ARG_STRING, &args.against, 0,
		  "a git revision, whose object is built in a scratch checkout, or a run directory "
		  "(name or path with a slash), whose sidecars have the figures",
		  "REV|RUN" },
		{ "build", 0, POPT_ARG_STRING, &args.build, 0,
		  "command that builds the object at the revision, in its copy of this folder: "
		  "\"make -s\" (default: build: of the suite file)",
		  "CMD" },
		{ "budget", 0, POPT_ARG_STRING, &args.budget, 0,
		  "YAML file with limits and the growth allowed (default: 10 %)", "FILE" },
		{ "all", 'a', POPT_ARG_NONE, &args.all, 0,
		  "also the programs of which nothing changed", NULL },
		LOAD_OPTIONS(&args.load),
		{ "json", 0, POPT_ARG_NONE, &args.json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv rest = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &rest, err);

	if (r == CMD_RUN)
		r = verify_all(&args, &rest, err);
	load_options_done(&args.load);
	free(args.against);
	free(args.build);
	free(args.budget);
	return r;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.summary = "compare what the verifier says of schedulers with an earlier revision or run",
	.usage = "[X...] --kernel K... --against REV|RUN [OPTION...]",
	.details =
		"X as --scheduler of harness test, an object in the git repository. Loads it as\n"
		"harness load does, on the virtual clock. The time of a load depends on what the\n"
		"guest loaded before it, too. Exit status: 0 within the budget, 1 a figure grew\n"
		"beyond it or a scheduler does not load, 2 usage, or nothing to compare, 4 a VM\n"
		"was lost.",
	.run = run,
};
