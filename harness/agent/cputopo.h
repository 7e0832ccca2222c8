/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's CPU topology, read from sysfs. */
#ifndef AGENT_CPUTOPO_H
#define AGENT_CPUTOPO_H

#include "base/err.h"
#include "harness/wire/job.h"

#define CPUTOPO_NODES 64

struct cputopo {
	uint32_t cpus, nodes, threads_per_core;
	uint32_t llcs;    /* U32_NONE: the kernel shows no caches */
	uint32_t *ids;    /* the online CPUs, ascending; `cpus` entries */
	uint32_t max_cpu; /* the highest id */
	/* By CPU id, max_cpu + 1 entries: */
	uint32_t *llc_of;  /* numbered in order of their first CPU */
	uint32_t *node_of; /* the kernel's node number, below CPUTOPO_NODES */
};

/* On failure *out is empty and may be passed to cputopo_done(). */
int cputopo_read(int root_fd, struct cputopo *out, struct err *err) MUST_CHECK;
void cputopo_done(struct cputopo *t);
/* Fails unless the topology is as wanted. The error names each difference. */
int cputopo_check(const struct cputopo *t, const struct job_topology *want, struct err *err)
	MUST_CHECK;

#endif
