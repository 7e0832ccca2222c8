/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/cmd_kernel.h"
#include "harness/cmds.h"
#include "harness/scheduler_files.h"
#include "harness/scheduler_fill.h"
#include "harness/scheduler_options.h"

#define CONSTANT  "__SCX_"
#define VALUE_MAX 40 /* so many characters of a long value are printed */

/* Whether it is a variable of the scheduler's own, not one that the compiler made for a string. */
static bool is_of_scheduler(const struct object_var *v)
{
	return !strchr(v->name, '.');
}

static bool is_settable(const struct object_var *v)
{
	return starts_with(v->section, ".rodata") && is_of_scheduler(v);
}

static void print_vars(const struct object_vars *vars, bool all)
{
	static const struct table_col cols[] = { { "VARIABLE", false, false },
		                                 { "TYPE", false, false },
		                                 { "VALUE", false, true },
		                                 { "", false, false } };
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));
	size_t constants = 0, unfilled = 0;

	for (size_t i = 0; i < vars->n; i++) {
		const struct object_var *v = &vars->v[i];
		bool constant = starts_with(v->name, CONSTANT);

		constants += constant;
		unfilled += constant && v->zero;
		if (!all && (constant || !is_settable(v)))
			continue;
		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", v->name);
		table_cell(t, TERM_PLAIN, "%s", v->type);
		if (strlen(v->value) > VALUE_MAX)
			table_cell(t, TERM_PLAIN, "%.*s…", VALUE_MAX, v->value);
		else
			table_cell(t, TERM_PLAIN, "%s", v->value);
		table_cell(t, TERM_DIM, "%s", v->zero && is_settable(v) ? "zero" : "");
	}
	if (table_rows(t))
		table_print(t, stdout);
	if (constants)
		printf("%zu constants of the kernel (" CONSTANT "…), %zu of them zero\n", constants,
		       unfilled);
	putchar('\n');
}

static void print_ops(const struct object_vars *fields)
{
	static const struct table_col cols[] = { { "FIELD OF sched_ext_ops", false, false },
		                                 { "TYPE", false, false },
		                                 { "VALUE", false, true } };
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < fields->n; i++) {
		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", fields->v[i].name);
		table_cell(t, TERM_PLAIN, "%s", fields->v[i].type);
		table_cell(t, TERM_PLAIN, "%s", fields->v[i].value);
	}
	table_print(t, stdout);
	putchar('\n');
}

static void print_maps(const struct object *o)
{
	static const struct table_col cols[] = { { "MAP", false, false },
		                                 { "TYPE", false, false },
		                                 { "KEY", true, false },
		                                 { "VALUE", true, false },
		                                 { "ENTRIES", true, false } };
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));
	struct object_maps maps;

	object_list_maps(o, &maps);
	for (size_t i = 0; i < maps.n; i++) {
		const struct object_map *m = &maps.v[i];

		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", m->name);
		table_cell(t, TERM_PLAIN, "%s", m->type);
		table_cell(t, TERM_PLAIN, "%u", m->key_bytes);
		table_cell(t, TERM_PLAIN, "%u", m->value_bytes);
		table_cell(t, TERM_PLAIN, "%u", m->entries);
	}
	table_print(t, stdout);
	putchar('\n');
	object_maps_done(&maps);
}

static void print_progs(const struct object *o)
{
	static const struct table_col cols[] = { { "PROGRAM", false, false },
		                                 { "SECTION", false, true },
		                                 { "USE", false, false } };
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));
	struct object_progs progs;

	object_list_progs(o, &progs);
	for (size_t i = 0; i < progs.n; i++) {
		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", progs.v[i].name);
		table_cell(t, TERM_PLAIN, "%s", progs.v[i].section);
		table_cell(t, TERM_PLAIN, "%s", progs.v[i].use);
	}
	table_print(t, stdout);
	object_progs_done(&progs);
}

