/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/runq.h"

#include <math.h>

#include "tests/unit/test.h"

#define MS 1000000ULL

/* Two CPUs, one sample every 100 ms. */
static void fill(struct trace_sample *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s[i] = (struct trace_sample){
			.at_ns = (i + 1) * 100 * MS, .cpus = 2, .most = 1, .least = 1, .tasks = 2
		};
}

static void sum_up(const struct trace_sample *s, size_t n, struct wire_runq *out)
{
	json_init(&wire_runq_table, out);
	runq_sum_up(s, n, out);
}

TEST(runq_means_and_greatest)
{
	struct trace_sample s[5];
	struct wire_runq q;

	fill(s, 5);
	s[2].most = 7;
	s[2].least = 2;
	s[2].tasks = 9;
	s[4].deepest = 5;
	s[4].deep = 5;
	sum_up(s, 5, &q);
	ck_assert_uint_eq(q.samples, 5);
	ck_assert_double_eq(q.max_imbalance, 3.5);
	ck_assert_double_eq_tol(q.mean_imbalance, (4 + 3.5) / 5, 1e-9);
	ck_assert_double_eq_tol(q.mean_tasks, 17 / 10.0, 1e-9);
	ck_assert_double_eq(q.max_depth, 5);
	ck_assert_double_eq_tol(q.mean_depth, 0.5, 1e-9);
	/* one sample alone is not sustained */
	ck_assert_double_eq(q.sustained_imbalance, 1);
	ck_assert_double_eq(q.sustained_depth, 0);
	ck_assert_uint_eq(q.longest_stall_ns, 0);
	ck_assert_uint_eq(q.stalled_cpu, U32_NONE);
	ck_assert_int_eq(q.stalled, 0);
}

TEST(runq_an_empty_queue_counts_as_one_task)
{
	struct trace_sample s[1];
	struct wire_runq q;

	fill(s, 1);
	s[0].most = 3;
	s[0].least = 0;
	sum_up(s, 1, &q);
	ck_assert_double_eq(q.max_imbalance, 3);
	s[0].most = 0;
	sum_up(s, 1, &q);
	ck_assert_double_eq(q.max_imbalance, 1);
}

static const struct {
	const char *label;
	uint32_t most[8];
	double sustained;
} lasting[] = {
	{ "five at the end", { 1, 1, 1, 4, 5, 6, 5, 4 }, 4 },
	{ "four only", { 1, 1, 1, 1, 5, 6, 5, 5 }, 1 },
	{ "all along, least of the best five", { 2, 2, 8, 8, 7, 8, 9, 2 }, 7 },
	{ "interrupted", { 9, 9, 9, 9, 2, 9, 9, 9 }, 2 },
};
TEST_ROWS(runq_sustained, lasting)
{
	struct trace_sample s[8];
	struct wire_runq q;

	fill(s, 8);
	for (size_t i = 0; i < 8; i++)
		s[i].most = s[i].deepest = row->most[i];
	sum_up(s, 8, &q);
	ck_assert_double_eq(q.sustained_imbalance, row->sustained);
	ck_assert_double_eq(q.sustained_depth, row->sustained);
}

TEST(runq_too_few_samples_sustain_nothing)
{
	struct trace_sample s[4];
	struct wire_runq q;

	fill(s, 4);
	sum_up(s, 4, &q);
	ck_assert_double_eq(q.max_imbalance, 1);
	ck_assert_double_nan(q.sustained_imbalance);
	ck_assert_double_nan(q.sustained_depth);
	ck_assert_int_eq(q.stalled, TRI_NONE);
	ck_assert_uint_eq(q.longest_stall_ns, U64_NONE);
	sum_up(s, 0, &q);
	ck_assert_uint_eq(q.samples, 0);
	ck_assert_double_nan(q.max_imbalance);
	ck_assert_uint_eq(q.longest_stall_ns, U64_NONE);
}

TEST(runq_stall)
{
	struct trace_sample s[6];
	struct wire_runq q;

	fill(s, 6);
	for (size_t i = 1; i < 5; i++) {
		s[i].stalled_ns = (i - 1) * 100 * MS;
		s[i].stalled_cpu = 1;
	}
	sum_up(s, 6, &q);
	ck_assert_uint_eq(q.longest_stall_ns, 300 * MS);
	ck_assert_uint_eq(q.stalled_cpu, 1);
	ck_assert_int_eq(q.stalled, 0);
	s[5].stalled_ns = 400 * MS;
	s[5].stalled_cpu = 1;
	sum_up(s, 6, &q);
	ck_assert_uint_eq(q.longest_stall_ns, 400 * MS);
	ck_assert_int_eq(q.stalled, 1);
}
