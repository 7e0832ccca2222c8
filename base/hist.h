/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A log-linear histogram of unsigned 64-bit values. Values below 128 have a bucket each; above,
 * every power of two has 64 equal buckets. A bucket's midpoint is therefore within 1 % of any value
 * in it. Count, sum, minimum and maximum are exact. Histograms can be merged. A percentile is never
 * above the exact maximum, so p50 ≤ p90 ≤ … ≤ max always holds.
 */
#ifndef BASE_HIST_H
#define BASE_HIST_H

#include "base/json.h"

#define HIST_BUCKETS (128 + 57 * 64)

struct hist {
	uint64_t count, sum, min, max; /* min is UINT64_MAX while empty */
	uint32_t bucket[HIST_BUCKETS]; /* saturating */
};

void hist_init(struct hist *h);
/* UINT64_MAX (U64_NONE) counts as UINT64_MAX - 1. The sum saturates at that value too. */
void hist_add(struct hist *h, uint64_t v);
void hist_merge(struct hist *into, const struct hist *from);
/* Quantile by nearest rank, q in (0, 1]: the midpoint of the bucket that holds the ceil(q·count)-th
 * value, clamped to [min, max]. For the last value it is the exact maximum. NaN when empty. */
double hist_quantile(const struct hist *h, double q);
double hist_mean(const struct hist *h);
unsigned int hist_bucket_of(uint64_t v);
/* The bounds of a bucket, both inclusive. */
void hist_bounds(unsigned int bucket, uint64_t *lo, uint64_t *hi);

/* The form for JSON: only the buckets that are not empty, as [bucket, count, bucket, count …]. */
struct hist_packed {
	uint64_t count, sum, min, max;
	struct json_u64s buckets;
};
extern const struct json_table hist_packed_table;
void hist_pack(const struct hist *h, struct hist_packed *out);
/* ERR_FORMAT when buckets are out of range or out of order, do not add up to `count`, or contradict
 * min, max or sum. */
int hist_unpack(const struct hist_packed *p, struct hist *h, struct err *err) MUST_CHECK;

#endif