/* Names come from the file: term_prose() lets none control the terminal. */
static void print_head(const struct scheduler_spec *s, const struct object *o)
{
	_cleanup_strv_ struct strv ops = STRV_INIT, kconfig = STRV_INIT, lines = STRV_INIT;
	_cleanup_free_ char *list = NULL, *options = NULL;

	object_ops_maps(o, &ops);
	object_kconfig(o, &kconfig);
	list = strv_join(&ops, ", ");
	options = strv_join(&kconfig, ", ");
	strv_addf(&lines, "%s: %s", s->name, s->object);
	strv_addf(&lines, "sha256 %s", s->sha256);
	if (ops.n > 1)
		strv_addf(&lines, "sched_ext_ops: %s; %s is attached", list, object_ops_map(o));
	else
		strv_addf(&lines, "sched_ext_ops: %s", list);
	if (kconfig.n)
		strv_addf(&lines, "reads of the kernel's configuration: %s", options);
	strv_each (&lines, i)
		term_prose(stdout, TERM_PLAIN, 2, lines.v[i]);
	putchar('\n');
}

static struct json_object *vars_json(const struct object_vars *vars)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < vars->n; i++) {
		struct json_object *v = json_object_new_object();

		json_add_text(v, "section", vars->v[i].section);
		json_add_text(v, "name", vars->v[i].name);
		json_add_text(v, "type", vars->v[i].type);
		json_add_text(v, "value", vars->v[i].value);
		json_object_object_add(v, "zero", json_object_new_boolean(vars->v[i].zero));
		json_object_array_add(list, v);
	}
	return list;
}

static struct json_object *maps_json(const struct object *o)
{
	struct json_object *list = json_object_new_array();
	struct object_maps maps;

	object_list_maps(o, &maps);
	for (size_t i = 0; i < maps.n; i++) {
		struct json_object *m = json_object_new_object();

		json_add_text(m, "name", maps.v[i].name);
		json_add_text(m, "type", maps.v[i].type);
		json_object_object_add(m, "key_bytes", json_object_new_int64(maps.v[i].key_bytes));
		json_object_object_add(m, "value_bytes",
		                       json_object_new_int64(maps.v[i].value_bytes));
		json_object_object_add(m, "entries", json_object_new_int64(maps.v[i].entries));
		json_object_array_add(list, m);
	}
	object_maps_done(&maps);
	return list;
}

static struct json_object *progs_json(const struct object *o)
{
	struct json_object *list = json_object_new_array();
	struct object_progs progs;

	object_list_progs(o, &progs);
	for (size_t i = 0; i < progs.n; i++) {
		struct json_object *p = json_object_new_object();

		json_add_text(p, "name", progs.v[i].name);
		json_add_text(p, "section", progs.v[i].section);
		json_add_text(p, "use", progs.v[i].use);
		json_object_array_add(list, p);
	}
	object_progs_done(&progs);
	return list;
}

static void print_json(const struct scheduler_spec *s, const struct object *o,
                       const struct object_vars *vars, const struct object_vars *fields)
{
	_cleanup_json_ struct json_object *doc = json_object_new_object();
	_cleanup_strv_ struct strv ops = STRV_INIT, kconfig = STRV_INIT;

	object_ops_maps(o, &ops);
	object_kconfig(o, &kconfig);
	json_add_text(doc, "name", s->name);
	json_add_text(doc, "object", s->object);
	json_add_text(doc, "sha256", s->sha256);
	json_add_strv(doc, "ops_maps", &ops);
	json_add_text(doc, "ops_map", object_ops_map(o));
	json_add_strv(doc, "kconfig", &kconfig);
	json_object_object_add(doc, "variables", vars_json(vars));
	json_object_object_add(doc, "ops_fields", vars_json(fields));
	json_object_object_add(doc, "maps", maps_json(o));
	json_object_object_add(doc, "programs", progs_json(o));
	cmd_print_json(steal_ptr(&doc));
}

