/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <limits.h>

#include "base/clock.h"

TEST(monotonic_goes_on)
{
	uint64_t a = clock_mono_ns(), b = clock_mono_ns();

	ck_assert_uint_gt(a, 0);
	ck_assert_uint_ge(b, a);
}

TEST(deadline_saturates)
{
	ck_assert_uint_eq(deadline_in(UINT64_MAX), DEADLINE_NONE);
	ck_assert_uint_eq(deadline_in(UINT64_MAX - 1), DEADLINE_NONE);
	ck_assert_uint_gt(deadline_in(NS_PER_SEC), clock_mono_ns());
}

TEST(poll_ms_rounds_up_and_is_bounded)
{
	ck_assert_int_eq(deadline_poll_ms(DEADLINE_NONE), -1);
	ck_assert_int_eq(deadline_poll_ms(0), 0);
	ck_assert_int_eq(deadline_poll_ms(clock_mono_ns()), 0);
	ck_assert_int_eq(deadline_poll_ms(DEADLINE_NONE - 1), INT_MAX);
	/* at most 10000; less because the calls take time */
	ck_assert_int_gt(deadline_poll_ms(deadline_in(10 * NS_PER_SEC)), 9000);
	ck_assert_int_le(deadline_poll_ms(deadline_in(10 * NS_PER_SEC)), 10000);
}

static const struct {
	const char *label;
	time_t t;
	const char *text;
} stamps[] = {
	{ "epoch", 0, "1970-01-01T00:00:00Z" },
	{ "2026", 1795234501, "2026-11-21T04:15:01Z" },
	{ "leap day", 951782400, "2000-02-29T00:00:00Z" },
	{ "after 2038", 4102444800, "2100-01-01T00:00:00Z" },
};
TEST_ROWS(utc_both_ways, stamps)
{
	char *s = clock_format_utc(row->t);

	ck_assert_str_eq(s, row->text);
	ck_assert_int_eq(clock_parse_utc(row->text), row->t);
	free(s);
}

static const struct {
	const char *label;
} bad_stamps[] = {
	{ "" },
	{ "2026-11-21" },
	{ "2026-11-21T04:15:01" },
	{ "2026-11-21T04:15:01Zx" },
	{ "2026-11-21T04:15:01+00:00" },
	{ " 2026-11-21T04:15:01Z" },
	{ "2026-02-30T00:00:00Z" },
	{ "2026-13-01T00:00:00Z" },
	{ "2026-1-01T00:00:00Z" },
	{ "2026-01- 1T00:00:00Z" },
	{ "2026-01-01T24:00:00Z" },
	{ "2026-01-01T00:00:60Z" },
	{ "yesterday" },
};
TEST_ROWS(utc_refuses, bad_stamps)
{
	ck_assert_int_eq(clock_parse_utc(row->label), -1);
}

static const struct {
	const char *label;
	uint64_t ns;
} lengths[] = {
	{ "0 ns", 0 },
	{ "7 ns", 7 },
	{ "999 ns", 999 },
	{ "1 us", 1000 },
	{ "1.5 us", 1500 },
	{ "83 us", 83000 },
	{ "999 us", 999400 },
	{ "1 ms", 999600 },
	{ "450 ms", 450 * NS_PER_MS },
	{ "1 s", 999600000 },
	{ "12.3 s", 12345678901 },
	{ "999 s", 999 * NS_PER_SEC },
	{ "1000 s", 1000 * NS_PER_SEC },
	{ "18446744074 s", UINT64_MAX },
};
TEST_ROWS(length_for_people, lengths)
{
	char *s = clock_format_ns(row->ns);

	ck_assert_str_eq(s, row->label);
	free(s);
}
