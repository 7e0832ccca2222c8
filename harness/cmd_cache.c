/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "harness/cmds.h"
#include "harness/saved/saved.h"

#define MIB(bytes) ((double)(bytes) / (1u << 20))

static struct json_object *saved_json(const struct saved *s)
{
	struct json_object *o = json_encode(&saved_table, s);
	_cleanup_free_ char *used = clock_format_utc((time_t)s->used);

	json_object_object_add(o, "used", json_object_new_string(used));
	json_object_object_add(o, "disk_bytes", json_object_new_uint64(s->disk_bytes));
	return o;
}

/* "good", or what is wrong with it. The caller frees. */
static char *verdict(const struct saved *s)
{
	struct err err = ERR_INIT;

	return xstrdup(saved_check(s->key, &err) < 0 ? err.msg : "good");
}

static void list_json(const struct saved_all *all, bool check)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < all->n; i++) {
		struct json_object *o = saved_json(&all->v[i]);

		if (check) {
			_cleanup_free_ char *v = verdict(&all->v[i]);

			json_object_object_add(o, "check", json_object_new_string(v));
		}
		json_object_array_add(list, o);
	}
	cmd_print_json(list);
}

static void list_text(const struct saved_all *all, bool check)
{
	static const struct table_col cols[] = {
		{ "KEY", false, false },       { "MACHINE", false, false },
		{ "SIZE", true, false },       { "MADE IN", true, false },
		{ "LAST USED", false, false }, { "CHECK", false, false },
	};
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols) - !check);

	for (size_t i = 0; i < all->n; i++) {
		const struct saved *s = &all->v[i];
		_cleanup_free_ char *used = clock_format_utc((time_t)s->used);

		table_row(t);
		table_cell(t, TERM_PLAIN, "%.12s", s->key);
		table_cell(t, TERM_PLAIN, "%s", s->summary);
		table_cell(t, TERM_PLAIN, "%.0f MiB", MIB(s->disk_bytes));
		table_cell(t, TERM_PLAIN, isnan(s->made_s) ? "-" : "%.1f s", s->made_s);
		table_cell(t, TERM_PLAIN, "%s", used);
		if (check) {
			_cleanup_free_ char *v = verdict(s);

			table_cell(t, streq(v, "good") ? TERM_GOOD : TERM_BAD, "%s", v);
		}
	}
	if (all->n)
		table_print(t, stdout);
	else
		fputs("no saved machines yet: harness test makes them\n", stderr);
}

static int run_list(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	int json = 0, check = 0;
	const struct poptOption table[] = {
		{ "check", 0, POPT_ARG_NONE, &check, 0, "read all of them: are they undamaged?",
		  NULL },
		{ "json", 0, POPT_ARG_NONE, &json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	struct saved_all all;
	int r = cmd_parse(self, table, argc, argv, NULL, err);

	if (r != CMD_RUN || (r = saved_list(&all, err)) < 0)
		return r;
	if (json)
		list_json(&all, check);
	else
		list_text(&all, check);
	saved_all_done(&all);
	return EXIT_OK;
}

static int prune(const char *max, struct err *err)
{
	uint64_t bytes;
	size_t removed;

	if ((max ? parse_size(max, "--max", &bytes, err) : saved_max_bytes(&bytes, err)) < 0 ||
	    saved_sweep(err) < 0 || saved_prune(bytes, NULL, &removed, err) < 0)
		return -(int)err->code;
	printf("%zu removed\n", removed);
	return EXIT_OK;
}

static int run_prune(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	char *max = NULL;
	const struct poptOption table[] = {
		{ "max", 0, POPT_ARG_STRING, &max, 0,
		  "what may stay (default: $KTSTR_IMAGES_MAX, else 4G); 0 removes all", "SIZE" },
		POPT_TABLEEND,
	};
	int r = cmd_parse(self, table, argc, argv, NULL, err);

	if (r == CMD_RUN)
		r = prune(max, err);
	free(max);
	return r;
}

/* The only machine whose key begins so; the caller frees. */
static char *key_of(const char *prefix, struct err *err)
{
	struct saved_all all;
	char *key = NULL;
	size_t n = 0;

	if (saved_list(&all, err) < 0)
		return NULL;
	for (size_t i = 0; i < all.n; i++) {
		if (!starts_with(all.v[i].key, prefix))
			continue;
		if (!n++)
			key = xstrdup(all.v[i].key);
	}
	saved_all_done(&all);
	if (n == 1)
		return key;
	free(key);
	err_set(err, ERR_NOT_FOUND, "%s saved machine has a key that begins with \"%s\": see %s",
	        n ? "more than one" : "no", prefix, "harness cache list");
	return NULL;
}

static int say_carried(const char *verb, const char *path, struct err *err)
{
	char sha[65];

	if (fs_sha256(AT_FDCWD, path, sha, err) < 0)
		return -(int)err->code;
	printf("%s %s\nsha256 %s\n", verb, path, sha);
	return EXIT_OK;
}

static int run_export(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	static const struct poptOption table[] = { POPT_TABLEEND };
	_cleanup_strv_ struct strv args = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &args, err);
	_cleanup_free_ char *key = NULL;

	if (r != CMD_RUN)
		return r;
	if (args.n != 2)
		return err_set(err, ERR_USAGE, "give a KEY of harness cache list and a FILE");
	key = key_of(args.v[0], err);
	if (!key || saved_export(key, args.v[1], err) < 0)
		return -(int)err->code;
	return say_carried("written to", args.v[1], err);
}

static int run_import(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	static const struct poptOption table[] = { POPT_TABLEEND };
	_cleanup_strv_ struct strv args = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &args, err);
	struct saved im;

	if (r != CMD_RUN)
		return r;
	if (args.n != 1)
		return err_set(err, ERR_USAGE, "give one FILE that harness cache export wrote");
	if (saved_import(args.v[0], &im, err) < 0)
		return -(int)err->code;
	printf("%.12s  %s\n", im.key, im.summary);
	saved_done(&im);
	return say_carried("read from", args.v[0], err);
}

static const struct cmd list = { "list", "what there is, the last used first", "[OPTION...]", NULL,
	                         run_list };
static const struct cmd prune_cmd = { "prune",
	                              "remove those not used for longest, until the rest fits",
	                              "[OPTION...]", NULL, run_prune };
static const struct cmd export_cmd = { "export", "write one to a file, for another machine",
	                               "KEY FILE",
	                               "KEY: as in harness cache list, or its beginning.",
	                               run_export };
static const struct cmd import_cmd = { "import", "take one from such a file", "FILE", NULL,
	                               run_import };
static const struct cmd *const cmds[] = { &list, &prune_cmd, &export_cmd, &import_cmd };

static int run(const struct cmd *self UNUSED, int argc, const char **argv, struct err *err UNUSED)
{
	static const struct cmd_program program = {
		.name = "harness cache",
		.summary = "The saved machines that tests start from, in "
			   "$XDG_CACHE_HOME/ktstr/images.",
		.cmds = cmds,
		.n = ARRAY_SIZE(cmds),
	};

	return cmd_main(&program, argc, argv);
}

const struct cmd cmd_cache = {
	.name = "cache",
	.summary = "list, prune and carry the saved machines that tests start from",
	.usage = "COMMAND [ARGUMENT...]",
	.run = run,
};
