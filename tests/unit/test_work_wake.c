/* SPDX-License-Identifier: GPL-2.0-only */
/* Wake stamps, the rounds of an open loop, and the stop signal. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/agent/work/work_parts.h"
#include "tests/unit/test.h"

struct lone_worker {
	struct run_control control;
	struct worker_slot slot;
	struct worker worker;
};

static struct lone_worker *new_worker(void)
{
	struct lone_worker *s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(s, MAP_FAILED);
	s->worker = (struct worker){ .control = &s->control, .slot = &s->slot };
	for (int l = 0; l < LATENCY_COUNT; l++)
		hist_init(&s->slot.latency[l]);
	return s;
}

static const struct hist *wakes(const struct lone_worker *s)
{
	return &s->slot.latency[LATENCY_WAKE];
}

static void post(struct lone_worker *s, int n)
{
	while (n-- > 0)
		wake_post(&s->slot);
}

static void let_pass(uint64_t ns)
{
	uint64_t end = deadline_in(ns);

	while (clock_mono_ns() < end)
		;
}

TEST(work_wake_of_a_running_worker_is_none)
{
	struct lone_worker *s = new_worker();

	post(s, 3);
	wake_ran(&s->worker);
	ck_assert_uint_eq(wakes(s)->count, 0);
}

TEST(work_wake_counts_each_stamp_from_its_own_time)
{
	struct lone_worker *s = new_worker();

	wake_ready(&s->worker);
	post(s, 1);
	let_pass(2 * NS_PER_MS);
	post(s, 1);
	let_pass(NS_PER_MS);
	wake_ran(&s->worker);
	ck_assert_uint_eq(wakes(s)->count, 2);
	ck_assert_uint_ge(wakes(s)->max, 3 * NS_PER_MS);
	ck_assert_uint_ge(wakes(s)->min, NS_PER_MS);
	ck_assert_uint_ge(wakes(s)->max - wakes(s)->min, 2 * NS_PER_MS);
	wake_ran(&s->worker);
	ck_assert_uint_eq(wakes(s)->count, 2);
}

TEST(work_wake_stamps_without_room_count_as_the_longest)
{
	struct lone_worker *s = new_worker();

	wake_ready(&s->worker);
	post(s, 1);
	let_pass(2 * NS_PER_MS);
	post(s, WAKE_RING - 1 + 10);
	wake_ran(&s->worker);
	ck_assert_uint_eq(wakes(s)->count, WAKE_RING + 10);
	ck_assert_uint_ge(wakes(s)->sum, 11 * 2 * NS_PER_MS);
	wake_ready(&s->worker);
	post(s, 2);
	wake_ran(&s->worker);
	ck_assert_uint_eq(wakes(s)->count, WAKE_RING + 12);
}

/* A waker saw the wakee wait, but left its stamp only after the wakee had run. */
TEST(work_wake_stamp_left_too_late_is_forgotten)
{
	struct lone_worker *s = new_worker();

	s->slot.wake.waiting = 1;
	post(s, 1);
	s->slot.wake.waiting = 0;
	wake_ready(&s->worker);
	wake_ran(&s->worker);
	ck_assert_uint_eq(wakes(s)->count, 0);
	ck_assert_uint_eq(s->slot.wake.pending, 0);
}

/* Four processes leave stamps as fast as they can while another takes them. */
TEST(work_wake_many_wakers)
{
	struct lone_worker *s = new_worker();
	uint64_t begin = clock_mono_ns();

	wake_ready(&s->worker);
	for (int i = 0; i < 4; i++)
		if (fork() == 0) {
			post(s, 20000);
			_exit(0);
		}
	while (waitpid(-1, NULL, WNOHANG) >= 0 || errno == EINTR) {
		if (!__atomic_load_n(&s->slot.wake.pending, __ATOMIC_ACQUIRE))
			continue;
		wake_ran(&s->worker);
		wake_ready(&s->worker);
		sched_yield();
	}
	wake_ready(&s->worker);
	ck_assert_uint_eq(s->slot.wake.pending, 0);
	for (int i = 0; i < WAKE_RING; i++)
		ck_assert_uint_eq(s->slot.wake.stamp_ns[i], 0);
	ck_assert_uint_gt(wakes(s)->count, 0);
	ck_assert_uint_le(wakes(s)->max, clock_mono_ns() - begin);
}

