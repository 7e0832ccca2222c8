/* SPDX-License-Identifier: GPL-2.0-only */
/* Address spaces and the allocator. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "harness/bench/cores.h"
#include "harness/bench/partner.h"
#include "harness/bench/rows.h"

#define PAGE        4096u
#define FAULT_PAGES 64
#define COW_BYTES   (100u << 20)
#define BLOCK_BYTES 1024
#define BLOCKS      4096

static char *map(struct bench *b, size_t bytes)
{
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		return p;
	bench_fail(b, errno, "mmap");
	return NULL;
}

static void touch(volatile char *p, size_t bytes)
{
	for (size_t at = 0; p && at < bytes; at += PAGE)
		p[at] = 1;
}

static void op_fault(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		char *p = map(b, FAULT_PAGES * PAGE);

		touch(p, FAULT_PAGES * PAGE);
		munmap(p, FAULT_PAGES * PAGE);
	}
}

const struct bench_row bench_mmap_fault = {
	.about = { .name = "mmap_fault",
	           .unit = "ns",
	           .what = "mmap() of anonymous memory, a write to each page, munmap()",
	           .seed = "mmap_fault, mmap_touch",
	           .parameters = "64 pages" },
	.op = op_fault,
	.one_cpu = true,
};

static void op_anonymous(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		munmap(map(b, PAGE), PAGE);
}

const struct bench_row bench_mmap_anonymous = {
	.about = { .name = "mmap_anonymous",
	           .unit = "ns",
	           .what = "mmap() and munmap() of anonymous memory that is not touched",
	           .parameters = "4 KiB" },
	.op = op_anonymous,
	.one_cpu = true,
};

static int setup_file(struct bench *b, struct err *err)
{
	const char *path = bench_file(b, err);

	if (!path)
		return -(int)err->code;
	b->fd[0] = open(path, O_RDONLY | O_CLOEXEC);
	return b->fd[0] < 0 ? err_sys(err, errno, "%s", path) : 0;
}

static void op_file(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		volatile char *p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, b->fd[0], 0);

		if (p == MAP_FAILED)
			bench_fail(b, errno, "mmap");
		else
			BENCH_KEEP(p[0]);
		munmap((void *)p, PAGE);
	}
}

const struct bench_row bench_mmap_file = {
	.about = { .name = "mmap_file",
	           .unit = "ns",
	           .what = "mmap() of a file, a read of its first byte, munmap()",
	           .parameters = "a file on tmpfs, or --file" },
	.setup = setup_file,
	.op = op_file,
	.one_cpu = true,
};

/* Runs in this address space, so that its CPU has its translations. */
static void stay_awake(struct bench *b)
{
	for (;;)
		BENCH_KEEP(b);
}

static int setup_shootdown(struct bench *b, struct err *err)
{
	uint32_t cpus[2];
	int others = get_nprocs() - 1;

	if (cpus_pair(CPUS_ANY_TWO, cpus, err) < 0)
		return -(int)err->code;
	for (int i = 0; i < others; i++)
		if (partner_thread(b, stay_awake, err) < 0)
			return -(int)err->code;
	return 0;
}

static void op_shootdown(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		char *p = map(b, PAGE);

		touch(p, PAGE);
		munmap(p, PAGE);
	}
}

const struct bench_row bench_munmap_shootdown = {
	.about = { .name = "munmap_shootdown",
	           .unit = "ns",
	           .what = "mmap(), a write, munmap() while threads of the process run on all "
	                   "other "
	                   "CPUs, so that their TLBs are flushed",
	           .seed = "TLB flush",
	           .parameters = "1 page, all CPUs",
	           .needs = "two CPUs" },
	.setup = setup_shootdown,
	.op = op_shootdown,
};

static int setup_cow(struct bench *b, struct err *err)
{
	struct sysinfo s;

	sysinfo(&s);
	if ((uint64_t)s.freeram * s.mem_unit < COW_BYTES + COW_BYTES / 4)
		return err_set(err, ERR_UNSUPPORTED, "needs 125 MiB of free memory");
	touch(map(b, COW_BYTES), COW_BYTES);
	return 0;
}

static void op_cow(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		BENCH_TRY(b, pid);
		if (pid > 0)
			BENCH_TRY(b, waitpid(pid, NULL, 0));
	}
}

const struct bench_row bench_cow_fork = {
	.about = { .name = "cow_fork",
	           .unit = "ns",
	           .what = "fork() of a process with 100 MiB of touched memory, exit, waitpid()",
	           .parameters = "100 MiB",
	           .needs = "125 MiB of free memory" },
	.setup = setup_cow,
	.op = op_cow,
	.one_cpu = true,
};

static int setup_blocks(struct bench *b, struct err *err UNUSED)
{
	b->mem = xcalloc(BLOCKS, sizeof(void *));
	return 0;
}

static void take_blocks(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		((void **)b->mem)[i] = malloc(BLOCK_BYTES);
}

static void free_blocks(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		free(((void **)b->mem)[i]);
}

const struct bench_row bench_malloc = {
	.about = { .name = "malloc",
	           .unit = "ns",
	           .what = "malloc() of 1 KiB, by the C library",
	           .parameters = "1 KiB" },
	.setup = setup_blocks,
	.op = take_blocks,
	.one_cpu = true,
	.clean = free_blocks,
	.max_batch = BLOCKS,
};

const struct bench_row bench_free = {
	.about = { .name = "free",
	           .unit = "ns",
	           .what = "free() of 1 KiB, by the C library",
	           .parameters = "1 KiB" },
	.setup = setup_blocks,
	.prepare = take_blocks,
	.op = free_blocks,
	.one_cpu = true,
	.max_batch = BLOCKS,
};
