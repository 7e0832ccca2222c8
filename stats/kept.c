/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/kept.h"

#include <errno.h>

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/hold.h"

#define PRUNED "pruned" /* in the history: no run, but the place of runs */

#define X(id, path, word) [id] = (path),
static const char *const paths[KEPT_PLACE_COUNT] = { KEPT_PLACES(X) };
#undef X
#define X(id, path, word) [id] = (word),
const char *const kept_words[KEPT_PLACE_COUNT] = { KEPT_PLACES(X) };
#undef X

int kept_open_root(const char *root, struct err *err)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND, "%s: there are no runs", root);
	return fd < 0 ? err_sys(err, errno, "%s", root) : fd;
}

static int open_step(int fd, const char *path, const char *name, bool make, struct err *err)
{
	int next;

	if (make && mkdirat(fd, name, 0777) < 0 && errno != EEXIST)
		return err_sys(err, errno, "%s", path);
	next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (next >= 0)
		return next;
	if (errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND, "no earlier results are kept");
	if (errno == ENOTDIR || errno == ELOOP)
		return err_set(err, ERR_USAGE, "%s is not a directory, or is a symbolic link",
		               path);
	return err_sys(err, errno, "%s", path);
}

int kept_open(int root_fd, enum kept_place place, bool make, struct err *err)
{
	_cleanup_strv_ struct strv steps = STRV_INIT;
	_cleanup_close_ int fd = fcntl(root_fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return err_sys(err, errno, "%s", paths[place]);
	strv_split(&steps, paths[place], "/");
	strv_each (&steps, i) {
		int next = open_step(fd, paths[place], steps.v[i], make, err);

		if (next < 0)
			return next;
		close(fd);
		fd = next;
	}
	return steal_fd(&fd);
}

/* Takes the place of pruned runs out of the runs of the history. */
static void forget_pruned(struct scan *s)
{
	size_t n = 0, at = SIZE_MAX;

	for (size_t i = 0; i < s->n_runs; i++)
		if (streq(s->runs[i].name, PRUNED))
			at = i;
	if (at == SIZE_MAX)
		return;
	free(s->runs[at].name);
	memmove(&s->runs[at], &s->runs[at + 1], (--s->n_runs - at) * sizeof(*s->runs));
	for (size_t i = 0; i < s->n_files; i++) {
		if (s->files[i].run == at) {
			free(s->files[i].path);
			continue;
		}
		s->files[n] = s->files[i];
		s->files[n].run -= s->files[n].run > at;
		n++;
	}
	s->n_files = n;
}

static int load_place(int root_fd, enum kept_place place, struct pool *p, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	_cleanup_close_ int fd = kept_open(root_fd, place, false, err);
	_cleanup_free_ char *path = NULL;

	if (fd < 0) {
		if (err->code != ERR_NOT_FOUND)
			return -(int)err->code;
		err_clear(err);
		return 0;
	}
	path = xasprintf("/proc/self/fd/%d", fd);
	if (scan_root(&s, path, err) < 0)
		return -(int)err->code;
	if (place == KEPT_HISTORY)
		forget_pruned(&s);
	pool_read(p, &s);
	return 0;
}

int kept_load(int root_fd, enum kept_place first, enum kept_place last, struct kept_runs *out,
              struct err *err)
{
	*out = (struct kept_runs){ 0 };
	pool_init(&out->pool);
	for (int p = first; p <= (int)last; p++) {
		if (load_place(root_fd, (enum kept_place)p, &out->pool, err) < 0)
			return -(int)err->code;
		out->end[p] = out->pool.n_runs;
	}
	return 0;
}

void kept_runs_done(struct kept_runs *k)
{
	pool_done(&k->pool);
}

enum kept_place kept_place_of(const struct kept_runs *k, size_t run)
{
	int p = 0;

	while (run >= k->end[p])
		p++;
	return (enum kept_place)p;
}

char *kept_run_of(enum kept_place place, const char *name)
{
	const char *at = place == KEPT_ROOT ? NULL : strrchr(name, '@');

	return at ? xstrndup(name, (size_t)(at - name)) : xstrdup(name);
}

int kept_check_name(const char *name, struct err *err)
{
	if (!*name || name[0] == '.' || strchr(name, '/') || streq(name, PRUNED))
		return err_set(err, ERR_USAGE, "\"%s\" is not the name of a run", name);
	return 0;
}

static int check_unchanged(int from, const struct kept_move *m, struct err *err)
{
	const struct pool_run *seen = m->seen;
	struct stat st;

	if (!seen)
		return 0;
	if (fstatat(from, m->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, errno, "%s", m->name);
	if (st.st_dev == seen->dev && st.st_ino == seen->ino &&
	    st.st_mtim.tv_sec == seen->mtime.tv_sec && st.st_mtim.tv_nsec == seen->mtime.tv_nsec)
		return 0;
	return err_set(err, ERR_BUSY, "%s has changed since it was read; try again", m->name);
}

static int rename_synced(int from, int to, const struct kept_move *m, struct err *err)
{
	if (renameat2(from, m->name, to, m->as, RENAME_NOREPLACE) < 0) {
		if (errno == EEXIST)
			return err_set(err, ERR_USAGE, "run %s exists; give another name with --as",
			               m->as);
		return err_sys(err, errno, "%s", m->as);
	}
	return fsync(to) < 0 || fsync(from) < 0 ? err_sys(err, errno, "%s", m->as) : 0;
}

int kept_move(const struct kept_move *m, struct err *err)
{
	_cleanup_close_ int from = -1, to = -1, hold = -1;
	_cleanup_free_ char *key =
		m->to == KEPT_ROOT ? xstrdup(m->as) : kept_run_of(m->from, m->name);

	if ((from = kept_open(m->root_fd, m->from, false, err)) < 0 ||
	    (to = kept_open(m->root_fd, m->to, true, err)) < 0 ||
	    (hold = hold_take(m->root_fd, key, err)) < 0)
		return -(int)err->code;
	if (check_unchanged(from, m, err) < 0)
		return -(int)err->code;
	return rename_synced(from, to, m, err);
}
