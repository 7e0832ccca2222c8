/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "base/hist.h"
#include "base/mem.h"

static struct hist *hist_new(void)
{
	struct hist *h = xmalloc(sizeof(*h));

	hist_init(h);
	return h;
}

static void put_hist(struct hist **h)
{
	free(*h);
}
#define _cleanup_hist_ CLEANUP(put_hist)

static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

TEST(buckets_cover_everything_without_gap_or_overlap)
{
	uint64_t next = 0;

	for (unsigned int b = 0; b < HIST_BUCKETS; b++) {
		uint64_t lo, hi;

		hist_bounds(b, &lo, &hi);
		ck_assert_uint_eq(lo, next);
		ck_assert_uint_ge(hi, lo);
		ck_assert_uint_eq(hist_bucket_of(lo), b);
		ck_assert_uint_eq(hist_bucket_of(hi), b);
		next = hi + 1;
	}
	ck_assert_uint_eq(next, 0); /* the last one ends at UINT64_MAX */
}

TEST(a_midpoint_is_within_one_percent)
{
	for (unsigned int b = 0; b < HIST_BUCKETS; b++) {
		uint64_t lo, hi;
		double mid;

		hist_bounds(b, &lo, &hi);
		if (!lo)
			continue;
		mid = (double)lo + (double)(hi - lo) / 2;
		ck_assert(mid - (double)lo <= 0.01 * (double)lo);
		ck_assert((double)hi - mid <= 0.01 * (double)hi);
	}
}

TEST(nothing_has_no_quantile)
{
	_cleanup_hist_ struct hist *h = hist_new();

	ck_assert(isnan(hist_quantile(h, 0.5)));
	ck_assert(isnan(hist_mean(h)));
	ck_assert_uint_eq(h->min, UINT64_MAX);
	ck_assert_uint_eq(h->max, 0);
}

TEST(one_value_is_every_quantile)
{
	_cleanup_hist_ struct hist *h = hist_new();

	hist_add(h, 1000003);
	ck_assert(hist_quantile(h, 0.0001) == 1000003);
	ck_assert(hist_quantile(h, 0.5) == 1000003);
	ck_assert(hist_quantile(h, 1) == 1000003);
	ck_assert(hist_mean(h) == 1000003);
}

/* Below 128 every value has its own bucket, so nearest rank is exact. */
TEST(nearest_rank_is_exact_for_small_values)
{
	_cleanup_hist_ struct hist *h = hist_new();

	for (uint64_t v = 1; v <= 100; v++)
		hist_add(h, v);
	for (int p = 1; p <= 100; p++)
		ck_assert_msg(hist_quantile(h, p / 100.0) == p, "p%d is %f", p,
		              hist_quantile(h, p / 100.0));
	ck_assert(hist_quantile(h, 0.001) == 1);
	ck_assert(hist_quantile(h, 0.991) == 100);
	ck_assert(hist_mean(h) == 50.5);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Compares with the sorted values themselves, over 20 powers of two. */
TEST(quantiles_are_within_one_percent_of_the_truth)
{
	static const double qs[] = { 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1 };
	_cleanup_hist_ struct hist *h = hist_new();
	static uint64_t v[20000];
	uint64_t seed = 42;

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		v[i] = next_random(&seed) >> (20 + next_random(&seed) % 20);
		hist_add(h, v[i]);
	}
	qsort(v, ARRAY_SIZE(v), sizeof(v[0]), by_value);
	for (size_t i = 0; i < ARRAY_SIZE(qs); i++) {
		double truth = (double)v[(size_t)ceil(qs[i] * ARRAY_SIZE(v)) - 1];

		ck_assert_msg(fabs(hist_quantile(h, qs[i]) - truth) <= 0.01 * truth,
		              "q %g: %f, in truth %f", qs[i], hist_quantile(h, qs[i]), truth);
	}
	ck_assert(hist_quantile(h, 1) == (double)v[ARRAY_SIZE(v) - 1]);
}

TEST(quantiles_are_in_order_and_never_above_the_maximum)
{
	uint64_t seed = 7;

	for (int round = 0; round < 50; round++) {
		_cleanup_hist_ struct hist *h = hist_new();
		double last = 0;

		for (uint64_t i = 0; i <= next_random(&seed) % 200; i++)
			hist_add(h, next_random(&seed) >> (next_random(&seed) % 64));
		for (int p = 1; p <= 1000; p++) {
			double q = hist_quantile(h, p / 1000.0);

			if (q < last || q > (double)h->max || q < (double)h->min)
				ck_abort_msg("p%g is %f after %f, max %f", p / 10.0, q, last,
				             (double)h->max);
			last = q;
		}
	}
}

TEST(merge_is_as_if_added_together)
{
	_cleanup_hist_ struct hist *a = hist_new(), *b = hist_new(), *both = hist_new();
	_cleanup_hist_ struct hist *empty = hist_new();
	uint64_t seed = 3;

	for (int i = 0; i < 5000; i++) {
		uint64_t v = next_random(&seed) >> 30;

		hist_add(i % 3 ? a : b, v);
		hist_add(both, v);
	}
	hist_merge(a, b);
	hist_merge(a, empty);
	ck_assert_mem_eq(a, both, sizeof(*a));
	hist_merge(empty, both);
	ck_assert_mem_eq(empty, both, sizeof(*both));
}

