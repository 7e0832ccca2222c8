/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that changes a file system. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

#define DEPTH_MAX   64
#define CHUNK_BYTES (1u << 20)

int fs_write(int dirfd, const char *path, const char *text, struct err *err)
{
	_cleanup_close_ int fd = openat(dirfd, path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	size_t n = strlen(text);
	ssize_t done;

	if (fd < 0)
		return err_path(err, errno, path);
	do {
		done = write(fd, text, n);
	} while (done < 0 && errno == EINTR);
	if (done < 0)
		return err_sys(err, errno, "%s: writing \"%.64s\"", path, text);
	if ((size_t)done != n)
		return err_set(err, ERR_SYSTEM, "%s: only %zd of %zu bytes were taken", path, done,
		               n);
	return 0;
}

static int write_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Syncs and closes. Some errors are reported only by close() (NFS, quota). Returns 0 or an
 * errno. */
static int finish(int fd, int errnum)
{
	if (!errnum && fsync(fd) < 0)
		errnum = errno;
	if (close(fd) < 0 && !errnum)
		errnum = errno;
	return errnum;
}

static int write_new(int dirfd, const char *temp, const void *data, size_t n, mode_t mode)
{
	int fd = openat(dirfd, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);

	if (fd < 0)
		return errno;
	return finish(fd, write_all(fd, data, n) < 0 ? errno : 0);
}

int fs_stage(int dirfd, const char *temp, const void *data, size_t n, mode_t mode, struct err *err)
{
	int errnum = write_new(dirfd, temp, data, n, mode);

	if (!errnum)
		return 0;
	unlinkat(dirfd, temp, 0);
	return err_sys(err, errnum, "%s", temp);
}

static char *dir_of(const char *path)
{
	const char *base = fs_basename(path);

	return base == path ? xstrdup(".") : xstrndup(path, (size_t)(base - path));
}

/* A rename is durable only after the directory was synced. */
static int sync_dir(int dirfd, const char *dir)
{
	_cleanup_close_ int fd = openat(dirfd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -1 : fsync(fd);
}

int fs_commit(int dirfd, const char *temp, const char *path, struct err *err)
{
	_cleanup_free_ char *dir = dir_of(path);

	if (renameat(dirfd, temp, dirfd, path) < 0) {
		int errnum = errno;

		unlinkat(dirfd, temp, 0);
		return err_sys(err, errnum, "%s", path);
	}
	if (sync_dir(dirfd, dir) < 0)
		return err_sys(err, errno, "%s", dir);
	return 0;
}

/* A name next to `path` that nobody else uses. */
static int temp_beside(const char *path, char **out, struct err *err)
{
	_cleanup_free_ char *dir = dir_of(path);
	uint64_t tag;

	if (getrandom(&tag, sizeof(tag), 0) != sizeof(tag))
		return err_sys(err, errno, "getrandom");
	*out = xasprintf("%s%s.tmp-%016llx", dir, ends_with(dir, "/") ? "" : "/",
	                 (unsigned long long)tag);
	return 0;
}

int fs_write_atomic(int dirfd, const char *path, const void *data, size_t n, mode_t mode,
                    struct err *err)
{
	_cleanup_free_ char *temp = NULL;
	int errnum;

	if (temp_beside(path, &temp, err) < 0)
		return -(int)err->code;
	errnum = write_new(dirfd, temp, data, n, mode);
	if (errnum) {
		unlinkat(dirfd, temp, 0);
		return err_sys(err, errnum, "%s", path);
	}
	return fs_commit(dirfd, temp, path, err);
}

/* Tries a reflink, then a copy in the kernel, then (another file system, a pipe, /proc) read and
 * write. */
static int copy_bytes(int in, int out)
{
	_cleanup_free_ char *chunk = NULL;
	ssize_t n;

	if (ioctl(out, FICLONE, in) == 0)
		return 0;
	do {
		n = copy_file_range(in, NULL, out, NULL, SSIZE_MAX & ~(CHUNK_BYTES - 1ull), 0);
	} while (n > 0);
	if (n < 0 && errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
		return -1;
	chunk = xmalloc(CHUNK_BYTES);
	while ((n = read(in, chunk, CHUNK_BYTES)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || write_all(out, chunk, (size_t)n) < 0)
			return -1;
	}
	return 0;
}

int fs_copy(const char *from, const char *to, mode_t mode, struct err *err)
{
	_cleanup_close_ int in = open(from, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *temp = NULL;
	int out, errnum;

	if (in < 0)
		return err_path(err, errno, from);
	if (temp_beside(to, &temp, err) < 0)
		return -(int)err->code;
	out = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (out < 0)
		return err_path(err, errno, to);
	errnum = finish(out, copy_bytes(in, out) < 0 ? errno : 0);
	if (errnum) {
		unlink(temp);
		return err_sys(err, errnum, "copying %s to %s", from, to);
	}
	return fs_commit(AT_FDCWD, temp, to, err);
}

int fs_mkdir_p(int dirfd, const char *path, struct err *err)
{
	_cleanup_free_ char *p = xstrdup(path);

	for (char *s = p; *s;) {
		char c;

		s += strspn(s, "/");
		s += strcspn(s, "/");
		c = *s;
		*s = '\0';
		if (*p && mkdirat(dirfd, p, 0777) < 0 && errno != EEXIST && !fs_is_dir(dirfd, p))
			return err_sys(err, errno, "%s", p);
		*s = c;
	}
	if (!fs_is_dir(dirfd, path))
		return err_sys(err, ENOTDIR, "%s", path);
	return 0;
}

static int remove_at(int dirfd, const char *name, unsigned int depth);

/* Returns 0 or an errno, like remove_at(). Closes the descriptor. */
static int remove_children(int fd, unsigned int depth)
{
	_cleanup_dir_ DIR *d = fdopendir(fd);
	struct dirent *e;

	if (!d) {
		int errnum = errno;

		close(fd);
		return errnum;
	}
	while ((errno = 0, e = readdir(d))) {
		int errnum;

		if (streq(e->d_name, ".") || streq(e->d_name, ".."))
			continue;
		errnum = remove_at(fd, e->d_name, depth + 1);
		if (errnum)
			return errnum;
	}
	return errno;
}

static int remove_at(int dirfd, const char *name, unsigned int depth)
{
	int fd, errnum;

	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return errno;
	if (depth > DEPTH_MAX)
		return ELOOP;
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno;
	errnum = remove_children(fd, depth);
	if (!errnum && unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		errnum = errno;
	return errnum;
}

int fs_remove_tree(int dirfd, const char *path, struct err *err)
{
	_cleanup_free_ char *p = xstrdup(path);
	size_t n = strlen(p);
	int errnum;

	/* "link/" would mean the link's target. */
	while (n > 1 && p[n - 1] == '/')
		p[--n] = '\0';
	errnum = remove_at(dirfd, p, 0);
	return errnum ? err_sys(err, errnum, "%s", path) : 0;
}
