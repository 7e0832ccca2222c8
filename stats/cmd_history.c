/* SPDX-License-Identifier: GPL-2.0-only */
/* Earlier results that a later invocation kept instead of removing them (KTSTR_HISTORY=keep or
 * --keep), in {root}/.history/{run}@{invocation}, and those that `stats prune` moved to
 * {root}/.history/pruned. */
#include <errno.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "stats/cmds.h"
#include "stats/kept.h"
#include "stats/opts.h"

#define REMOVED ".pruned" /* name of a run while it is being removed: not listed */

struct history_args {
	struct opts base;
	char *as, *keep;
	int pruned;
	struct strv rest; /* the verb, then names */
};

static void args_done(struct history_args *a)
{
	opts_done(&a->base);
	free(a->as);
	free(a->keep);
	strv_done(&a->rest);
}

static int open_root(const struct history_args *a, struct err *err)
{
	_cleanup_free_ char *root = NULL;

	if (opts_root(&a->base, &root, err) < 0)
		return -(int)err->code;
	if (scan_is_run(root))
		return err_set(err, ERR_USAGE, "--dir %s is one run: give the folder of the runs",
		               root);
	return kept_open_root(root, err);
}

static int load(const struct history_args *a, struct kept_runs *k, struct err *err)
{
	_cleanup_close_ int root = open_root(a, err);

	if (root < 0) {
		if (err->code != ERR_NOT_FOUND)
			return root;
		err_clear(err);
		return 0;
	}
	if (kept_load(root, KEPT_HISTORY, KEPT_PRUNED_HISTORY, k, err) < 0)
		return -(int)err->code;
	opts_tell_bad(&k->pool.bad);
	return 0;
}

static const char *earliest(const struct pool *p, const struct pool_run *r)
{
	const char *date = NULL;

	for (size_t i = r->first; i < r->first + r->n; i++)
		if (p->rows[i].timestamp && (!date || strcmp(p->rows[i].timestamp, date) < 0))
			date = p->rows[i].timestamp;
	return date;
}

static void print_json(const struct kept_runs *k)
{
	struct json_object *list = json_object_new_array();
	const struct pool *p = &k->pool;

	for (size_t i = 0; i < p->n_runs; i++) {
		struct json_object *o = json_object_new_object();
		enum kept_place place = kept_place_of(k, i);
		_cleanup_free_ char *run = kept_run_of(place, p->runs[i].name);

		json_object_object_add(o, "name", json_object_new_string(p->runs[i].name));
		json_object_object_add(o, "run", json_object_new_string(run));
		json_object_object_add(o, "state", json_object_new_string(kept_words[place]));
		json_object_object_add(o, "tests", json_object_new_int64((int64_t)p->runs[i].n));
		json_add_text(o, "date", earliest(p, &p->runs[i]));
		json_object_array_add(list, o);
	}
	cmd_print_json(list);
}

static void print_table(const struct kept_runs *k)
{
	static const struct grid_col cols[] = {
		{ "NAME", "name" },   { "RUN", "run" },
		{ "STATE", "state" }, { "TESTS", "tests", .right = true },
		{ "DATE", "date" },
	};
	_cleanup_grid_ struct grid *g = grid_new("history", cols, ARRAY_SIZE(cols));
	const struct pool *p = &k->pool;

	for (size_t i = 0; i < p->n_runs; i++) {
		enum kept_place place = kept_place_of(k, i);
		_cleanup_free_ char *run = kept_run_of(place, p->runs[i].name);
		const char *date = earliest(p, &p->runs[i]);

		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", p->runs[i].name);
		grid_cell(g, TERM_PLAIN, "%s", run);
		grid_cell(g, TERM_PLAIN, "%s", kept_words[place]);
		grid_cell(g, TERM_PLAIN, "%zu", p->runs[i].n);
		grid_cell(g, TERM_PLAIN, "%s", date ? date : "-");
	}
	grid_print(g, FORMAT_TABLE, stdout);
}

static int history_list(struct history_args *a, struct err *err)
{
	_cleanup_kept_ struct kept_runs k = { 0 };

	if (load(a, &k, err) < 0)
		return -(int)err->code;
	(a->base.json ? print_json : print_table)(&k);
	if (!k.pool.n_runs)
		fprintf(stderr,
		        "stats: no earlier results are kept; KTSTR_HISTORY=keep keeps them\n");
	return EXIT_OK;
}

/* Escapes the name: it comes from disk and may have any bytes. */
static void say_name(const char *name)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add_printable(&b, name, strlen(name), false);
	puts(strbuf_cstr(&b));
}

