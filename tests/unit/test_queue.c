/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "harness/queue.h"

/* Two machines: tests 0 to 2 have the first, 3 and 4 the second. */
static struct test tests[5] = { 0 };
static const struct plan plan = { .tests = tests, .n = ARRAY_SIZE(tests) };

static void init(struct queue *q, bool ahead)
{
	for (size_t i = 0; i < plan.n; i++)
		tests[i].topo = (struct topo){ 1, i < 3 ? 1 : 2, 1, 1 };
	queue_init(q, &plan, ahead);
}

static void takes(struct queue *q, size_t want)
{
	ck_assert_uint_eq(queue_take(q), want);
}

TEST(queue_makes_another_machine_while_one_is_made)
{
	struct queue q;

	init(&q, true);
	takes(&q, 0);
	takes(&q, 3); /* 1 and 2 would wait for the machine that 0 makes */
	queue_ended(&q, 0);
	takes(&q, 1);
	takes(&q, 2);
	takes(&q, 4); /* gives way, but nothing else is left */
	ck_assert_uint_eq(q.left, 0);
	takes(&q, SIZE_MAX);
	queue_done(&q);
}

TEST(queue_keeps_the_order_of_the_plan)
{
	struct queue q;

	init(&q, false);
	for (size_t i = 0; i < plan.n; i++)
		takes(&q, i);
	takes(&q, SIZE_MAX);
	queue_done(&q);
	init(&q, true); /* one at a time */
	for (size_t i = 0; i < plan.n; i++) {
		takes(&q, i);
		queue_ended(&q, i);
	}
	queue_done(&q);
}
