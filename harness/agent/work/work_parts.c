/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/parse.h"

#define FILE_BLOCK  4096
#define FILE_BLOCKS 16
#define LOOK_STEPS  16384 /* of a walk, between two checks of control->stop */

void group_wake(const struct work_group *g, uint32_t member)
{
	wake_post(&g->slots[member]);
	__atomic_fetch_add(group_word(g, member), 1, __ATOMIC_SEQ_CST);
	worker_futex_wake(group_word(g, member), 1);
}

void group_wake_all_paced(struct worker *w, uint64_t period_ns)
{
	struct pace p;

	pace_start(&p, period_ns);
	while (pace_wait(w, &p)) {
		for (uint32_t i = 1; i < w->group->size; i++)
			group_wake(w->group, i);
		w->slot->iterations++;
	}
}

bool group_await(struct worker *w, uint32_t *seen)
{
	const uint32_t *word = group_word(w->group, w->member);

	if (!wake_wait(w, word, *seen))
		return false;
	*seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
	return true;
}

void memory_setup(struct worker *w, size_t bytes)
{
	w->memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (w->memory == MAP_FAILED)
		abort();
	memset(w->memory, 1, bytes);
}

void memory_walk(struct worker *w, size_t bytes, size_t stride, size_t *at, uint64_t steps)
{
	volatile uint8_t *m = w->memory;

	for (uint64_t i = 0; i < steps && (i % LOOK_STEPS || !worker_stopped(w)); i++) {
		m[*at]++;
		*at += stride;
		if (*at >= bytes) /* a division each time would cost more than the access */
			*at %= bytes;
	}
}

void file_setup(struct worker *w)
{
	w->fd = memfd_create("work", MFD_CLOEXEC);
	if (w->fd < 0)
		abort();
	memory_setup(w, FILE_BLOCK);
	file_write_pass(w);
}

void file_write_pass(struct worker *w)
{
	for (int i = 0; i < FILE_BLOCKS; i++)
		if (pwrite(w->fd, w->memory, FILE_BLOCK, (off_t)i * FILE_BLOCK) != FILE_BLOCK)
			return;
}

int pipe_pair_prepare(struct work_group *g, struct err *err)
{
	for (int i = 0; i < 2; i++)
		if (pipe2(g->pipe[i], O_CLOEXEC) < 0)
			return err_sys(err, errno, "pipe");
	return 0;
}

void pipe_pair_release(struct work_group *g)
{
	for (int i = 0; i < 4; i++)
		close(g->pipe[i / 2][i % 2]);
}

static bool pipe_serve(struct worker *w)
{
	wake_post(&w->group->slots[!w->member]);
	return write(w->group->pipe[!w->member][1], "x", 1) == 1;
}

static bool pipe_receive(struct worker *w)
{
	char byte;

	wake_ready(w);
	while (!worker_stopped(w) && read(w->group->pipe[w->member][0], &byte, 1) != 1)
		;
	wake_ran(w);
	w->slot->iterations += !worker_stopped(w);
	return !worker_stopped(w);
}

void pipe_pair_run(struct worker *w, void (*burst)(struct worker *w, void *state), void *state)
{
	if (w->member == 0 && !pipe_serve(w))
		return;
	while (pipe_receive(w)) {
		burst(w, state);
		if (!pipe_serve(w))
			return;
	}
}

int allowed_cpus(cpu_set_t *set)
{
	CPU_ZERO(set);
	if (sched_getaffinity(0, sizeof(*set), set) < 0)
		abort();
	return CPU_COUNT(set);
}

int nth_cpu(const cpu_set_t *set, unsigned int n)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, set) && n-- == 0)
			return cpu;
	return -1;
}

bool cpus_of_file(const char *path, cpu_set_t *set)
{
	struct err err = ERR_INIT;
	_cleanup_free_ char *text = fs_read_line(AT_FDCWD, path);
	_cleanup_free_ uint32_t *cpus = NULL;
	size_t n = 0;

	CPU_ZERO(set);
	if (!text || parse_cpulist(text, path, CPU_SETSIZE - 1, &cpus, &n, &err) < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		CPU_SET(cpus[i], set);
	return true;
}
