/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>

#include "base/mem.h"
#include "harness/agent/work/work_parts.h"

enum {
	PARAM_SIZE_KIB,
	PARAM_COMPUTE
};

#define MAX_NODES 64
#define STRIDE    64

static size_t bytes(const struct worker *w)
{
	return worker_param(w, PARAM_SIZE_KIB) << 10;
}

static void setup(struct worker *w)
{
	memory_setup(w, bytes(w));
}

/* The CPUs of each node that the worker may use; nodes without any are left out. */
static unsigned int usable_nodes(cpu_set_t nodes[MAX_NODES])
{
	cpu_set_t allowed;
	unsigned int n = 0;

	allowed_cpus(&allowed);
	for (int node = 0; node < MAX_NODES; node++) {
		_cleanup_free_ char *path =
			xasprintf("/sys/devices/system/node/node%d/cpulist", node);

		if (!cpus_of_file(path, &nodes[n]))
			continue;
		CPU_AND(&nodes[n], &nodes[n], &allowed);
		n += CPU_COUNT(&nodes[n]) > 0;
	}
	return n;
}

static void run(struct worker *w)
{
	_cleanup_free_ cpu_set_t *nodes = xcalloc(MAX_NODES + 1, sizeof(*nodes));
	unsigned int n = usable_nodes(nodes);
	size_t at = 0;

	errno = 0;
	if (n < work_type_defs[WORK_NUMA_MIGRATION_CHURN].needs.nodes)
		return worker_give_up(w, "too few NUMA nodes");
	for (unsigned int i = w->member; !worker_stopped(w); i++) {
		worker_look(w);
		if (sched_setaffinity(0, sizeof(nodes[i % n]), &nodes[i % n]) < 0)
			return worker_give_up(w, "binding itself to a node");
		memory_walk(w, bytes(w), STRIDE, &at, bytes(w) / STRIDE);
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		w->slot->iterations++;
	}
}

const struct work_impl work_numa_migration_churn = {
	.setup = setup,
	.run = run,
};
