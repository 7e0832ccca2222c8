/* SPDX-License-Identifier: GPL-2.0-only */
/* Files: many of them, and their content. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/bench/rows.h"

#define WALK_FILES 400
#define PAGE       4096

/* b->mem: the paths. */
static int setup_walk(struct bench *b, struct err *err)
{
	char **paths = xcalloc(WALK_FILES, sizeof(*paths));

	for (int i = 0; i < WALK_FILES; i++) {
		_cleanup_free_ char *dir = xasprintf("%s/walk/%d", b->o->dir, i / 20);
		int fd;

		if (fs_mkdir_p(AT_FDCWD, dir, err) < 0)
			return -(int)err->code;
		paths[i] = xasprintf("%s/%d", dir, i);
		fd = open(paths[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0)
			return err_sys(err, errno, "%s", paths[i]);
		close(fd);
	}
	b->mem = paths;
	return 0;
}

static void op_walk(struct bench *b, uint64_t n)
{
	char *const *paths = b->mem;
	struct stat st;

	for (uint64_t i = 0; i < n; i++)
		for (int k = 0; k < WALK_FILES; k++)
			BENCH_TRY(b, stat(paths[k], &st));
}

const struct bench_row bench_stat_walk = {
	.about = { .name = "stat_walk",
	           .unit = "ns",
	           .what = "stat() of each file of a tree",
	           .parameters = "400 files in 20 folders on tmpfs" },
	.setup = setup_walk,
	.op = op_walk,
	.one_cpu = true,
};

static int setup_io(struct bench *b, struct err *err)
{
	_cleanup_free_ char *path = fs_join(b->o->dir, "io");

	b->fd[0] = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	return b->fd[0] < 0 ? err_sys(err, errno, "%s", path) : 0;
}

static void op_io(struct bench *b, uint64_t n)
{
	static char page[PAGE];

	for (uint64_t i = 0; i < n; i++) {
		BENCH_TRY(b, pwrite(b->fd[0], page, PAGE, 0));
		BENCH_TRY(b, pread(b->fd[0], page, PAGE, 0));
	}
}

const struct bench_row bench_file_io = {
	.about = { .name = "file_io",
	           .unit = "ns",
	           .what = "pwrite() and pread() of 4 KiB of a file",
	           .parameters = "4 KiB on tmpfs" },
	.setup = setup_io,
	.op = op_io,
	.one_cpu = true,
};
