/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names CPUs by their place in the topology. CPUs are numbered node by node, LLC by LLC.
 *
 *	all		every CPU
 *	0-3,5		exactly these
 *	llc 0, llc 0-1	the CPUs of these LLCs
 *	node 1		the CPUs of this NUMA node
 *	0%-50%		the first half of the CPUs
 *	disjoint 1/3	the first of three parts of (nearly) equal size
 *	overlap 1/3 50%	that part, and half as many CPUs of the next part (after the last part
 *			comes the first)
 */
#ifndef SCENARIO_CPUSET_H
#define SCENARIO_CPUSET_H

#include "base/err.h"
#include "harness/wire/cpus.h"
#include "harness/wire/job.h"

/* ERR_FORMAT if `spec` has none of these forms. */
int cpuset_check(const char *spec, struct err *err) MUST_CHECK;
/* ERR_UNSUPPORTED if the topology has no such CPUs. `spec` must have passed cpuset_check(). */
int cpuset_resolve(const char *spec, const struct job_topology *topo, struct cpus *out,
                   struct err *err) MUST_CHECK;

#endif
