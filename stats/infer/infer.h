/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What two sets of runs allow one to conclude: pure functions over arrays of finite numbers, no
 * input or output. Side A has `na` values, side B `nb`. The facade of this folder; formulas and
 * words are in docs/statistics.md. tests/fixtures/statistics holds what scipy says to the same.
 */
#ifndef STATS_INFER_H
#define STATS_INFER_H

#include <stddef.h>

/* The level of everything: 5 % false alarms, 95 % intervals. */
#define INFER_ALPHA 0.05
/* Up to so many values on both sides together, ranks are counted exactly; above, the normal
 * approximation is used. */
#define INFER_EXACT_MAX 60

struct infer_interval {
	double estimate, low, high;
};

/* Mann–Whitney: the probability that sides which do not differ are ranked at least this far apart,
 * in either direction. Exact with ties, too: of all ways to deal the values to the sides. 1 when a
 * side is empty. */
double infer_rank(const double *a, size_t na, const double *b, size_t nb);
/* Hodges–Lehmann: the median of all differences b - a, and the differences that the rank test does
 * not refute at `alpha`. With so few values that it can refute none, low and high are infinite. The
 * same of all quotients b / a; all NaN unless every value is greater than 0. A side must not be
 * empty. */
struct infer_change {
	double median_a;
	struct infer_interval shift, ratio;
};
struct infer_change infer_change(const double *a, size_t na, const double *b, size_t nb,
                                 double alpha);
/* Fisher's exact test, both directions: x_a of n_a passed, x_b of n_b. */
double infer_fisher(size_t x_a, size_t n_a, size_t x_b, size_t n_b);
/* The share x/n and its interval by Clopper and Pearson. n 0: NaN, 0, 1. */
struct infer_interval infer_rate(size_t x, size_t n, double alpha);
/* Benjamini–Hochberg: the smallest level at which each of the p values counts when `n` of them are
 * judged together. `out` may be `p`. */
void infer_fdr(const double *p, size_t n, double *out);
/* The z that a standard normal variable exceeds with probability `tail`, 0 < tail <= 1/2. */
double infer_normal(double tail);
/* The fewest runs on each side with which infer_rank() can be as small as `p`. */
size_t infer_runs_least(double p);
/* How many runs a side make an interval shorter that n runs a side have: its arm of length `arm`
 * has to become shorter than `room`. An estimate: arms shrink with the square root of the runs.
 * 0: more than INFER_RUNS_MAX. */
size_t infer_runs_needed(size_t n, double arm, double room);
#define INFER_RUNS_MAX 1000
/* The median. n must not be 0. */
double infer_median(const double *v, size_t n);
/* The median and its interval by order statistics. With fewer than six values, of which none refutes 95 %,
 * the interval is their range. n must not be 0. */
struct infer_interval infer_median_interval(const double *v, size_t n, double alpha);
/* The modified z-score of each value (Iglewicz and Hoaglin 1993): its distance from the median as a
 * multiple of the median distance, scaled so that it is a standard deviation for normal values. If half
 * of the values are equal the mean distance stands for the median one. All 0 if all are equal. `z` has
 * n places. */
void infer_robust_z(const double *v, size_t n, double *z);
/* Where a series changes its level: fills `at` (n places) with the index of the first value of each new
 * level, in order, and returns their number. The levels are those with the least sum of distances to
 * their medians, plus a price for each change that grows with the noise; a change stays only if the rank
 * test tells its two levels apart at 5 %, corrected for the number of places it may be at. Levels are at
 * least three values long. Series longer than INFER_SERIES_MAX are refused: 0. */
size_t infer_changes(const double *v, size_t n, size_t *at);
#define INFER_SERIES_MAX 2000

#endif
