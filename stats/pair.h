/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The join of two sides: results of one test under one setting on A and on B. A side's results with
 * one key are repeats. Near-linear in the number of results.
 */
#ifndef STATS_PAIR_H
#define STATS_PAIR_H

#include "stats/filter.h"
#include "stats/index.h"

/* Bits beyond those of the dimensions. */
enum {
	JOIN_TEST = 1u << DIM_COUNT,
	JOIN_FLAGS = 1u << (DIM_COUNT + 1),
	JOIN_SETUP = 1u << (DIM_COUNT + 2),
	JOIN_PARTS = DIM_COUNT + 3,
};

struct rows { /* borrowed */
	const struct row **v;
	size_t n;
};
void rows_done(struct rows *r);
#define _cleanup_rows_ CLEANUP(rows_done)

struct pair {
	struct rows side[SIDES];
	bool elsewhere; /* only on one side, and the other side has nothing at all of its setting */
};

struct join {
	unsigned int parts; /* what the key is made of */
	struct pair *pairs; /* in the order of the rows, A's first */
	size_t n, matched;  /* matched: on both sides */
};

/* What joins, given the dimensions that slice and those that were filtered on. */
unsigned int join_parts(unsigned int slicing, unsigned int used);
void join_rows(unsigned int parts, const struct rows *a, const struct rows *b, struct join *out);
void join_done(struct join *j);
#define _cleanup_join_ CLEANUP(join_done)

/* The part's value in a row ("" when unknown; commits without "-dirty"), and its name. */
const char *join_part_text(const struct row *r, unsigned int part, size_t *len);
const char *join_part_name(unsigned int part);
/* When nothing matched: bits of the part (or parts, if one alone does not do it) without which
 * something would. 0: the sides have no test in common. */
unsigned int join_culprits(unsigned int parts, const struct rows *a, const struct rows *b);
/* A row of each side that would have been a pair but for the culprits. */
void join_example(unsigned int parts, const struct rows *a, const struct rows *b,
                  const struct row *example[SIDES]);

#endif
