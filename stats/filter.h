/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which results are on which side. The options come from the table of dimensions: --NAME for both
 * sides, --a-NAME and --b-NAME replace it for one. Values of one dimension are alternatives,
 * dimensions must all agree; an unknown value matches no filter.
 */
#ifndef STATS_FILTER_H
#define STATS_FILTER_H

#include <popt.h>

#include "stats/row.h"

enum {
	SIDE_A,
	SIDE_B,
	SIDES,
	SIDE_SHARED = SIDES,
	FILTER_SETS
};

struct filter {
	struct strv want[DIM_COUNT]; /* empty: anything */
};

struct filters {
	struct filter set[FILTER_SETS];
};

void filters_done(struct filters *f);
#define _cleanup_filters_ CLEANUP(filters_done)
/* What a side asks for in a dimension. */
const struct strv *filters_want(const struct filters *f, int side, enum dim d);
bool filters_match(const struct filters *f, int side, const struct row *r);
/* Bits of the dimensions whose wants differ between the sides, as sets. */
unsigned int filters_slicing(const struct filters *f);
/* Bits of those that were filtered on at all. */
unsigned int filters_used(const struct filters *f);

/* The popt side of it. Lives as long as the parsing. */
struct filter_opts {
	char **argv[FILTER_SETS][DIM_COUNT];
	char names[FILTER_SETS][DIM_COUNT][32];
	struct poptOption table[FILTER_SETS * DIM_COUNT + 1];
};
/* An include table for cmd_parse(): all 27 options, or only the shared ones. */
struct poptOption *filter_opts_table(struct filter_opts *fo, bool sides);
/* Moves what was parsed. */
void filter_opts_take(struct filter_opts *fo, struct filters *f);

#endif
