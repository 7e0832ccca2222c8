/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/chance.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"

#define PIDS_MAX   16
#define PAGES_MAX  256
#define PAGE_BYTES 4096
#define STACK_MAX  8192
#define STACK_STEP 16               /* the alignment of a stack */
#define WAIT_NS    (64 * NS_PER_MS) /* 16 ticks; a longer one costs more host time than the load */
#define PHASE_NS   (4 * NS_PER_MS)  /* a tick, at 250 Hz */

/* One stream of random numbers each. */
enum stream {
	STREAM_PIDS,
	STREAM_MEMORY,
	STREAM_ORDER,
	STREAM_CPU,
	STREAM_STACK,
	STREAM_WAIT,
	STREAM_PHASE,
	STREAM_JITTER,
};
#define STREAMS 0x6b74737472000000ULL /* keeps them apart from the workers' (roster_seed()) */

/* `index`: of the worker, so that each draws its own. */
static uint64_t number(const struct job *job, enum stream which, uint64_t index)
{
	return random_mix(random_mix(job->seed, STREAMS + which), index);
}

/* A number below n. */
static uint64_t draw(const struct job *job, enum stream which, uint64_t index, uint64_t n)
{
	return number(job, which, index) % n;
}

static void sleep_ns(uint64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / NS_PER_SEC),
		              .tv_nsec = (long)(ns % NS_PER_SEC) };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

static void use_pid(void)
{
	pid_t pid = vfork(); /* copies no page tables */

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

void chance_pids(const struct job *job)
{
	uint64_t n = draw(job, STREAM_PIDS, 0, PIDS_MAX);

	for (uint64_t i = 0; i < n; i++)
		use_pid();
}

void chance_memory(const struct job *job)
{
	size_t bytes = (1 + draw(job, STREAM_MEMORY, 0, PAGES_MAX)) * PAGE_BYTES;
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	madvise(p, bytes, MADV_DONTFORK); /* no worker needs it */
}

void chance_order(const struct job *job, uint32_t first, uint32_t *order, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = (uint32_t)draw(job, STREAM_ORDER, first + i, i + 1);

		order[i] = order[at]; /* the shuffle of Fisher and Yates, inside out */
		order[at] = i;
	}
}

/* Afterwards the task may use again what its cgroup allows: all CPUs are asked for. */
void chance_cpu(const struct job *job, uint32_t worker)
{
	cpu_set_t allowed, one, all;
	uint64_t nth;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return;
	nth = draw(job, STREAM_CPU, worker, (uint64_t)CPU_COUNT(&allowed));
	while (!CPU_ISSET(cpu, &allowed) || nth--)
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
	memset(&all, 0xff, sizeof(all));
	sched_setaffinity(0, sizeof(all), &all);
}

size_t chance_stack(const struct job *job, uint32_t worker)
{
	return draw(job, STREAM_STACK, worker, STACK_MAX / STACK_STEP) * STACK_STEP;
}

void chance_wait(const struct job *job)
{
	sleep_ns(draw(job, STREAM_WAIT, 0, WAIT_NS));
}

void chance_phase(const struct job *job, uint32_t worker)
{
	sleep_ns(draw(job, STREAM_PHASE, worker, PHASE_NS));
}

uint64_t chance_jitter(const struct job *job, uint32_t worker)
{
	return random_start(number(job, STREAM_JITTER, worker));
}
