/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/opts.h"

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/rundir.h"

void opts_done(struct opts *o)
{
	free(o->dir);
	free(o->format_name);
	free(o->run);
	o->dir = o->format_name = o->run = NULL;
}

static bool is_listed(const char *formats, const char *name)
{
	_cleanup_strv_ struct strv words = STRV_INIT;

	strv_split(&words, formats, ", ()");
	return !streq(name, "default") && strv_has(&words, name);
}

/* Sets the format; fails if --format is unknown or contradicts --json. */
static int take_format(struct opts *o, struct err *err)
{
	o->format = o->json ? FORMAT_JSON : FORMAT_TABLE;
	if (!o->format_name)
		return 0;
	if (!is_listed(o->formats, o->format_name))
		return err_set(err, ERR_USAGE, "--format: \"%s\" is not one of %s", o->format_name,
		               o->formats);
	if (o->json && !streq(o->format_name, "json"))
		return err_set(err, ERR_USAGE, "--json and --format %s exclude each other",
		               o->format_name);
	o->format = (enum grid_format)grid_format_find(o->format_name);
	return 0;
}

int opts_parse(const struct cmd *self, struct opts *o, const struct poptOption *more, int argc,
               const char **argv, struct strv *rest, struct err *err)
{
	static const struct poptOption none[] = { POPT_TABLEEND };
	const struct poptOption run[] = {
		{ "run", 0, POPT_ARG_STRING, &o->run, 0,
		  "a run under the root, or a sidecar file (default: the newest run)", "RUN" },
		POPT_TABLEEND,
	};
	const struct poptOption format[] = {
		{ "format", 0, POPT_ARG_STRING, &o->format_name, 0, o->formats, "FORMAT" },
		POPT_TABLEEND,
	};
	const struct poptOption dir[] = {
		{ "dir", 0, POPT_ARG_STRING, &o->dir, 0,
		  "runs root (default: ktstr/ in KTSTR_TARGET_DIR, CARGO_TARGET_DIR or target/), "
		  "or "
		  "one run directory",
		  "DIR" },
		POPT_TABLEEND,
	};
	const struct poptOption table[] = {
		{ NULL, 0, POPT_ARG_INCLUDE_TABLE, (void *)(o->no_runs ? none : dir), 0, NULL,
		  NULL },
		{ "json", 0, POPT_ARG_NONE, &o->json, 0, "print JSON", NULL },
		{ NULL, 0, POPT_ARG_INCLUDE_TABLE, (void *)(o->one_run ? run : none), 0, NULL,
		  NULL },
		{ NULL, 0, POPT_ARG_INCLUDE_TABLE, (void *)(o->formats ? format : none), 0, NULL,
		  NULL },
		{ NULL, 0, POPT_ARG_INCLUDE_TABLE, (void *)(more ? more : none), 0, NULL, NULL },
		POPT_TABLEEND,
	};
	int rc = cmd_parse(self, table, argc, argv, rest, err);

	return rc == CMD_RUN ? take_format(o, err) : rc;
}

int opts_root(const struct opts *o, char **out, struct err *err)
{
	if (o->dir && !fs_is_dir(AT_FDCWD, o->dir))
		return err_set(err, ERR_NOT_FOUND, "--dir %s: no such directory", o->dir);
	*out = o->dir ? xstrdup(o->dir) : rundir_root();
	return 0;
}

void opts_tell_bad(const struct strv *bad)
{
	strv_each (bad, i) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		strbuf_add_printable(&b, bad->v[i], strlen(bad->v[i]), false);
		fprintf(stderr, "stats: skipped: %s\n", strbuf_cstr(&b));
	}
}

/* --dir names one run, not a root. */
static bool dir_is_run(const struct opts *o)
{
	return o->dir && scan_is_run(o->dir);
}

/* The run that --dir is, by the name it would have under a root. */
static int scan_dir(const struct opts *o, struct scan *s, struct err *err)
{
	_cleanup_free_ char *real = realpath(o->dir, NULL);

	if (scan_path(s, o->dir, err) < 0)
		return -(int)err->code;
	if (real) {
		free(s->runs[0].name);
		s->runs[0].name = xstrdup(fs_basename(real));
	}
	return 0;
}

