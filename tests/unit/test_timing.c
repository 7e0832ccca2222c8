/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "base/timing.h"

/* 1, 2, … n, in falling order. */
static struct timing sum_up(size_t n)
{
	double v[TIMING_SAMPLES_MAX];
	struct timing t;

	json_init(&timing_table, &t);
	for (size_t i = 0; i < n; i++)
		v[i] = (double)(n - i);
	timing_sum_up(v, n, &t);
	return t;
}

/* The ranks of tables of the sign test's interval. */
static const struct {
	const char *label;
	size_t n, low, high;
} intervals[] = {
	{ "five are too few", 5, 0, 0 },
	{ "six: all", 6, 1, 6 },
	{ "eight", 8, 1, 8 },
	{ "nine", 9, 2, 8 },
	{ "ten", 10, 2, 9 },
	{ "twenty", 20, 6, 15 },
	{ "a hundred", 100, 40, 61 },
	{ "the most", 200, 86, 115 },
};

TEST_ROWS(interval_of_the_median, intervals)
{
	struct timing t = sum_up(row->n);

	if (!row->low) {
		ck_assert(isnan(t.median_low) && isnan(t.median_high));
	} else {
		ck_assert_double_eq(t.median_low, (double)row->low);
		ck_assert_double_eq(t.median_high, (double)row->high);
	}
	json_done(&timing_table, &t);
}

TEST(percentiles_are_of_samples)
{
	struct timing t = sum_up(100);

	ck_assert_double_eq(t.min, 1);
	ck_assert_double_eq(t.p50, 50);
	ck_assert_double_eq(t.mean, 50.5);
	ck_assert_double_eq(t.p95, 95);
	ck_assert_double_eq(t.p99, 99);
	ck_assert_double_eq(t.max, 100);
	ck_assert_uint_eq(t.samples.n, 100);
	ck_assert_uint_eq(t.samples.v[0], 100000); /* in the order taken */
	json_done(&timing_table, &t);
}

TEST(no_samples_no_figures)
{
	struct timing t = sum_up(0);

	ck_assert(isnan(t.p50) && isnan(t.min));
	json_done(&timing_table, &t);
}

static const struct {
	const char *label, *unit, *want;
	double v;
} formats[] = {
	{ "below a microsecond", "ns", "0.25 ns", 0.25 },
	{ "microseconds", "ns", "1.25 us", 1250 },
	{ "seconds", "ns", "2 s", 2e9 },
	{ "a share", "%", "12.5 %", 12.5 },
	{ "bytes", "bytes", "1.5 MiB", 1572864 },
	{ "none", "ns", "-", NAN },
};

TEST_ROWS(value_for_people, formats)
{
	_cleanup_free_ char *text = timing_format(row->v, row->unit);

	ck_assert_str_eq(text, row->want);
}
