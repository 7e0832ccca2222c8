/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <sched.h>
#include <sys/sysinfo.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/bench/cores.h"

#define CPU_DIR    "/sys/devices/system/cpu"
#define CPUS_MAX   4096u
#define CACHES_MAX 10

char *cpus_of_cache(uint32_t cpu)
{
	char *last = NULL;

	for (int i = 0; i < CACHES_MAX; i++) {
		_cleanup_free_ char *path =
			xasprintf(CPU_DIR "/cpu%u/cache/index%d/shared_cpu_list", cpu, i);
		char *list = fs_read_line(AT_FDCWD, path);

		if (!list)
			break;
		free(last);
		last = list;
	}
	return last;
}

static size_t count_list(const char *path)
{
	_cleanup_free_ char *text = fs_read_line(AT_FDCWD, path);
	_cleanup_free_ uint32_t *v = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	if (!text || parse_cpulist(text, path, CPUS_MAX, &v, &n, &ignored) < 0)
		return 1;
	return n ? n : 1;
}

/* Of the CPUs online, those whose cache no earlier one shares. */
static uint32_t count_llcs(uint32_t cpus)
{
	_cleanup_strv_ struct strv seen = STRV_INIT;

	for (uint32_t i = 0; i < cpus; i++) {
		_cleanup_free_ char *list = cpus_of_cache(i);

		if (list && !strv_has(&seen, list))
			strv_add(&seen, list);
	}
	return seen.n ? (uint32_t)seen.n : 1;
}

struct bench_machine bench_machine(void)
{
	struct bench_machine m = { .cpus = (uint32_t)get_nprocs() };

	m.nodes = (uint32_t)count_list("/sys/devices/system/node/online");
	m.llcs = count_llcs(m.cpus);
	m.threads = (uint32_t)count_list(CPU_DIR "/cpu0/topology/thread_siblings_list");
	return m;
}

/* Another CPU of the set than `cpu`, and whether it must be on the same cache. */
static int other_cpu(const cpu_set_t *allowed, uint32_t cpu, bool same_cache)
{
	_cleanup_free_ char *home = cpus_of_cache(cpu);

	for (uint32_t i = 0; i < CPU_SETSIZE; i++) {
		_cleanup_free_ char *there = NULL;

		if (i == cpu || !CPU_ISSET(i, allowed))
			continue;
		there = cpus_of_cache(i);
		if (same_cache == (!home || !there || streq(home, there)))
			return (int)i;
	}
	return -1;
}

int cpus_pair(enum cpus_pair which, uint32_t out[2], struct err *err)
{
	static const char *const missing[] = {
		[CPUS_SAME] = "",
		[CPUS_SAME_CACHE] = "needs two CPUs that share a last-level cache",
		[CPUS_ACROSS] = "needs two CPUs that do not share a last-level cache",
		[CPUS_ANY_TWO] = "needs two CPUs",
	};
	cpu_set_t allowed;
	uint32_t first = 0;
	int other = 0;

	CPU_ZERO(&allowed);
	sched_getaffinity(0, sizeof(allowed), &allowed);
	while (first < CPU_SETSIZE - 1 && !CPU_ISSET(first, &allowed))
		first++;
	out[0] = out[1] = first;
	if (which == CPUS_SAME)
		return 0;
	other = other_cpu(&allowed, first, which != CPUS_ACROSS);
	if (other < 0 && which == CPUS_ANY_TWO)
		other = other_cpu(&allowed, first, false);
	if (other < 0)
		return err_set(err, ERR_UNSUPPORTED, "%s", missing[which]);
	out[1] = (uint32_t)other;
	return 0;
}

void cpus_pin(uint32_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int cpus_pin_to_one(struct err *err)
{
	uint32_t cpus[2];

	if (cpus_pair(CPUS_SAME, cpus, err) < 0)
		return -(int)err->code;
	cpus_pin(cpus[0]);
	return 0;
}
