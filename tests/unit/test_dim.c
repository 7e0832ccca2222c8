/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/dim.h"
#include "tests/unit/test.h"

static const struct {
	const char *label, *value, *want;
	bool match;
} kernels[] = {
	{ "itself", "6.14", "6.14", true },
	{ "two parts take what is below", "6.14.2", "6.14", true },
	{ "not a longer number", "6.140", "6.14", false },
	{ "not a candidate", "6.14-rc1", "6.14", false },
	{ "three parts are exact", "6.14.20", "6.14.2", false },
	{ "one part is exact", "6.14", "6", false },
	{ "a dot at the end is no part", "6.14.2", "6.14.", false },
	{ "letters are exact", "6.x.1", "6.x", false },
	{ "empty", "6.14", "", false },
	{ "the wanted one may be longer", "6.14", "6.14.2", false },
};
TEST_ROWS(dim_kernel, kernels)
{
	ck_assert_int_eq(dim_match_kernel(row->value, row->want), row->match);
}

static const struct {
	const char *label, *value, *want;
	bool match;
} commits[] = {
	{ "itself", "abc1234", "abc1234", true },
	{ "clean is not dirty", "abc1234-dirty", "abc1234", false },
	{ "dirty is not clean", "abc1234", "abc1234-dirty", false },
	{ "both dirty", "abc1234-dirty", "abc1234-dirty", true },
	{ "the whole hash", "abc1234", "abc1234567890abc1234567890abc1234567890a", true },
	{ "the whole hash, dirty", "abc1234-dirty", "abc1234567890-dirty", true },
	{ "capitals", "abc1234", "ABC1234", true },
	{ "another", "abc1234", "abc1235", false },
	{ "too short for a hash", "abc1234", "abc123", false },
	{ "no hash", "main", "main", true },
	{ "unknown is nobody's value", "abc1234", "unknown", false },
};
TEST_ROWS(dim_commit, commits)
{
	ck_assert_int_eq(dim_match_commit(row->value, row->want), row->match);
}

/* Every row of the list is complete, and names are unique. */
TEST(dim_table_is_whole)
{
	for (int d = 0; d < DIM_COUNT; d++) {
		ck_assert_ptr_nonnull(dim_defs[d].name);
		ck_assert_ptr_nonnull(dim_defs[d].doc);
		ck_assert_ptr_nonnull(dim_defs[d].match);
		ck_assert_int_eq(dim_find(dim_defs[d].name), d);
	}
	ck_assert_int_eq(dim_find("no-such"), -1);
}
