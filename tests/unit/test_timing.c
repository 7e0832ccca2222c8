/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "base/mem.h"
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

/* Parts of three samples, around the given medians. */
static struct timing join(const double *medians, size_t n)
{
	struct timing parts[8], t;

	json_init(&timing_table, &t);
	for (size_t i = 0; i < n; i++) {
		const double v[] = { medians[i] - 1, medians[i], medians[i] + 1 };

		json_init(&timing_table, &parts[i]);
		parts[i].unit = xstrdup("ns");
		parts[i].iterations = 3;
		parts[i].batch = parts[i].total_ns = 1;
		parts[i].timer_ns = parts[i].loop_ns = (double)i;
		timing_sum_up(v, 3, &parts[i]);
		parts[i].median_low = v[0];
		parts[i].median_high = v[2];
	}
	timing_join(parts, n, &t);
	for (size_t i = 0; i < n; i++)
		json_done(&timing_table, &parts[i]);
	return t;
}

/* The samples of each part lie close together, those of all do not. */
TEST(interval_of_parts_holds_what_changed_between_them)
{
	struct timing t = join((const double[]){ 50, 20, 30, 60, 40, 35 }, 6);

	ck_assert_double_eq(t.median_low, 20);
	ck_assert_double_eq(t.median_high, 60);
	ck_assert_double_eq(t.min, 19);
	ck_assert_double_eq(t.max, 61);
	ck_assert_uint_eq(t.samples.n, 18);
	ck_assert_uint_eq(t.iterations, 18);
	ck_assert_uint_eq(t.total_ns, 6);
	ck_assert_double_eq_tol(t.per_iteration, 6.0 / 18, 1e-9);
	ck_assert_double_eq_tol(t.loop_ns, 2.5, 1e-9);
	json_done(&timing_table, &t);
}

TEST(interval_of_few_parts_spans_theirs)
{
	struct timing t = join((const double[]){ 50, 20 }, 2);

	ck_assert_double_eq(t.median_low, 19);
	ck_assert_double_eq(t.median_high, 51);
	json_done(&timing_table, &t);
	t = join((const double[]){ 50 }, 1);
	ck_assert_double_eq(t.median_low, 49);
	ck_assert_double_eq(t.median_high, 51);
	ck_assert_double_eq(t.p50, 50);
	json_done(&timing_table, &t);
}
