/* SPDX-License-Identifier: GPL-2.0-only */
/* A set of CPUs, by their numbers. */
#ifndef WIRE_CPUS_H
#define WIRE_CPUS_H

#include <stdbool.h>
#include <stdint.h>

#define CPUS_MAX   1024
#define CPUS_WORDS (CPUS_MAX / 64)

struct cpus {
	uint64_t bits[CPUS_WORDS];
};

static inline bool cpus_has(const struct cpus *c, uint32_t cpu)
{
	return c->bits[cpu / 64] >> (cpu % 64) & 1;
}

static inline void cpus_add(struct cpus *c, uint32_t cpu)
{
	c->bits[cpu / 64] |= 1ull << (cpu % 64);
}

/* Adds first…end-1. */
void cpus_add_range(struct cpus *c, uint32_t first, uint32_t end);
void cpus_add_all(struct cpus *c, const struct cpus *other);
/* Keeps only the CPUs that are also in `other`. */
void cpus_and(struct cpus *c, const struct cpus *other);
/* Removes the CPUs that are in `other`. */
void cpus_less(struct cpus *c, const struct cpus *other);

uint32_t cpus_count(const struct cpus *c);
bool cpus_is_empty(const struct cpus *c);

/* The kernel's list form, "0-3,5"; the caller frees. */
char *cpus_format(const struct cpus *c);
/* The set of a list. Empty for NULL and for text that is no list, such as the line break that
 * clears a cpuset. */
struct cpus cpus_of_list(const char *list);

#endif
