/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>

#include "base/mem.h"
#include "base/parse.h"
#include "vmm/topo.h"

/* "12n" at *s: the number, and *s behind the letter. */
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

	if (take(&p, 'n', &t.nodes) < 0 || take(&p, 'l', &t.llcs) < 0 ||
	    take(&p, 'c', &t.cores) < 0 || take(&p, 't', &t.threads) < 0 || *p)
		return err_set(
			err, ERR_USAGE,
			"topology \"%.32s\" is not NnNlNcNt (NUMA nodes, LLCs in all, cores per "
			"LLC, threads per core), such as 1n2l4c1t",
			s);
	if (t.llcs % t.nodes)
		return err_set(err, ERR_USAGE, "topology %s: %u LLCs do not divide over %u nodes",
		               s, t.llcs, t.nodes);
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
