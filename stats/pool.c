/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/pool.h"

#include <errno.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "stats/load.h"

void pool_init(struct pool *p)
{
	*p = (struct pool){ 0 };
	hosts_init(&p->hosts);
}

void pool_done(struct pool *p)
{
	for (size_t i = 0; i < p->n_runs; i++)
		free(p->runs[i].name);
	for (size_t i = 0; i < p->n_rows; i++)
		row_done(&p->rows[i]);
	free(p->runs);
	free(p->rows);
	hosts_done(&p->hosts);
	strv_done(&p->bad);
	*p = (struct pool){ 0 };
}

/* Opens a directory below the root; a symbolic link is refused. */
static int open_below(int dirfd, const char *name)
{
	return openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int open_root(const char *root)
{
	return open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool is_link(int dirfd, const char *name)
{
	struct stat st;

	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

static void note_link(struct load *l, const char *where)
{
	strv_addf(&l->pool->bad, "%s: a symbolic link, not followed", where);
}

static int list_dir(int fd, struct strv *names, const char *what, struct err *err)
{
	if (fs_list(fd, ".", names, err) < 0)
		return err_wrap(err, "%s", what);
	return 0;
}

/* Worth entering: a directory, or a name without a suffix (spares a stat of each artefact). */
static bool may_be_dir(int fd, const char *name)
{
	return name[0] != '.' && (!strchr(name, '.') || fs_is_dir(fd, name));
}

/* Adds the sidecars of a directory; names of sub-directories go to `subs` unless NULL. */
static int scan_dir(struct load *l, int fd, const char *prefix, struct strv *subs, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	if (list_dir(fd, &names, prefix, err) < 0)
		return -(int)err->code;
	strv_each (&names, i) {
		_cleanup_free_ char *path = xasprintf("%s%s", prefix, names.v[i]);

		if (!sidecar_is_file_name(names.v[i])) {
			if (subs && may_be_dir(fd, names.v[i]))
				strv_add(subs, names.v[i]);
		} else if (load_add(l, path, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int scan_sub(struct load *l, int fd, const char *prefix, const char *name, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s%s/", prefix, name);
	_cleanup_close_ int sub = open_below(fd, name);

	if (sub >= 0)
		return scan_dir(l, sub, path, NULL, err);
	if (is_link(fd, name)) {
		path[strlen(path) - 1] = '\0';
		note_link(l, path);
	}
	return 0; /* a plain file, or one we may not enter */
}

static void add_run(struct load *l, int fd, const char *name)
{
	struct pool_run *run = xgrow(l->pool->runs, l->pool->n_runs);
	struct stat st;

	run->name = xstrdup(name);
	if (fstat(fd, &st) == 0)
		run->mtime = st.st_mtim;
}

static int scan_run(struct load *l, int fd, const char *name, const char *prefix, struct err *err)
{
	_cleanup_strv_ struct strv subs = STRV_INIT;

	add_run(l, fd, name);
	if (scan_dir(l, fd, prefix, &subs, err) < 0)
		return -(int)err->code;
	strv_each (&subs, i)
		if (scan_sub(l, fd, prefix, subs.v[i], err) < 0)
			return -(int)err->code;
	return 0;
}

static int scan_named_run(struct load *l, const char *name, struct err *err)
{
	_cleanup_free_ char *prefix = xasprintf("%s/", name);
	_cleanup_close_ int fd = open_below(l->dirfd, name);

	if (fd >= 0)
		return scan_run(l, fd, name, prefix, err);
	if (is_link(l->dirfd, name))
		note_link(l, name);
	return 0;
}

int pool_run_names(const char *root, struct strv *names, struct err *err)
{
	_cleanup_close_ int fd = open_root(root);
	_cleanup_strv_ struct strv all = STRV_INIT;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_sys(err, errno, "%s", root);
	if (list_dir(fd, &all, root, err) < 0)
		return -(int)err->code;
	strv_each (&all, i)
		if (all.v[i][0] != '.' && (fs_is_dir(fd, all.v[i]) || is_link(fd, all.v[i])))
			strv_add(names, all.v[i]);
	return 0;
}

int pool_load_root(struct pool *p, const char *root, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_close_ int fd = -1;
	CLEANUP(load_done) struct load l = { .pool = p, .dirfd = -1 };

	if (pool_run_names(root, &names, err) < 0)
		return -(int)err->code;
	fd = l.dirfd = open_root(root);
	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(err, errno, "%s", root);
	strv_each (&names, i)
		if (scan_named_run(&l, names.v[i], err) < 0)
			return err_wrap(err, "%s", root);
	load_read(&l);
	return 0;
}

static int no_such_run(const char *root, const char *name, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;
	const char *meant = NULL;

	if (pool_run_names(root, &names, &ignored) == 0)
		meant = parse_suggest(name, (const char *const *)strv_argv(&names), names.n);
	if (meant)
		return err_set(err, ERR_NOT_FOUND, "no run \"%s\" under %s; did you mean \"%s\"?",
		               name, root, meant);
	return err_set(err, ERR_NOT_FOUND, "no run \"%s\" under %s; 'stats list' shows the runs",
	               name, root);
}

int pool_load_run(struct pool *p, const char *root, const char *name, struct err *err)
{
	_cleanup_close_ int fd = -1;
	CLEANUP(load_done) struct load l = { .pool = p, .dirfd = -1 };

	if (!*name || name[0] == '.' || strchr(name, '/'))
		return err_set(err, ERR_USAGE, "\"%s\" is not the name of a run", name);
	fd = l.dirfd = open_root(root);
	if (fd < 0 && errno != ENOENT)
		return err_sys(err, errno, "%s", root);
	if (fd < 0 || !fs_is_dir(fd, name))
		return no_such_run(root, name, err);
	if (is_link(fd, name))
		return err_set(err, ERR_USAGE, "%s/%s is a symbolic link; give its path", root,
		               name);
	if (scan_named_run(&l, name, err) < 0)
		return err_wrap(err, "%s", root);
	load_read(&l);
	return 0;
}

int pool_load_dir(struct pool *p, const char *path, struct err *err)
{
	_cleanup_close_ int fd = open_root(path);
	CLEANUP(load_done) struct load l = { .pool = p, .dirfd = fd };

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(err, ERR_NOT_FOUND, "%s: no such directory", path);
	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	if (scan_run(&l, fd, path, "", err) < 0)
		return err_wrap(err, "%s", path);
	load_read(&l);
	return 0;
}

void pool_tell_bad(const struct pool *p, const char *program)
{
	strv_each (&p->bad, i) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		strbuf_add_printable(&b, p->bad.v[i], strlen(p->bad.v[i]), false);
		fprintf(stderr, "%s: skipped: %s\n", program, strbuf_cstr(&b));
	}
}
