/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The join of two sides: pairs the results of A and B that have the same key, that is the same test
 * under the same settings. Results of one side with the same key are repeats. The time is nearly
 * linear in the number of results.
 */
#ifndef STATS_PAIR_H
#define STATS_PAIR_H

#include "stats/filter.h"
#include "stats/index.h"

/* Parts of the key besides the dimensions, which have the bits below these. */
enum {
	JOIN_TEST = 1u << DIM_COUNT,
	JOIN_FLAGS = 1u << (DIM_COUNT + 1),
	JOIN_PAYLOAD = 1u << (DIM_COUNT + 2),
	JOIN_PARTS = DIM_COUNT + 3,
};

struct rows { /* borrowed */
	const struct row **v;
	size_t n;
};
void rows_done(struct rows *r);
/* The first row of A, else of B; NULL: neither has one. Borrowed. */
const struct row *rows_first(const struct rows side[SIDES]);
#define _cleanup_rows_ CLEANUP(rows_done)

struct pair {
	struct rows side[SIDES];
	bool elsewhere; /* on one side only, and the other side has no result under its settings */
};

struct join {
	unsigned int parts; /* bits of the key's parts */
	struct pair *pairs; /* in the order of the rows, A's first */
	size_t n, matched;  /* matched: pairs with results on both sides */
};

/* The parts of the key, given the dimensions that slice and those that are filtered on. */
unsigned int join_parts(unsigned int slicing, unsigned int used);
void join_rows(unsigned int parts, const struct rows *a, const struct rows *b, struct join *out);
void join_done(struct join *j);
#define _cleanup_join_ CLEANUP(join_done)

/* A part's value in a row: *len bytes of the text, so that a commit is without "-dirty"; "" when
 * unknown. And the part's name. Both borrowed. */
const char *join_part_text(const struct row *r, unsigned int part, size_t *len);
const char *join_part_name(unsigned int part);
/* When nothing matched: the part of the key without which something would match, or several parts
 * if no single one is enough. 0: the sides have no test in common. */
unsigned int join_culprits(unsigned int parts, const struct rows *a, const struct rows *b);
/* A row of each side that pair when the key has only `parts`; *example is unchanged if none do. */
void join_example(unsigned int parts, const struct rows *a, const struct rows *b,
                  const struct row *example[SIDES]);

#endif
