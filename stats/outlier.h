/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which runs of a pool differ so much from the others that something else than the tested code must have
 * differed (docs/objectives.md). A run's value of a figure is the median over the repeats of the test.
 * It is compared with the values of all runs of the same test under the same settings, of equal length
 * and, on the real clock, on the same host. Project commits are not told apart. Pure: no files.
 */
#ifndef STATS_OUTLIER_H
#define STATS_OUTLIER_H

#include "stats/pool.h"

struct outlier_opts {
	double z;                  /* from this z-score on a value is an outlier */
	size_t min_runs;           /* with fewer runs a figure is not judged */
	size_t min_benchmarks;     /* with fewer tests judged a run has no overall scale */
	bool wanted[METRIC_COUNT]; /* instead of each test's headlines; none: the headlines */
};
#define OUTLIER_Z              3.5
#define OUTLIER_MIN_RUNS       4
#define OUTLIER_MIN_BENCHMARKS 3
/* A run as a whole is not an outlier if it is off by less, however small the spread. */
#define OUTLIER_SCALE_GATE 0.05

/* A value that is an outlier: |z| reaches the limit, and the distance from the median both gates of
 * the metric. */
struct outlier_figure {
	const char *test, *metric, *unit; /* the pool's or the registry's */
	double value, median, z;
	size_t runs; /* that have a value */
};

struct outlier_run {
	struct outlier_figure *figures;
	size_t n;
	size_t judged; /* figures */
	/* How much worse the run is as a whole: the median over its tests of value ÷ median (of what
	 * should be high median ÷ value). NaN: not judged. */
	double scale, scale_z;
	bool whole; /* an outlier as a whole */
};

/* *out: one per run of the pool; the caller frees with outliers_free(). */
void outliers_find(const struct pool *p, const struct outlier_opts *o, struct outlier_run **out);
void outliers_free(struct outlier_run *v, size_t n);

#endif
