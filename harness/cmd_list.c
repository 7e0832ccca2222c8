/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "base/term.h"
#include "harness/cmds.h"
#include "harness/plan.h"
#include "harness/resource.h"

#define PROGRAM "harness list"

static struct json_object *scenario_json(const struct scenario *s)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(s->name));
	json_object_object_add(o, "summary", json_object_new_string(s->summary));
	json_object_object_add(
		o, "topology",
		json_object_new_string(s->topology ? s->topology : DEFAULT_TOPOLOGY));
	json_object_object_add(o, "path", json_object_new_string(s->path));
	return o;
}

static void print_json(const struct scenarios *all, const struct strv *scheds)
{
	_cleanup_json_ struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array(), *names = json_object_new_array();
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < all->n; i++)
		json_object_array_add(list, scenario_json(all->v[i]));
	strv_each (scheds, i)
		json_object_array_add(names, json_object_new_string(scheds->v[i]));
	json_object_object_add(o, "scenarios", list);
	json_object_object_add(o, "schedulers", names);
	text = json_text(o, true);
	fputs(text, stdout);
}

static void print_text(const struct scenarios *all, const struct strv *scheds)
{
	static const struct table_col cols[] = { { "SCENARIO", false, false },
		                                 { "TOPOLOGY", false, false },
		                                 { "WHAT", false, true } };
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));
	_cleanup_free_ char *names = strv_join(scheds, ", ");

	for (size_t i = 0; i < all->n; i++) {
		const struct scenario *s = all->v[i];

		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", s->name);
		table_cell(t, TERM_PLAIN, "%s", s->topology ? s->topology : DEFAULT_TOPOLOGY);
		table_cell(t, TERM_PLAIN, "%s", s->summary);
	}
	table_print(t, stdout);
	printf("\nschedulers: %s\n", names);
}

static int list(bool json, struct err *err)
{
	struct scenarios all = { 0 };
	_cleanup_strv_ struct strv scheds = STRV_INIT;
	_cleanup_free_ char *dir = NULL;

	strv_add(&scheds, "eevdf");
	if (resource_path("catalogue", &dir, err) < 0 || scenarios_load(dir, &all, err) < 0 ||
	    resource_schedulers(&scheds, err) < 0) {
		scenarios_done(&all);
		return -(int)err->code;
	}
	if (json)
		print_json(&all, &scheds);
	else
		print_text(&all, &scheds);
	scenarios_done(&all);
	return 0;
}

static int run(const struct cmd *self, int argc, const char **argv)
{
	int json = 0;
	const struct poptOption table[] = {
		{ "json", 0, POPT_ARG_NONE, &json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	struct err err = ERR_INIT;
	int r = cmd_parse(self, "harness", table, argc, argv, NULL, &err);

	if (r == CMD_HELP)
		return EXIT_OK;
	if (r == CMD_RUN)
		r = list(json, &err);
	return r < 0 ? cmd_fail(PROGRAM, &err) : EXIT_OK;
}

const struct cmd cmd_list = {
	.name = "list",
	.summary = "the scenarios and schedulers there are",
	.usage = "[OPTION...]",
	.run = run,
};
