/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/term.h"

#define SHOW_EVERY 500 /* members between two progress lines */

static int fail(struct archive *a, struct err *err)
{
	const char *why = archive_error_string(a);

	return err_set(err, ERR_FORMAT, "%s", why ? why : "not a tar archive");
}

/* A member's name without the archive's top folder; NULL: the member is that folder. */
static const char *without_first(const char *name)
{
	if (starts_with(name, "./"))
		name += 2;
	name = strchr(name, '/');
	return name && name[1] ? name + 1 : NULL;
}

static int copy_data(struct archive *in, struct archive *out, struct err *err)
{
	const void *block;
	la_int64_t off;
	size_t n;
	int r;

	while ((r = archive_read_data_block(in, &block, &n, &off)) == ARCHIVE_OK)
		if (archive_write_data_block(out, block, n, off) < ARCHIVE_OK)
			return fail(out, err);
	return r == ARCHIVE_EOF ? 0 : fail(in, err);
}

static int put_member(struct archive *in, struct archive *out, struct archive_entry *e,
                      const char *dir, struct err *err)
{
	const char *name = archive_entry_pathname(e), *rest = name ? without_first(name) : NULL;
	const char *link = archive_entry_hardlink(e), *to = link ? without_first(link) : NULL;
	_cleanup_free_ char *path = rest ? fs_join(dir, rest) : NULL;
	_cleanup_free_ char *target = to ? fs_join(dir, to) : NULL;

	if (!path)
		return 0;
	archive_entry_set_pathname(e, path);
	if (link && target)
		archive_entry_set_hardlink(e, target);
	if (archive_write_header(out, e) < ARCHIVE_OK)
		return fail(out, err);
	if (archive_entry_size(e) > 0 && copy_data(in, out, err) < 0)
		return err_wrap(err, "%s", rest);
	return archive_write_finish_entry(out) < ARCHIVE_OK ? fail(out, err) : 0;
}

static int put_all(struct archive *in, struct archive *out, const char *what, const char *dir,
                   struct err *err)
{
	struct archive_entry *e;
	size_t n = 0;
	int r;

	while ((r = archive_read_next_header(in, &e)) == ARCHIVE_OK || r == ARCHIVE_WARN) {
		if (put_member(in, out, e, dir, err) < 0)
			return -(int)err->code;
		if (++n % SHOW_EVERY == 0)
			term_progress("unpacking %s: %zu files", what, n);
	}
	term_progress_end();
	return r == ARCHIVE_EOF ? 0 : fail(in, err);
}

static int unpack_into(const char *tarball, const char *dir, struct err *err)
{
	struct archive *in = archive_read_new(), *out = archive_write_disk_new();
	int r = 0;

	archive_read_support_filter_all(in);
	archive_read_support_format_tar(in);
	archive_write_disk_set_options(out, ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM |
	                                            ARCHIVE_EXTRACT_SECURE_NODOTDOT |
	                                            ARCHIVE_EXTRACT_SECURE_SYMLINKS);
	if (archive_read_open_filename(in, tarball, 1 << 16) != ARCHIVE_OK)
		r = fail(in, err);
	if (r == 0)
		r = put_all(in, out, fs_basename(tarball), dir, err);
	archive_read_free(in);
	archive_write_free(out);
	return r;
}

int unpack_tarball(const char *tarball, const char *to, struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s.tmp-%d", to, (int)getpid());
	_cleanup_free_ char *real = NULL;
	struct err ignored = ERR_INIT;
	int r = fs_mkdir_p(AT_FDCWD, temp, err);

	/* libarchive refuses to unpack to a path with a symbolic link in it */
	if (r == 0 && !(real = realpath(temp, NULL)))
		r = err_sys(err, errno, "%s", temp);
	if (r == 0)
		r = unpack_into(tarball, real, err);
	if (r == 0 && rename(temp, to) < 0)
		r = err_sys(err, errno, "%s", to);
	(void)!fs_remove_tree(AT_FDCWD, temp, &ignored);
	return r < 0 ? err_wrap(err, "%s", tarball) : 0;
}
