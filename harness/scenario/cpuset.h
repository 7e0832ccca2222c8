/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs by their place in the topology, where CPUs are numbered node by node, LLC by LLC:
 *
 *	all		every CPU
 *	0-3,5		exactly these
 *	llc 0, llc 0-1	those of the LLCs
 *	node 1		those of the NUMA nodes
 *	0%-50%		from there to there
 *	disjoint 1/3	the first of three parts of (nearly) equal size
 *	overlap 1/3 50%	that part and half as many CPUs again, taken from the next part (after the
 *			last part comes the first)
 */
#ifndef SCENARIO_CPUSET_H
#define SCENARIO_CPUSET_H

#include "base/err.h"
#include "harness/wire/job.h"

#define CPUS_MAX 1024

struct cpus {
	uint64_t bits[CPUS_MAX / 64];
};

static inline bool cpus_has(const struct cpus *c, uint32_t cpu)
{
	return c->bits[cpu / 64] >> (cpu % 64) & 1;
}

static inline void cpus_add(struct cpus *c, uint32_t cpu)
{
	c->bits[cpu / 64] |= 1ull << (cpu % 64);
}

uint32_t cpus_count(const struct cpus *c);
void cpus_and(struct cpus *c, const struct cpus *other);
/* first…end-1 */
void cpus_add_range(struct cpus *c, uint32_t first, uint32_t end);
/* The kernel's list form; the caller frees. */
char *cpus_format(const struct cpus *c);

/* ERR_FORMAT when it is none of the above. */
int cpuset_check(const char *spec, struct err *err) MUST_CHECK;
/* ERR_UNSUPPORTED when the topology has no such CPUs. The spec has passed cpuset_check(). */
int cpuset_resolve(const char *spec, const struct job_topology *topo, struct cpus *out,
                   struct err *err) MUST_CHECK;

#endif
