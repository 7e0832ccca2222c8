/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/saved/meta.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/saved/place.h"

#define SMALL_MAX (4u << 20) /* reading so much takes a millisecond */
#define PAGE      4096u

#define F(T, member, kind_, flags_, ...)                                                           \
	{                                                                                          \
#member, kind_, offsetof(struct T, member), .flags = (flags_), __VA_ARGS__         \
	}
static const struct json_field file_fields[] = {
	F(saved_file, name, JSON_STR, JSON_REQUIRED, .doc = "its name"),
	F(saved_file, bytes, JSON_U64, JSON_REQUIRED, .unit = "bytes", .doc = "its size"),
	F(saved_file, checksum, JSON_U32, JSON_REQUIRED, .doc = "CRC-32 of what is not zero"),
	F(saved_file, stamp, JSON_STR, JSON_REQUIRED, .doc = "inode and times when it was checked"),
};
const struct json_table saved_file_table =
	JSON_TABLE("saved_file", struct saved_file, file_fields, "a file of an image");

static const struct json_field saved_fields[] = {
	F(saved, key, JSON_STR, JSON_REQUIRED, .doc = "hash of all that determines it"),
	F(saved, summary, JSON_STR, JSON_REQUIRED, .doc = "what it is, for people"),
	F(saved, made, JSON_STR, JSON_REQUIRED, .doc = "when it was made, UTC"),
	F(saved, made_s, JSON_F64, JSON_NULLABLE, .unit = "s", .doc = "how long that took"),
	F(saved, portable, JSON_BOOL, JSON_REQUIRED, .doc = "it is of use on another host"),
	F(saved, files, JSON_ARRAY, JSON_REQUIRED, .table = &saved_file_table, .doc = "its files"),
};
const struct json_table saved_table =
	JSON_TABLE("saved", struct saved, saved_fields, "a saved machine in the store");
#undef F

void saved_done(struct saved *im)
{
	json_done(&saved_table, im);
}

static bool is_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

static uint32_t sum_pages(uint32_t crc, const uint8_t *data, uint64_t begin, uint64_t end)
{
	for (uint64_t at = begin; at < end; at += PAGE) {
		size_t n = end - at < PAGE ? (size_t)(end - at) : PAGE;
		uint64_t page = at / PAGE;

		if (is_zero(data + at, n))
			continue;
		crc = (uint32_t)crc32(crc, (const Bytef *)&page, sizeof(page));
		crc = (uint32_t)crc32(crc, data + at, (uInt)n);
	}
	return crc;
}

/* Holes are passed over; where they are makes no difference. */
static int checksum(int fd, uint64_t size, uint32_t *out, struct err *err)
{
	uint8_t *data = size ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0) : NULL;
	off_t begin, end = 0;
	uint32_t crc = 0;

	if (data == MAP_FAILED)
		return err_sys(err, errno, "map");
	while (data && (begin = lseek(fd, end, SEEK_DATA)) >= 0 && (uint64_t)begin < size) {
		end = lseek(fd, begin, SEEK_HOLE);
		if (end < 0)
			break;
		crc = sum_pages(crc, data, (uint64_t)begin / PAGE * PAGE, (uint64_t)end);
	}
	if (data)
		munmap(data, size);
	*out = crc;
	return 0;
}

static char *stamp_of(const struct stat *st)
{
	return xasprintf("%llu %lld.%09ld %lld.%09ld", (unsigned long long)st->st_ino,
	                 (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
	                 (long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

static int describe_file(int dirfd, const char *name, struct saved_file *out, struct err *err)
{
	struct stat st;
	_cleanup_close_ int fd = fs_open_regular(dirfd, name, O_NOFOLLOW, &st, err);
	uint32_t crc;

	if (fd < 0 || checksum(fd, (uint64_t)st.st_size, &crc, err) < 0)
		return -(int)err->code;
	*out = (struct saved_file){ .name = xstrdup(name),
		                    .bytes = (uint64_t)st.st_size,
		                    .checksum = crc,
		                    .stamp = stamp_of(&st) };
	return 0;
}

static int write_json(int dirfd, const struct saved *im, struct err *err)
{
	_cleanup_json_ struct json_object *o = json_encode(&saved_table, im);
	_cleanup_free_ char *text = json_text(o, true);

	return fs_write_atomic(dirfd, META_NAME, text, strlen(text), 0666, err);
}

int meta_write(int dirfd, struct saved *im, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	if (fs_list(dirfd, ".", &names, err) < 0)
		return -(int)err->code;
	strv_each (&names, i) {
		struct saved_file f;

		if (describe_file(dirfd, names.v[i], &f, err) < 0)
			return -(int)err->code;
		*xgrow(im->files.v, im->files.n) = f;
	}
	return write_json(dirfd, im, err);
}

int meta_read(int dirfd, struct saved *im, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (fs_read_regular(dirfd, META_NAME, META_MAX, &text, err) < 0 ||
	    json_decode(&saved_table, strbuf_cstr(&text), text.n, im, err) < 0)
		return err_wrap(err, META_NAME);
	return 0;
}

/* 1: good, but its stamp was another. */
static int check_file(int dirfd, struct saved_file *f, bool all, struct err *err)
{
	struct stat st;
	_cleanup_close_ int fd = fs_open_regular(dirfd, f->name, O_NOFOLLOW, &st, err);
	_cleanup_free_ char *stamp = NULL;
	uint32_t crc;

	if (fd < 0)
		return fd;
	if ((uint64_t)st.st_size != f->bytes)
		return err_set(err, ERR_FORMAT, "%s has %lld bytes, not %llu", f->name,
		               (long long)st.st_size, (unsigned long long)f->bytes);
	stamp = stamp_of(&st);
	bool same = streq(stamp, f->stamp);
	if (same && !all && f->bytes > SMALL_MAX)
		return 0;
	if (checksum(fd, f->bytes, &crc, err) < 0)
		return -(int)err->code;
	if (crc != f->checksum)
		return err_set(err, ERR_FORMAT, "%s has changed: checksum %08x, not %08x", f->name,
		               crc, f->checksum);
	free(f->stamp);
	f->stamp = steal_ptr(&stamp);
	return same ? 0 : 1;
}

int meta_check(int dirfd, struct saved *im, bool all, struct err *err)
{
	struct saved_file *files = im->files.v;
	struct err ignored = ERR_INIT;
	bool moved = false;

	if (!im->files.n)
		return err_set(err, ERR_FORMAT, "it has no files");
	for (size_t i = 0; i < im->files.n; i++) {
		int r = check_file(dirfd, &files[i], all, err);

		if (r < 0)
			return r;
		moved |= r == 1;
	}
	if (moved)
		(void)!write_json(dirfd, im, &ignored); /* else it is read again next time */
	return 0;
}

int meta_open_whole(const char *key, struct saved *im, struct err *err)
{
	CLEANUP(place_done) struct saved_place p = PLACE_NONE;
	_cleanup_close_ int fd = -1;

	if (place_open(key, &p, err) < 0)
		return -(int)err->code;
	fd = openat(p.root_fd, key, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_path(err, errno, key);
	json_init(&saved_table, im);
	if (meta_read(fd, im, err) < 0 || meta_check(fd, im, true, err) < 0) {
		saved_done(im);
		return -(int)err->code;
	}
	return steal_fd(&fd);
}
