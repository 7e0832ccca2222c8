/* SPDX-License-Identifier: GPL-2.0-only */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>

#include "base/mem.h"
#include "harness/kernel/deb.h"

#define MEMBER_MAX_BYTES (256u << 20)

/* A .deb is an ar archive with a member data.tar.*. The reader of the ar archive feeds that of the
 * tar archive. */
struct feed {
	struct archive *ar;
	char chunk[1 << 16];
};

static la_ssize_t feed_read(struct archive *a, void *arg, const void **buf)
{
	struct feed *f = arg;

	(void)a;
	*buf = f->chunk;
	return archive_read_data(f->ar, f->chunk, sizeof(f->chunk));
}

static int fail(struct archive *a, struct err *err)
{
	return err_set(err, ERR_FORMAT, "%s", archive_error_string(a));
}

static int find_data(struct archive *ar, struct err *err)
{
	struct archive_entry *e;
	int r;

	while ((r = archive_read_next_header(ar, &e)) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(e);

		if (name && starts_with(name, "data.tar"))
			return 0;
	}
	return r == ARCHIVE_EOF ? err_set(err, ERR_FORMAT, "not a .deb: no data.tar")
	                        : fail(ar, err);
}

static int take(struct archive *tar, struct strbuf *out, struct err *err)
{
	_cleanup_free_ char *chunk = xmalloc(1 << 20);
	la_ssize_t n;

	strbuf_reset(out);
	while ((n = archive_read_data(tar, chunk, 1 << 20)) > 0) {
		if (out->n + (size_t)n > MEMBER_MAX_BYTES)
			return err_set(err, ERR_LIMIT, "a member is larger than %u bytes",
			               MEMBER_MAX_BYTES);
		strbuf_add(out, chunk, (size_t)n);
	}
	return n < 0 ? fail(tar, err) : 0;
}

static struct strbuf *wanted(const char *name, struct strbuf *image, struct strbuf *config)
{
	if (starts_with(name, "./"))
		name += 2;
	if (fnmatch("boot/vmlinuz-*", name, FNM_PATHNAME) == 0 ||
	    fnmatch("usr/lib/modules/*/vmlinuz", name, FNM_PATHNAME) == 0 ||
	    fnmatch("lib/modules/*/vmlinuz", name, FNM_PATHNAME) == 0)
		return image;
	if (fnmatch("boot/config-*", name, FNM_PATHNAME) == 0 ||
	    fnmatch("usr/lib/modules/*/config", name, FNM_PATHNAME) == 0 ||
	    fnmatch("usr/src/linux-headers-*/.config", name, 0) == 0)
		return config;
	return NULL;
}

static int walk(struct archive *tar, struct strbuf *image, struct strbuf *config, struct err *err)
{
	struct archive_entry *e;
	int r;

	while ((r = archive_read_next_header(tar, &e)) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(e);
		struct strbuf *to = name && archive_entry_filetype(e) == AE_IFREG
		                            ? wanted(name, image, config)
		                            : NULL;

		if (to && take(tar, to, err) < 0)
			return err_wrap(err, "%s", name);
		if (image->n && config->n)
			return 0;
	}
	return r == ARCHIVE_EOF ? 0 : fail(tar, err);
}

/* Calls `each` on the inner archive of a .deb. */
static int read_deb(const char *path, int (*each)(struct archive *tar, void *arg, struct err *err),
                    void *arg, struct err *err)
{
	struct feed *f = xcalloc(1, sizeof(*f));
	struct archive *tar = archive_read_new();
	int r = 0;

	f->ar = archive_read_new();
	archive_read_support_format_ar(f->ar);
	archive_read_support_format_tar(tar);
	archive_read_support_filter_all(tar);
	if (archive_read_open_filename(f->ar, path, 1 << 16) != ARCHIVE_OK)
		r = fail(f->ar, err);
	if (r == 0)
		r = find_data(f->ar, err);
	if (r == 0 && archive_read_open(tar, f, NULL, feed_read, NULL) != ARCHIVE_OK)
		r = fail(tar, err);
	if (r == 0)
		r = each(tar, arg, err);
	archive_read_free(tar);
	archive_read_free(f->ar);
	free(f);
	return r < 0 ? err_wrap(err, "%s", path) : 0;
}

struct kernel_files {
	struct strbuf *image, *config;
};

static int take_kernel(struct archive *tar, void *arg, struct err *err)
{
	const struct kernel_files *f = arg;

	return walk(tar, f->image, f->config, err);
}

int deb_kernel(const char *path, struct strbuf *image, struct strbuf *config, struct err *err)
{
	return read_deb(path, take_kernel, &(struct kernel_files){ image, config }, err);
}

static int take_source(struct archive *tar, void *arg, struct err *err)
{
	const char *to = arg;
	struct archive_entry *e;
	int r;

	while ((r = archive_read_next_header(tar, &e)) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(e);
		_cleanup_close_ int fd = -1;

		if (!name || fnmatch("./usr/src/linux-source-*.tar.*", name, FNM_PATHNAME) != 0 ||
		    archive_entry_filetype(e) != AE_IFREG)
			continue;
		fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (fd < 0)
			return err_sys(err, errno, "%s", to);
		return archive_read_data_into_fd(tar, fd) == ARCHIVE_OK ? 0 : fail(tar, err);
	}
	return r == ARCHIVE_EOF ? err_set(err, ERR_FORMAT, "no source tarball in it")
	                        : fail(tar, err);
}

int deb_source(const char *path, const char *to, struct err *err)
{
	return read_deb(path, take_source, (void *)(uintptr_t)to, err);
}
