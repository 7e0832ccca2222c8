/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/hist.h"
#include "harness/agent/trace_shared.h"
#include "tests/unit/test.h"

TEST(the_traced_buckets_are_those_of_hist)
{
	ck_assert_uint_eq(TRACE_BUCKETS, HIST_BUCKETS);
	for (unsigned int b = 0; b < HIST_BUCKETS; b++) {
		uint64_t lo, hi;

		hist_bounds(b, &lo, &hi);
		ck_assert_uint_eq(trace_bucket_of(lo), b);
		ck_assert_uint_eq(trace_bucket_of(hi), b);
		ck_assert_uint_eq(trace_bucket_of(lo + (hi - lo) / 2), b);
	}
	ck_assert_uint_eq(trace_bucket_of(UINT64_MAX), HIST_BUCKETS - 1);
}
