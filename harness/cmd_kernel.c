/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "harness/cmd_kernel.h"
#include "harness/cmds.h"

/* The options of all sub-commands. */
struct kernel_args {
	int json;
	char *flavour;
};

struct json_object *cmd_kernel_json(const struct kernel *k)
{
	struct json_object *o = json_encode(&kernel_table, k);

	json_object_object_add(o, "name", json_object_new_string(k->name));
	json_object_object_add(o, "path", json_object_new_string(k->dir));
	json_object_object_add(o, "incomplete", json_object_new_boolean(k->incomplete));
	json_add_text(o, "damage", k->damage);
	json_object_object_add(o, "bytes", json_object_new_uint64(k->bytes));
	return o;
}

const char *cmd_kernel_yes_no(int8_t tri)
{
	return tri == TRI_NONE ? "?" : tri ? "yes" : "no";
}

void cmd_kernel_say(const struct kernel *k, const char *done, bool json)
{
	if (json)
		cmd_print_json(cmd_kernel_json(k));
	else
		printf("%s %s: version %s, sched_ext %s, BTF %s, config %s, in %s\n", k->name, done,
		       k->version, cmd_kernel_yes_no(k->sched_ext), cmd_kernel_yes_no(k->btf),
		       cmd_kernel_yes_no(k->config != NULL), k->dir);
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
	const struct kernel_opts ko = { .flavour = o->flavour, .note = cmd_kernel_note };
	struct kernel k;
	int r = kernel_fetch(arg, &ko, &k, err);

	if (r < 0 && err->code == ERR_NOT_FOUND)
		r = err_set(err, ERR_NOT_FOUND,
		            "%s; `harness kernel build --source %s` builds one from source",
		            err->msg, arg);
	if (r < 0)
		return r;
	cmd_kernel_say(&k, "is in the store", o->json);
	kernel_done(&k);
	return 0;
}

static int add_one(const char *arg, const struct kernel_args *o, struct err *err)
{
	struct kernel k;

	if (kernel_add(arg, &k, err) < 0)
		return -(int)err->code;
	cmd_kernel_say(&k, "is in the store", o->json);
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

int cmd_kernel_of_store(const char *spec, struct kernel *out, struct err *err)
{
	const struct kernel_opts ko = { .offline = true };
	struct err ignored = ERR_INIT;

	if (kernel_resolve(spec, &ko, out, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND || kernel_span_check(spec, &ignored) < 0)
		return -(int)err->code;
	return err_set(err, ERR_NOT_FOUND,
	               "kernel %s is not in the store: `harness kernel fetch %s` fetches it, "
	               "`harness kernel list` shows what is there",
	               spec, spec);
}

static int path_one(const char *arg, const struct kernel_args *o, struct err *err)
{
	struct kernel k;

	if (cmd_kernel_of_store(arg, &k, err) < 0)
		return -(int)err->code;
	if (o->json)
		cmd_print_json(cmd_kernel_json(&k));
	else
		puts(k.dir);
	kernel_done(&k);
	return 0;
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
static const struct cmd remove_cmd = { "remove", "delete kernels from the store", "NAME...", NULL,
	                               run_remove };
static const struct cmd path = { "path", "print the folder of a kernel", "NAME|VERSION...", NULL,
	                         run_path };
static const struct cmd *const cmds[] = { &fetch,           &add,        &cmd_kernel_build,
	                                  &cmd_kernel_list, &remove_cmd, &path };

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
	.summary = "fetch, build, add, list and remove kernels",
	.usage = "COMMAND [ARGUMENT...]",
	.run = run,
};
