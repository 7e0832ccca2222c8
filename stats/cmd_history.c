/* SPDX-License-Identifier: GPL-2.0-only */
/* Earlier results that a later invocation kept instead of removing them (KTSTR_HISTORY=keep or
 * --keep). They are in {root}/.history/{run}@{invocation}. */
#include <errno.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "stats/cmds.h"
#include "stats/opts.h"

#define HISTORY ".history"
#define PRUNED  ".pruned" /* name of a run while it is being removed: not listed */

struct history_args {
	struct opts base;
	char *as, *keep;
	struct strv rest; /* the verb, then names */
};

static void args_done(struct history_args *a)
{
	opts_done(&a->base);
	free(a->as);
	free(a->keep);
	strv_done(&a->rest);
}

/* The name of the run that was kept: the part before the last "@". Caller frees. */
static char *run_of(const char *name)
{
	const char *at = strrchr(name, '@');

	return at ? xstrndup(name, (size_t)(at - name)) : xstrdup(name);
}

static int check_name(const char *name, struct err *err)
{
	if (!*name || name[0] == '.' || strchr(name, '/'))
		return err_set(err, ERR_USAGE, "\"%s\" is not the name of a run", name);
	return 0;
}

static int open_root(const struct history_args *a, struct err *err)
{
	_cleanup_free_ char *root = NULL;
	int fd;

	if (opts_root(&a->base, &root, err) < 0)
		return -(int)err->code;
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND, "%s: there are no runs", root);
	return fd < 0 ? err_sys(err, errno, "%s", root) : fd;
}

/* Opens .history; refuses a symbolic link, which could lead out of the root. -ERR_NOT_FOUND when it
 * does not exist. */
static int open_history(int root, struct err *err)
{
	int fd = openat(root, HISTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND, "no earlier results are kept");
	if (errno == ENOTDIR || errno == ELOOP)
		return err_set(err, ERR_USAGE,
		               HISTORY " is not a directory, or is a symbolic link");
	return err_sys(err, errno, HISTORY);
}

static int load(const struct history_args *a, struct pool *p, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	_cleanup_close_ int root = -1, fd = -1;
	_cleanup_free_ char *path = NULL;

	if ((root = open_root(a, err)) < 0 || (fd = open_history(root, err)) < 0) {
		if (err->code != ERR_NOT_FOUND)
			return -(int)err->code;
		err_clear(err);
		return 0;
	}
	path = xasprintf("/proc/self/fd/%d", fd);
	if (scan_root(&s, path, err) < 0)
		return -(int)err->code;
	pool_read(p, &s);
	opts_tell_bad(&p->bad);
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

static void print_json(const struct pool *p)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < p->n_runs; i++) {
		struct json_object *o = json_object_new_object();
		_cleanup_free_ char *run = run_of(p->runs[i].name);
		const char *date = earliest(p, &p->runs[i]);

		json_object_object_add(o, "name", json_object_new_string(p->runs[i].name));
		json_object_object_add(o, "run", json_object_new_string(run));
		json_object_object_add(o, "tests", json_object_new_int64((int64_t)p->runs[i].n));
		json_add_text(o, "date", date);
		json_object_array_add(list, o);
	}
	cmd_print_json(list);
}

static void print_table(const struct pool *p)
{
	static const struct grid_col cols[] = {
		{ "NAME", "name" },
		{ "RUN", "run" },
		{ "TESTS", "tests", .right = true },
		{ "DATE", "date" },
	};
	_cleanup_grid_ struct grid *g = grid_new("history", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < p->n_runs; i++) {
		_cleanup_free_ char *run = run_of(p->runs[i].name);
		const char *date = earliest(p, &p->runs[i]);

		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", p->runs[i].name);
		grid_cell(g, TERM_PLAIN, "%s", run);
		grid_cell(g, TERM_PLAIN, "%zu", p->runs[i].n);
		grid_cell(g, TERM_PLAIN, "%s", date ? date : "-");
	}
	grid_print(g, FORMAT_TABLE, stdout);
}

