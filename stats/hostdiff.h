/* SPDX-License-Identifier: GPL-2.0-only */
/* The differences between the hosts of two sides. All hosts of a side count; momentary facts (load,
 * free memory) do not. */
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
	size_t hosts[SIDES];   /* number of different hosts */
	size_t unknown[SIDES]; /* results without a host */
};

void host_diff(const struct hosts *hosts, const struct rows sides[SIDES], struct host_diff *out);
void host_diff_done(struct host_diff *d);
/* The facts of a host, field → text; nested fields have dots in their names. Momentary facts only
 * with `state`. */
void host_facts(const struct host *h, bool state, struct strmap *out);

#endif
