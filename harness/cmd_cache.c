/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
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
		fputs("no saved machines yet: harness test --clock virtual makes them\n", stderr);
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

static const struct cmd list = { "list", "what there is, the last used first", "[OPTION...]", NULL,
	                         run_list };
static const struct cmd prune_cmd = { "prune",
	                              "remove those not used for longest, until the rest fits",
	                              "[OPTION...]", NULL, run_prune };
static const struct cmd *const cmds[] = { &list, &prune_cmd };

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
	.summary = "list and prune the saved machines that tests start from",
	.usage = "COMMAND [ARGUMENT...]",
	.run = run,
};