TEST(work_pace_keeps_its_times_and_leaves_out_the_late)
{
	struct lone_worker *s = new_worker();
	struct pace p;
	uint64_t begin;

	pace_start(&p, NS_PER_MS);
	begin = p.next_ns;
	let_pass(5 * NS_PER_MS + NS_PER_MS / 2);
	ck_assert(pace_wait(&s->worker, &p));
	ck_assert_uint_ge(p.next_ns, begin + 5 * NS_PER_MS);
	ck_assert_uint_eq((p.next_ns - begin) % NS_PER_MS, 0);
	uint64_t before = p.next_ns;
	ck_assert(pace_wait(&s->worker, &p));
	ck_assert_uint_ge(p.next_ns, before + NS_PER_MS);
	ck_assert_uint_ge(clock_mono_ns(), p.next_ns);
	s->control.stop = 1;
	ck_assert(!pace_wait(&s->worker, &p));
}

static void keep_from_running(int sig UNUSED)
{
	let_pass(200 * NS_PER_MS);
}

/* A sleep that ends 180 ms late has missed ten rounds of 20 ms, each late by its own amount. Rounds
 * missed because the worker was busy do not count. */
TEST(work_pace_counts_the_rounds_it_slept_through)
{
	const struct itimerval soon = { { 0, 0 }, { 0, 10000 } };
	struct lone_worker *s = new_worker();
	const struct hist *slept = &s->slot.latency[LATENCY_SLEEP_OVERSHOOT];
	struct pace p;

	signal(SIGALRM, keep_from_running);
	pace_start(&p, 20 * NS_PER_MS);
	setitimer(ITIMER_REAL, &soon, NULL);
	ck_assert(pace_wait(&s->worker, &p));
	ck_assert_uint_ge(slept->count, 10);
	ck_assert_uint_ge(slept->max, 180 * NS_PER_MS);
	ck_assert_uint_lt(slept->min, 20 * NS_PER_MS);
	uint64_t count = slept->count;
	let_pass(50 * NS_PER_MS);
	ck_assert(pace_wait(&s->worker, &p));
	ck_assert_uint_eq(slept->count, count);
}

TEST(work_that_cannot_go_on_says_why_once)
{
	struct lone_worker *s = new_worker();

	errno = EACCES;
	worker_give_up(&s->worker, "making a cgroup");
	ck_assert_str_eq(s->slot.gave_up, "making a cgroup: Permission denied");
	worker_give_up(&s->worker, "leaving it");
	ck_assert_str_eq(s->slot.gave_up, "making a cgroup: Permission denied");
}

TEST(work_that_was_stopped_gave_up_nothing)
{
	struct lone_worker *s = new_worker();

	s->control.stop = 1;
	worker_give_up(&s->worker, "returning");
	ck_assert_str_eq(s->slot.gave_up, "");
}

/* Each call would take hours if it did not stop. */
TEST(work_stopped_worker_computes_and_walks_no_further)
{
	struct lone_worker *s = new_worker();
	size_t at = 0;

	memory_setup(&s->worker, 4096);
	s->control.stop = 1;
	worker_compute(&s->worker, UINT64_MAX);
	memory_walk(&s->worker, 4096, 64, &at, UINT64_MAX);
}

/* The signal came before the blocking call, and the agent sends no second one. */
TEST(work_stop_signal_before_the_wait_ends_it)
{
	const struct itimerval none = { { 0, 0 }, { 0, 0 } };
	struct lone_worker *s = new_worker();
	uint64_t begin;
	char byte;
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	work_setup(WORK_CPU_SPIN, &s->worker);
	raise(SIGUSR1);
	begin = clock_mono_ns();
	ck_assert_int_lt(read(fd[0], &byte, 1), 0);
	ck_assert_int_eq(errno, EINTR);
	setitimer(ITIMER_REAL, &none, NULL);
	ck_assert_uint_lt(clock_mono_ns() - begin, NS_PER_SEC);
}
