/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "base/term.h"
#include "harness/cmds.h"
#include "harness/kernel/kernel.h"

/* The options of all sub-commands. */
struct kernel_args {
	int json;
	char *flavour;
};

static struct json_object *kernel_json(const struct kernel *k)
{
	struct json_object *o = json_encode(&kernel_table, k);

	json_object_object_add(o, "name", json_object_new_string(k->name));
	json_object_object_add(o, "path", json_object_new_string(k->dir));
	json_object_object_add(o, "incomplete", json_object_new_boolean(k->incomplete));
	json_object_object_add(o, "bytes", json_object_new_uint64(k->bytes));
	return o;
}

static const char *yes_no(int8_t tri)
{
	return tri == TRI_NONE ? "?" : tri ? "yes" : "no";
}

static void say(const struct kernel *k, const char *done, const struct kernel_args *o)
{
	if (o->json)
		cmd_print_json(kernel_json(k));
	else
		printf("%s %s: version %s, sched_ext %s, BTF %s, in %s\n", k->name, done,
		       k->version, yes_no(k->sched_ext), yes_no(k->btf), k->dir);
}

static int parse(const struct cmd *self, struct kernel_args *o, int argc, const char **argv,
                 struct strv *rest, struct err *err)
{
	const struct poptOption table[] = {
		{ "flavour", 0, POPT_ARG_STRING, &o->flavour, 0,
		  "flavour of Debian's kernel: cloud (default), amd64, rt", "F" },
		{ "json", 0, POPT_ARG_NONE, &o->json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};

	return cmd_parse(self, table, argc, argv, rest, err);
}

/* Runs a sub-command on each of its arguments. */
static int each(const struct cmd *self, int argc, const char **argv, struct err *err,
                int (*act)(const char *arg, const struct kernel_args *o, struct err *err))
{
	_cleanup_strv_ struct strv rest = STRV_INIT;
	struct kernel_args o = { 0 };
	int r = parse(self, &o, argc, argv, &rest, err);

	if (r == CMD_RUN && !rest.n)
		r = err_set(err, ERR_USAGE, "name at least one: %s", self->usage);
	for (size_t i = 0; i < rest.n && r == CMD_RUN; i++)
		r = act(rest.v[i], &o, err);
	free(o.flavour);
	return r;
}

static int fetch_one(const char *arg, const struct kernel_args *o, struct err *err)
{
	const struct kernel_opts ko = { .flavour = o->flavour };
	struct kernel k;

	if (kernel_fetch(arg, &ko, &k, err) < 0)
		return -(int)err->code;
	say(&k, "is in the store", o);
	kernel_done(&k);
	return 0;
}

static int add_one(const char *arg, const struct kernel_args *o, struct err *err)
{
	struct kernel k;

	if (kernel_add(arg, &k, err) < 0)
		return -(int)err->code;
	say(&k, "is in the store", o);
	kernel_done(&k);
	return 0;
}

static int remove_one(const char *arg, const struct kernel_args *o, struct err *err)
{
	if (kernel_remove(arg, err) < 0)
		return -(int)err->code;
	if (o->json) {
		struct json_object *j = json_object_new_object();

		json_object_object_add(j, "removed", json_object_new_string(arg));
		cmd_print_json(j);
	} else {
		printf("%s removed\n", arg);
	}
	return 0;
}

static int path_one(const char *arg, const struct kernel_args *o, struct err *err)
{
	const struct kernel_opts ko = { .offline = true };
	struct kernel k;

	if (kernel_resolve(arg, &ko, &k, err) < 0)
		return -(int)err->code;
	if (o->json)
		cmd_print_json(kernel_json(&k));
	else
		puts(k.dir);
	kernel_done(&k);
	return 0;
}

static void list_text(const struct kernels *ks)
{
	static const struct table_col cols[] = {
		{ "NAME", false, false },   { "VERSION", false, false },
		{ "SOURCE", false, false }, { "SCHED_EXT", false, false },
		{ "BTF", false, false },    { "SIZE", true, false },
		{ "ADDED", false, false },
	};
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < ks->n; i++) {
		const struct kernel *k = &ks->v[i];

		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", k->name);
		table_cell(t, TERM_PLAIN, "%s", k->version);
		table_cell(t, k->incomplete ? TERM_WARN : TERM_PLAIN, "%s",
		           k->incomplete ? "incomplete" : k->source);
		table_cell(t, TERM_PLAIN, "%s", yes_no(k->sched_ext));
		table_cell(t, TERM_PLAIN, "%s", yes_no(k->btf));
		table_cell(t, TERM_PLAIN, "%.0f MB", (double)k->bytes / 1e6);
		table_cell(t, TERM_PLAIN, "%s", k->added ? k->added : "-");
	}
	if (ks->n)
		table_print(t, stdout);
	else
		fputs("no kernels yet; fetch one: harness kernel fetch 6.17\n", stderr);
}

static int run_list(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct kernel_args o = { 0 };
	struct kernels ks = { 0 };
	int r = parse(self, &o, argc, argv, NULL, err);

	free(o.flavour);
	if (r != CMD_RUN || (r = kernel_list(&ks, err)) < 0)
		return r;
	if (o.json) {
		struct json_object *list = json_object_new_array();

		for (size_t i = 0; i < ks.n; i++)
			json_object_array_add(list, kernel_json(&ks.v[i]));
		cmd_print_json(list);
	} else {
		list_text(&ks);
	}
	kernels_done(&ks);
	return EXIT_OK;
}

static int run_fetch(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	return each(self, argc, argv, err, fetch_one);
}

static int run_add(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	return each(self, argc, argv, err, add_one);
}

static int run_remove(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	return each(self, argc, argv, err, remove_one);
}

static int run_path(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	return each(self, argc, argv, err, path_one);
}

static const struct cmd fetch = { "fetch",
	                          "download a kernel of Debian's: 6.17 means the newest 6.17.x",
	                          "VERSION...", NULL, run_fetch };
static const struct cmd add = { "add", "add an image (bzImage, vmlinux) or a built tree", "PATH...",
	                        NULL, run_add };
static const struct cmd list = { "list", "list the kernels, newest version first", "[OPTION...]",
	                         NULL, run_list };
static const struct cmd remove_cmd = { "remove", "delete kernels from the store", "NAME...", NULL,
	                               run_remove };
static const struct cmd path = { "path", "print the folder of a kernel", "NAME|VERSION...", NULL,
	                         run_path };
static const struct cmd *const cmds[] = { &fetch, &add, &list, &remove_cmd, &path };

static int run(const struct cmd *self UNUSED, int argc, const char **argv, struct err *err UNUSED)
{
	static const struct cmd_program program = {
		.name = "harness kernel",
		.summary = "The store of kernels that tests boot: $XDG_CACHE_HOME/ktstr/kernels.",
		.cmds = cmds,
		.n = ARRAY_SIZE(cmds),
	};

	return cmd_main(&program, argc, argv);
}

const struct cmd cmd_kernel = {
	.name = "kernel",
	.summary = "fetch, add, list and remove kernels",
	.usage = "COMMAND [ARGUMENT...]",
	.run = run,
};