/* Opens the first place that has a directory of that name. */
static int find_kept(int root, const char *name, enum kept_place *place, struct err *err)
{
	for (int p = KEPT_HISTORY; p < KEPT_PLACE_COUNT; p++) {
		_cleanup_close_ int fd = kept_open(root, (enum kept_place)p, false, err);

		if (fd < 0 && err->code != ERR_NOT_FOUND)
			return fd;
		err_clear(err);
		if (fd >= 0 && fs_is_dir(fd, name)) {
			*place = (enum kept_place)p;
			return steal_fd(&fd);
		}
	}
	return err_set(err, ERR_NOT_FOUND, "nothing kept is called \"%s\"", name);
}

/* Moves a run back to where it was; never replaces a run that exists. */
static int move_back(int root, enum kept_place from, const char *name, const char *as,
                     struct err *err)
{
	bool to_history = from == KEPT_PRUNED_HISTORY && !as;
	_cleanup_free_ char *old = to_history ? xstrdup(name) : kept_run_of(from, name);
	struct kept_move m = { .root_fd = root,
		               .from = from,
		               .to = to_history ? KEPT_HISTORY : KEPT_ROOT,
		               .name = name,
		               .as = as ? as : old };

	if (kept_check_name(m.as, err) < 0 || kept_move(&m, err) < 0)
		return -(int)err->code;
	say_name(m.as);
	return 0;
}

static int restore_place(int root, enum kept_place from, struct err *err)
{
	_cleanup_close_ int fd = kept_open(root, from, false, err);
	_cleanup_strv_ struct strv names = STRV_INIT;

	if (fd < 0) {
		if (err->code != ERR_NOT_FOUND)
			return fd;
		err_clear(err);
		return 0;
	}
	if (fs_list(fd, ".", &names, err) < 0)
		return -(int)err->code;
	strv_each (&names, i)
		if (names.v[i][0] != '.' && move_back(root, from, names.v[i], NULL, err) < 0)
			return -(int)err->code;
	return 0;
}

static int restore_pruned(int root, struct err *err)
{
	if (restore_place(root, KEPT_PRUNED_HISTORY, err) < 0 ||
	    restore_place(root, KEPT_PRUNED_RUNS, err) < 0)
		return -(int)err->code;
	return EXIT_OK;
}

static int history_restore(struct history_args *a, struct err *err)
{
	const char *name = a->rest.n == 2 ? a->rest.v[1] : NULL;
	_cleanup_close_ int root = -1, kept = -1;
	enum kept_place from;

	if (!name == !a->pruned || (a->pruned && (a->as || a->rest.n > 1)))
		return err_set(err, ERR_USAGE,
		               "restore takes one name from 'stats history list', or --pruned");
	if ((name && kept_check_name(name, err) < 0) || (root = open_root(a, err)) < 0)
		return -(int)err->code;
	if (a->pruned)
		return restore_pruned(root, err);
	if ((kept = find_kept(root, name, &from, err)) < 0)
		return -(int)err->code;
	return move_back(root, from, name, a->as, err) < 0 ? -(int)err->code : EXIT_OK;
}

/* Renames the run to .pruned, then removes that. If it is killed in between, the next prune removes
 * the rest. */
static int remove_kept(int root, const char *name, struct err *err)
{
	_cleanup_close_ int kept = -1;
	enum kept_place place;

	if ((kept = find_kept(root, name, &place, err)) < 0)
		return -(int)err->code;
	if (fs_remove_tree(kept, REMOVED, err) < 0)
		return -(int)err->code;
	if (renameat(kept, name, kept, REMOVED) < 0)
		return err_sys(err, errno, "%s", name);
	if (fs_remove_tree(kept, REMOVED, err) < 0)
		return -(int)err->code;
	say_name(name);
	return 0;
}

static int by_run_newest_first(const void *a, const void *b)
{
	const struct pool_run *x = *(struct pool_run *const *)a, *y = *(struct pool_run *const *)b;
	_cleanup_free_ char *rx = kept_run_of(KEPT_HISTORY, x->name);
	_cleanup_free_ char *ry = kept_run_of(KEPT_HISTORY, y->name);
	int rc = strcmp(rx, ry);

	if (rc)
		return rc;
	if (x->mtime.tv_sec != y->mtime.tv_sec)
		return x->mtime.tv_sec < y->mtime.tv_sec ? 1 : -1;
	return strcmp(y->name, x->name);
}

