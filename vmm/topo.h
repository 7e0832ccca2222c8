/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest's topology, "NnNlNcNt": NUMA nodes, LLCs in all, cores per LLC, threads per core. CPUs
 * are numbered node by node, LLC by LLC, core by core, thread by thread.
 */
#ifndef VMM_TOPO_H
#define VMM_TOPO_H

#include "base/err.h"

#define TOPO_MAX_CPUS 1024

struct topo {
	uint32_t nodes, llcs, cores, threads; /* llcs in all, cores per LLC, threads per core */
};

/* Well-known shapes by name: small ones, odd ones, those of servers. */
struct topo_preset {
	const char *name;
	struct topo topo;
};
extern const struct topo_preset topo_presets[];
extern const size_t topo_n_presets;

/* NnNlNcNt or the name of a preset. ERR_USAGE with the rule that is broken: all at least 1, LLCs a
 * multiple of nodes, ≤ TOPO_MAX_CPUS. */
int topo_parse(const char *s, struct topo *out, struct err *err) MUST_CHECK;
/* Caller frees. */
char *topo_format(const struct topo *t);
uint32_t topo_cpus(const struct topo *t);

#endif
