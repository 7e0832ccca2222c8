/* SPDX-License-Identifier: GPL-2.0-only */
/* On which NUMA nodes a task's own memory is: /proc/PID/numa_maps. */
#ifndef AGENT_PAGES_H
#define AGENT_PAGES_H

#include <sys/types.h>

#include "harness/agent/cputopo.h"
#include "harness/wire/cpus.h"

/* Sets of nodes: bit n is node n. */
struct page_nodes {
	uint64_t home;  /* where the memory should be */
	uint64_t awake; /* nodes with a CPU online */
};

/* In pages of 4 KiB, whatever the kernel's page size. All U64_NONE: not measured. */
struct page_count {
	uint64_t all, local, slow; /* local: on a home node; slow: on a node not awake */
};

/* The nodes of these CPUs. */
uint64_t pages_nodes_of(const struct cputopo *t, const struct cpus *cpus);
/*
 * Counts the mappings whose pages are all anonymous and not mapped by another task. Files, shared
 * memory, and pages still shared with the task it was forked from are not its own.
 */
void pages_count(const char *numa_maps, const struct page_nodes *nodes, struct page_count *out);
/* The same for a task. */
void pages_read(int root_fd, pid_t pid, const struct page_nodes *nodes, struct page_count *out);

#endif
