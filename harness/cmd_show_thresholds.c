/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/term.h"
#include "harness/catalogue.h"
#include "harness/cmds.h"
#include "harness/lineup.h"
#include "harness/suite_file.h"

static const char *kind_of(int check)
{
	return check_defs[check].kind == CHECK_TIMING ? "timing" : "functional";
}

static void print_table(const struct check_set *set)
{
	static const struct table_col cols[] = {
		{ "CHECK", false, false }, { "LIMIT", true, false }, { "UNIT", false, false },
		{ "KIND", false, false },  { "FROM", false, false }, { "WHAT", false, true },
	};
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (int i = 0; i < CHECK_COUNT; i++) {
		bool on = !isnan(set->limit[i]);

		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", check_defs[i].name);
		if (on)
			table_cell(t, TERM_PLAIN, "%g", set->limit[i]);
		else
			table_cell(t, TERM_DIM, "off");
		table_cell(t, TERM_PLAIN, "%s", on && check_defs[i].unit ? check_defs[i].unit : "");
		table_cell(t, TERM_PLAIN, "%s", kind_of(i));
		table_cell(t, TERM_PLAIN, "%s", set->source[i]);
		table_cell(t, TERM_PLAIN, "%s", check_defs[i].doc);
	}
	table_print(t, stdout);
}

static void print_json(const struct scenario *s, const struct check_set *set)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	for (int i = 0; i < CHECK_COUNT; i++) {
		struct json_object *c = json_object_new_object();

		json_add_text(c, "check", check_defs[i].name);
		json_object_object_add(
			c, "limit",
			isnan(set->limit[i]) ? NULL : json_object_new_double(set->limit[i]));
		json_add_text(c, "unit", check_defs[i].unit);
		json_add_text(c, "kind", kind_of(i));
		json_add_text(c, "from", set->source[i]);
		json_object_array_add(list, c);
	}
	json_add_text(o, "scenario", s->name);
	json_object_object_add(o, "checks", list);
	cmd_print_json(o);
}

struct args {
	char *checks, *suite, *scheduler;
	int no_suite, json;
};

/* What is in force for a scheduler of the suite file, "mine" or "mine+flag"; NULL: for none. */
static int limits_of_scheduler(const struct suite_file *suite, const char *label,
                               const struct check_limits **out, struct err *err)
{
	struct lineup l = { 0 };
	int r;

	*out = NULL;
	if (!label)
		return 0;
	r = lineup_add(&l, suite, label, err);
	if (r == 0)
		*out = l.v[0].checks; /* equal for all sets of flags; the suite file's own */
	lineup_done(&l);
	return r;
}

static int show(const char *name, const struct args *a, const struct suite_file *suite,
                struct err *err)
{
	_cleanup_scenario_ struct scenario *s = NULL, *given = NULL;
	const struct check_limits *own;
	struct check_set set;

	if (catalogue_find(name, &s, err) < 0 ||
	    limits_of_scheduler(suite, a->scheduler, &own, err) < 0)
		return -(int)err->code;
	if (a->checks && scenario_load_checks(a->checks, &given, err) < 0)
		return catalogue_blame(err);
	const struct check_layer layers[] = {
		{ suite ? suite->checks : NULL, "suite file" },
		{ own, "suite file: scheduler" },
		{ given ? given->checks : NULL, "--checks" },
	};

	scenario_checks(s, layers, ARRAY_SIZE(layers), &set);
	if (a->json)
		print_json(s, &set);
	else
		print_table(&set);
	return 0;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct args a = { 0 };
	const struct poptOption table[] = {
		{ "scheduler", 's', POPT_ARG_STRING, &a.scheduler, 0,
		  "with the limits that the suite file has for this scheduler", "S" },
		{ "checks", 0, POPT_ARG_STRING, &a.checks, 0,
		  "limits for the scheduler, as in harness test --checks", "FILE" },
		{ "suite", 0, POPT_ARG_STRING, &a.suite, 0,
		  "suite file (default: " SUITE_FILE_NAME ", in this folder or one above)",
		  "FILE" },
		{ "no-suite", 0, POPT_ARG_NONE, &a.no_suite, 0, "use no suite file", NULL },
		{ "json", 0, POPT_ARG_NONE, &a.json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv rest = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &rest, err);

	struct suite_file *suite = NULL;

	if (r == CMD_RUN && rest.n != 1)
		r = err_set(err, ERR_USAGE, "name one scenario; `harness list` shows them");
	if (r == CMD_RUN) {
		r = suite_file_open(a.suite, a.no_suite, &suite, err);
		if (r == 0)
			r = show(rest.v[0], &a, suite, err);
	}
	suite_file_free(&suite);
	free(a.checks);
	free(a.suite);
	free(a.scheduler);
	return r;
}

const struct cmd cmd_show_thresholds = {
	.name = "show-thresholds",
	.summary = "list the limits by which a scenario is judged, and where each comes from",
	.usage = "NAME|FILE [OPTION...]",
	.run = run,
};
