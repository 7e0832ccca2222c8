/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's CPUs as its sysfs shows them. */
#ifndef AGENT_CPUTOPO_H
#define AGENT_CPUTOPO_H

#include "base/err.h"
#include "harness/wire/job.h"

#define CPUTOPO_NODES 64

struct cputopo {
	uint32_t cpus, nodes, threads_per_core;
	uint32_t llcs;    /* U32_NONE: the kernel shows no caches */
	uint32_t *ids;    /* the online CPUs, ascending; cpus of them */
	uint32_t max_cpu; /* the highest id */
	/* By CPU id, max_cpu + 1 of them: */
	uint32_t *llc_of;  /* numbered by their first CPU */
	uint32_t *node_of; /* the kernel's number, below CPUTOPO_NODES */
};

/* Leaves *out initialised (empty) on failure too. */
int cputopo_read(int root_fd, struct cputopo *out, struct err *err) MUST_CHECK;
void cputopo_done(struct cputopo *t);
/* Is it what was asked for? The error names each thing that differs. */
int cputopo_check(const struct cputopo *t, const struct job_topology *want, struct err *err)
	MUST_CHECK;

#endif
