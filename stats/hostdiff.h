/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between the machines of two sides: all of a side's machines, facts of the moment
 * (load, free memory) left out. */
#ifndef STATS_HOSTDIFF_H
#define STATS_HOSTDIFF_H

#include "stats/hosts.h"
#include "stats/pair.h"

struct host_diff {
	struct host_fact {
		char *field;              /* "mitigations.spectre_v2" */
		struct strv value[SIDES]; /* distinct, sorted */
	} * v;
	size_t n;
	size_t hosts[SIDES];   /* different machines */
	size_t unknown[SIDES]; /* results without a host */
};

void host_diff(const struct hosts *hosts, const struct rows sides[SIDES], struct host_diff *out);
void host_diff_done(struct host_diff *d);
/* The facts of a host as "field" → text, nested ones dotted; state too when asked for. */
void host_facts(const struct host *h, bool state, struct strmap *out);

#endif
