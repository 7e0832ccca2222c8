/* SPDX-License-Identifier: GPL-2.0-only */
#include <dirent.h>
#include <errno.h>
#include <sha2.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/variable.h"

#define LINE_MAX_BYTES (64u << 10)
#define CHUNK_BYTES    (64u << 10)

/* 0, or an errno; EFBIG when there is more than max_bytes. */
static int read_all(int fd, size_t max_bytes, struct strbuf *out)
{
	_cleanup_free_ char *chunk = xmalloc(CHUNK_BYTES);
	size_t before = out->n;
	ssize_t n;

	while ((n = read(fd, chunk, CHUNK_BYTES)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if ((size_t)n > max_bytes - (out->n - before))
			return EFBIG;
		strbuf_add(out, chunk, (size_t)n);
	}
	return 0;
}

static int read_opened(int fd, const char *path, size_t max_bytes, struct strbuf *out,
                       struct err *err)
{
	size_t before = out->n;
	int errnum = read_all(fd, max_bytes, out);

	if (!errnum)
		return 0;
	out->n = before;
	if (out->s)
		out->s[before] = '\0';
	if (errnum == EFBIG)
		return err_set(err, ERR_LIMIT, "%s: longer than %zu bytes", path, max_bytes);
	return err_sys(err, errnum, "%s", path);
}

int fs_read(int dirfd, const char *path, size_t max_bytes, struct strbuf *out, struct err *err)
{
	_cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? err_path(err, errno, path) : read_opened(fd, path, max_bytes, out, err);
}

int fs_open_regular(int dirfd, const char *path, int flags, struct stat *st, struct err *err)
{
	_cleanup_close_ int fd =
		openat(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);

	if (fd < 0 && errno == ELOOP && (flags & O_NOFOLLOW))
		return err_set(err, ERR_FORMAT, "%s: a symbolic link", path);
	if (fd < 0)
		return err_path(err, errno, path);
	if (fstat(fd, st) < 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st->st_mode))
		return err_set(err, ERR_FORMAT, "%s: not a regular file", path);
	return steal_fd(&fd);
}

int fs_read_regular(int dirfd, const char *path, size_t max_bytes, struct strbuf *out,
                    struct err *err)
{
	struct stat st;
	_cleanup_close_ int fd = fs_open_regular(dirfd, path, 0, &st, err);

	return fd < 0 ? -(int)err->code : read_opened(fd, path, max_bytes, out, err);
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

int fs_list(int dirfd, const char *path, struct strv *names, struct err *err)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_dir_ DIR *d = NULL;
	struct strv found = STRV_INIT;
	struct dirent *e;

	if (fd < 0)
		return err_path(err, errno, path);
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
	const char *xdg = variable_get(VAR_XDG_CACHE_HOME);
	const char *home = variable_get(VAR_HOME);

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
	const char *path = variable_get(VAR_PATH);
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
		return err_path(err, errno, path);
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
