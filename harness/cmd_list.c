/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "base/pick.h"
#include "base/strbuf.h"
#include "base/term.h"
#include "harness/cmds.h"
#include "harness/plan.h"
#include "harness/resource.h"

static struct json_object *scenario_json(const struct scenario *s)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(s->name));
	json_object_object_add(o, "summary", json_object_new_string(s->summary));
	json_object_object_add(
		o, "level",
		json_object_new_string(json_name(&level_names, (int)scenario_level(s))));
	json_object_object_add(
		o, "topology",
		json_object_new_string(s->topology ? s->topology : DEFAULT_TOPOLOGY));
	json_object_object_add(o, "path", json_object_new_string(s->path));
	return o;
}

static struct json_object *param_json(const struct work_param *p)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(p->name));
	json_add_text(o, "unit", p->unit);
	json_object_object_add(o, "doc", json_object_new_string(p->doc));
	json_object_object_add(o, "default", json_object_new_double(p->def));
	json_object_object_add(o, "min", json_object_new_double(p->min));
	json_object_object_add(o, "max", json_object_new_double(p->max));
	return o;
}

static struct json_object *work_types_json(void)
{
	struct json_object *list = json_object_new_array();

	for (int t = 0; t < WORK_TYPE_COUNT; t++) {
		const struct work_type_def *d = &work_type_defs[t];
		struct json_object *o = json_object_new_object(), *params = json_object_new_array();

		for (size_t p = 0; p < WORK_PARAMS_MAX && d->params[p].name; p++)
			json_object_array_add(params, param_json(&d->params[p]));
		json_object_object_add(o, "name", json_object_new_string(d->name));
		json_object_object_add(o, "doc", json_object_new_string(d->doc));
		json_object_object_add(o, "params", params);
		json_object_array_add(list, o);
	}
	return list;
}

static void print_work_types(void)
{
	static const struct table_col cols[] = { { "WORK TYPE", false, false },
		                                 { "PARAMETERS", false, true },
		                                 { "WHAT", false, true } };
	_cleanup_table_ struct table *table = table_new(cols, ARRAY_SIZE(cols));

	for (int t = 0; t < WORK_TYPE_COUNT; t++) {
		const struct work_type_def *d = &work_type_defs[t];
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		for (size_t p = 0; p < WORK_PARAMS_MAX && d->params[p].name; p++)
			strbuf_addf(&b, "%s%s: %g", p ? ", " : "", d->params[p].name,
			            d->params[p].def);
		table_row(table);
		table_cell(table, TERM_PLAIN, "%s", d->name);
		table_cell(table, TERM_PLAIN, "%s", strbuf_cstr(&b));
		table_cell(table, TERM_PLAIN, "%s", d->doc);
	}
	table_print(table, stdout);
}

struct wanted {
	int level;          /* scenarios of this level and those below */
	struct strv filter; /* patterns (base/pick.h) for its name */
};

static bool is_wanted(const struct scenario *s, const struct wanted *w)
{
	return (int)scenario_level(s) <= w->level && pick_wants(&w->filter, s->name);
}

static void print_json(const struct scenarios *all, const struct strv *scheds,
                       const struct wanted *w)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array(), *names = json_object_new_array();

	for (size_t i = 0; i < all->n; i++)
		if (is_wanted(all->v[i], w))
			json_object_array_add(list, scenario_json(all->v[i]));
	strv_each (scheds, i)
		json_object_array_add(names, json_object_new_string(scheds->v[i]));
	json_object_object_add(o, "scenarios", list);
	json_object_object_add(o, "schedulers", names);
	json_object_object_add(o, "work_types", work_types_json());
	cmd_print_json(o);
}

static void print_text(const struct scenarios *all, const struct strv *scheds,
                       const struct wanted *w)
{
	static const struct table_col cols[] = { { "SCENARIO", false, false },
		                                 { "LEVEL", false, false },
		                                 { "TOPOLOGY", false, false },
		                                 { "WHAT", false, true } };
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));
	_cleanup_free_ char *names = strv_join(scheds, ", ");

	for (size_t i = 0; i < all->n; i++) {
		const struct scenario *s = all->v[i];

		if (!is_wanted(s, w))
			continue;
		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", s->name);
		table_cell(t, TERM_PLAIN, "%s", json_name(&level_names, (int)scenario_level(s)));
		table_cell(t, TERM_PLAIN, "%s", s->topology ? s->topology : DEFAULT_TOPOLOGY);
		table_cell(t, TERM_PLAIN, "%s", s->summary);
	}
	table_print(t, stdout);
	printf("\nschedulers: %s\n", names);
}

static int check_wanted(const struct scenarios *all, const struct wanted *w, struct err *err)
{
	for (size_t i = 0; i < all->n; i++)
		if (is_wanted(all->v[i], w))
			return 0;
	return err_set(err, ERR_NOT_FOUND, "none of %zu scenarios matches", all->n);
}

static int list(bool json, const struct wanted *w, struct err *err)
{
	struct scenarios all = { 0 };
	_cleanup_strv_ struct strv scheds = STRV_INIT;
	_cleanup_free_ char *dir = NULL;
	int r;

	strv_add(&scheds, KERNEL_SCHEDULER);
	if (resource_path("catalogue", &dir, err) < 0 || scenarios_load(dir, &all, err) < 0 ||
	    resource_schedulers(&scheds, err) < 0) {
		scenarios_done(&all);
		return -(int)err->code;
	}
	r = check_wanted(&all, w, err);
	if (r == 0)
		(json ? print_json : print_text)(&all, &scheds, w);
	scenarios_done(&all);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_free_ char *level = NULL;
	char **filter = NULL;
	struct wanted w = { .level = LEVEL_COUNT - 1 };
	int json = 0, work_types = 0;
	const struct poptOption table[] = {
		{ "work-types", 0, POPT_ARG_NONE, &work_types, 0,
		  "list the work types and their parameters instead (docs/work-types.md says more)",
		  NULL },
		{ "level", 'l', POPT_ARG_STRING, &level, 0,
		  "only what harness test --level L runs: smoke, default, soak (all)", "L" },
		{ "filter", 'E', POPT_ARG_ARGV, &filter, 0,
		  "only scenarios whose name contains TEXT; !TEXT: not these; repeatable", "TEXT" },
		{ "json", 0, POPT_ARG_NONE, &json, 0, "everything as JSON", NULL },
		POPT_TABLEEND,
	};
	int r = cmd_parse(self, table, argc, argv, NULL, err);

	cmd_take_argv(&filter, &w.filter);
	if (r == CMD_RUN && level && (w.level = json_name_index(&level_names, level)) < 0)
		r = err_set(err, ERR_USAGE, "--level: \"%s\" is not smoke, default or soak", level);
	if (r == CMD_RUN && work_types && (level || w.filter.n))
		r = err_set(err, ERR_USAGE, "--work-types takes no --level and no -E");
	if (r == CMD_RUN && work_types && !json)
		print_work_types();
	else if (r == CMD_RUN)
		r = list(json, &w, err);
	strv_done(&w.filter);
	return r;
}

const struct cmd cmd_list = {
	.name = "list",
	.summary = "list the scenarios, schedulers and work types",
	.usage = "[OPTION...]",
	.run = run,
};
