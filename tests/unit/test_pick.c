/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/pick.h"
#include "tests/unit/test.h"

static const struct {
	const char *label; /* the patterns, separated by spaces */
	bool wanted;
} rows[] = {
	{ "", true },
	{ "pipe", true },
	{ "futex", false },
	{ "futex pipe", true },
	{ "cgroup_pipe/vtime", true },
	{ "vtime/cgroup_pipe", true },
	{ "cgroup_pipe/fifo", false },
	{ "/vtime/", true },
	{ "!futex", true },
	{ "!pipe", false },
	{ "pipe !vtime", false },
	{ "!vtime pipe", false },
	{ "pipe !fifo !futex", true },
	{ "futex !fifo", false },
	{ "!pipe/fifo", true },
};

TEST_ROWS(pick_any_of_but_not, rows)
{
	_cleanup_strv_ struct strv patterns = STRV_INIT;

	strv_split(&patterns, row->label, " ");
	ck_assert_msg(pick_wants(&patterns, "cgroup_pipe vtime 1n2l2c1t 7.0.13 real") ==
	                      row->wanted,
	              "%s", row->label);
}

TEST(pick_names_its_options)
{
	_cleanup_strv_ struct strv patterns = STRV_INIT;
	_cleanup_free_ char *text = NULL;

	strv_addl(&patterns, "a b", "!c", NULL);
	text = pick_options(&patterns);
	ck_assert_str_eq(text, "-E \"a b\" -E \"!c\"");
}
