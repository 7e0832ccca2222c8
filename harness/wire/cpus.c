/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/cpus.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/parse.h"

void cpus_add_range(struct cpus *c, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++)
		cpus_add(c, i);
}

void cpus_add_all(struct cpus *c, const struct cpus *other)
{
	for (size_t i = 0; i < CPUS_WORDS; i++)
		c->bits[i] |= other->bits[i];
}

void cpus_and(struct cpus *c, const struct cpus *other)
{
	for (size_t i = 0; i < CPUS_WORDS; i++)
		c->bits[i] &= other->bits[i];
}

void cpus_less(struct cpus *c, const struct cpus *other)
{
	for (size_t i = 0; i < CPUS_WORDS; i++)
		c->bits[i] &= ~other->bits[i];
}

uint32_t cpus_count(const struct cpus *c)
{
	int n = 0;

	for (size_t i = 0; i < CPUS_WORDS; i++)
		n += __builtin_popcountll(c->bits[i]);
	return (uint32_t)n;
}

bool cpus_is_empty(const struct cpus *c)
{
	return cpus_count(c) == 0;
}

char *cpus_format(const struct cpus *c)
{
	uint32_t list[CPUS_MAX];
	size_t n = 0;

	for (uint32_t i = 0; i < CPUS_MAX; i++)
		if (cpus_has(c, i))
			list[n++] = i;
	return format_cpulist(list, n);
}

struct cpus cpus_of_list(const char *list)
{
	_cleanup_free_ uint32_t *cpus = NULL;
	struct err ignored = ERR_INIT;
	struct cpus out = { 0 };
	size_t n = 0;

	if (list && parse_cpulist(list, "CPUs", CPUS_MAX - 1, &cpus, &n, &ignored) == 0)
		for (size_t i = 0; i < n; i++)
			cpus_add(&out, cpus[i]);
	return out;
}
