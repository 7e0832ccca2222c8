/* SPDX-License-Identifier: GPL-2.0-only */
/* The runs of one test whose measurements count, on both sides. */
#ifndef STATS_RUNSET_H
#define STATS_RUNSET_H

#include "stats/pair.h"

struct runset {
	struct rows side[SIDES]; /* those that passed or failed, and were not set aside */
	size_t noisy[SIDES];     /* set aside: the VM waited for the host for too long */
	size_t again[SIDES];     /* set aside: on the virtual clock, the same seed and figures as a
	                            run that counts; it is the same run, not a second one */
	double noise_pct;        /* the longest such wait, in percent; 0: none was noisy */
	bool lengths_differ;     /* not all runs were equally long */
};

void runset_take(const struct pair *p, struct runset *out);
void runset_done(struct runset *r);
/* How long the first run whose length is known was, in seconds. NaN: no length is known. */
double runset_first_seconds(const struct runset *r);
/* A run's length in seconds; NaN: not known. */
double runset_seconds(const struct row *r);

#endif
