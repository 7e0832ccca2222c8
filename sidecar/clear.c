/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/clear.h"
#include "sidecar/sidecar.h"

#define SUFFIX ".ktstr.json"

static bool is_sidecar(const char *name)
{
	return name[0] != '.' && ends_with(name, SUFFIX) && strlen(name) > strlen(SUFFIX);
}

static int by_text(const void *key, const void *item)
{
	return strcmp(key, *(char *const *)item);
}

/* "{stem}.console.txt" belongs to "{stem}.ktstr.json". */
static bool has_stem(const char *name, const struct strv *stems)
{
	_cleanup_free_ char *stem = xstrdup(name);
	char *dot;

	while ((dot = strrchr(stem, '.'))) {
		*dot = '\0';
		if (stems->n && bsearch(stem, stems->v, stems->n, sizeof(*stems->v), by_text))
			return true;
	}
	return false;
}

void clear_select(const struct strv *names, struct strv *out)
{
	_cleanup_strv_ struct strv stems = STRV_INIT;

	strv_each (names, i)
		if (is_sidecar(names->v[i]))
			strv_addf(&stems, "%.*s", (int)(strlen(names->v[i]) - strlen(SUFFIX)),
			          names->v[i]);
	strv_sort(&stems);
	strv_each (names, i)
		if (!is_sidecar(names->v[i]) && has_stem(names->v[i], &stems))
			strv_add(out, names->v[i]);
	strv_each (names, i)
		if (is_sidecar(names->v[i]))
			strv_add(out, names->v[i]);
}

static bool is_file(int dirfd, const char *name)
{
	struct stat st;

	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(st.st_mode);
}

static int list_files(int fd, struct strv *files, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	if (fs_list(fd, ".", &names, err) < 0)
		return -(int)err->code;
	strv_each (&names, i)
		if (is_file(fd, names.v[i]))
			strv_add(files, names.v[i]);
	return 0;
}

static int make_history(int rootfd, const char *want, struct err *err)
{
	_cleanup_free_ char *parent = xstrndup(want, (size_t)(fs_basename(want) - want));
	_cleanup_free_ char *path = xstrdup(want);
	int fd;

	if (*parent && fs_mkdir_p(rootfd, parent, err) < 0)
		return -(int)err->code;
	for (unsigned int i = 1; mkdirat(rootfd, path, 0777) < 0; i++) {
		if (errno != EEXIST)
			return err_sys(err, errno, "%s", path);
		free(path);
		path = xasprintf("%s.%u", want, i);
	}
	fd = openat(rootfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? err_sys(err, errno, "%s", path) : fd;
}

static int clear_one(int fd, const char *name, int history_fd, struct err *err)
{
	int rc = history_fd < 0 ? unlinkat(fd, name, 0) : renameat(fd, name, history_fd, name);

	if (rc < 0 && errno != ENOENT)
		return err_sys(err, errno, "%s an earlier result: %s",
		               history_fd < 0 ? "removing" : "keeping", name);
	return 0;
}

/* 1: of this image, 0: of another, -1: it does not say. */
static int is_of_image(int fd, const char *name, const char *image_sha256)
{
	struct err ignored = ERR_INIT; /* an unreadable file does not say it either */
	struct sidecar s;
	int r = -1;

	json_init(&sidecar_table, &s);
	if (sidecar_read(fd, name, &s, &ignored) == 0 && s.kernel && s.kernel->image_sha256)
		r = streq(s.kernel->image_sha256, image_sha256);
	json_done(&sidecar_table, &s);
	return r;
}

/* All files of a directory are of one image, so the first that says it decides. */
bool clear_would_lose(int rootfd, const char *rundir, const char *image_sha256)
{
	_cleanup_close_ int fd = openat(rootfd, rundir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT; /* clear_run() reports it */

	if (fd < 0 || list_files(fd, &names, &ignored) < 0)
		return false;
	strv_each (&names, i) {
		int r = is_sidecar(names.v[i]) ? is_of_image(fd, names.v[i], image_sha256) : -1;

		if (r >= 0)
			return r == 0;
	}
	return false;
}

size_t clear_count(int rootfd, const char *rundir)
{
	_cleanup_close_ int fd = openat(rootfd, rundir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT; /* clear_run() reports it */
	size_t n = 0;

	if (fd < 0 || list_files(fd, &names, &ignored) < 0)
		return 0;
	strv_each (&names, i)
		n += is_sidecar(names.v[i]);
	return n;
}

int clear_run(int rootfd, const char *rundir, const char *history, struct err *err)
{
	_cleanup_close_ int fd = openat(rootfd, rundir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_strv_ struct strv names = STRV_INIT, gone = STRV_INIT;
	_cleanup_close_ int history_fd = -1;

	if (fd < 0)
		return err_sys(err, errno, "%s", rundir);
	if (list_files(fd, &names, err) < 0)
		return err_wrap(err, "%s", rundir);
	clear_select(&names, &gone);
	if (!gone.n)
		return 0;
	if (history) {
		history_fd = make_history(rootfd, history, err);
		if (history_fd < 0)
			return err_wrap(err, "keeping earlier results");
	}
	strv_each (&gone, i)
		if (clear_one(fd, gone.v[i], history_fd, err) < 0)
			return err_wrap(err, "%s", rundir);
	if (history_fd >= 0 && (fsync(history_fd) < 0 || fsync(fd) < 0))
		return err_sys(err, errno, "%s", rundir);
	return 0;
}
