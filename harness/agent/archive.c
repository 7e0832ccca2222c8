/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/archive.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"

#define MAGIC   "070701"
#define TRAILER "TRAILER!!!"
#define DIGITS  8

/* The header is the magic and 13 numbers of eight hex digits. */
enum {
	FIELD_MODE = 1,
	FIELD_FILE_SIZE = 6,
	FIELD_NAME_SIZE = 11,
	FIELD_COUNT = 13,
};
#define HEADER_SIZE (sizeof(MAGIC) - 1 + FIELD_COUNT * DIGITS)

static size_t pad4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static bool read_field(const uint8_t *header, int field, uint32_t *out)
{
	char text[DIGITS + 1] = { 0 }, *end;

	memcpy(text, header + sizeof(MAGIC) - 1 + (size_t)field * DIGITS, DIGITS);
	*out = (uint32_t)strtoul(text, &end, 16);
	return end == text + DIGITS;
}

static int take_entry(struct archive_reader *r, struct archive_file *f, struct err *err)
{
	const uint8_t *header = r->data + r->at;
	size_t left = r->n - r->at, name_end;
	uint32_t size, name_size;

	if (left < HEADER_SIZE || !read_field(header, FIELD_MODE, &f->mode) ||
	    !read_field(header, FIELD_FILE_SIZE, &size) ||
	    !read_field(header, FIELD_NAME_SIZE, &name_size))
		return err_set(err, ERR_FORMAT, "archive: bad header at %zu", r->at);
	name_end = HEADER_SIZE + name_size;
	if (!name_size || name_end > left || header[name_end - 1] != '\0' ||
	    pad4(name_end) + (size_t)size > left)
		return err_set(err, ERR_FORMAT, "archive: bad lengths at %zu", r->at);
	f->path = (const char *)header + HEADER_SIZE;
	f->data = header + pad4(name_end);
	f->n = size;
	r->at += pad4(pad4(name_end) + size);
	if (r->at > r->n)
		r->at = r->n;
	return 0;
}

int archive_next(struct archive_reader *r, struct archive_file *out, struct err *err)
{
	for (;;) {
		size_t left = r->n - r->at;

		if (left < sizeof(MAGIC) - 1 || r->data[r->at] == 0)
			return 0;
		if (memcmp(r->data + r->at, MAGIC, sizeof(MAGIC) - 1) != 0)
			return err_set(err, ERR_FORMAT, "archive: bad magic at %zu", r->at);
		if (take_entry(r, out, err) < 0)
			return -(int)err->code;
		if (!streq(out->path, TRAILER))
			return 1;
	}
}

static int write_file(int root_fd, const struct archive_file *f, struct err *err)
{
	_cleanup_close_ int fd = -1;

	if (unlinkat(root_fd, f->path, 0) < 0 && errno != ENOENT)
		return err_sys(err, errno, "%s", f->path);
	fd = openat(root_fd, f->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, f->mode & 07777);

	if (fd < 0)
		return err_sys(err, errno, "%s", f->path);
	for (size_t done = 0; done < f->n;) {
		ssize_t n = write(fd, f->data + done, f->n - done);

		if (n < 0)
			return err_sys(err, errno, "%s", f->path);
		done += (size_t)n;
	}
	return 0;
}

int archive_unpack(int root_fd, const struct archive_file *f, struct err *err)
{
	const char *slash = strrchr(f->path, '/');

	if (S_ISDIR(f->mode))
		return fs_mkdir_p(root_fd, f->path, err);
	if (!S_ISREG(f->mode))
		return err_set(err, ERR_FORMAT, "%s: neither a file nor a folder", f->path);
	if (slash) {
		_cleanup_free_ char *dir = xstrndup(f->path, (size_t)(slash - f->path));

		if (fs_mkdir_p(root_fd, dir, err) < 0)
			return -(int)err->code;
	}
	return write_file(root_fd, f, err);
}
