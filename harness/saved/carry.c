/* SPDX-License-Identifier: GPL-2.0-only */
/* Carries an image to another store, in one file: a compressed tar archive, metadata.json first. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/saved/meta.h"
#include "harness/saved/place.h"

#define LOCK_NS (60 * NS_PER_SEC)

static int fail(struct archive *a, const char *what, struct err *err)
{
	return err_set(err, ERR_FORMAT, "%s: %s", what, archive_error_string(a));
}

/* Holes of the file are holes of the entry. */
static void add_stretches(struct archive_entry *e, int fd, off_t size)
{
	off_t begin, end = 0;

	while ((begin = lseek(fd, end, SEEK_DATA)) >= 0 && begin < size) {
		end = lseek(fd, begin, SEEK_HOLE);
		if (end < 0)
			end = size;
		archive_entry_sparse_add_entry(e, begin, end - begin);
	}
}

static int write_entry(struct archive *a, const char *name, int fd, const struct stat *st,
                       struct err *err)
{
	size_t size = (size_t)st->st_size;
	void *data = size ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0) : NULL;
	struct archive_entry *e;
	int r = 0;

	if (data == MAP_FAILED)
		return err_sys(err, errno, "%s", name);
	e = archive_entry_new();
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, st->st_size);
	add_stretches(e, fd, st->st_size);
	if (archive_write_header(a, e) != ARCHIVE_OK ||
	    (size && archive_write_data(a, data, size) != (la_ssize_t)size))
		r = fail(a, name, err);
	archive_entry_free(e);
	if (data)
		munmap(data, size);
	return r;
}

static int write_file(struct archive *a, int dirfd, const char *name, struct err *err)
{
	struct stat st;
	_cleanup_close_ int fd = fs_open_regular(dirfd, name, O_NOFOLLOW, &st, err);

	return fd < 0 ? -(int)err->code : write_entry(a, name, fd, &st, err);
}

