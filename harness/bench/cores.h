/* SPDX-License-Identifier: GPL-2.0-only */
/* CPUs for rows of two tasks. */
#ifndef HARNESS_BENCH_CORES_H
#define HARNESS_BENCH_CORES_H

#include "harness/bench/bench.h"

enum cpus_pair {
	CPUS_SAME,       /* the same CPU twice */
	CPUS_SAME_CACHE, /* two that share the last-level cache */
	CPUS_ACROSS,     /* two that do not */
	CPUS_ANY_TWO,    /* of one cache if there are such */
};
/* Two CPUs that this process may use. ERR_UNSUPPORTED: there are none like that. */
int cpus_pair(enum cpus_pair which, uint32_t out[2], struct err *err) MUST_CHECK;
/* The calling thread runs there from now on. */
void cpus_pin(uint32_t cpu);
/* The same on the first CPU that it may use. */
int cpus_pin_to_one(struct err *err) MUST_CHECK;
/* The CPUs that share the last-level cache with this one, list form; NULL: not known. The caller frees. */
char *cpus_of_cache(uint32_t cpu);

#endif
