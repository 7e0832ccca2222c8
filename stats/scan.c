/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/scan.h"

#include <errno.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "sidecar/sidecar.h"

void scan_done(struct scan *s)
{
	for (size_t i = 0; i < s->n_runs; i++)
		free(s->runs[i].name);
	for (size_t i = 0; i < s->n_files; i++)
		free(s->files[i].path);
	free(s->runs);
	free(s->files);
	strv_done(&s->bad);
	if (s->dirfd >= 0)
		close(s->dirfd);
	*s = (struct scan)SCAN_INIT;
}

/* Opens a directory below the root; refuses a symbolic link. */
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

/* Adds a line to s->bad that says why `name` could not be opened; none for a plain file or a name
 * that no longer exists. */
static void note_unopened(struct scan *s, int dirfd, const char *name, const char *where)
{
	int errnum = errno;

	if (is_link(dirfd, name))
		strv_addf(&s->bad, "%s: a symbolic link, not followed", where);
	else if (errnum != ENOTDIR && errnum != ENOENT)
		strv_addf(&s->bad, "%s: %s", where, strerror(errnum));
}

static int list_dir(int fd, struct strv *names, const char *what, struct err *err)
{
	if (fs_list(fd, ".", names, err) < 0)
		return err_wrap(err, "%s", what);
	return 0;
}

static int add_file(struct scan *s, const char *path, struct err *err)
{
	struct scan_file *f;

	if (s->n_files >= SCAN_FILES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u sidecars", SCAN_FILES_MAX);
	f = xgrow(s->files, s->n_files);
	f->path = xstrdup(path);
	f->run = s->n_runs - 1;
	return 0;
}

/* A name without a dot is not checked: opening it tells whether it is a directory. */
static bool may_be_dir(int fd, const char *name)
{
	return name[0] != '.' && (!strchr(name, '.') || fs_is_dir(fd, name));
}

/* Adds the sidecars of a directory, and the names of its subdirectories to `subs` unless NULL. */
static int scan_dir(struct scan *s, int fd, const char *prefix, struct strv *subs, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	if (list_dir(fd, &names, prefix, err) < 0)
		return -(int)err->code;
	strv_each (&names, i) {
		_cleanup_free_ char *path = xasprintf("%s%s", prefix, names.v[i]);

		if (!sidecar_is_file_name(names.v[i])) {
			if (subs && may_be_dir(fd, names.v[i]))
				strv_add(subs, names.v[i]);
		} else if (add_file(s, path, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int scan_sub(struct scan *s, int fd, const char *prefix, const char *name, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s%s/", prefix, name);
	_cleanup_close_ int sub = open_below(fd, name);

	if (sub >= 0)
		return scan_dir(s, sub, path, NULL, err);
	path[strlen(path) - 1] = '\0';
	note_unopened(s, fd, name, path);
	return 0;
}

static void add_run(struct scan *s, int fd, const char *name)
{
	struct scan_run *run = xgrow(s->runs, s->n_runs);
	struct stat st;

	run->name = xstrdup(name);
	if (fstat(fd, &st) == 0) {
		run->mtime = st.st_mtim;
		run->dev = st.st_dev;
		run->ino = st.st_ino;
	}
}

static int scan_one_run(struct scan *s, int fd, const char *name, const char *prefix,
                        struct err *err)
{
	_cleanup_strv_ struct strv subs = STRV_INIT;

	add_run(s, fd, name);
	if (scan_dir(s, fd, prefix, &subs, err) < 0)
		return -(int)err->code;
	strv_each (&subs, i)
		if (scan_sub(s, fd, prefix, subs.v[i], err) < 0)
			return -(int)err->code;
	return 0;
}

static int scan_named_run(struct scan *s, const char *name, struct err *err)
{
	_cleanup_free_ char *prefix = xasprintf("%s/", name);
	_cleanup_close_ int fd = open_below(s->dirfd, name);

	if (fd >= 0)
		return scan_one_run(s, fd, name, prefix, err);
	note_unopened(s, s->dirfd, name, name);
	return 0;
}

int scan_run_names(const char *root, struct strv *names, struct err *err)
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

int scan_root(struct scan *s, const char *root, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	if (scan_run_names(root, &names, err) < 0)
		return -(int)err->code;
	s->dirfd = open_root(root);
	if (s->dirfd < 0)
		return errno == ENOENT ? 0 : err_sys(err, errno, "%s", root);
	strv_each (&names, i)
		if (scan_named_run(s, names.v[i], err) < 0)
			return err_wrap(err, "%s", root);
	return 0;
}

static int no_such_run(const char *root, const char *name, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;
	const char *meant = NULL;

	if (scan_run_names(root, &names, &ignored) == 0)
		meant = parse_suggest(name, (const char *const *)strv_argv(&names), names.n);
	if (meant)
		return err_set(err, ERR_NOT_FOUND, "no run \"%s\" under %s; did you mean \"%s\"?",
		               name, root, meant);
	return err_set(err, ERR_NOT_FOUND, "no run \"%s\" under %s; 'stats list' shows the runs",
	               name, root);
}

int scan_run(struct scan *s, const char *root, const char *name, struct err *err)
{
	if (!*name || name[0] == '.' || strchr(name, '/'))
		return err_set(err, ERR_USAGE, "\"%s\" is not the name of a run", name);
	s->dirfd = open_root(root);
	if (s->dirfd < 0 && errno != ENOENT)
		return err_sys(err, errno, "%s", root);
	if (s->dirfd < 0 || !fs_is_dir(s->dirfd, name))
		return no_such_run(root, name, err);
	if (is_link(s->dirfd, name))
		return err_set(err, ERR_USAGE, "%s/%s is a symbolic link; give its path", root,
		               name);
	if (scan_named_run(s, name, err) < 0)
		return err_wrap(err, "%s", root);
	if (!s->n_runs)
		return err_set(err, ERR_NOT_FOUND, "%s",
		               s->bad.n ? s->bad.v[0] : "the run is gone");
	return 0;
}

int scan_path(struct scan *s, const char *path, struct err *err)
{
	s->dirfd = open_root(path);
	if (s->dirfd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(err, ERR_NOT_FOUND, "%s: no such directory", path);
	if (s->dirfd < 0)
		return err_sys(err, errno, "%s", path);
	if (scan_one_run(s, s->dirfd, path, "", err) < 0)
		return err_wrap(err, "%s", path);
	return 0;
}

int scan_file(struct scan *s, const char *path, struct err *err)
{
	const char *name = fs_basename(path);
	_cleanup_free_ char *dir = xasprintf("%.*s.", (int)(name - path), path);
	struct stat st;

	s->dirfd = open_root(dir);
	if (s->dirfd < 0 || fstatat(s->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_path(err, errno, path);
	*xgrow(s->runs, s->n_runs) = (struct scan_run){
		.name = xstrdup(path), .mtime = st.st_mtim, .dev = st.st_dev, .ino = st.st_ino
	};
	return add_file(s, name, err);
}

bool scan_is_run(const char *path)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;

	if (fs_list(AT_FDCWD, path, &names, &ignored) < 0)
		return false;
	strv_each (&names, i)
		if (sidecar_is_file_name(names.v[i]))
			return true;
	return false;
}
