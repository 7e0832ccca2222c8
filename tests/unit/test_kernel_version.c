/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "harness/kernel/version.h"

static const struct {
	const char *label, *b;
	int want;
} order[] = {
	{ "6.17.13", "6.17.8", 1 },    { "6.17", "6.17", 0 },    { "6.17", "6.17.1", -1 },
	{ "7.0", "6.19.14", 1 },       { "6.9", "6.10", -1 },    { "7.0-rc3", "7.0", -1 },
	{ "7.0-rc3", "7.0-rc10", -1 }, { "7.0-rc1", "6.19", 1 }, { "10.0", "9.9", 1 },
};
TEST_ROWS(version_orders_by_number, order)
{
	int got = version_cmp(row->label, row->b);
	int back = version_cmp(row->b, row->label);

	ck_assert_int_eq((got > 0) - (got < 0), row->want);
	ck_assert_int_eq((back > 0) - (back < 0), -row->want);
}

static const struct {
	const char *label, *prefix;
	bool want;
} prefixes[] = {
	{ "6.17.13", "6.17", true },    { "6.17", "6.17", true },      { "6.170", "6.17", false },
	{ "6.17.13", "6.17.1", false }, { "6.17-rc1", "6.17", false }, { "6.1", "6.17", false },
};
TEST_ROWS(version_prefix_ends_at_a_dot, prefixes)
{
	ck_assert_int_eq(version_has_prefix(row->label, row->prefix), row->want);
}

static const struct {
	const char *label;
	bool want;
} words[] = {
	{ "6.17", true },     { "6.17.13", true },        { "7.0-rc3", true }, { "6", false },
	{ "6.", false },      { "6.17x", false },         { "v6.17", false },  { "", false },
	{ "6.17-rc", false }, { "6.17.13+deb13", false },
};
TEST_ROWS(version_knows_one, words)
{
	ck_assert_int_eq(version_is(row->label), row->want);
}

TEST(version_from_a_release)
{
	char *v = version_of_release("6.17.13+deb13-cloud-amd64");

	ck_assert_str_eq(v, "6.17.13");
	free(v);
	ck_assert_ptr_null(version_of_release("cloud-amd64"));
}
