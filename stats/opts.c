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
		  "a run under the root (default: the newest)", "RUN" },
		POPT_TABLEEND,
	};
	const struct poptOption format[] = {
		{ "format", 0, POPT_ARG_STRING, &o->format_name, 0, o->formats, "FORMAT" },
		POPT_TABLEEND,
	};
	const struct poptOption table[] = {
		{ "dir", 0, POPT_ARG_STRING, &o->dir, 0,
		  "runs root (default: ktstr/ in KTSTR_TARGET_DIR, CARGO_TARGET_DIR or target/)",
		  "DIR" },
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

int opts_load(const struct opts *o, struct pool *p, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	_cleanup_free_ char *root = NULL;

	if (opts_root(o, &root, err) < 0 || scan_root(&s, root, err) < 0)
		return -(int)err->code;
	pool_read(p, &s);
	opts_tell_bad(&p->bad);
	return 0;
}

static bool is_newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

static int newest_run(const char *root, char **name, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct timespec newest = { 0 };
	const char *best = NULL;

	if (scan_run_names(root, &names, err) < 0)
		return -(int)err->code;
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(root, names.v[i]);
		struct stat st;

		if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode))
			continue;
		if (best && !is_newer(&st.st_mtim, &newest))
			continue;
		best = names.v[i];
		newest = st.st_mtim;
	}
	if (!best)
		return err_set(err, ERR_NOT_FOUND, "no runs under %s; 'harness test' makes one",
		               root);
	*name = xstrdup(best);
	return 0;
}

int opts_scan_run(const struct opts *o, const char *run, struct scan *s, struct err *err)
{
	_cleanup_free_ char *root = NULL, *newest = NULL;

	if (opts_root(o, &root, err) < 0)
		return -(int)err->code;
	if (!run && newest_run(root, &newest, err) < 0)
		return -(int)err->code;
	return scan_run(s, root, run ? run : newest, err);
}

void opts_read(const struct scan *s, struct strv *bad, opts_take_fn take, void *arg)
{
	bool go_on = true;

	for (size_t i = 0; i < s->n_files && go_on; i++) {
		const char *path = s->files[i].path;
		struct err err = ERR_INIT;
		struct sidecar sc;

		json_init(&sidecar_table, &sc);
		if (sidecar_read(s->dirfd, path, &sc, &err) < 0)
			strv_add(bad, err.msg);
		else
			go_on = take(arg, path, &sc);
		json_done(&sidecar_table, &sc);
	}
}

int opts_read_run(const struct opts *o, struct scan *s, opts_take_fn take, void *arg,
                  struct err *err)
{
	if (opts_scan_run(o, o->run, s, err) < 0)
		return -(int)err->code;
	opts_read(s, &s->bad, take, arg);
	opts_tell_bad(&s->bad);
	return 0;
}
