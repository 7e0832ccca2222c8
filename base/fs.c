/* SPDX-License-Identifier: GPL-2.0-only */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/fs.h>
#include <sha2.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"

#define LINE_MAX_BYTES (64u << 10)
#define DEPTH_MAX      64

static int open_error(const char *path, struct err *err)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return err_set(err, ERR_NOT_FOUND, "%s: %s", path, strerrordesc_np(errno));
	return err_sys(err, errno, "%s", path);
}

int fs_read(int dirfd, const char *path, size_t max_bytes, struct strbuf *out, struct err *err)
{
	_cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *chunk = xmalloc(1 << 16);
	size_t before = out->n;
	ssize_t n;

	if (fd < 0)
		return open_error(path, err);
	while ((n = read(fd, chunk, 1 << 16)) > 0) {
		if (out->n - before + (size_t)n > max_bytes) {
			out->n = before;
			return err_set(err, ERR_LIMIT, "%s: longer than %zu bytes", path,
			               max_bytes);
		}
		strbuf_add(out, chunk, (size_t)n);
	}
	if (n < 0) {
		int errnum = errno;

		out->n = before;
		return err_sys(err, errnum, "%s", path);
	}
	return 0;
}

char *fs_read_line(int dirfd, const char *path)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;
	const char *s;

	if (fs_read(dirfd, path, LINE_MAX_BYTES, &b, &err) < 0)
		return NULL;
	s = strbuf_cstr(&b);
	s += strspn(s, " \t");
	b.n = (size_t)(s - strbuf_cstr(&b)) + strcspn(s, "\n");
	if (b.s)
		b.s[b.n] = '\0';
	strbuf_rtrim(&b);
	return xstrdup(s);
}

bool fs_read_u64(int dirfd, const char *path, uint64_t *out)
{
	_cleanup_free_ char *line = fs_read_line(dirfd, path);
	struct err err = ERR_INIT;

	return line && parse_u64(line, path, 0, UINT64_MAX, out, &err) == 0;
}

