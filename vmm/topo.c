/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>

#include "base/mem.h"
#include "base/parse.h"
#include "vmm/topo.h"

/* The presets of the original ktstr; users know their names. */
const struct topo_preset topo_presets[] = {
	{ "tiny-1llc", { 1, 1, 4, 1 } },         { "tiny-2llc", { 1, 2, 2, 1 } },
	{ "odd-3llc", { 1, 3, 3, 1 } },          { "odd-5llc", { 1, 5, 3, 1 } },
	{ "odd-7llc", { 1, 7, 2, 1 } },          { "smt-2llc", { 1, 2, 2, 2 } },
	{ "smt-3llc", { 1, 3, 2, 2 } },          { "medium-4llc", { 1, 4, 4, 2 } },
	{ "medium-8llc", { 1, 8, 4, 2 } },       { "large-4llc", { 1, 4, 16, 2 } },
	{ "large-8llc", { 1, 8, 8, 2 } },        { "near-max-llc", { 1, 15, 8, 2 } },
	{ "max-cpu", { 1, 14, 9, 2 } },          { "medium-4llc-nosmt", { 1, 4, 8, 1 } },
	{ "medium-8llc-nosmt", { 1, 8, 8, 1 } }, { "large-4llc-nosmt", { 1, 4, 32, 1 } },
	{ "large-8llc-nosmt", { 1, 8, 16, 1 } }, { "near-max-llc-nosmt", { 1, 15, 16, 1 } },
	{ "max-cpu-nosmt", { 1, 14, 18, 1 } },   { "numa2-4llc", { 2, 4, 4, 1 } },
	{ "numa2-8llc", { 2, 8, 8, 2 } },        { "numa2-8llc-nosmt", { 2, 8, 16, 1 } },
	{ "numa4-8llc", { 4, 8, 4, 1 } },        { "numa4-12llc", { 4, 12, 8, 2 } },
};
const size_t topo_n_presets = ARRAY_SIZE(topo_presets);

/* Reads "12n" at *s: returns the number in *out and moves *s past the letter. */
static int take(const char **s, char letter, uint32_t *out)
{
	size_t n = strspn(*s, "0123456789");
	_cleanup_free_ char *digits = xstrndup(*s, n);
	struct err ignored = ERR_INIT;
	uint64_t v;

	if ((*s)[n] != letter || parse_u64(digits, "", 1, TOPO_MAX_CPUS, &v, &ignored) < 0)
		return -1;
	*s += n + 1;
	*out = (uint32_t)v;
	return 0;
}

int topo_parse(const char *s, struct topo *out, struct err *err)
{
	struct topo t;
	const char *p = s;

	for (size_t i = 0; i < topo_n_presets; i++)
		if (streq(topo_presets[i].name, s)) {
			*out = topo_presets[i].topo;
			return 0;
		}
	if (take(&p, 'n', &t.nodes) < 0 || take(&p, 'l', &t.llcs) < 0 ||
	    take(&p, 'c', &t.cores) < 0 || take(&p, 't', &t.threads) < 0 || *p)
		return err_set(
			err, ERR_USAGE,
			"topology \"%.32s\" is neither NnNlNcNt (NUMA nodes, LLCs in all, cores "
			"per LLC, threads per core), such as 1n2l4c1t, nor a name that `harness "
			"topo` lists",
			s);
	if (t.llcs % t.nodes)
		return err_set(err, ERR_USAGE,
		               "topology %s: %u LLCs cannot be divided evenly among %u nodes", s,
		               t.llcs, t.nodes);
	if ((uint64_t)t.llcs * t.cores * t.threads > TOPO_MAX_CPUS)
		return err_set(err, ERR_USAGE, "topology %s: more than %d CPUs", s, TOPO_MAX_CPUS);
	*out = t;
	return 0;
}

char *topo_format(const struct topo *t)
{
	return xasprintf("%un%ul%uc%ut", t->nodes, t->llcs, t->cores, t->threads);
}

uint32_t topo_cpus(const struct topo *t)
{
	return t->llcs * t->cores * t->threads;
}
