/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/fingerprint.h"

#include "base/cleanup.h"
#include "harness/alike.h"
#include "tests/unit/test.h"

static const struct {
	const char *label, *a, *b;
	bool equal;
} pairs[] = {
	{ "task, time, CPU", "w:spin[12] failed to run for 2.072s (on CPU 2)",
	  "w:spin[7] failed to run for 31s (on CPU 11)", true },
	{ "address", "invalid DSQ ID 0xdead", "invalid DSQ ID 0x7", true },
	{ "another task", "w:spin[12] failed", "w:pipe[12] failed", false },
	{ "another cause", "map a cannot be made", "map b cannot be made", false },
};
TEST_ROWS(fingerprint, pairs)
{
	_cleanup_free_ char *a = fingerprint(row->a), *b = fingerprint(row->b);

	ck_assert_uint_eq(strlen(a), FINGERPRINT_DIGITS);
	ck_assert_int_eq(streq(a, b), row->equal);
}

TEST(alike_counts)
{
	struct sidecar one = { .fingerprint = (char *)"1", .cause = (char *)"x 1" };
	struct sidecar same = { .fingerprint = (char *)"1", .cause = (char *)"x 2" };
	struct sidecar other = { .fingerprint = (char *)"2", .cause = (char *)"y" };
	struct sidecar passed = { .outcome = 0 };
	struct alike a = { 0 };

	alike_add(&a, &one);
	alike_add(&a, &other);
	alike_add(&a, &same);
	alike_add(&a, &passed);
	ck_assert_uint_eq(a.n, 2);
	ck_assert_uint_eq(a.v[0].n, 2);
	ck_assert_str_eq(a.v[0].cause, "x 1");
	ck_assert_uint_eq(a.v[1].n, 1);
	alike_done(&a);
}
