/* SPDX-License-Identifier: GPL-2.0-only */
/* How many ways there are to deal ranks to two sides, by the sum of one side's ranks. Private to
 * this folder. */
#ifndef STATS_INFER_RANK_H
#define STATS_INFER_RANK_H

#include <stdint.h>

#include "stats/infer/infer.h"

struct deals {
	double *by_sum; /* number of deals with this sum; owned */
	size_t n;       /* sums are below n */
	double all;
};

/* All choices of `m` of the n ranks. The ranks are small integers, at least 0. */
void deals_count(const uint32_t *ranks, size_t n, size_t m, struct deals *out);
void deals_done(struct deals *d);

#endif