/* An executable keeps its object to itself: only its files are known. */
static int show_executable(const struct scheduler_spec *s, bool json, struct err *err)
{
	_cleanup_strv_ struct strv needs = STRV_INIT;
	_cleanup_json_ struct json_object *doc = NULL;
	_cleanup_free_ char *list = NULL, *line = NULL;

	if (scheduler_executable_needs(s, &needs, err) < 0)
		return -(int)err->code;
	if (json) {
		doc = json_object_new_object();
		json_add_text(doc, "name", s->name);
		json_add_text(doc, "executable", s->argv.v[0]);
		json_add_text(doc, "sha256", s->sha256);
		json_add_strv(doc, "arguments", &s->argv);
		json_object_array_del_idx(json_object_object_get(doc, "arguments"), 0, 1);
		json_add_strv(doc, "needs", &needs);
		cmd_print_json(steal_ptr(&doc));
		return 0;
	}
	list = strv_join(&needs, " ");
	line = xasprintf(
		"%s: an executable, which attaches its scheduler itself; the guest gets %s",
		s->name, list);
	term_prose(stdout, TERM_PLAIN, 2, line);
	return 0;
}

struct scheduler_view {
	char *kernel;
	struct scheduler_options settings;
	int all, json;
};

static void show(const struct scheduler_spec *s, const struct object *o,
                 const struct scheduler_view *args)
{
	struct object_vars vars, fields;

	object_list_vars(o, &vars);
	object_list_ops(o, &fields);
	if (args->json) {
		print_json(s, o, &vars, &fields);
	} else {
		print_head(s, o);
		print_vars(&vars, args->all);
		print_ops(&fields);
		print_maps(o);
		print_progs(o);
	}
	object_vars_done(&vars);
	object_vars_done(&fields);
}

static int open_and_show(const char *spec, struct scheduler_view *args, struct err *err)
{
	struct scheduler_spec s = { 0 };
	struct kernel kernel = { 0 };
	struct object *o = NULL;
	int r = scheduler_spec_resolve(spec, &s, err);

	scheduler_options_take(&args->settings, &s.settings);
	if (r == 0 && s.kind == SCHEDULER_EXECUTABLE) {
		r = show_executable(&s, args->json, err);
		scheduler_spec_done(&s);
		return r;
	}
	if (r == 0 && !s.object)
		r = err_set(err, ERR_USAGE, "%s is the kernel's own: it has no object", spec);
	if (r == 0 && args->kernel)
		r = cmd_kernel_of_store(args->kernel, &kernel, err);
	if (r == 0)
		r = scheduler_open(&s, args->kernel ? &kernel : NULL, NULL, &o, err);
	if (r == 0)
		show(&s, o, args);
	object_free(o);
	kernel_done(&kernel);
	scheduler_spec_done(&s);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct scheduler_view args = { 0 };
	const struct poptOption table[] = {
		{ "kernel", 'k', POPT_ARG_STRING, &args.kernel, 0,
		  "with the constants of this kernel of the store filled in", "K" },
		SCHEDULER_OPTIONS(&args.settings),
		{ "all", 'a', POPT_ARG_NONE, &args.all, 0,
		  "all variables: those of .data and .bss, constants and texts, too", NULL },
		{ "json", 0, POPT_ARG_NONE, &args.json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv rest = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &rest, err);

	if (r == CMD_RUN)
		r = rest.n == 1 ? open_and_show(rest.v[0], &args, err)
		                : err_set(err, ERR_USAGE,
		                          "name one scheduler: a bundled one, or the "
		                          "path of a .bpf.o");
	free(args.kernel);
	return r;
}

const struct cmd cmd_show_scheduler = {
	.name = "show-scheduler",
	.summary = "what is in a scheduler's object, and what can be set in it",
	.usage = "NAME|FILE.bpf.o [OPTION...]",
	.details =
		"\"zero\" marks a constant that is zero in the file: its own loader may set it.\n"
		"The file is only read. Nothing is loaded.",
	.run = run,
};
