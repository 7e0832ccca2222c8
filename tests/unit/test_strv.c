/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "base/mem.h"
#include "base/strv.h"

static char *joined(const struct strv *sv)
{
	return strv_join(sv, ",");
}

static void check_joined(const struct strv *sv, const char *want)
{
	char *got = joined(sv);

	ck_assert_str_eq(got, want);
	free(got);
}

TEST(adds_and_stays_terminated)
{
	_cleanup_strv_ struct strv sv = STRV_INIT;

	ck_assert_ptr_null(strv_argv(&sv)[0]);
	for (size_t i = 0; i < 300; i++) {
		strv_addf(&sv, "%zu", i);
		ck_assert_uint_eq(sv.n, i + 1);
		ck_assert_ptr_null(sv.v[sv.n]);
	}
	ck_assert_str_eq(sv.v[0], "0");
	ck_assert_str_eq(sv.v[299], "299");
}

TEST(list_take_copy)
{
	_cleanup_strv_ struct strv a = STRV_INIT, b = STRV_INIT;

	strv_addl(&a, "x", "y", NULL);
	strv_take(&a, xstrdup("z"));
	strv_copy(&b, &a);
	check_joined(&b, "x,y,z");
	ck_assert(strv_equal(&a, &b));
	strv_add(&b, "w");
	ck_assert(!strv_equal(&a, &b));
	ck_assert(strv_has(&b, "w"));
	ck_assert(!strv_has(&a, "w"));
}

TEST(sort_and_uniq)
{
	_cleanup_strv_ struct strv sv = STRV_INIT;

	strv_uniq(&sv);
	strv_split(&sv, "b a c a b b", " ");
	strv_uniq(&sv);
	check_joined(&sv, "a,b,c");
	ck_assert_ptr_null(sv.v[sv.n]);
}

/* There is no capacity field: there must be enough room whatever n was before. */
TEST(adding_after_uniq_has_room)
{
	for (size_t n = 0; n < 40; n++) {
		_cleanup_strv_ struct strv sv = STRV_INIT;

		for (size_t i = 0; i < n; i++)
			strv_addf(&sv, "%zu", i % 3);
		strv_uniq(&sv);
		for (size_t i = 0; i < 40; i++) {
			strv_addf(&sv, "new %zu", i);
			ck_assert_ptr_null(sv.v[sv.n]);
		}
	}
}

static const struct {
	const char *label, *in, *seps, *want;
} splits[] = {
	{ "one", "a", ",", "a" },
	{ "empty pieces dropped", ",a,,b,", ",", "a,b" },
	{ "any of the separators", "a b:c", " :", "a,b,c" },
	{ "nothing", "", ",", "" },
	{ "only separators", ",,,", ",", "" },
};
TEST_ROWS(split, splits)
{
	_cleanup_strv_ struct strv sv = STRV_INIT;

	strv_split(&sv, row->in, row->seps);
	check_joined(&sv, row->want);
}

TEST(map_is_sorted_and_replaces)
{
	struct strmap m = { 0 };

	ck_assert_ptr_null(strmap_get(&m, "a"));
	strmap_set(&m, "b", "2");
	strmap_set(&m, "c", NULL);
	strmap_set(&m, "a", "1");
	strmap_set(&m, "b", "22");
	ck_assert_uint_eq(m.n, 3);
	strmap_each (&m, i)
		ck_assert_int_eq(m.v[i].key[0], (int)('a' + i));
	ck_assert_str_eq(strmap_get(&m, "b"), "22");
	ck_assert_ptr_null(strmap_get(&m, "c"));
	ck_assert_ptr_null(strmap_get(&m, "bb"));
	/* the new value is the key's own old value */
	strmap_set(&m, "a", strmap_get(&m, "a"));
	ck_assert_str_eq(strmap_get(&m, "a"), "1");
	strmap_done(&m);
	ck_assert_uint_eq(m.n, 0);
}