int opts_scan_all(const struct opts *o, struct scan *s, struct err *err)
{
	_cleanup_free_ char *root = NULL;

	if (opts_root(o, &root, err) < 0)
		return -(int)err->code;
	return dir_is_run(o) ? scan_dir(o, s, err) : scan_root(s, root, err);
}

int opts_load_any(const struct opts *o, struct pool *p, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;

	if (opts_scan_all(o, &s, err) < 0)
		return -(int)err->code;
	pool_read(p, &s);
	opts_tell_bad(&p->bad);
	return 0;
}

int opts_load(const struct opts *o, struct pool *p, struct err *err)
{
	size_t bad = 0;

	if (opts_load_any(o, p, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < p->n_runs; i++)
		bad += p->runs[i].bad;
	return p->n_rows || !bad ? 0 : opts_unreadable("all runs", bad, err);
}

int opts_unreadable(const char *run, size_t files, struct err *err)
{
	if (files == 1)
		return err_set(err, ERR_FORMAT, "%s: the only file cannot be read", run);
	return err_set(err, ERR_FORMAT, "%s: none of %zu files can be read", run, files);
}

static bool is_newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

struct candidate {
	const char *name;
	struct timespec mtime;
};

static int newest_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return is_newer(&x->mtime, &y->mtime)   ? -1
	       : is_newer(&y->mtime, &x->mtime) ? 1
	                                        : strcmp(x->name, y->name);
}

/* The newest directory that has sidecars: others under the root are no runs. */
static int scan_newest(const char *root, struct scan *s, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_free_ struct candidate *v = NULL;
	size_t n = 0;

	if (scan_run_names(root, &names, err) < 0)
		return -(int)err->code;
	v = xcalloc(names.n + 1, sizeof(*v));
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(root, names.v[i]);
		struct stat st;

		if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
			v[n++] = (struct candidate){ names.v[i], st.st_mtim };
	}
	qsort(v, n, sizeof(*v), newest_first);
	for (size_t i = 0; i < n; i++) {
		if (scan_run(s, root, v[i].name, err) < 0)
			return -(int)err->code;
		if (s->n_files)
			return 0;
		scan_done(s);
	}
	return err_set(err, ERR_NOT_FOUND, "no runs under %s; 'harness test' makes one", root);
}

static int scan_dir_as(const struct opts *o, const char *run, struct scan *s, struct err *err)
{
	if (scan_dir(o, s, err) < 0)
		return -(int)err->code;
	if (!run || streq(run, s->runs[0].name))
		return 0;
	return err_set(err, ERR_NOT_FOUND, "no run \"%s\": --dir %s is itself a run", run, o->dir);
}

int opts_scan_run(const struct opts *o, const char *run, struct scan *s, struct err *err)
{
	_cleanup_free_ char *root = NULL;

	if (run && sidecar_is_file_name(fs_basename(run)))
		return scan_file(s, run, err);
	if (opts_root(o, &root, err) < 0)
		return -(int)err->code;
	if (dir_is_run(o))
		return scan_dir_as(o, run, s, err);
	return run ? scan_run(s, root, run, err) : scan_newest(root, s, err);
}

int opts_read(const struct scan *s, struct strv *bad, opts_take_fn take, void *arg, struct err *err)
{
	size_t unreadable = 0;
	bool go_on = true;

	for (size_t i = 0; i < s->n_files && go_on; i++) {
		const char *path = s->files[i].path;
		struct err why = ERR_INIT;
		struct sidecar sc;

		json_init(&sidecar_table, &sc);
		if (sidecar_read(s->dirfd, path, &sc, &why) == 0)
			go_on = take(arg, path, &sc);
		else if (++unreadable)
			strv_add(bad, why.msg);
		json_done(&sidecar_table, &sc);
	}
	opts_tell_bad(bad);
	return unreadable && unreadable == s->n_files
	               ? opts_unreadable(s->runs[0].name, unreadable, err)
	               : 0;
}

int opts_read_run(const struct opts *o, struct scan *s, opts_take_fn take, void *arg,
                  struct err *err)
{
	if (opts_scan_run(o, o->run, s, err) < 0)
		return -(int)err->code;
	return opts_read(s, &s->bad, take, arg, err);
}
