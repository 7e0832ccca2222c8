/* SPDX-License-Identifier: GPL-2.0-only */
/* Storms: a load of a given length, and a bound that must hold at its end. If it does not, the row ends in
 * an error. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/bench/cores.h"
#include "harness/bench/meminfo.h"
#include "harness/bench/partner.h"
#include "harness/bench/rows.h"

#define MESSAGE_WORDS 8
#define YIELDERS      8
#define TIMERS        500
#define TICK_NS       (2 * NS_PER_MS)
#define STORM_NS      (50 * NS_PER_MS)
#define PRESSURE_PCT  95
#define FORKS         10000
#define ALIVE         100
#define FORKS_TIME    20 /* no more forks after so many times the time of a run */
#define CGROUPS       "/sys/fs/cgroup"

/* Shared with the process that reads. */
struct flood {
	_Atomic uint64_t received;
	_Atomic bool out_of_order;
};

static void swallow(struct bench *b)
{
	struct flood *f = b->mem;
	uint64_t m[MESSAGE_WORDS];

	close(b->fd[1]);
	while (read(b->fd[0], m, sizeof(m)) == sizeof(m)) {
		if (m[0] != atomic_load(&f->received))
			atomic_store(&f->out_of_order, true);
		atomic_fetch_add(&f->received, 1);
	}
}

