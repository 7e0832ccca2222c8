/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each of several rivals for CPU time is entitled to: weighted max-min fairness over a tree,
 * with limits and allowed CPUs. Pure.
 *
 * All rise together, each at a speed by its weight among its active siblings, until one comes to
 * its limit or a set of CPUs is full; those stop, the others go on (progressive filling). What a
 * group's member leaves goes to the rest of the group first.
 */
#ifndef JUDGE_FAIR_H
#define JUDGE_FAIR_H

#include "base/util.h"

struct fair_node {
	uint32_t parent;  /* index of an earlier node; U32_NONE (json.h): at the top */
	double weight;    /* among its siblings, > 0 */
	double cap;       /* most it can take, in CPUs; INFINITY: no limit; finite for a leaf */
	const bool *cpus; /* a leaf: which it may use; NULL: a group */
};

/* share[i]: CPUs' worth of time of nodes[i], of `cpus` in all. */
void fair_shares(const struct fair_node *nodes, size_t n, uint32_t cpus, double *share);

/* The kernel's weight of a nice value (sched_prio_to_weight; 1024 at 0, a step is about 1.25 ×).
 * Nice beyond -20…19 counts as the nearest. */
double fair_nice_weight(int64_t nice);
#define FAIR_IDLE_WEIGHT 3.0 /* SCHED_IDLE, cpu.idle (WEIGHT_IDLEPRIO) */

#endif
