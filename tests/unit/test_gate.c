/* SPDX-License-Identifier: GPL-2.0-only */
/* The barrier between the agent and its workers, with threads as workers. */
#include <pthread.h>

#include "harness/agent/gate.h"
#include "tests/unit/test.h"

#define WORKERS 3

static struct run_control control;
static uint32_t went;

static void *worker(void *arg UNUSED)
{
	gate_park(&control, &control.start, WORKERS);
	__atomic_add_fetch(&went, 1, __ATOMIC_SEQ_CST);
	gate_park(&control, &control.leave, WORKERS);
	return NULL;
}

static void start_workers(pthread_t *threads, int n)
{
	for (int i = 0; i < n; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, worker, NULL), 0);
}

static void begin(void)
{
	control = (struct run_control){ 0 };
	went = 0;
}

TEST(gate_holds_all_until_it_is_opened)
{
	pthread_t threads[WORKERS];

	begin();
	start_workers(threads, WORKERS);
	ck_assert(gate_wait_full(&control, WORKERS, deadline_in(10 * NS_PER_SEC)));
	ck_assert(gate_is_full(&control, WORKERS));
	ck_assert_uint_eq(went, 0);
	gate_clear(&control);
	ck_assert(!gate_is_full(&control, WORKERS));
	gate_open(&control.start);
	ck_assert(gate_wait_full(&control, WORKERS, deadline_in(10 * NS_PER_SEC)));
	ck_assert_uint_eq(went, WORKERS);
	gate_open(&control.leave);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
}

TEST(gate_waits_no_longer_than_its_deadline)
{
	pthread_t threads[WORKERS];

	begin();
	start_workers(threads, WORKERS - 1);
	ck_assert(gate_wait_full(&control, WORKERS - 1, deadline_in(10 * NS_PER_SEC)));
	ck_assert(!gate_wait_full(&control, WORKERS, deadline_in(NS_PER_MS)));
	gate_open(&control.start);
	gate_open(&control.leave);
	for (int i = 0; i < WORKERS - 1; i++)
		pthread_join(threads[i], NULL);
}
