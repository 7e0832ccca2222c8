/* SPDX-License-Identifier: GPL-2.0-only */
#include <inttypes.h>

#include "base/hist.h"
#include "base/mem.h"

#define EXACT    128 /* smaller values have a bucket each */
#define PER_POW2 64
#define FIRST_E  7 /* log2(EXACT) */

static uint64_t add_sat(uint64_t a, uint64_t b)
{
	uint64_t sum;

	/* U64_NONE must keep its meaning, "not measured". */
	return __builtin_add_overflow(a, b, &sum) || sum == U64_NONE ? U64_NONE - 1 : sum;
}

static uint32_t add_sat32(uint32_t a, uint32_t b)
{
	uint32_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT32_MAX : sum;
}

void hist_init(struct hist *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
}

unsigned int hist_bucket_of(uint64_t v)
{
	unsigned int e;

	if (v < EXACT)
		return (unsigned int)v;
	e = 63 - (unsigned int)__builtin_clzll(v);
	return EXACT + (e - FIRST_E) * PER_POW2 + (unsigned int)(v >> (e - 6)) % PER_POW2;
}

void hist_bounds(unsigned int bucket, uint64_t *lo, uint64_t *hi)
{
	unsigned int e, sub;

	if (bucket < EXACT) {
		*lo = *hi = bucket;
		return;
	}
	e = FIRST_E + (bucket - EXACT) / PER_POW2;
	sub = (bucket - EXACT) % PER_POW2;
	*lo = (uint64_t)(PER_POW2 + sub) << (e - 6);
	*hi = *lo + ((1ULL << (e - 6)) - 1);
}

void hist_add(struct hist *h, uint64_t v)
{
	unsigned int b;

	if (v == U64_NONE)
		v--;
	b = hist_bucket_of(v);
	h->bucket[b] = add_sat32(h->bucket[b], 1);
	h->count++;
	h->sum = add_sat(h->sum, v);
	if (v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
}

void hist_merge(struct hist *into, const struct hist *from)
{
	for (unsigned int i = 0; i < HIST_BUCKETS; i++)
		into->bucket[i] = add_sat32(into->bucket[i], from->bucket[i]);
	into->count = add_sat(into->count, from->count);
	into->sum = add_sat(into->sum, from->sum);
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
}

static double clamp(double v, const struct hist *h)
{
	if (v < (double)h->min)
		return (double)h->min;
	return v > (double)h->max ? (double)h->max : v;
}

double hist_quantile(const struct hist *h, double q)
{
	uint64_t rank, seen = 0, lo, hi;
	double exact;

	if (!h->count)
		return NAN;
	/* 0.07 * 100 is a little above 7 in floating point; it must not give the 8th value. */
	exact = ceil(q * (double)h->count * (1 - 1e-12));
	if (exact >= (double)h->count)
		return (double)h->max; /* the greatest value is known exactly */
	rank = exact < 1 ? 1 : (uint64_t)exact;
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen < rank)
			continue;
		hist_bounds(i, &lo, &hi);
		return clamp((double)lo + (double)(hi - lo) / 2, h);
	}
	return (double)h->max; /* only if buckets saturated: they hold fewer than count */
}

double hist_mean(const struct hist *h)
{
	return h->count ? (double)h->sum / (double)h->count : NAN;
}

static const struct json_field hist_packed_fields[] = {
	{ "count", JSON_U64, offsetof(struct hist_packed, count), .doc = "number of values" },
	{ "sum", JSON_U64, offsetof(struct hist_packed, sum), .doc = "their sum" },
	{ "min", JSON_U64, offsetof(struct hist_packed, min), .flags = JSON_NULLABLE,
	  .doc = "the smallest, null when there is none" },
	{ "max", JSON_U64, offsetof(struct hist_packed, max),
	  .doc = "the largest, 0 when there is none" },
	{ "buckets", JSON_U64S, offsetof(struct hist_packed, buckets),
	  .doc = "bucket number and count by turns, of the buckets that are not empty" },
};
const struct json_table hist_packed_table =
	JSON_TABLE("histogram", struct hist_packed, hist_packed_fields,
                   "a log-linear histogram: exact below 128, then 64 buckets per power of two");

void hist_pack(const struct hist *h, struct hist_packed *out)
{
	*out = (struct hist_packed){
		.count = h->count, .sum = h->sum, .min = h->min, .max = h->max
	};
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		if (!h->bucket[i])
			continue;
		*xgrow(out->buckets.v, out->buckets.n) = i;
		*xgrow(out->buckets.v, out->buckets.n) = h->bucket[i];
	}
}

/* Checks that count, sum, min and max are possible for these buckets. */
static int check_figures(const struct hist_packed *p, const struct hist *h, uint64_t total,
                         bool saturated, struct err *err)
{
	if (saturated ? p->count < total : p->count != total)
		return err_set(err, ERR_FORMAT,
		               "histogram: the buckets hold %" PRIu64
		               " values, count says %" PRIu64,
		               total, p->count);
	if (!p->count && (p->min != UINT64_MAX || p->max || p->sum))
		return err_set(err, ERR_FORMAT, "histogram: min, max or sum of no values");
	if (p->count && (p->min > p->max || p->max == U64_NONE ||
	                 !h->bucket[hist_bucket_of(p->min)] || !h->bucket[hist_bucket_of(p->max)]))
		return err_set(err, ERR_FORMAT,
		               "histogram: min %" PRIu64 " and max %" PRIu64
		               " are not in the buckets",
		               p->min, p->max);
	if (p->count &&
	    (p->sum < p->max || (double)p->sum > (double)p->max * (double)p->count * 1.001))
		return err_set(err, ERR_FORMAT, "histogram: the sum cannot be %" PRIu64, p->sum);
	return 0;
}

int hist_unpack(const struct hist_packed *p, struct hist *h, struct err *err)
{
	_cleanup_free_ struct hist *new = xmalloc(sizeof(*new));
	const struct json_u64s *b = &p->buckets;
	uint64_t total = 0;
	bool saturated = false;

	hist_init(new);
	if (b->n % 2)
		return err_set(err, ERR_FORMAT, "histogram: a bucket without its count");
	for (size_t i = 0; i < b->n; i += 2) {
		if (b->v[i] >= HIST_BUCKETS || (i && b->v[i] <= b->v[i - 2]))
			return err_set(err, ERR_FORMAT,
			               "histogram: bucket %" PRIu64 " out of range or order",
			               b->v[i]);
		if (!b->v[i + 1] || b->v[i + 1] > UINT32_MAX)
			return err_set(err, ERR_FORMAT,
			               "histogram: bucket %" PRIu64 " cannot hold %" PRIu64,
			               b->v[i], b->v[i + 1]);
		new->bucket[b->v[i]] = (uint32_t)b->v[i + 1];
		saturated |= b->v[i + 1] == UINT32_MAX;
		total += b->v[i + 1];
	}
	if (check_figures(p, new, total, saturated, err) < 0)
		return -(int)err->code;
	new->count = p->count;
	new->sum = p->sum;
	new->min = p->min;
	new->max = p->max;
	*h = *new;
	return 0;
}