int fs_write(int dirfd, const char *path, const char *text, struct err *err)
{
	_cleanup_close_ int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(text);
	ssize_t done;

	if (fd < 0)
		return open_error(path, err);
	done = write(fd, text, n);
	if (done < 0)
		return err_sys(err, errno, "%s: writing \"%.64s\"", path, text);
	if ((size_t)done != n)
		return err_set(err, ERR_SYSTEM, "%s: short write", path);
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

static int write_new(int dirfd, const char *temp, const void *data, size_t n, mode_t mode)
{
	int fd = openat(dirfd, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	int bad;

	if (fd < 0)
		return errno;
	bad = write_all(fd, data, n) < 0 || fsync(fd) < 0 ? errno : 0;
	if (close(fd) < 0 && !bad)
		bad = errno;
	return bad;
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

/* A rename is durable once its directory is. */
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

int fs_write_atomic(int dirfd, const char *path, const void *data, size_t n, mode_t mode,
                    struct err *err)
{
	_cleanup_free_ char *dir = dir_of(path);
	_cleanup_free_ char *temp = NULL;
	int errnum;
	uint64_t tag;

	if (getrandom(&tag, sizeof(tag), 0) != sizeof(tag))
		return err_sys(err, errno, "getrandom");
	temp = xasprintf("%s/.tmp-%016llx", dir, (unsigned long long)tag);
	errnum = write_new(dirfd, temp, data, n, mode);
	if (errnum) {
		unlinkat(dirfd, temp, 0);
		return err_sys(err, errnum, "%s", path);
	}
	return fs_commit(dirfd, temp, path, err);
}

int fs_mkdir_p(int dirfd, const char *path, struct err *err)
{
	_cleanup_free_ char *p = xstrdup(path);

	for (char *s = p + 1; *p; s++) {
		char c = *s;

		if (c != '/' && c != '\0')
			continue;
		*s = '\0';
		if (mkdirat(dirfd, p, 0777) < 0 && errno != EEXIST && !fs_is_dir(dirfd, p))
			return err_sys(err, errno, "%s", p);
		if (!c)
			break;
		*s = c;
	}
	if (!fs_is_dir(dirfd, path))
		return err_set(err, ERR_SYSTEM, "%s: not a directory", path);
	return 0;
}

static int remove_at(int dirfd, const char *name, unsigned int depth);

static int remove_children(int fd, unsigned int depth)
{
	_cleanup_dir_ DIR *d = fdopendir(fd);
	struct dirent *e;

	if (!d) {
		close(fd);
		return -1;
	}
	while ((errno = 0, e = readdir(d))) {
		if (streq(e->d_name, ".") || streq(e->d_name, ".."))
			continue;
		if (remove_at(fd, e->d_name, depth + 1) < 0)
			return -1;
	}
	return errno ? -1 : 0;
}

static int remove_at(int dirfd, const char *name, unsigned int depth)
{
	int fd;

	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	if (depth > DEPTH_MAX) {
		errno = ELOOP;
		return -1;
	}
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || remove_children(fd, depth) < 0)
		return -1;
	return unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -1 : 0;
}

int fs_remove_tree(int dirfd, const char *path, struct err *err)
{
	if (remove_at(dirfd, path, 0) < 0)
		return err_sys(err, errno, "%s", path);
	return 0;
}

int fs_list(int dirfd, const char *path, struct strv *names, struct err *err)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_dir_ DIR *d = NULL;
	struct strv found = STRV_INIT;
	struct dirent *e;

	if (fd < 0)
		return open_error(path, err);
	d = fdopendir(fd);
	if (!d) {
		int errnum = errno;

		close(fd);
		return err_sys(err, errnum, "%s", path);
	}
	while ((errno = 0, e = readdir(d)))
		if (!streq(e->d_name, ".") && !streq(e->d_name, ".."))
			strv_add(&found, e->d_name);
	if (errno) {
		int errnum = errno;

		strv_done(&found);
		return err_sys(err, errnum, "%s", path);
	}
	strv_sort(&found);
	strv_copy(names, &found);
	strv_done(&found);
	return 0;
}

bool fs_exists(int dirfd, const char *path)
{
	return faccessat(dirfd, path, F_OK, 0) == 0;
}

bool fs_is_dir(int dirfd, const char *path)
{
	struct stat st;

	return fstatat(dirfd, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static int copy_bytes(int in, int out)
{
	_cleanup_free_ char *chunk = NULL;
	ssize_t n;

	if (ioctl(out, FICLONE, in) == 0)
		return 0;
	chunk = xmalloc(1 << 20);
	while ((n = read(in, chunk, 1 << 20)) > 0)
		if (write_all(out, chunk, (size_t)n) < 0)
			return -1;
	return n < 0 ? -1 : 0;
}

int fs_copy(const char *from, const char *to, mode_t mode, struct err *err)
{
	_cleanup_close_ int in = open(from, O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int out = -1;

	if (in < 0)
		return open_error(from, err);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (out < 0)
		return open_error(to, err);
	if (copy_bytes(in, out) < 0 || fsync(out) < 0) {
		int errnum = errno;

		unlink(to);
		return err_sys(err, errnum, "%s", to);
	}
	return 0;
}

char *fs_join(const char *dir, const char *name)
{
	return xasprintf("%s%s%s", dir, ends_with(dir, "/") ? "" : "/", name);
}

const char *fs_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int fs_cache_dir(char **out, struct err *err)
{
	const char *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (xdg && xdg[0] == '/')
		*out = fs_join(xdg, "ktstr");
	else if (home && home[0] == '/')
		*out = fs_join(home, ".cache/ktstr");
	else
		return err_set(err, ERR_USAGE,
		               "no place for cached files: set HOME or XDG_CACHE_HOME");
	return 0;
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *fs_which(const char *name)
{
	const char *path = getenv("PATH");
	_cleanup_strv_ struct strv dirs = STRV_INIT;

	if (strchr(name, '/'))
		return is_program(name) ? xstrdup(name) : NULL;
	strv_split(&dirs, path ? path : "/usr/bin:/bin", ":");
	strv_each (&dirs, i) {
		_cleanup_free_ char *full = fs_join(dirs.v[i], name);

		if (is_program(full))
			return steal_ptr(&full);
	}
	return NULL;
}

int fs_sha256(int dirfd, const char *path, char *out, struct err *err)
{
	_cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ uint8_t *chunk = xmalloc(1 << 18);
	SHA2_CTX ctx;
	ssize_t n;

	if (fd < 0)
		return open_error(path, err);
	SHA256Init(&ctx);
	while ((n = read(fd, chunk, 1 << 18)) > 0)
		SHA256Update(&ctx, chunk, (size_t)n);
	if (n < 0)
		return err_sys(err, errno, "%s", path);
	SHA256End(&ctx, out);
	return 0;
}

void mem_sha256(const void *data, size_t n, char *out)
{
	SHA256Data(data, n, out);
}