static int history_list(struct history_args *a, struct err *err)
{
	_cleanup_pool_ struct pool p;

	pool_init(&p);
	if (load(a, &p, err) < 0)
		return -(int)err->code;
	(a->base.json ? print_json : print_table)(&p);
	if (!p.n_runs)
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

/* Moves a kept run back, under its old name or --as; never replaces a run that exists. */
static int history_restore(struct history_args *a, struct err *err)
{
	const char *name = a->rest.n == 2 ? a->rest.v[1] : NULL;
	_cleanup_close_ int root = -1, kept = -1;
	_cleanup_free_ char *to = NULL;

	if (!name)
		return err_set(err, ERR_USAGE, "restore takes one name from 'stats history list'");
	to = a->as ? xstrdup(a->as) : run_of(name);
	if (check_name(name, err) < 0 || check_name(to, err) < 0)
		return -(int)err->code;
	if ((root = open_root(a, err)) < 0 || (kept = open_history(root, err)) < 0)
		return -(int)err->code;
	if (!fs_is_dir(kept, name))
		return err_set(err, ERR_NOT_FOUND, "nothing kept is called \"%s\"", name);
	if (renameat2(kept, name, root, to, RENAME_NOREPLACE) == 0) {
		say_name(to);
		return EXIT_OK;
	}
	if (errno == EEXIST)
		return err_set(err, ERR_USAGE, "run %s exists; give another name with --as", to);
	return err_sys(err, errno, "%s", to);
}

/* Renames the run to .pruned, then removes that. If it is killed in between, the next prune removes
 * the rest. */
static int remove_kept(int kept, const char *name, struct err *err)
{
	if (!fs_exists(kept, name))
		return err_set(err, ERR_NOT_FOUND, "nothing kept is called \"%s\"", name);
	if (fs_remove_tree(kept, PRUNED, err) < 0)
		return -(int)err->code;
	if (renameat(kept, name, kept, PRUNED) < 0)
		return err_sys(err, errno, "%s", name);
	if (fs_remove_tree(kept, PRUNED, err) < 0)
		return -(int)err->code;
	say_name(name);
	return 0;
}

static int by_run_newest_first(const void *a, const void *b)
{
	const struct pool_run *x = *(struct pool_run *const *)a, *y = *(struct pool_run *const *)b;
	_cleanup_free_ char *rx = run_of(x->name), *ry = run_of(y->name);
	int rc = strcmp(rx, ry);

	if (rc)
		return rc;
	if (x->mtime.tv_sec != y->mtime.tv_sec)
		return x->mtime.tv_sec < y->mtime.tv_sec ? 1 : -1;
	return strcmp(y->name, x->name);
}

/* Removes all but the newest `keep` of each run. */
static int prune_old(struct history_args *a, int kept, uint64_t keep, struct err *err)
{
	_cleanup_free_ struct pool_run **v = NULL;
	_cleanup_free_ char *last = NULL;
	_cleanup_pool_ struct pool p;
	uint64_t seen = 0;

	pool_init(&p);
	if (load(a, &p, err) < 0)
		return -(int)err->code;
	v = xcalloc(p.n_runs + 1, sizeof(struct pool_run *));
	for (size_t i = 0; i < p.n_runs; i++)
		v[i] = &p.runs[i];
	qsort(v, p.n_runs, sizeof(struct pool_run *), by_run_newest_first);
	for (size_t i = 0; i < p.n_runs; i++) {
		char *run = run_of(v[i]->name);

		seen = last && streq(last, run) ? seen + 1 : 1;
		free(last);
		last = run;
		if (seen > keep && remove_kept(kept, v[i]->name, err) < 0)
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
		if (check_name(a->rest.v[i], err) < 0)
			return -(int)err->code;
	if ((root = open_root(a, err)) < 0 || (kept = open_history(root, err)) < 0)
		return a->keep && err->code == ERR_NOT_FOUND ? EXIT_OK : -(int)err->code;
	if (a->keep)
		return prune_old(a, kept, keep, err);
	for (size_t i = 1; i < a->rest.n; i++)
		if (remove_kept(kept, a->rest.v[i], err) < 0)
			return -(int)err->code;
	return EXIT_OK;
}

static const struct {
	const char *name;
	int (*run)(struct history_args *a, struct err *err);
} verbs[] = {
	{ "list", history_list },
	{ "restore", history_restore },
	{ "prune", history_prune },
};

static int history(struct history_args *a, struct err *err)
{
	const char *verb = a->rest.n ? a->rest.v[0] : "list";

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (streq(verbs[i].name, verb))
			return verbs[i].run(a, err);
	return err_set(err, ERR_USAGE, "\"%s\" is not one of list, restore, prune", verb);
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	CLEANUP(args_done) struct history_args a = { 0 };
	const struct poptOption table[] = {
		{ "as", 0, POPT_ARG_STRING, &a.as, 0, "restore: under this name", "RUN" },
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
	.usage = "[OPTION...] [list | restore NAME | prune [NAME...]]",
	.run = run,
};