static int setup_flood(struct bench *b, struct err *err)
{
	b->mem = mmap(NULL, sizeof(struct flood), PROT_READ | PROT_WRITE,
	              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b->mem == MAP_FAILED || pipe2(b->fd, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	return partner_fork(b, swallow, err);
}

static void op_flood(struct bench *b, uint64_t n)
{
	uint64_t m[MESSAGE_WORDS] = { 0 };

	for (uint64_t i = 0; i < n; i++) {
		m[0] = b->n++;
		BENCH_TRY(b, write(b->fd[1], m, sizeof(m)));
	}
}

static void check_flood(struct bench *b)
{
	const struct flood *f = b->mem;

	close(b->fd[1]);
	while (waitpid(-1, NULL, 0) > 0) /* the reader ends at end of file */
		;
	if (atomic_load(&f->received) != b->n || atomic_load(&f->out_of_order))
		bench_fail(b, 0, "%llu of %llu messages arrived%s",
		           (unsigned long long)atomic_load(&f->received), (unsigned long long)b->n,
		           atomic_load(&f->out_of_order) ? ", not in order" : "");
}

const struct bench_row bench_ipc_flood = {
	.about = { .name = "ipc_flood",
	           .unit = "ns",
	           .what = "one message of a stream through a pipe; all must arrive, in order",
	           .seed = "IPC flood, max messages/sec",
	           .parameters = "64 bytes, 2 processes" },
	.setup = setup_flood,
	.op = op_flood,
	.teardown = check_flood,
};

static void yield_always(struct bench *b UNUSED)
{
	for (;;)
		sched_yield();
}

static int setup_switches(struct bench *b, struct err *err)
{
	uint32_t cpus[2];

	if (cpus_pair(CPUS_SAME, cpus, err) < 0)
		return -(int)err->code;
	cpus_pin(cpus[0]);
	for (int i = 1; i < YIELDERS; i++)
		if (partner_fork(b, yield_always, err) < 0)
			return -(int)err->code;
	return 0;
}

static void op_switches(struct bench *b UNUSED, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		sched_yield();
}

const struct bench_row bench_context_switch_storm = {
	.about = { .name = "context_switch_storm",
	           .unit = "ns",
	           .what = "sched_yield() among processes that all yield on one CPU, until it is "
	                   "one's "
	                   "turn again",
	           .seed = "context switch storm, scheduling decisions/sec",
	           .parameters = "8 processes, 1 CPU" },
	.setup = setup_switches,
	.op = op_switches,
};

static int setup_timers(struct bench *b, struct err *err)
{
	const struct itimerspec t = { { 0, TICK_NS }, { 0, TICK_NS } };
	int *fds = b->mem = xcalloc(TIMERS, sizeof(*fds));

	for (int i = 0; i < TIMERS; i++) {
		fds[i] = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
		if (fds[i] < 0 || timerfd_settime(fds[i], 0, &t, NULL) < 0)
			return err_sys(err, errno, "timer");
	}
	return 0;
}

static uint64_t drain_timers(struct bench *b)
{
	uint64_t all = 0, one;

	for (int i = 0; i < TIMERS; i++)
		if (read(((int *)b->mem)[i], &one, sizeof(one)) == sizeof(one))
			all += one;
	return all;
}

static double sample_timers(struct bench *b, uint64_t *iterations)
{
	const struct timespec nap = { 0, STORM_NS };
	uint64_t begin = clock_mono_ns(), took;

	drain_timers(b);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
	*iterations = drain_timers(b);
	took = clock_mono_ns() - begin;
	if (*iterations < took / TICK_NS * TIMERS / 2)
		bench_fail(b, 0, "%llu expirations in %llu ms", (unsigned long long)*iterations,
		           (unsigned long long)(took / NS_PER_MS));
	return *iterations ? (double)took / (double)*iterations : 0;
}

const struct bench_row bench_timer_storm = {
	.about = { .name = "timer_storm",
	           .unit = "ns",
	           .what = "time per expiry of many periodic timers; at least half must expire",
	           .seed = "interrupt storm, max timers",
	           .parameters = "500 timers, each every 2 ms" },
	.setup = setup_timers,
	.sample = sample_timers,
};

static int setup_pressure(struct bench *b, struct err *err)
{
	return b->o->guest
	               ? 0
	               : err_set(err, ERR_UNSUPPORTED, "needs a guest: it takes nearly all memory");
}

static double sample_pressure(struct bench *b, uint64_t *iterations)
{
	size_t bytes = meminfo_bytes("MemAvailable") / 100 * PRESSURE_PCT / 4096 * 4096;
	volatile char *p =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t begin = clock_mono_ns(), took;

	if (p == MAP_FAILED) {
		bench_fail(b, errno, "mmap of %zu bytes", bytes);
		return 0;
	}
	for (size_t at = 0; at < bytes; at += 4096)
		p[at] = 1;
	took = clock_mono_ns() - begin;
	munmap((void *)p, bytes);
	*iterations = bytes / 4096;
	return (double)took / (double)*iterations;
}

const struct bench_row bench_memory_pressure = {
	.about = { .name = "memory_pressure",
	           .unit = "ns",
	           .what = "a write to each page of nearly all memory; nobody may be killed",
	           .seed = "memory pressure",
	           .parameters = "95 % of MemAvailable",
	           .needs = "a guest" },
	.setup = setup_pressure,
	.sample = sample_pressure,
	.samples = 1,
};

/* Forks some that wait, ends them all, and returns how many. */
static uint64_t fork_some(struct bench *b)
{
	pid_t pids[ALIVE];
	uint64_t n = 0, ended = 0;

	for (; n < ALIVE; n++) {
		pids[n] = fork();
		if (pids[n] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
		if (pids[n] < 0)
			break;
	}
	for (uint64_t i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	for (uint64_t i = 0; i < n; i++)
		ended += waitpid(pids[i], NULL, 0) == pids[i];
	if (!n || ended != n)
		bench_fail(b, 0, "%llu of %llu children ended", (unsigned long long)ended,
		           (unsigned long long)n);
	return n;
}

static double sample_forks(struct bench *b, uint64_t *iterations)
{
	uint64_t begin = clock_mono_ns();
	uint64_t most = b->o->time_ns < BENCH_TIME_NS ? FORKS / 10 : FORKS;
	uint64_t limit = begin + FORKS_TIME * b->o->time_ns;

	for (*iterations = 0; *iterations < most && b->err.code == ERR_NONE &&
	                      (!*iterations || clock_mono_ns() < limit);)
		*iterations += fork_some(b);
	return (double)(clock_mono_ns() - begin) / (double)(*iterations ? *iterations : 1);
}

const struct bench_row bench_fork_storm = {
	.about = { .name = "fork_storm",
	           .unit = "ns",
	           .what = "fork() of a process that waits, its end and waitpid(), 100 alive at a "
	                   "time; "
	                   "all must end",
	           .seed = "fork bomb",
	           .parameters = "10,000 forks, 1,000 with --quick; none after 20 times the time "
	                         "of a run" },
	.sample = sample_forks,
	.samples = 1,
};

/* b->n: memory at the start; b->path: a cgroup of its own, where there can be one. */
static int setup_churn(struct bench *b, struct err *err UNUSED)
{
	b->path = b->o->guest ? xstrdup(CGROUPS "/bench-churn") : NULL;
	b->n = meminfo_bytes("MemAvailable");
	return 0;
}

static void enter_cgroup(const struct bench *b)
{
	_cleanup_free_ char *procs = fs_join(b->path, "cgroup.procs");
	struct err err = ERR_INIT;

	if (fs_write(AT_FDCWD, procs, "0", &err) < 0)
		_exit(1);
}

static void op_churn(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		pid_t pid;

		if (b->path)
			BENCH_TRY(b, mkdir(b->path, 0755));
		pid = fork();
		if (pid == 0) {
			if (b->path)
				enter_cgroup(b);
			for (;;)
				pause();
		}
		BENCH_TRY(b, pid);
		if (pid > 0)
			kill(pid, SIGKILL);
		BENCH_TRY(b, pid > 0 ? waitpid(pid, NULL, 0) : 0);
		if (b->path)
			BENCH_TRY(b, rmdir(b->path));
	}
}

static void check_churn(struct bench *b)
{
	uint64_t now = meminfo_bytes("MemAvailable");

	if (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD)
		bench_fail(b, 0, "a child is left");
	if (b->o->guest && now + (16u << 20) < b->n)
		bench_fail(b, 0, "%llu MiB of memory are gone",
		           (unsigned long long)((b->n - now) >> 20));
}

const struct bench_row bench_spawn_kill_churn = {
	.about = { .name = "spawn_kill_churn",
	           .unit = "ns",
	           .what = "fork(), SIGKILL, waitpid(), in a guest in a cgroup made for it; no "
	                   "process, "
	                   "cgroup or memory may be left",
	           .seed = "agent churn" },
	.setup = setup_churn,
	.op = op_churn,
	.teardown = check_churn,
};