static int write_all(struct archive *a, int dirfd, const struct saved *im, struct err *err)
{
	const struct saved_file *files = im->files.v;

	if (write_file(a, dirfd, META_NAME, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < im->files.n; i++)
		if (write_file(a, dirfd, files[i].name, err) < 0)
			return -(int)err->code;
	return 0;
}

static int write_archive(int dirfd, const struct saved *im, const char *path, struct err *err)
{
	struct archive *a = archive_write_new();
	int r = 0;

	archive_write_set_format_pax_restricted(a);
	archive_write_add_filter_gzip(a);
	archive_write_set_filter_option(a, "gzip", "compression-level", "3");
	if (archive_write_open_filename(a, path) != ARCHIVE_OK)
		r = fail(a, path, err);
	if (r == 0)
		r = write_all(a, dirfd, im, err);
	if (r == 0 && archive_write_close(a) != ARCHIVE_OK)
		r = fail(a, path, err);
	archive_write_free(a);
	return r;
}

static int export_opened(int dirfd, const struct saved *im, const char *path, struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s.part", path);

	if (!im->portable)
		return err_set(err, ERR_USAGE,
		               "%.12s is a machine of the real clock, of no use on another host",
		               im->key);
	if (write_archive(dirfd, im, temp, err) == 0 && rename(temp, path) < 0)
		err_sys(err, errno, "%s", path);
	if (err->code)
		unlink(temp);
	return -(int)err->code;
}

int saved_export(const char *key, const char *path, struct err *err)
{
	_cleanup_close_ int fd = -1;
	struct saved im;
	int r;

	fd = meta_open_whole(key, &im, err);
	if (fd < 0)
		return -(int)err->code;
	r = export_opened(fd, &im, path, err);
	saved_done(&im);
	return r;
}

static int read_metadata(struct archive *a, struct saved *im, struct strbuf *text, struct err *err)
{
	struct archive_entry *e;
	char chunk[4096];
	la_ssize_t n;

	if (archive_read_next_header(a, &e) != ARCHIVE_OK)
		return fail(a, "no saved machine", err);
	if (!streq(archive_entry_pathname(e), META_NAME))
		return err_set(err, ERR_FORMAT, "no saved machine: it begins with %s",
		               archive_entry_pathname(e));
	while ((n = archive_read_data(a, chunk, sizeof(chunk))) > 0 && text->n < META_MAX)
		strbuf_add(text, chunk, (size_t)n);
	if (n != 0)
		return fail(a, META_NAME, err);
	return json_decode(&saved_table, text->s, text->n, im, err);
}

static int read_file(struct archive *a, int dirfd, const struct saved_file *f, struct err *err)
{
	_cleanup_close_ int fd =
		openat(dirfd, f->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	const void *block;
	size_t n;
	int64_t at;
	int r;

	if (fd < 0)
		return err_sys(err, errno, "%s", f->name);
	while ((r = archive_read_data_block(a, &block, &n, &at)) == ARCHIVE_OK) {
		if ((uint64_t)at + n > f->bytes)
			return err_set(err, ERR_FORMAT, "%s is longer than %llu bytes", f->name,
			               (unsigned long long)f->bytes);
		if (pwrite(fd, block, n, at) != (ssize_t)n)
			return err_sys(err, errno, "%s", f->name);
	}
	if (r != ARCHIVE_EOF)
		return fail(a, f->name, err);
	if (ftruncate(fd, (off_t)f->bytes) < 0 || fsync(fd) < 0)
		return err_sys(err, errno, "%s", f->name);
	return 0;
}

/* The files follow in the order of the metadata. */
static int read_files(struct archive *a, int dirfd, const struct saved *im, struct err *err)
{
	const struct saved_file *files = im->files.v;
	struct archive_entry *e;

	for (size_t i = 0; i < im->files.n; i++) {
		if (strchr(files[i].name, '/') || files[i].name[0] == '.')
			return err_set(err, ERR_FORMAT, "\"%s\" is no file of a machine",
			               files[i].name);
		if (archive_read_next_header(a, &e) != ARCHIVE_OK)
			return fail(a, files[i].name, err);
		if (!streq(archive_entry_pathname(e), files[i].name))
			return err_set(err, ERR_FORMAT, "%s instead of %s",
			               archive_entry_pathname(e), files[i].name);
		if (read_file(a, dirfd, &files[i], err) < 0)
			return -(int)err->code;
	}
	return 0;
}

/* All bytes are checked before it counts. */
static int fill(struct archive *a, int dirfd, struct saved *im, const struct strbuf *text,
                struct err *err)
{
	if (fs_write_atomic(dirfd, META_NAME, text->s, text->n, 0666, err) < 0 ||
	    read_files(a, dirfd, im, err) < 0)
		return -(int)err->code;
	return meta_check(dirfd, im, true, err);
}

static int place(struct archive *a, struct saved *im, const struct strbuf *text, struct err *err)
{
	CLEANUP(place_done) struct saved_place p = PLACE_NONE;
	_cleanup_close_ int lock = -1, fd = -1;
	struct err ignored = ERR_INIT;

	if (place_open(im->key, &p, err) < 0 ||
	    (lock = place_lock(&p, deadline_in(LOCK_NS), err)) < 0)
		return -(int)err->code;
	if (fs_remove_tree(p.root_fd, p.temp, err) < 0 || fs_mkdir_p(p.root_fd, p.temp, err) < 0)
		return -(int)err->code;
	fd = openat(p.root_fd, p.temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		err_sys(err, errno, "%s", p.temp);
	else if (fill(a, fd, im, text, err) == 0 && fs_remove_tree(p.root_fd, p.key, err) == 0 &&
	         renameat(p.root_fd, p.temp, p.root_fd, p.key) < 0)
		err_sys(err, errno, "renaming %s", p.temp);
	if (err->code)
		(void)!fs_remove_tree(p.root_fd, p.temp, &ignored);
	return -(int)err->code;
}

int saved_import(const char *path, struct saved *out, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct archive *a = archive_read_new();
	struct saved im;
	int r = 0;

	json_init(&saved_table, &im);
	archive_read_support_format_tar(a);
	archive_read_support_filter_gzip(a);
	if (archive_read_open_filename(a, path, 1 << 16) != ARCHIVE_OK)
		r = fail(a, "no saved machine", err);
	if (r == 0)
		r = read_metadata(a, &im, &text, err);
	if (r == 0)
		r = place(a, &im, &text, err);
	archive_read_free(a);
	if (r < 0) {
		saved_done(&im);
		return err_wrap(err, "%s", path);
	}
	*out = im;
	return 0;
}
