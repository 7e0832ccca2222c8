/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads, and turns between two of them. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "harness/bench/cores.h"
#include "harness/bench/partner.h"
#include "harness/bench/rows.h"

#define THREADS 64

static void *no_work(void *arg)
{
	return arg;
}

static int setup_threads(struct bench *b, struct err *err UNUSED)
{
	b->mem = xcalloc(THREADS, sizeof(pthread_t));
	return 0;
}

static void create_threads(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		int rc = pthread_create(&((pthread_t *)b->mem)[i], NULL, no_work, NULL);

		if (rc)
			bench_fail(b, rc, "pthread_create");
	}
}

static void join_threads(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n && b->err.code == ERR_NONE; i++)
		pthread_join(((pthread_t *)b->mem)[i], NULL);
}

const struct bench_row bench_thread_create = {
	.about = { .name = "thread_create", .unit = "ns", .what = "pthread_create()" },
	.setup = setup_threads,
	.op = create_threads,
	.clean = join_threads,
	.max_batch = THREADS,
};

const struct bench_row bench_thread_join = {
	.about = { .name = "thread_join",
	           .unit = "ns",
	           .what = "pthread_join() of a thread that ends at once",
	           .seed = "thread_join, thread destruction" },
	.setup = setup_threads,
	.prepare = create_threads,
	.op = join_threads,
	.max_batch = THREADS,
};

/* Whose turn it is: 0 or 1. */
struct turns {
	_Atomic uint32_t turn;
	uint32_t cpu[2];
	bool pinned;
};

static void wait_turn(struct turns *t, uint32_t mine)
{
	while (atomic_load(&t->turn) != mine)
		syscall(SYS_futex, &t->turn, FUTEX_WAIT_PRIVATE, !mine, NULL, NULL, 0);
}

static void give_turn(struct turns *t, uint32_t to)
{
	atomic_store(&t->turn, to);
	syscall(SYS_futex, &t->turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void other_side(struct bench *b)
{
	struct turns *t = b->mem;

	if (t->pinned)
		cpus_pin(t->cpu[1]);
	for (;;) {
		wait_turn(t, 1);
		give_turn(t, 0);
	}
}

static void op_turns(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		give_turn(b->mem, 1);
		wait_turn(b->mem, 0);
	}
}

static int setup_turns(struct bench *b, struct err *err)
{
	b->mem = b->mem ? b->mem : xcalloc(1, sizeof(struct turns));
	return partner_thread(b, other_side, err);
}

static int setup_pinned(struct bench *b, enum cpus_pair where, struct err *err)
{
	struct turns *t = b->mem = xcalloc(1, sizeof(*t));

	t->pinned = true;
	if (cpus_pair(where, t->cpu, err) < 0)
		return -(int)err->code;
	cpus_pin(t->cpu[0]);
	return setup_turns(b, err);
}

const struct bench_row bench_futex = {
	.about = { .name = "futex",
	           .unit = "ns",
	           .what = "FUTEX_WAKE of another thread, FUTEX_WAIT for its answer",
	           .seed = "futex, recv_ipc" },
	.setup = setup_turns,
	.op = op_turns,
};

static int setup_same_core(struct bench *b, struct err *err)
{
	return setup_pinned(b, CPUS_SAME, err);
}

static int setup_same_llc(struct bench *b, struct err *err)
{
	return setup_pinned(b, CPUS_SAME_CACHE, err);
}

static int setup_across(struct bench *b, struct err *err)
{
	return setup_pinned(b, CPUS_ACROSS, err);
}

const struct bench_row bench_thread_pingpong_same_core = {
	.about = { .name = "thread_pingpong_same_core",
	           .unit = "ns",
	           .what = "a turn to another thread on the same CPU, and back, by futex",
	           .seed = "thread_pingpong" },
	.setup = setup_same_core,
	.op = op_turns,
};

const struct bench_row bench_thread_pingpong_same_llc = {
	.about = { .name = "thread_pingpong_same_llc",
	           .unit = "ns",
	           .what = "the same on two CPUs that share the last-level cache",
	           .seed = "thread_pingpong",
	           .needs = "two CPUs that share a last-level cache" },
	.setup = setup_same_llc,
	.op = op_turns,
};

const struct bench_row bench_thread_pingpong_across = {
	.about = { .name = "thread_pingpong_across",
	           .unit = "ns",
	           .what = "the same on two CPUs that do not share it",
	           .seed = "thread_pingpong",
	           .needs = "two CPUs that do not share a last-level cache" },
	.setup = setup_across,
	.op = op_turns,
};

static void echo_here(struct bench *b)
{
	close(b->fd[1]);
	close(b->fd[2]);
	partner_echo(b->fd[0], b->fd[3]);
}

static int setup_switch(struct bench *b, struct err *err)
{
	uint32_t cpus[2];

	if (cpus_pair(CPUS_SAME, cpus, err) < 0)
		return -(int)err->code;
	cpus_pin(cpus[0]);
	if (pipe2(b->fd, O_CLOEXEC) < 0 || pipe2(&b->fd[2], O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	return partner_fork(b, echo_here, err);
}

/* By turns: it writes to the other process, or it reads the answer, which makes it wait. */
static void op_switch(struct bench *b, uint64_t n)
{
	char c = 0;

	for (uint64_t i = 0; i < n; i++)
		BENCH_TRY(b, b->n++ % 2 ? read(b->fd[2], &c, 1) : write(b->fd[1], &c, 1));
}

const struct bench_row bench_context_switch = {
	.about = { .name = "context_switch",
	           .unit = "ns",
	           .what = "a switch to another process on the same CPU, with the pipe call that "
	                   "causes "
	                   "it",
	           .parameters = "2 processes, 1 byte" },
	.setup = setup_switch,
	.op = op_switch,
};

static void op_yield(struct bench *b UNUSED, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		sched_yield();
}

const struct bench_row bench_yield = {
	.about = { .name = "yield",
	           .unit = "ns",
	           .what = "sched_yield() with no other task to run",
	           .seed = "yield, scheduler overhead" },
	.op = op_yield,
};

static int setup_affinity(struct bench *b, struct err *err)
{
	uint32_t *cpus = b->mem = xcalloc(2, sizeof(*cpus));

	return cpus_pair(CPUS_ANY_TWO, cpus, err);
}

static void op_affinity(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		cpus_pin(((uint32_t *)b->mem)[b->n++ % 2]);
}

const struct bench_row bench_affinity_switch = {
	.about = { .name = "affinity_switch",
	           .unit = "ns",
	           .what = "sched_setaffinity() of oneself to another CPU: a migration",
	           .seed = "CPU affinity switch",
	           .needs = "two CPUs" },
	.setup = setup_affinity,
	.op = op_affinity,
};
