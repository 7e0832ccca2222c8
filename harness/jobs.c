/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/jobs.h"

#include <unistd.h>

#include "base/fs.h"

#define MEMINFO_MAX (1u << 16)

void jobs_host_read(struct jobs_host *out)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct err ignored = ERR_INIT;
	unsigned long long kb = 0;
	const char *at;

	*out = (struct jobs_host){ .cpus = cpus > 0 ? (uint32_t)cpus : 1 };
	if (fs_read(AT_FDCWD, "/proc/meminfo", MEMINFO_MAX, &text, &ignored) < 0)
		return;
	at = strstr(strbuf_cstr(&text), "MemAvailable:");
	if (at && sscanf(at, "MemAvailable: %llu", &kb) == 1)
		out->memory_bytes = kb * 1024;
}

unsigned int jobs_that_fit(const struct plan *plan, const struct jobs_host *host)
{
	uint64_t widest = 1, largest = 1, fit;

	for (size_t i = 0; i < plan->n; i++) {
		const struct test *t = &plan->tests[i];
		const struct vm_spec spec = { .topo = t->topo };
		/* virtual time runs all vCPUs on one thread */
		uint64_t cpus = t->clock == VM_CLOCK_VIRTUAL ? 1 : topo_cpus(&t->topo);
		uint64_t bytes = vm_memory_bytes(&spec);

		widest = cpus > widest ? cpus : widest;
		largest = bytes > largest ? bytes : largest;
	}
	fit = host->cpus / widest;
	if (host->memory_bytes && host->memory_bytes / largest < fit)
		fit = host->memory_bytes / largest;
	return fit ? (unsigned int)fit : 1;
}
