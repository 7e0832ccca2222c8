/* SPDX-License-Identifier: GPL-2.0-only */
#include <sched.h>

#include "harness/agent/chance.h"
#include "harness/agent/work/work.h"
#include "tests/unit/test.h"

#define N 40

static void order_of(uint64_t seed, uint32_t first, uint32_t *order)
{
	const struct job job = { .seed = seed };

	chance_order(&job, first, order, N);
}

TEST(chance_order_is_a_permutation_of_the_seed_and_the_batch)
{
	uint32_t order[N], again[N], other[N], batch[N], seen[N] = { 0 };

	order_of(1, 0, order);
	order_of(1, 0, again);
	order_of(2, 0, other);
	order_of(1, N, batch);
	for (uint32_t i = 0; i < N; i++)
		seen[order[i]]++;
	for (uint32_t i = 0; i < N; i++)
		ck_assert_uint_eq(seen[i], 1);
	ck_assert_mem_eq(order, again, sizeof(order));
	ck_assert_mem_ne(order, other, sizeof(order));
	ck_assert_mem_ne(order, batch, sizeof(order));
}

/* Of 6 orders of three, each comes first equally often: 1000 of 6000, give or take. */
TEST(chance_order_prefers_none)
{
	unsigned int first[3] = { 0 };

	for (uint64_t seed = 0; seed < 3000; seed++) {
		const struct job job = { .seed = seed };
		uint32_t order[3];

		chance_order(&job, 0, order, 3);
		first[order[0]]++;
	}
	for (int i = 0; i < 3; i++) {
		ck_assert_uint_gt(first[i], 900);
		ck_assert_uint_lt(first[i], 1100);
	}
}

TEST(chance_streams_differ_by_worker_and_seed)
{
	const struct job one = { .seed = 1 }, two = { .seed = 2 };

	ck_assert_uint_eq(chance_jitter(&one, 3), chance_jitter(&one, 3));
	ck_assert_uint_ne(chance_jitter(&one, 3), chance_jitter(&one, 4));
	ck_assert_uint_ne(chance_jitter(&one, 3), chance_jitter(&two, 3));
	ck_assert_uint_ne(chance_stack(&one, 0), chance_stack(&one, 1));
	ck_assert_uint_eq(chance_stack(&one, 0) % 16, 0);
}

/* The worker may go back to every CPU afterwards. */
TEST(chance_cpu_restricts_for_a_moment_only)
{
	const struct job job = { .seed = 1 };
	cpu_set_t before, after;

	sched_getaffinity(0, sizeof(before), &before);
	chance_cpu(&job, 0);
	sched_getaffinity(0, sizeof(after), &after);
	ck_assert(CPU_EQUAL(&before, &after));
}

TEST(worker_jitter_is_three_per_cent_around_the_number)
{
	struct worker w = { .jitter = 5 };
	uint64_t least = UINT64_MAX, most = 0, sum = 0;

	for (int i = 0; i < 10000; i++) {
		uint64_t n = worker_jitter(&w, 3200);

		least = n < least ? n : least;
		most = n > most ? n : most;
		sum += n;
	}
	ck_assert_uint_eq(least, 3100);
	ck_assert_uint_eq(most, 3300);
	ck_assert_uint_ge(sum / 10000, 3197);
	ck_assert_uint_le(sum / 10000, 3203);
	ck_assert_uint_eq(worker_jitter(&w, 31), 31);
}
