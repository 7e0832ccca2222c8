/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls on one file. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/bench/rows.h"

static void op_getpid(struct bench *b UNUSED, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		syscall(SYS_getpid);
}

const struct bench_row bench_getpid = {
	.about = { .name = "getpid",
	           .unit = "ns",
	           .what = "a system call that does nothing: getpid()",
	           .seed = "getpid, syscall_loop" },
	.op = op_getpid,
	.one_cpu = true,
};

static int open_one(struct bench *b, const char *path, int flags, struct err *err)
{
	b->fd[0] = open(path, flags | O_CLOEXEC);
	return b->fd[0] < 0 ? err_sys(err, errno, "%s", path) : 0;
}

static int setup_read_null(struct bench *b, struct err *err)
{
	return open_one(b, "/dev/null", O_RDONLY, err);
}

static void op_read_null(struct bench *b, uint64_t n)
{
	char c;

	for (uint64_t i = 0; i < n; i++)
		BENCH_TRY(b, read(b->fd[0], &c, 1));
}

const struct bench_row bench_read_null = {
	.about = { .name = "read_null", .unit = "ns", .what = "read() of one byte of /dev/null" },
	.setup = setup_read_null,
	.op = op_read_null,
	.one_cpu = true,
};

static int setup_write_null(struct bench *b, struct err *err)
{
	return open_one(b, "/dev/null", O_WRONLY, err);
}

static void op_write_null(struct bench *b, uint64_t n)
{
	char c = 0;

	for (uint64_t i = 0; i < n; i++)
		BENCH_TRY(b, write(b->fd[0], &c, 1));
}

const struct bench_row bench_write_null = {
	.about = { .name = "write_null", .unit = "ns", .what = "write() of one byte to /dev/null" },
	.setup = setup_write_null,
	.op = op_write_null,
	.one_cpu = true,
};

/* b->path: the file, of which --file may be another. */
static int setup_file(struct bench *b, struct err *err)
{
	const char *path = bench_file(b, err);
	struct stat st;

	if (!path)
		return -(int)err->code;
	if (stat(path, &st) < 0)
		return err_sys(err, errno, "%s", path);
	if (!b->path)
		b->path = xstrdup(path);
	return 0;
}

static void op_open_close(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		int fd = open(b->path, O_RDONLY | O_CLOEXEC);

		BENCH_TRY(b, fd);
		close(fd);
	}
}

const struct bench_row bench_open_close = {
	.about = { .name = "open_close",
	           .unit = "ns",
	           .what = "open() and close() of a file",
	           .parameters = "a file on tmpfs, or --file" },
	.setup = setup_file,
	.op = op_open_close,
	.one_cpu = true,
};

static void op_full_read(struct bench *b, uint64_t n)
{
	static char buf[64 << 10];

	for (uint64_t i = 0; i < n; i++) {
		int fd = open(b->path, O_RDONLY | O_CLOEXEC);
		ssize_t got = 1;

		BENCH_TRY(b, fd);
		while (fd >= 0 && got > 0)
			got = read(fd, buf, sizeof(buf));
		BENCH_TRY(b, got);
		close(fd);
	}
}

const struct bench_row bench_full_read = {
	.about = { .name = "full_read",
	           .unit = "ns",
	           .what = "open(), read() to the end, close() of a file",
	           .parameters = "a file of 4 KiB on tmpfs, or --file" },
	.setup = setup_file,
	.op = op_full_read,
	.one_cpu = true,
};

static void op_stat(struct bench *b, uint64_t n)
{
	struct stat st;

	for (uint64_t i = 0; i < n; i++)
		BENCH_TRY(b, stat(b->path, &st));
}

const struct bench_row bench_stat = {
	.about = { .name = "stat",
	           .unit = "ns",
	           .what = "stat() of a file",
	           .seed = "stat, stat_loop",
	           .parameters = "a file on tmpfs, or --file" },
	.setup = setup_file,
	.op = op_stat,
	.one_cpu = true,
};
