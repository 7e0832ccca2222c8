/* SPDX-License-Identifier: GPL-2.0-only */
/* Member 0 picks a random core among those whose threads the worker may all use. */
#include <errno.h>

#include "base/mem.h"
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_CHUNK
};

/* Words 1 and 2 hold the two CPUs, each as CPU + 1 (0: there is no such core). Word 0 is 1 once
 * they are set. */
enum {
	WORD_CHOSEN,
	WORD_CPU
};

static bool is_whole_core(int cpu, const cpu_set_t *allowed, cpu_set_t *threads)
{
	_cleanup_free_ char *path =
		xasprintf("/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
	cpu_set_t both;

	if (!cpus_of_file(path, threads))
		return false;
	CPU_AND(&both, threads, allowed);
	return CPU_COUNT(threads) > 1 && CPU_EQUAL(&both, threads);
}

/* The first CPU of each whole core. */
static unsigned int whole_cores(const cpu_set_t *allowed, cpu_set_t *first)
{
	unsigned int n = 0;

	CPU_ZERO(first);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		cpu_set_t threads;

		if (CPU_ISSET(cpu, allowed) && is_whole_core(cpu, allowed, &threads) &&
		    nth_cpu(&threads, 0) == cpu) {
			CPU_SET(cpu, first);
			n++;
		}
	}
	return n;
}

static void choose(struct worker *w)
{
	cpu_set_t allowed, first, threads;
	unsigned int n;

	allowed_cpus(&allowed);
	n = whole_cores(&allowed, &first);
	if (n) {
		int cpu = nth_cpu(&first, (unsigned int)(worker_random(w) % n));

		is_whole_core(cpu, &allowed, &threads);
		for (uint32_t i = 0; i < 2; i++)
			*group_word(w->group, WORD_CPU + i) = (uint32_t)nth_cpu(&threads, i) + 1;
	}
	__atomic_store_n(group_word(w->group, WORD_CHOSEN), 1, __ATOMIC_SEQ_CST);
	worker_futex_wake(group_word(w->group, WORD_CHOSEN), 1);
}

static void run(struct worker *w)
{
	uint32_t *chosen = group_word(w->group, WORD_CHOSEN);
	cpu_set_t one;

	if (w->member == 0)
		choose(w);
	while (!__atomic_load_n(chosen, __ATOMIC_ACQUIRE) && !worker_stopped(w))
		worker_futex_wait(chosen, 0);
	uint32_t cpu = *group_word(w->group, WORD_CPU + w->member);
	errno = 0;
	if (!cpu)
		return worker_give_up(w, "no whole core");
	CPU_ZERO(&one);
	CPU_SET(cpu - 1, &one);
	if (sched_setaffinity(0, sizeof(one), &one) < 0)
		return worker_give_up(w, "binding itself");
	for (; !worker_stopped(w); w->slot->iterations++) {
		worker_look(w);
		worker_compute(w, worker_param(w, PARAM_CHUNK));
	}
}

const struct work_impl work_smt_sibling_spin = {
	.area_bytes = sizeof(struct work_words),
	.run = run,
};
