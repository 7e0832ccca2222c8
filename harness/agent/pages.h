/* SPDX-License-Identifier: GPL-2.0-only */
/* On which NUMA nodes a task's own memory is, as /proc/PID/numa_maps says. */
#ifndef AGENT_PAGES_H
#define AGENT_PAGES_H

#include <sys/types.h>

#include "harness/agent/cputopo.h"
#include "harness/wire/cpus.h"

/* Sets of nodes, bit n is node n. */
struct page_nodes {
	uint64_t home;  /* where the memory should be */
	uint64_t awake; /* those with a CPU online */
};

/* In pages of 4 KiB, whatever the kernel maps them with. All are none when not known. */
struct page_count {
	uint64_t all, local, slow; /* local: on a home node; slow: on one that is not awake */
};

/* The nodes those CPUs are on. */
uint64_t pages_nodes_of(const struct cputopo *t, const struct cpus *cpus);
/*
 * Of the mappings whose every page is anonymous and mapped by nobody else: what a task shares with
 * the one it was forked from, files and shared memory are not its own.
 */
void pages_count(const char *numa_maps, const struct page_nodes *nodes, struct page_count *out);
void pages_read(int root_fd, pid_t pid, const struct page_nodes *nodes, struct page_count *out);

#endif