TEST(nothing_wraps_around)
{
	_cleanup_hist_ struct hist *h = hist_new(), *other = hist_new();

	hist_add(h, UINT64_MAX);
	hist_add(h, UINT64_MAX);
	ck_assert_uint_eq(h->max, U64_NONE - 1);
	ck_assert_uint_eq(h->sum, U64_NONE - 1);
	ck_assert_uint_eq(h->count, 2);
	h->bucket[5] = UINT32_MAX - 1;
	other->bucket[5] = 7;
	other->count = 7;
	hist_merge(h, other);
	ck_assert_uint_eq(h->bucket[5], UINT32_MAX);
	ck_assert_uint_eq(h->count, 9);
}

static void check_travels(const struct hist *h)
{
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_free_ char *text = NULL;
	_cleanup_hist_ struct hist *back = hist_new();
	struct hist_packed p, q;
	struct err err = ERR_INIT;

	hist_pack(h, &p);
	o = json_encode(&hist_packed_table, &p);
	text = json_text(o, false);
	json_init(&hist_packed_table, &q);
	ASSERT_OK(json_decode(&hist_packed_table, text, strlen(text), &q, &err));
	ASSERT_OK(hist_unpack(&q, back, &err));
	ck_assert_mem_eq(back, h, sizeof(*h));
	json_done(&hist_packed_table, &p);
	json_done(&hist_packed_table, &q);
}

TEST(pack_json_unpack_is_the_same)
{
	_cleanup_hist_ struct hist *h = hist_new();
	uint64_t seed = 11;

	check_travels(h);
	hist_add(h, 0);
	check_travels(h);
	for (int i = 0; i < 3000; i++)
		hist_add(h, next_random(&seed) >> (next_random(&seed) % 64));
	check_travels(h);
	h->bucket[9] = UINT32_MAX; /* saturated */
	h->count = 5 * (uint64_t)UINT32_MAX;
	check_travels(h);
}

static const struct {
	const char *label;
	uint64_t count, sum, min, max;
	uint64_t v[6];
	size_t n;
	const char *text;
} hostile[] = {
	{ "a count is missing", 1, 5, 5, 5, { 5, 1, 6 }, 3, "without its count" },
	{ "bucket out of range", 1, 5, 5, 5, { HIST_BUCKETS, 1 }, 2, "range or order" },
	{ "bucket far out of range", 1, 5, 5, 5, { UINT64_MAX - 1, 1 }, 2, "range or order" },
	{ "wrong order", 2, 11, 5, 6, { 6, 1, 5, 1 }, 4, "range or order" },
	{ "the same bucket twice", 2, 10, 5, 5, { 5, 1, 5, 1 }, 4, "range or order" },
	{ "an empty bucket", 1, 5, 5, 5, { 5, 1, 6, 0 }, 4, "cannot hold 0" },
	{ "more than a bucket holds", 1ULL << 32, 5, 5, 5, { 5, 1ULL << 32 }, 2, "cannot hold" },
	{ "count above the buckets", 3, 10, 5, 5, { 5, 2 }, 2, "count says 3" },
	{ "count below the buckets", 1, 10, 5, 5, { 5, 2 }, 2, "count says 1" },
	{ "count without buckets", 1, 5, 5, 5, { 0 }, 0, "count says 1" },
	{ "minimum above maximum", 2, 11, 6, 5, { 5, 1, 6, 1 }, 4, "min 6 and max 5" },
	{ "minimum in no bucket", 1, 5, 4, 5, { 5, 1 }, 2, "min 4" },
	{ "maximum in no bucket", 1, 5, 5, 9, { 5, 1 }, 2, "max 9" },
	{ "maximum of nothing", 0, 0, UINT64_MAX, 9, { 0 }, 0, "no values" },
	{ "sum of nothing", 0, 9, UINT64_MAX, 0, { 0 }, 0, "no values" },
	{ "minimum of nothing", 0, 0, 3, 0, { 0 }, 0, "no values" },
	{ "sum too small", 2, 4, 5, 5, { 5, 2 }, 2, "sum cannot be 4" },
	{ "sum too large", 2, 11, 5, 5, { 5, 2 }, 2, "sum cannot be 11" },
};
TEST_ROWS(unpack_refuses, hostile)
{
	_cleanup_hist_ struct hist *h = hist_new(), *before = hist_new();
	struct hist_packed p = {
		.count = row->count, .sum = row->sum, .min = row->min, .max = row->max
	};
	struct err err = ERR_INIT;

	for (size_t i = 0; i < row->n; i++)
		*xgrow(p.buckets.v, p.buckets.n) = row->v[i];
	hist_add(h, 77);
	hist_add(before, 77);
	ASSERT_ERR(hist_unpack(&p, h, &err), ERR_FORMAT, row->text);
	ck_assert_mem_eq(h, before, sizeof(*h));
	free(p.buckets.v);
}
