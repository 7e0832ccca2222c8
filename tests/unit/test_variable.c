/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/variable.h"

#include "tests/unit/golden.h"
#include "tests/unit/test.h"

TEST(variable_page_is_current)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	variable_page(&b);
	golden_block("docs/environment.md", "variables", &b);
}

TEST(variable_empty_counts_as_unset)
{
	variable_set(VAR_KTSTR_CI, "");
	ck_assert_ptr_null(variable_get(VAR_KTSTR_CI));
	variable_set(VAR_KTSTR_CI, "1");
	ck_assert_str_eq(variable_get(VAR_KTSTR_CI), "1");
}

TEST(variable_rows_are_whole_and_different)
{
	for (int v = 0; v < VARIABLE_COUNT; v++) {
		ck_assert(*variable_name(v) && *variable_doc(v) && *variable_default(v));
		for (int k = 0; k < v; k++)
			ck_assert_str_ne(variable_name(v), variable_name(k));
	}
}
