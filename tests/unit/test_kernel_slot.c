/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "sidecar/kernel_slot.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/test.h"

static const struct {
	const char *label, *metadata, *release, *want;
} dirs[] = {
	{ "metadata", "{\"version\": \"6.17.13\"}", "6.17.13-cloud\n", "6.17.13" },
	{ "null falls through", "{\"version\": null}", "6.17.13-cloud\n", "6.17.13-cloud" },
	{ "absent falls through", "{\"release\": \"x\"}", "6.17\n", "6.17" },
	{ "empty falls through", "{\"version\": \"\"}", "6.17\n", "6.17" },
	{ "number falls through", "{\"version\": 6.17}", "6.16\n", "6.16" },
	{ "malformed falls through", "{\"version\": ", "6.17\n", "6.17" },
	{ "no object falls through", "[]", "6.17\n", "6.17" },
	{ "release alone", NULL, "  6.14.0-rc1  \n", "6.14.0-rc1" },
	{ "empty release", NULL, "\n", NULL },
	{ "neither", NULL, NULL, NULL },
};
TEST_ROWS(kernel_slot_of_directory, dirs)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_free_ char *got = NULL, *env = NULL;

	if (row->metadata)
		tree_write(dir, "metadata.json", row->metadata);
	if (row->release)
		tree_write(dir, "include/config/kernel.release", row->release);
	got = kernel_slot_of(dir);
	ck_assert_pstr_eq(got, row->want);
	setenv("KTSTR_KERNEL", dir, 1);
	env = kernel_slot_of_env();
	ck_assert_pstr_eq(env, row->want);
}

TEST(kernel_slot_without_a_directory)
{
	unsetenv("KTSTR_KERNEL");
	ck_assert_ptr_null(kernel_slot_of_env());
	setenv("KTSTR_KERNEL", "", 1);
	ck_assert_ptr_null(kernel_slot_of_env());
	setenv("KTSTR_KERNEL", "/nonexistent", 1);
	ck_assert_ptr_null(kernel_slot_of_env());
}
