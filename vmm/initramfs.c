/* SPDX-License-Identifier: GPL-2.0-only */
#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "vmm/memfile.h"
#include "vmm/vmm.h"

#define FILE_MAX_BYTES (512u << 20)

static int fail(struct archive *a, const char *path, struct err *err)
{
	return err_set(err, ERR_SYSTEM, "initramfs: %s: %s", path, archive_error_string(a));
}

/* Everything that could differ between runs is fixed: times, owners, inode numbers. */
static struct archive_entry *new_entry(const char *path, unsigned int type, unsigned int mode,
                                       int64_t ino)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, path);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, mode);
	archive_entry_set_mtime(e, 0, 0);
	archive_entry_set_ino64(e, ino);
	archive_entry_set_nlink(e, 1);
	return e;
}

static int add_entry(struct archive *a, const char *path, unsigned int type, unsigned int mode,
                     const struct strbuf *data, int64_t ino, struct err *err)
{
	struct archive_entry *e = new_entry(path, type, mode, ino);
	int r = 0;

	archive_entry_set_size(e, data ? (int64_t)data->n : 0);
	if (archive_write_header(a, e) != ARCHIVE_OK ||
	    (data && data->n && archive_write_data(a, data->s, data->n) != (la_ssize_t)data->n))
		r = fail(a, path, err);
	archive_entry_free(e);
	return r;
}

/* Adds the folders above a path, the outermost first. The kernel accepts a folder twice. */
static int add_folders(struct archive *a, const char *path, int64_t *ino, struct err *err)
{
	for (const char *s = strchr(path, '/'); s; s = strchr(s + 1, '/')) {
		_cleanup_free_ char *dir = xstrndup(path, (size_t)(s - path));

		if (add_entry(a, dir, AE_IFDIR, 0755, NULL, ++*ino, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

static int add_file(struct archive *a, const struct vm_file *f, int64_t *ino, struct err *err)
{
	_cleanup_strbuf_ struct strbuf data = STRBUF_INIT;

	if (f->source) {
		if (fs_read(AT_FDCWD, f->source, FILE_MAX_BYTES, &data, err) < 0)
			return err_wrap(err, "initramfs");
	} else {
		strbuf_add(&data, f->data, f->n);
	}
	if (add_folders(a, f->path, ino, err) < 0)
		return -(int)err->code;
	return add_entry(a, f->path, AE_IFREG, f->mode, &data, ++*ino, err);
}

int vm_initramfs(const struct vm_file *files, size_t n, int *memfd, struct err *err)
{
	struct archive *a = archive_write_new();
	_cleanup_close_ int fd = -1;
	int64_t ino = 0;
	int r = memfile_new("initramfs", 0, &fd, err);

	archive_write_set_format_cpio_newc(a);
	archive_write_set_bytes_in_last_block(a, 4);
	if (r == 0 && archive_write_open_fd(a, fd) != ARCHIVE_OK)
		r = fail(a, "open", err);
	for (size_t i = 0; i < n && r == 0; i++)
		r = add_file(a, &files[i], &ino, err);
	if (r == 0 && archive_write_close(a) != ARCHIVE_OK)
		r = fail(a, "close", err);
	archive_write_free(a);
	if (r == 0)
		*memfd = steal_fd(&fd);
	return r;
}
