/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "base/mem.h"

TEST(grow_zeroes_and_keeps_order)
{
	uint64_t *v = NULL;
	size_t n = 0;

	for (uint64_t i = 0; i < 1000; i++) {
		uint64_t *p = xgrow(v, n);

		ck_assert_uint_eq(*p, 0);
		ck_assert_ptr_eq(p, &v[i]);
		*p = i;
	}
	ck_assert_uint_eq(n, 1000);
	for (uint64_t i = 0; i < n; i++)
		ck_assert_uint_eq(v[i], i);
	free(v);
}

TEST(null_string_stays_null)
{
	ck_assert_ptr_null(xstrdup(NULL));
}

TEST(sizes_of_nothing_can_be_freed)
{
	free(xmalloc(0));
	free(xcalloc(0, 8));
	free(xrealloc(NULL, 0, 8));
	free(xmemdup(NULL, 0));
}

static const struct {
	const char *label, *in, *want;
	size_t n;
} cuts[] = {
	{ "shorter", "abc", "ab", 2 },
	{ "longer", "abc", "abc", 9 },
	{ "nothing", "abc", "", 0 },
};
TEST_ROWS(strndup_cuts, cuts)
{
	char *s = xstrndup(row->in, row->n);

	ck_assert_str_eq(s, row->want);
	free(s);
}
