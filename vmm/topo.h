/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest's topology, "NnNlNcNt": NUMA nodes, LLCs in all, cores per LLC, threads per core. CPUs
 * are numbered by node, then LLC, then core, then thread.
 */
#ifndef VMM_TOPO_H
#define VMM_TOPO_H

#include "base/err.h"

#define TOPO_MAX_CPUS 1024

struct topo {
	uint32_t nodes, llcs, cores, threads; /* llcs in all, cores per LLC, threads per core */
};

/* Named topologies: small ones, odd ones, and those of servers. */
struct topo_preset {
	const char *name;
	struct topo topo;
};
extern const struct topo_preset topo_presets[];
extern const size_t topo_n_presets;

/* Parses NnNlNcNt or the name of a preset. ERR_USAGE names the rule that is broken: every number at
 * least 1, LLCs a multiple of nodes, at most TOPO_MAX_CPUS CPUs. */
int topo_parse(const char *s, struct topo *out, struct err *err) MUST_CHECK;
/* The caller frees. */
char *topo_format(const struct topo *t);
uint32_t topo_cpus(const struct topo *t);

#endif
