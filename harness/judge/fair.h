/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The share of CPU time that each of several rivals is entitled to: weighted max-min fairness over
 * a tree, with limits and allowed CPUs. Pure.
 *
 * The method is progressive filling. All shares rise together, each at a speed given by the node's
 * weight among its active siblings. A leaf stops when it or a group above it reaches its limit, or
 * when the CPUs it may use are full. The others go on. What one member of a group does not use goes
 * to the rest of its group first.
 */
#ifndef JUDGE_FAIR_H
#define JUDGE_FAIR_H

#include "base/util.h"

struct fair_node {
	uint32_t parent;  /* index of an earlier node; U32_NONE (json.h): a top node */
	double weight;    /* among its siblings, > 0 */
	double cap;       /* limit in CPUs; INFINITY: none; must be finite for a leaf */
	const bool *cpus; /* a leaf: the CPUs it may use; NULL: a group */
};

/* share[i], out: the CPU time that nodes[i] is entitled to, in CPUs; for a group the sum of its
 * leaves. The machine has `cpus` CPUs. */
void fair_shares(const struct fair_node *nodes, size_t n, uint32_t cpus, double *share);

/* The kernel's weight of a nice value (sched_prio_to_weight): 1024 at 0, about 1.25 × per step. A
 * value outside -20…19 counts as the nearest one inside. */
double fair_nice_weight(int64_t nice);
#define FAIR_IDLE_WEIGHT 3.0 /* SCHED_IDLE, cpu.idle (WEIGHT_IDLEPRIO) */

#endif
