/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/judge_world.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/judge/measure.h"
#include "harness/judge/measure_machine.h"

TEST(measure_latency_finer_than_the_quantum_is_no_fact)
{
	struct world w;
	struct hist *h = xcalloc(1, sizeof(*h));
	struct cgroup_metrics m;

	world_init(&w);
	hist_init(h);
	for (int i = 0; i < 99; i++)
		hist_add(h, 10 * NS_PER_US);
	hist_add(h, 500 * NS_PER_US);
	world_worker(&w, 0, 0)->wake_latency = xcalloc(1, sizeof(struct hist_packed));
	json_init(&hist_packed_table, world_worker(&w, 0, 0)->wake_latency);
	hist_pack(h, world_worker(&w, 0, 0)->wake_latency);
	measure_cgroup(w.guest.cgroups.v, NS_PER_SEC, 2, 100 * NS_PER_US, &m);
	ck_assert(isnan(m.v[CG_WAKE_P50_US]));
	ck_assert_double_eq(m.v[CG_WAKE_MAX_US], 500);
	ck_assert_double_eq(m.v[CG_WAKE_SAMPLES], 100);
	measure_cgroup(w.guest.cgroups.v, NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq_tol(m.v[CG_WAKE_P50_US], 10, 0.1);
	free(h);
	world_done(&w);
}

/* Each latency means one thing; they are never mixed. */
TEST(measure_each_latency_under_its_own_name)
{
	struct world w;
	struct cgroup_metrics m;

	world_init(&w);
	world_worker(&w, 0, 0)->wake_latency = world_hist(10 * NS_PER_US, 5);
	world_worker(&w, 0, 1)->sleep_overshoot = world_hist(50 * NS_PER_US, 6);
	world_guest(&w, 0)->sched_delay = world_hist(90 * NS_PER_US, 1000);
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq(m.v[CG_WAKE_SAMPLES], 5);
	ck_assert_double_eq(m.v[CG_SLEEP_SAMPLES], 6);
	ck_assert_double_eq(m.v[CG_SCHED_SAMPLES], 1000);
	ck_assert_double_eq(m.v[CG_WAKE_MAX_US], 10);
	ck_assert_double_eq(m.v[CG_SLEEP_MAX_US], 50);
	ck_assert_double_eq(m.v[CG_SCHED_MAX_US], 90);
	ck_assert_double_eq_tol(m.v[CG_SCHED_P999_US], 90, 0.9);
	ck_assert_double_lt(m.v[CG_WAKE_CV], 0.01);
	world_done(&w);
}

/* The 99th percentile of 99 samples would be their maximum. */
TEST(measure_no_percentile_of_few_samples)
{
	struct world w;
	struct cgroup_metrics m;

	world_init(&w);
	world_worker(&w, 0, 0)->wake_latency = world_hist(10 * NS_PER_US, 60);
	world_worker(&w, 0, 1)->wake_latency = world_hist(30 * NS_PER_US, 39);
	world_guest(&w, 0)->sched_delay = world_hist(90 * NS_PER_US, 1);
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq_tol(m.v[CG_WAKE_P50_US], 10, 0.1);
	ck_assert_double_eq_tol(m.v[CG_WAKE_P95_US], 30, 0.3);
	ck_assert(isnan(m.v[CG_WAKE_P99_US]));
	ck_assert(isnan(m.v[CG_WAKE_P999_US]));
	ck_assert_double_eq(m.v[CG_WAKE_MAX_US], 30);
	ck_assert(isnan(m.v[CG_SCHED_P50_US]));
	ck_assert_double_eq(m.v[CG_SCHED_MAX_US], 90);
	world_done(&w);
}

TEST(measure_wake_latency_cv)
{
	struct world w;
	struct cgroup_metrics m;

	world_init(&w);
	world_worker(&w, 0, 0)->wake_latency = world_hist(10 * NS_PER_US, 50);
	world_worker(&w, 0, 1)->wake_latency = world_hist(30 * NS_PER_US, 50);
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq_tol(m.v[CG_WAKE_CV], 0.5, 0.01);
	world_done(&w);
}

/* A worker that existed for only a tenth of the run does not count as slower. */
TEST(measure_rates_are_of_a_workers_own_time)
{
	struct world w;
	struct wire_worker *late;
	struct cgroup_metrics m;

	world_init(&w);
	late = world_worker(&w, 0, 1);
	late->wall_ns = late->cpu_ns = NS_PER_SEC / 10;
	late->iterations = 100;
	late->spawn = 1;
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq(m.v[CG_ITERATIONS], 1100);
	ck_assert_double_eq_tol(m.v[CG_ITERATION_RATE], 1000, 1e-6);
	ck_assert_double_eq_tol(m.v[CG_MIN_ITERATION_RATE], 1000, 1e-6);
	ck_assert_double_eq_tol(m.v[CG_MIN_WORK_RATE], 1000, 1e-6);
	ck_assert_double_eq_tol(m.v[CG_MIGRATION_RATE], 4 / 1.1, 1e-6);
	ck_assert_double_eq_tol(m.v[CG_SWITCH_RATE], 20 / 1.1, 1e-6);
	ck_assert(isnan(m.v[CG_SPREAD])); /* not started together */
	world_done(&w);
}

/* Only workers of the same kin are compared. With three on two CPUs, two must share one; a waker
 * does less than those it wakes. Neither is the scheduler's fault. */
TEST(measure_compares_only_workers_of_a_kind)
{
	struct world w;
	struct cgroup_metrics m;

	world_init(&w);
	world_worker(&w, 0, 1)->cpu_ns /= 2;
	world_worker(&w, 0, 1)->iterations /= 4;
	world_worker(&w, 0, 1)->kin = 1;
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	ck_assert(isnan(m.v[CG_SPREAD]));
	ck_assert(isnan(m.v[CG_THROUGHPUT_CV]));
	world_worker(&w, 0, 1)->kin = 0;
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq_tol(m.v[CG_SPREAD], 50, 1e-6);
	world_done(&w);
}

TEST(measure_throughput_cv)
{
	struct world w;
	struct cgroup_metrics m;

	world_init(&w);
	world_worker(&w, 0, 1)->iterations = 3000;
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq_tol(m.v[CG_THROUGHPUT_CV], 0.5, 1e-9);
	world_done(&w);
}

TEST(measure_what_tracing_saw)
{
	struct world w;
	struct cgroup_metrics m;

	world_init(&w);
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	ck_assert(isnan(m.v[CG_LONGEST_WAIT_MS]));
	ck_assert(isnan(m.v[CG_IDLE_WAIT_PCT]));
	ck_assert(isnan(m.v[CG_BREACH_MS]));
	world_guest(&w, 0)->longest_wait_ns = 5 * NS_PER_MS;
	world_guest(&w, 0)->idle_wait_ns = 20 * NS_PER_MS;
	world_worker(&w, 0, 0)->longest_wait_ns = 7 * NS_PER_MS;
	world_worker(&w, 0, 0)->breach_ns = NS_PER_MS;
	world_worker(&w, 0, 1)->breach_ns = 2 * NS_PER_MS;
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq(m.v[CG_LONGEST_WAIT_MS], 7);
	ck_assert_double_eq(m.v[CG_IDLE_WAIT_PCT], 2);
	ck_assert_double_eq(m.v[CG_BREACH_MS], 3);
	world_done(&w);
}

static const struct {
	const char *label;
	uint64_t pages, local, slow; /* of the second worker; the first has 300, 300, 0 */
	double locality, slow_ratio, moved;
} memories[] = {
	{ "beside it", 100, 100, 0, 1, 0, 0.25 },
	{ "some elsewhere", 100, 60, 20, 0.9, 0.05, 0.25 },
	{ "none of its own", 0, 0, 0, 1, 0, 100.0 / 300 },
	{ "not known", U64_NONE, U64_NONE, U64_NONE, NAN, NAN, NAN },
	{ "more than there is", 100, 200, 0, NAN, NAN, 0.25 },
};

static double pages_moved(const struct guest_report *g)
{
	struct metrics m = { 0 };

	measure_test(g, false, &m);
	return m.v[M_CROSS_NODE_MIGRATION_RATIO];
}

TEST_ROWS(measure_pages, memories)
{
	const double want[] = { row->locality, row->slow_ratio, row->moved };
	double got[ARRAY_SIZE(want)];
	struct cgroup_metrics m;
	struct world w;

	world_init(&w);
	w.guest.system->pages_migrated = 100;
	for (size_t i = 0; i < 2; i++) {
		world_worker(&w, 0, i)->pages = i ? row->pages : 300;
		world_worker(&w, 0, i)->local_pages = i ? row->local : 300;
		world_worker(&w, 0, i)->slow_pages = i ? row->slow : 0;
	}
	measure_cgroup(world_guest(&w, 0), NS_PER_SEC, 2, 0, &m);
	got[0] = m.v[CG_PAGE_LOCALITY];
	got[1] = m.v[CG_SLOW_TIER_RATIO];
	got[2] = pages_moved(&w.guest);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		ck_assert_int_eq(isnan(got[i]), isnan(want[i]));
		if (!isnan(got[i]))
			ck_assert_double_eq_tol(got[i], want[i], 1e-9);
	}
	world_done(&w);
}

TEST(measure_pages_that_nobody_counted)
{
	struct world w;

	world_init(&w);
	world_worker(&w, 0, 0)->pages = world_worker(&w, 0, 1)->pages = 128;
	ck_assert_double_nan(pages_moved(&w.guest));
	w.guest.system->pages_migrated = 1;
	ck_assert_double_eq(pages_moved(&w.guest), 1.0 / 256);
	world_worker(&w, 0, 0)->pages--; /* under 1 MiB */
	ck_assert_double_nan(pages_moved(&w.guest));
	world_done(&w);
}

TEST(measure_a_cgroup_without_workers_did_nothing)
{
	struct wire_cgroup c;
	struct cgroup_metrics m;

	json_init(&wire_cgroup_table, &c);
	measure_cgroup(&c, NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq(m.v[CG_ITERATIONS], 0);
	ck_assert_double_eq(m.v[CG_MIGRATIONS], 0);
	ck_assert(isnan(m.v[CG_ITERATIONS_PER_WORKER]));
	ck_assert(isnan(m.v[CG_ITERATION_RATE]));
	ck_assert(isnan(m.v[CG_SPREAD]));
}