/* Removes all but the newest `keep` of each run; pruned ones are not looked at. */
static int prune_old(struct history_args *a, int root, uint64_t keep, struct err *err)
{
	_cleanup_kept_ struct kept_runs k = { 0 };
	_cleanup_free_ struct pool_run **v = NULL;
	_cleanup_free_ char *last = NULL;
	uint64_t seen = 0;
	size_t n;

	if (load(a, &k, err) < 0)
		return -(int)err->code;
	n = k.end[KEPT_HISTORY];
	v = xcalloc(n + 1, sizeof(struct pool_run *));
	for (size_t i = 0; i < n; i++)
		v[i] = &k.pool.runs[i];
	qsort(v, n, sizeof(struct pool_run *), by_run_newest_first);
	for (size_t i = 0; i < n; i++) {
		char *run = kept_run_of(KEPT_HISTORY, v[i]->name);

		seen = last && streq(last, run) ? seen + 1 : 1;
		free(last);
		last = run;
		if (seen > keep && remove_kept(root, v[i]->name, err) < 0)
			return -(int)err->code;
	}
	return EXIT_OK;
}

static int history_prune(struct history_args *a, struct err *err)
{
	_cleanup_close_ int root = -1, kept = -1;
	uint64_t keep = 0;

	if (!a->keep == (a->rest.n == 1))
		return err_set(err, ERR_USAGE, "prune takes names or --keep N");
	if (a->keep && parse_u64(a->keep, "--keep", 0, UINT32_MAX, &keep, err) < 0)
		return -(int)err->code;
	for (size_t i = 1; i < a->rest.n; i++)
		if (kept_check_name(a->rest.v[i], err) < 0)
			return -(int)err->code;
	if ((root = open_root(a, err)) < 0 ||
	    (kept = kept_open(root, KEPT_HISTORY, false, err)) < 0)
		return a->keep && err->code == ERR_NOT_FOUND ? EXIT_OK : -(int)err->code;
	if (a->keep)
		return prune_old(a, root, keep, err);
	for (size_t i = 1; i < a->rest.n; i++)
		if (remove_kept(root, a->rest.v[i], err) < 0)
			return -(int)err->code;
	return EXIT_OK;
}

enum history_option {
	OPTION_JSON = 1 << 0,
	OPTION_AS = 1 << 1,
	OPTION_PRUNED = 1 << 2,
	OPTION_KEEP = 1 << 3,
	NAMES = 1 << 4,
};

static const struct {
	const char *name;
	int (*run)(struct history_args *a, struct err *err);
	unsigned int takes; /* enum history_option */
} verbs[] = {
	{ "list", history_list, OPTION_JSON },
	{ "restore", history_restore, OPTION_AS | OPTION_PRUNED | NAMES },
	{ "prune", history_prune, OPTION_KEEP | NAMES },
};

/* What is given must be of use to the verb. */
static int check_use(const struct history_args *a, const char *verb, unsigned int takes,
                     struct err *err)
{
	const struct {
		unsigned int bit;
		bool given;
		const char *text;
	} uses[] = {
		{ OPTION_JSON, a->base.json, "--json" },  { OPTION_AS, a->as, "--as" },
		{ OPTION_PRUNED, a->pruned, "--pruned" }, { OPTION_KEEP, a->keep, "--keep" },
		{ NAMES, a->rest.n > 1, "name" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(uses); i++)
		if (uses[i].given && !(takes & uses[i].bit))
			return err_set(err, ERR_USAGE, "%s takes no %s", verb, uses[i].text);
	return 0;
}

static int history(struct history_args *a, struct err *err)
{
	const char *verb = a->rest.n ? a->rest.v[0] : "list";

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (streq(verbs[i].name, verb))
			return check_use(a, verb, verbs[i].takes, err) < 0 ? -(int)err->code
			                                                   : verbs[i].run(a, err);
	return err_set(err, ERR_USAGE, "\"%s\" is not one of list, restore, prune", verb);
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	CLEANUP(args_done) struct history_args a = { 0 };
	const struct poptOption table[] = {
		{ "as", 0, POPT_ARG_STRING, &a.as, 0, "restore: under this name", "RUN" },
		{ "pruned", 0, POPT_ARG_NONE, &a.pruned, 0,
		  "restore: all that 'stats prune --apply' moved", NULL },
		{ "keep", 0, POPT_ARG_STRING, &a.keep, 0, "prune: keep the newest N of each run",
		  "N" },
		POPT_TABLEEND,
	};
	int rc = opts_parse(self, &a.base, table, argc, argv, &a.rest, err);

	return rc == CMD_RUN ? history(&a, err) : rc;
}

const struct cmd cmd_stats_history = {
	.name = "history",
	.summary = "earlier results that were kept: list, restore or remove them",
	.usage = "[OPTION...] [list | restore [NAME] | prune [NAME...]]",
	.details =
		"restore takes a name of the list, or --pruned; prune takes names, or --keep N.\n"
		"A run that a later invocation replaced and kept (KTSTR_HISTORY=keep) is\n"
		"restored under its run's name. One that 'stats prune --apply' moved goes back to\n"
		"where it was. 'history prune' deletes for good.",
	.run = run,
};
