/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which results are on which side. The options come from the table of dimensions: --NAME applies to
 * both sides; --a-NAME or --b-NAME replaces it for one side. A result must have one of the values
 * asked for, in each dimension that is filtered on. A result whose value is unknown does not match.
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
/* The values a side asks for in a dimension; borrowed. */
const struct strv *filters_want(const struct filters *f, int side, enum dim d);
bool filters_match(const struct filters *f, int side, const struct row *r);
/* The dimensions in which the sides ask for different sets of values; bit 1u << enum dim. */
unsigned int filters_slicing(const struct filters *f);
/* The dimensions that are filtered on, on either side; bits as above. */
unsigned int filters_used(const struct filters *f);

/* The filters as popt options. It must live until filter_opts_take(). */
struct filter_opts {
	char **argv[FILTER_SETS][DIM_COUNT];
	char names[FILTER_SETS][DIM_COUNT][32];
	struct poptOption table[FILTER_SETS * DIM_COUNT + 1];
};
/* An include table for cmd_parse(): all 27 options, or only the shared ones. */
struct poptOption *filter_opts_table(struct filter_opts *fo, bool sides);
/* Moves the parsed values into *f. */
void filter_opts_take(struct filter_opts *fo, struct filters *f);

#endif
