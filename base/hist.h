/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A log-linear histogram of unsigned 64-bit values: exact below 128, then 64 equal buckets per
 * power of two, so that a bucket's midpoint is within 1 % of any value in it. Exact count, sum,
 * minimum and maximum. Mergeable; a percentile is never above the exact maximum, so p50 ≤ p90 ≤ … ≤
 * max by construction.
 */
#ifndef BASE_HIST_H
#define BASE_HIST_H

#include "base/json.h"

#define HIST_BUCKETS (128 + 57 * 64)

struct hist {
	uint64_t count, sum, min, max; /* min = UINT64_MAX while empty */
	uint32_t bucket[HIST_BUCKETS]; /* saturating */
};

void hist_init(struct hist *h);
/* UINT64_MAX (U64_NONE) counts as UINT64_MAX - 1; the sum stops there, too. */
void hist_add(struct hist *h, uint64_t v);
void hist_merge(struct hist *into, const struct hist *from);
/* Nearest rank, q in (0, 1]: the midpoint of the bucket that holds the ceil(q·count)-th value,
 * clamped to [min, max]; the exact maximum for the last value. NaN when empty. */
double hist_quantile(const struct hist *h, double q);
double hist_mean(const struct hist *h);
unsigned int hist_bucket_of(uint64_t v);
/* Bucket bounds: lo inclusive, hi inclusive. */
void hist_bounds(unsigned int bucket, uint64_t *lo, uint64_t *hi);

/* The form that travels: counts of the non-empty buckets only, as [bucket, count, bucket, count …].
 */
struct hist_packed {
	uint64_t count, sum, min, max;
	struct json_u64s buckets;
};
extern const struct json_table hist_packed_table;
void hist_pack(const struct hist *h, struct hist_packed *out);
/* ERR_FORMAT when buckets are out of range or order or do not add up to count. */
int hist_unpack(const struct hist_packed *p, struct hist *h, struct err *err) MUST_CHECK;

#endif
