/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was measured of one operation that was repeated many times: its samples, bounded in number, and
 * their summary. Values are in `unit`.
 */
#ifndef BASE_TIMING_H
#define BASE_TIMING_H

#include "base/json.h"

#define TIMING_SAMPLES_MAX 200

struct timing {
	char *unit;           /* "ns", "%", "bytes" */
	uint64_t iterations;  /* in all samples */
	uint64_t total_ns;    /* their time, without overhead */
	uint64_t batch;       /* iterations of one sample */
	double per_iteration; /* of a time: total ÷ iterations; else the mean */
	double min, p50, mean, p95, p99, max;
	double median_low, median_high; /* 95 % interval of the median; none: too few samples */
	double timer_ns, loop_ns; /* overhead that was subtracted: per sample, per iteration */
	struct json_u64s samples; /* in the order taken, in thousandths of the unit */
};
extern const struct json_table timing_table;

/* Fills the summary and the samples from n values; json_init() it first. At most TIMING_SAMPLES_MAX
 * values. The interval of the median comes from order statistics: it needs six samples, and no assumption
 * about their distribution. */
void timing_sum_up(const double *v, size_t n, struct timing *out);
/* All samples of n parts of one operation, taken at different times; json_init() *out first. The interval
 * of the median comes from the medians of the parts, so what changed from part to part is in it. With
 * fewer than six parts it spans the intervals of all. */
void timing_join(const struct timing *parts, size_t n, struct timing *out);
/* "1.25 us", "3.4 %", "12.5 MiB": for people. The caller frees. */
char *timing_format(double v, const char *unit);

#endif
