/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/cmd.h"
#include "stats/filter.h"
#include "tests/unit/stats_sample.h"
#include "tests/unit/test.h"

static bool matches(struct filters *f, int side, const char *kernel)
{
	struct row r = sample_row("t", kernel);
	bool match = filters_match(f, side, &r);

	row_done(&r);
	return match;
}

TEST(filter_empty_takes_all)
{
	_cleanup_filters_ struct filters f = { 0 };

	ck_assert(matches(&f, SIDE_A, "6.14"));
	ck_assert(matches(&f, SIDE_A, NULL));
	ck_assert_uint_eq(filters_slicing(&f), 0);
	ck_assert_uint_eq(filters_used(&f), 0);
}

TEST(filter_values_are_alternatives_dimensions_are_not)
{
	_cleanup_filters_ struct filters f = { 0 };

	strv_add(&f.set[SIDE_SHARED].want[DIM_KERNEL], "6.14");
	strv_add(&f.set[SIDE_SHARED].want[DIM_KERNEL], "7.0");
	ck_assert(matches(&f, SIDE_A, "6.14.3"));
	ck_assert(matches(&f, SIDE_B, "7.0"));
	ck_assert(!matches(&f, SIDE_A, "6.15"));
	strv_add(&f.set[SIDE_SHARED].want[DIM_SCHEDULER], "vtime");
	ck_assert(!matches(&f, SIDE_A, "7.0"));
}

TEST(filter_unknown_matches_no_filter)
{
	_cleanup_filters_ struct filters f = { 0 };

	strv_add(&f.set[SIDE_SHARED].want[DIM_KERNEL], "unknown");
	ck_assert(!matches(&f, SIDE_A, NULL));
}

TEST(filter_of_a_side_replaces_the_shared_one)
{
	_cleanup_filters_ struct filters f = { 0 };

	strv_add(&f.set[SIDE_SHARED].want[DIM_KERNEL], "6.14");
	strv_add(&f.set[SIDE_B].want[DIM_KERNEL], "7.0");
	ck_assert(matches(&f, SIDE_A, "6.14"));
	ck_assert(!matches(&f, SIDE_B, "6.14"));
	ck_assert(matches(&f, SIDE_B, "7.0"));
	ck_assert_uint_eq(filters_slicing(&f), 1u << DIM_KERNEL);
	ck_assert_uint_eq(filters_used(&f), 1u << DIM_KERNEL);
}

TEST(filter_slicing_compares_sets)
{
	_cleanup_filters_ struct filters f = { 0 };

	strv_add(&f.set[SIDE_A].want[DIM_KERNEL], "6.14");
	strv_add(&f.set[SIDE_A].want[DIM_KERNEL], "7.0");
	strv_add(&f.set[SIDE_B].want[DIM_KERNEL], "7.0");
	strv_add(&f.set[SIDE_B].want[DIM_KERNEL], "6.14");
	strv_add(&f.set[SIDE_B].want[DIM_KERNEL], "6.14");
	ck_assert_uint_eq(filters_slicing(&f), 0);
}

/* Every dimension has three options, and each fills the right filter. */
TEST(filter_options_follow_from_the_table)
{
	static const char *const prefix[FILTER_SETS] = { "a-", "b-", "" };
	static const struct cmd cmd = { .name = "x" };

	for (int s = 0; s < FILTER_SETS; s++)
		for (int d = 0; d < DIM_COUNT; d++) {
			_cleanup_filters_ struct filters f = { 0 };
			struct filter_opts fo;
			struct poptOption *table = filter_opts_table(&fo, true);
			struct err err = ERR_INIT;
			char option[64];
			const char *argv[] = { "x", option, "v1", option, "v2", NULL };

			snprintf(option, sizeof(option), "--%s%s", prefix[s], dim_defs[d].name);
			ASSERT_OK(cmd_parse(&cmd, table, 5, argv, NULL, &err));
			filter_opts_take(&fo, &f);
			ck_assert_uint_eq(f.set[s].want[d].n, 2);
			ck_assert_str_eq(f.set[s].want[d].v[1], "v2");
		}
}
