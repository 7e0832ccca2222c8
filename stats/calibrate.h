/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often a comparison raises a false alarm, and what it finds: measured by comparing random draws
 * from pools of results, as `stats compare` and `harness ab` would compare them. A pool is all results
 * of one scheduler.
 */
#ifndef STATS_CALIBRATE_H
#define STATS_CALIBRATE_H

#include "stats/pair.h"
#include "stats/pool.h"

#define CALIBRATE_SIZES 3
extern const size_t calibrate_sizes[CALIBRATE_SIZES]; /* runs a side: 5, 10, 20 */
#define CALIBRATE_BLOCK 10 /* runs a side of the comparisons that share no run */

struct calibrate_opts {
	const char *base;         /* a scheduler */
	const struct strv *nulls; /* copies of it that decide the same */
	const struct strv *worse; /* copies that are worse */
	size_t draws;
	uint64_t seed;
};

/* So many of so many; of 0: the pools are too small. */
struct hits {
	size_t n, of;
};

struct calibrated_pair { /* base against another, or against itself */
	const char *scheduler;
	bool is_null;
	size_t runs; /* in its pool, of the test that has the fewest */
	/* Comparisons of all tests together. A null: with anything worse or better; else: with
	 * anything worse. */
	struct hits size[CALIBRATE_SIZES], ab;
};

struct calibrated_headline {
	const char *metric;
	struct hits p; /* p <= 0.05, of comparisons of null pairs that share no run */
};

struct calibration {
	char *kernel, *clock, *date; /* of the base's results */
	size_t tests, draws;
	struct calibrated_pair *pairs; /* base against itself, nulls, worse */
	size_t n;
	struct hits null_size[CALIBRATE_SIZES], null_ab; /* of all null pairs together */
	struct calibrated_headline *headlines;
	size_t n_headlines;
};

/* ERR_NOT_FOUND: a scheduler has no results. The texts of *out are the pool's. */
int calibrate(const struct pool *p, const struct calibrate_opts *o, struct calibration *out,
              struct err *err) MUST_CHECK;
void calibration_done(struct calibration *c);

#endif
