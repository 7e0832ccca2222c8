/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/judge_world.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/judge/check_doc.h"
#include "harness/judge/judge_rules.h"
#include "tests/unit/golden.h"

static void set_pages(struct world *w, uint64_t all, uint64_t local, uint64_t slow)
{
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < 2; i++) {
			world_worker(w, c, i)->pages = all;
			world_worker(w, c, i)->local_pages = local;
			world_worker(w, c, i)->slow_pages = slow;
		}
}

/* Spinners in "a", in "b" a pair of workers that wake each other and sleep; traced, two nodes. */
static void full_world(struct world *w)
{
	world_init(w);
	w->job.topology.cpus = 4;
	world_cgroup(w, "b", WORK_PIPE_PING_PONG, 2);
	for (size_t c = 0; c < 2; c++) {
		struct wire_cgroup *g = world_guest(w, c);

		g->longest_wait_ns = 3 * NS_PER_MS;
		g->idle_wait_ns = NS_PER_MS;
		g->sched_delay = world_hist(40 * NS_PER_US, 100);
		for (size_t i = 0; i < 2; i++)
			world_worker(w, c, i)->breach_ns = 0;
	}
	world_worker(w, 1, 0)->wake_latency = world_hist(50 * NS_PER_US, 100);
	world_worker(w, 1, 0)->sleep_overshoot = world_hist(60 * NS_PER_US, 100);
	set_pages(w, 1000, 1000, 0);
	w->guest.system->pages_migrated = 0;
	w->job.schedulers.v->object = xstrdup("x.bpf.o");
	w->guest.system->load_ns = NS_PER_SEC;
	w->guest.system->load_ext_ns = NS_PER_SEC * 99 / 100;
	json_f64map_set(&w->guest.system->sched_events, "SCX_EV_SELECT_CPU_FALLBACK", 1);
	json_f64map_set(&w->guest.system->sched_events, "SCX_EV_DISPATCH_KEEP_LAST", 50);
	w->guest.system->runq = xcalloc(1, sizeof(*w->guest.system->runq));
	*w->guest.system->runq = (struct wire_runq){
		.samples = 10,
		.max_imbalance = 5,
		.sustained_imbalance = 2,
		.mean_imbalance = 1.5,
		.mean_tasks = 2,
		.max_depth = 9,
		.sustained_depth = 3,
		.mean_depth = 1,
		.longest_stall_ns = 0,
		.stalled_cpu = U32_NONE,
		.stalled = 0,
	};
}

static void replace(struct hist_packed **p, struct hist_packed *with)
{
	json_done(&hist_packed_table, *p);
	free(*p);
	*p = with;
}

static void starve(struct world *w)
{
	world_worker(w, 0, 0)->iterations = 0;
}
static void leave_load(struct world *w)
{
	w->guest.system->load_ext_ns = NS_PER_SEC / 10;
}
static void no_share(struct world *w)
{
	w->guest.system->load_ns = w->guest.system->load_ext_ns = U64_NONE;
}
static void spread(struct world *w)
{
	world_worker(w, 0, 0)->cpu_ns = NS_PER_SEC / 2;
}
static void gap(struct world *w)
{
	world_worker(w, 0, 0)->max_gap_ns = 2 * NS_PER_SEC;
}
static void wait_long(struct world *w)
{
	world_guest(w, 1)->longest_wait_ns = 3 * NS_PER_SEC;
}
static void breach(struct world *w)
{
	world_worker(w, 1, 1)->breach_ns = 20 * NS_PER_MS;
}
static void unfair(struct world *w)
{
	for (size_t i = 0; i < 2; i++)
		world_worker(w, 0, i)->cpu_ns = NS_PER_SEC * 7 / 10;
}
static void idle_wait(struct world *w)
{
	world_guest(w, 0)->idle_wait_ns = 100 * NS_PER_MS;
}
static void wake_late(struct world *w)
{
	replace(&world_worker(w, 1, 0)->wake_latency, world_hist(5 * NS_PER_MS, 100));
}
static void wake_uneven(struct world *w)
{
	world_worker(w, 1, 1)->wake_latency = world_hist(5 * NS_PER_MS, 10);
}
static void delay(struct world *w)
{
	replace(&world_guest(w, 0)->sched_delay, world_hist(5 * NS_PER_MS, 100));
}
static void oversleep(struct world *w)
{
	replace(&world_worker(w, 1, 0)->sleep_overshoot, world_hist(5 * NS_PER_MS, 100));
}
static void slow(struct world *w)
{
	world_worker(w, 1, 1)->iterations = 10;
}
static void migrate(struct world *w)
{
	world_worker(w, 0, 0)->migrations = 500;
}
static void stray_pages(struct world *w)
{
	world_worker(w, 1, 0)->local_pages = 200;
}
static void slow_pages(struct world *w)
{
	world_worker(w, 1, 0)->slow_pages = 500;
}
static void move_pages(struct world *w)
{
	w->guest.system->pages_migrated = 2000;
}

/* Makes the value not measured. */
static void one_node(struct world *w)
{
	set_pages(w, U64_NONE, U64_NONE, U64_NONE);
}
static void no_own_pages(struct world *w)
{
	set_pages(w, 50, 50, 0);
}
static void no_iterations(struct world *w)
{
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < 2; i++)
			world_worker(w, c, i)->iterations = U64_NONE;
}
static void no_cpu_time(struct world *w)
{
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < 2; i++)
			world_worker(w, c, i)->cpu_ns = U64_NONE;
}
static void no_trace(struct world *w)
{
	for (size_t c = 0; c < 2; c++) {
		world_guest(w, c)->longest_wait_ns = world_guest(w, c)->idle_wait_ns = U64_NONE;
		replace(&world_guest(w, c)->sched_delay, NULL);
		for (size_t i = 0; i < 2; i++)
			world_worker(w, c, i)->breach_ns = U64_NONE;
	}
}
static void no_spinner(struct world *w)
{
	world_worker(w, 0, 0)->max_gap_ns = world_worker(w, 0, 1)->max_gap_ns = U64_NONE;
}
static void fall_back(struct world *w)
{
	w->guest.system->run_ns = 2 * NS_PER_SEC;
	json_f64map_set(&w->guest.system->sched_events, "SCX_EV_SELECT_CPU_FALLBACK", 1000);
}
static void keep_last(struct world *w)
{
	w->guest.system->run_ns = 2 * NS_PER_SEC;
	json_f64map_set(&w->guest.system->sched_events, "SCX_EV_DISPATCH_KEEP_LAST", 1000);
}
static void no_events(struct world *w)
{
	json_f64map_done(&w->guest.system->sched_events);
}
static void unbalance(struct world *w)
{
	w->guest.system->runq->sustained_imbalance = 8;
}
static void deepen(struct world *w)
{
	w->guest.system->runq->sustained_depth = 60;
}
static void stall(struct world *w)
{
	w->guest.system->runq->longest_stall_ns = 2 * NS_PER_SEC;
}
static void no_runqs(struct world *w)
{
	free(steal_ptr(&w->guest.system->runq));
}
static void no_wakes(struct world *w)
{
	replace(&world_worker(w, 1, 0)->wake_latency, world_hist(0, 0));
}
static void no_sleeps(struct world *w)
{
	replace(&world_worker(w, 1, 0)->sleep_overshoot, NULL);
}

static const struct {
	const char *label;
	enum check_id id;
	double limit;
	void (*trip)(struct world *w);
	const char *text;
	void (*hide)(struct world *w); /* removes its data; NULL: there is always some */
	const char *none;
} checks[] = {
	{ "min_iterations", CHECK_MIN_ITERATIONS, 1, starve,
	  "cgroup a: 1 of 2 workers starved (under 1 iterations)", NULL, NULL },
	{ "min_ext_share_pct", CHECK_MIN_EXT_SHARE_PCT, 90, leave_load,
	  "ext_share_pct 10 % is under the limit of 90 %: the kernel's own scheduler ran the rest",
	  no_share, "min_ext_share_pct: no value: the kernel was not traced" },
	{ "max_spread_pct", CHECK_MAX_SPREAD_PCT, 20, spread,
	  "cgroup a: spread 50 % is over the limit of 20 %", no_cpu_time,
	  "cgroup a: max_spread_pct: no value: not measured" },
	{ "max_gap_ms", CHECK_MAX_GAP_MS, 500, gap,
	  "cgroup a: max_gap_ms 2000 ms is over the limit of 500 ms", no_spinner,
	  "max_gap_ms: nothing to judge: the test has no worker that never blocks" },
	{ "max_wait_ms", CHECK_MAX_WAIT_MS, 500, wait_long,
	  "cgroup b: longest_wait_ms 3000 ms is over the limit of 500 ms", no_trace,
	  "cgroup a: max_wait_ms: no value: the kernel was not traced" },
	{ "max_breach_ms", CHECK_MAX_BREACH_MS, 0, breach,
	  "cgroup b: breach_ms 20 ms is over the limit of 0 ms", no_trace,
	  "cgroup a: max_breach_ms: no value: the kernel was not traced" },
	{ "max_fairness_error_pct", CHECK_MAX_FAIRNESS_ERROR_PCT, 10, unfair,
	  "cgroup a: fairness_error_pct 30 % is over the limit of 10 %", no_cpu_time,
	  "cgroup a: max_fairness_error_pct: no value: cgroup a: the CPU time of worker 0 is" },
	{ "max_idle_wait_pct", CHECK_MAX_IDLE_WAIT_PCT, 1, idle_wait,
	  "cgroup a: idle_wait_pct 10 % is over the limit of 1 %", no_trace,
	  "cgroup a: max_idle_wait_pct: no value: the kernel was not traced" },
	{ "max_p99_wake_latency_us", CHECK_MAX_P99_WAKE_LATENCY_US, 100, wake_late,
	  "cgroup b: p99_wake_latency_us 5000 us is over the limit of 100 us", no_wakes,
	  "cgroup b: max_p99_wake_latency_us: no value: no sample" },
	{ "max_wake_latency_cv", CHECK_MAX_WAKE_LATENCY_CV, 1, wake_uneven,
	  "cgroup b: wake_latency_cv 2.", no_wakes,
	  "cgroup b: max_wake_latency_cv: no value: no sample" },
	{ "max_p99_sched_delay_us", CHECK_MAX_P99_SCHED_DELAY_US, 100, delay,
	  "cgroup a: p99_sched_delay_us 5000 us is over the limit of 100 us", no_trace,
	  "cgroup a: max_p99_sched_delay_us: no value: the kernel was not traced" },
	{ "max_sleep_overshoot_us", CHECK_MAX_SLEEP_OVERSHOOT_US, 100, oversleep,
	  "cgroup b: p99_sleep_overshoot_us 5000 us is over the limit of 100 us", no_sleeps,
	  "max_sleep_overshoot_us: nothing to judge: the test has no work that measures its "
	  "sleep" },
	{ "min_iteration_rate", CHECK_MIN_ITERATION_RATE, 100, slow,
	  "cgroup b: min_iteration_rate 10 1/s is under the limit of 100 1/s", no_iterations,
	  "cgroup a: min_iteration_rate: no value: not measured" },
	{ "min_work_rate", CHECK_MIN_WORK_RATE, 100, slow,
	  "cgroup b: min_work_rate 10 1/s is under the limit of 100 1/s", no_cpu_time,
	  "cgroup a: min_work_rate: no value: not measured" },
	{ "max_throughput_cv", CHECK_MAX_THROUGHPUT_CV, 0.5, slow, "cgroup b: throughput_cv 0.98",
	  no_cpu_time, "cgroup a: max_throughput_cv: no value: not measured" },
	{ "max_migration_ratio", CHECK_MAX_MIGRATION_RATIO, 0.1, migrate,
	  "cgroup a: migration_ratio 0.251 is over the limit of 0.1", no_iterations,
	  "cgroup a: max_migration_ratio: no value: not measured" },
	{ "max_imbalance_ratio", CHECK_MAX_IMBALANCE_RATIO, 4, unbalance,
	  "sustained_imbalance_ratio 8 is over the limit of 4", no_runqs,
	  "max_imbalance_ratio: no value: the run queues were not sampled" },
	{ "max_local_dsq_depth", CHECK_MAX_LOCAL_DSQ_DEPTH, 50, deepen,
	  "sustained_local_dsq_depth 60 is over the limit of 50", no_runqs,
	  "max_local_dsq_depth: no value: the run queues were not sampled" },
	{ "max_stall_ms", CHECK_MAX_STALL_MS, 500, stall,
	  "longest_stall_ms 2000 ms is over the limit of 500 ms", no_runqs,
	  "max_stall_ms: no value: the run queues were not sampled" },
	{ "min_page_locality", CHECK_MIN_PAGE_LOCALITY, 0.7, stray_pages,
	  "cgroup b: page_locality 0.6 is under the limit of 0.7", one_node,
	  "min_page_locality: nothing to judge: the machine has one NUMA node" },
	{ "max_slow_tier_ratio", CHECK_MAX_SLOW_TIER_RATIO, 0.2, slow_pages,
	  "cgroup b: slow_tier_ratio 0.25 is over the limit of 0.2", no_own_pages,
	  "max_slow_tier_ratio: nothing to judge: the machine has one NUMA node" },
	{ "max_cross_node_migration_ratio", CHECK_MAX_CROSS_NODE_MIGRATION_RATIO, 0.4, move_pages,
	  "cross_node_migration_ratio 0.5 is over the limit of 0.4", one_node,
	  "max_cross_node_migration_ratio: no value: the machine has one NUMA node" },
	{ "max_fallback_rate", CHECK_MAX_FALLBACK_RATE, 200, fall_back,
	  "fallback_rate 500 1/s is over the limit of 200 1/s", no_events,
	  "max_fallback_rate: no value: the kernel did not count" },
	{ "max_keep_last_rate", CHECK_MAX_KEEP_LAST_RATE, 100, keep_last,
	  "keep_last_rate 500 1/s is over the limit of 100 1/s", no_events,
	  "max_keep_last_rate: no value: the kernel did not count" },
};
_Static_assert(ARRAY_SIZE(checks) == CHECK_COUNT, "a row for every check");

/* Only this check is on. */
static void ask(struct world *w, enum check_id id, double limit)
{
	for (int i = 0; i < CHECK_COUNT; i++)
		w->checks.limit[i] = NAN;
	w->checks.limit[id] = limit;
	w->checks.source[id] = "scenario";
}

TEST_ROWS(check_healthy, checks)
{
	struct world w;

	full_world(&w);
	ask(&w, row->id, row->limit);
	world_judge(&w, NULL);
	ck_assert_msg(w.out.outcome == OUTCOME_PASS, "%s", w.out.cause);
	ck_assert_uint_eq(w.out.reasons.n, 0);
	world_done(&w);
}

TEST_ROWS(check_trips, checks)
{
	struct world w;
	const struct sidecar_reason *r;

	full_world(&w);
	ask(&w, row->id, row->limit);
	row->trip(&w);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_msg(starts_with(w.out.cause, row->text), "%s", w.out.cause);
	ck_assert_uint_eq(w.out.reasons.n, 1);
	r = w.out.reasons.v;
	ck_assert_str_eq(r->check, row->label);
	ck_assert_int_eq(r->cgroup == NULL, check_rules[row->id].kind == RULE_TEST_METRIC ||
	                                            check_rules[row->id].kind == RULE_EVENT_RATE);
	ck_assert_double_eq(r->limit, row->limit);
	ck_assert(!isnan(r->value));
	world_done(&w);
}

TEST_ROWS(check_without_data, checks)
{
	struct world w;

	if (!row->hide)
		return;
	full_world(&w);
	ask(&w, row->id, row->limit);
	row->hide(&w);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	ck_assert_msg(starts_with(w.out.cause, row->none), "%s", w.out.cause);
	world_done(&w);
}

/* A check that is on by default and finds nothing to judge does not make a run inconclusive. */
TEST(check_defaults_judge_what_is_there)
{
	struct world w;

	full_world(&w);
	no_trace(&w);
	no_spinner(&w);
	no_sleeps(&w);
	world_judge(&w, NULL);
	ck_assert_msg(w.out.outcome == OUTCOME_PASS, "%s", w.out.cause);
	world_done(&w);
	full_world(&w);
	wait_long(&w);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	world_done(&w);
}

static const struct {
	const char *label, *event;
	double value;
	size_t kept;
} odd_events[] = {
	{ "less than nothing", "SCX_EV_SELECT_CPU_FALLBACK", -5, 2 },
	{ "more than there is", "SCX_EV_SELECT_CPU_FALLBACK", 1e308, 3 },
	{ "bypassed", "SCX_EV_BYPASS_ACTIVATE", 1, 4 },
};
/* A guest may report anything. Impossible values count as not measured. */
TEST_ROWS(check_of_odd_events_is_inconclusive, odd_events)
{
	struct world w;

	full_world(&w);
	json_f64map_set(&w.guest.system->sched_events, "\033[2J", 1);
	json_f64map_set(&w.guest.system->sched_events, "SCX_EV_OTHER", 1);
	json_f64map_set(&w.guest.system->sched_events, row->event, row->value);
	w.guest.system->run_ns = 1;
	ask(&w, CHECK_MAX_FALLBACK_RATE, 1);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	ck_assert_double_nan(w.out.stats.metrics.v[M_FALLBACK_RATE]);
	ck_assert_uint_eq(w.out.guest->sched_events.n, row->kept);
	world_done(&w);
}

static const struct {
	const char *label;
	double imbalance, depth;
} odd_runqs[] = {
	{ "less than none", 0.5, -1 },
	{ "nothing", NAN, NAN },
};
TEST_ROWS(check_of_odd_run_queues_is_inconclusive, odd_runqs)
{
	struct world w;

	full_world(&w);
	w.guest.system->runq->sustained_imbalance = w.guest.system->runq->max_imbalance =
		row->imbalance;
	w.guest.system->runq->sustained_depth = w.guest.system->runq->max_depth = row->depth;
	ask(&w, CHECK_MAX_IMBALANCE_RATIO, 1);
	w.checks.limit[CHECK_MAX_LOCAL_DSQ_DEPTH] = 0;
	w.checks.source[CHECK_MAX_LOCAL_DSQ_DEPTH] = "scenario";
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	ck_assert_uint_eq(w.out.reasons.n, 2);
	ck_assert_double_nan(w.out.monitor->max_imbalance_ratio);
	ck_assert_uint_eq(w.out.monitor->max_local_dsq_depth, U64_NONE);
	ck_assert_double_eq(w.out.monitor->avg_nr_running, 2);
	world_done(&w);
}

TEST(run_queues_are_recorded)
{
	const struct sidecar_monitor *m;
	struct world w;

	full_world(&w);
	world_judge(&w, NULL);
	m = w.out.monitor;
	ck_assert_uint_eq(m->total_samples, 10);
	ck_assert_double_eq(m->max_imbalance_ratio, 5);
	ck_assert_double_eq(m->avg_imbalance_ratio, 1.5);
	ck_assert_uint_eq(m->max_local_dsq_depth, 9);
	ck_assert_double_eq(m->avg_local_dsq_depth, 1);
	ck_assert_int_eq(m->stall_detected, 0);
	ck_assert_double_eq(w.out.stats.metrics.v[M_IMBALANCE], 2);
	ck_assert_double_eq(w.out.stats.metrics.v[M_DSQ_DEPTH], 3);
	ck_assert_double_eq(w.out.stats.metrics.v[M_STALL_MS], 0);
	world_done(&w);
}

TEST(runs_of_callbacks_are_recorded)
{
	const struct sidecar_prog *p;
	struct wire_prog *w_prog;
	struct world w;

	full_world(&w);
	w_prog = xgrow(w.guest.system->progs.v, w.guest.system->progs.n);
	*w_prog = (struct wire_prog){ xstrdup("mine_enqueue"), 3, 1200 };
	no_runqs(&w); /* a run too short to be sampled has them all the same */
	world_judge(&w, NULL);
	ck_assert_uint_eq(w.out.monitor->prog_stats_deltas.n, 1);
	p = w.out.monitor->prog_stats_deltas.v;
	ck_assert_str_eq(p->name, "mine_enqueue");
	ck_assert_uint_eq(p->cnt, 3);
	ck_assert_uint_eq(p->nsecs, 1200);
	world_done(&w);
}

/* The share is known only if one scheduler was attached all the time. */
TEST(check_of_the_share_is_off_where_steps_change_the_scheduler)
{
	struct world w;

	full_world(&w);
	ask(&w, CHECK_MIN_EXT_SHARE_PCT, 90);
	leave_load(&w);
	json_init(&job_op_table, xgrow(w.job.ops.v, w.job.ops.n));
	w.job.ops.v[0].kind = OP_DETACH_SCHEDULER;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	world_done(&w);
}

TEST(check_of_the_share_is_on_by_default_where_it_was_measured)
{
	struct world w;

	full_world(&w);
	leave_load(&w);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_ptr_nonnull(strstr(w.out.cause, "SCX_OPS_SWITCH_PARTIAL"));
	ck_assert_double_eq(w.out.stats.metrics.v[M_EXT_SHARE_PCT], 10);
	world_done(&w);
	full_world(&w);
	no_share(&w);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	world_done(&w);
}

TEST(check_of_sched_ext_is_not_asked_of_the_kernels_own_scheduler)
{
	struct job_sched *s;
	struct world w;

	full_world(&w);
	ask(&w, CHECK_MAX_FALLBACK_RATE, 0);
	s = w.job.schedulers.v;
	free(steal_ptr(&s->object));
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	ck_assert_uint_eq(w.out.reasons.n, 0);
	ck_assert_double_nan(w.out.stats.metrics.v[M_DSQ_DEPTH]);
	ck_assert_uint_eq(w.out.monitor->max_local_dsq_depth, U64_NONE);
	world_done(&w);
}

/* The quantum is 200 us. A limit below it cannot be judged. A value below it is under every limit
 * that can be judged. */
TEST(check_of_a_latency_finer_than_the_quantum)
{
	struct world w;

	full_world(&w);
	w.quantum_ns = 200 * NS_PER_US;
	ask(&w, CHECK_MAX_P99_WAKE_LATENCY_US, 100);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	ck_assert_ptr_nonnull(strstr(w.out.cause, "finer than the clock's quantum of 200 us"));
	json_done(&sidecar_table, &w.out);
	ask(&w, CHECK_MAX_P99_WAKE_LATENCY_US, 300);
	world_judge(&w, NULL);
	ck_assert_msg(w.out.outcome == OUTCOME_PASS, "%s", w.out.cause);
	json_done(&sidecar_table, &w.out);
	ask(&w, CHECK_MAX_WAKE_LATENCY_CV, 1);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	json_done(&sidecar_table, &w.out);
	wake_late(&w);
	ask(&w, CHECK_MAX_P99_WAKE_LATENCY_US, 300);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	world_done(&w);
}

/* One percent of 99 samples is less than one sample: inconclusive under and over the limit. */
TEST(check_of_a_percentile_of_few_samples)
{
	struct world w;

	full_world(&w);
	replace(&world_worker(&w, 1, 0)->wake_latency, world_hist(5 * NS_PER_MS, 99));
	for (double limit = 100; limit < 100000; limit *= 100) {
		ask(&w, CHECK_MAX_P99_WAKE_LATENCY_US, limit);
		world_judge(&w, NULL);
		ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
		ck_assert_str_eq(w.out.cause, "cgroup b: max_p99_wake_latency_us: no value: "
		                              "99 samples, 100 are needed");
		json_done(&sidecar_table, &w.out);
	}
	world_done(&w);
}

TEST_ROWS(check_beside_a_busy_host, checks)
{
	struct world w;
	bool timing = check_defs[row->id].kind == CHECK_TIMING;

	full_world(&w);
	w.host_wait_pct = HOST_WAIT_MAX_PCT + 1;
	ask(&w, row->id, row->limit);
	row->trip(&w);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, timing ? OUTCOME_INCONCLUSIVE : OUTCOME_FAIL);
	world_done(&w);
}

static const struct {
	const char *label;
	double wait;
	int outcome;
} shares[] = {
	{ "off by what the VM waited", 10, OUTCOME_INCONCLUSIVE },
	{ "off by more", 9.9, OUTCOME_FAIL },
	{ "not known", NAN, OUTCOME_FAIL },
};
/* idle_wait() sets idle_wait_pct to 10 %. */
TEST_ROWS(check_of_a_share_beside_a_host_that_took_some, shares)
{
	struct world w;

	full_world(&w);
	w.host_wait_pct = row->wait;
	ask(&w, CHECK_MAX_IDLE_WAIT_PCT, 0);
	idle_wait(&w);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, row->outcome);
	world_done(&w);
}

TEST(check_page_is_current)
{
	_cleanup_strbuf_ struct strbuf checks_block = STRBUF_INIT, figures = STRBUF_INIT;

	check_doc_checks(&checks_block);
	golden_block("docs/checks.md", "checks", &checks_block);
	check_doc_figures(&figures);
	golden_block("docs/checks.md", "figures", &figures);
}

#define TRIPS     "tests/vm/checks/trips.txt"
#define TRIPS_MAX (64u << 10)

static int check_by_name(const char *name)
{
	for (int id = 0; id < CHECK_COUNT; id++)
		if (streq(check_defs[id].name, name))
			return id;
	return -1;
}

static void check_trips_cell(const char *scenario, const char *clock)
{
	_cleanup_free_ char *path = xasprintf("tests/vm/checks/%s.yaml", scenario);

	ck_assert_msg(access(path, R_OK) == 0, TRIPS " names %s", path);
	ck_assert_msg(streq(clock, "virtual") || streq(clock, "real"), TRIPS ": clock %s", clock);
}

/* CHECK, what must trip it (SCENARIO SCHEDULER CLOCK), what must not (likewise). */
static int check_trips_line(const char *line)
{
	char check[64], sick[64], well[64], clock[2][16], more[2];
	int n = sscanf(line, "%63s %63s %*s %15s %63s %*s %15s %1s", check, sick, clock[0], well,
	               clock[1], more);

	ck_assert_msg(n == 5, TRIPS ": a row has seven words, but: %s", line);
	check_trips_cell(sick, clock[0]);
	check_trips_cell(well, clock[1]);
	return check_by_name(check);
}

TEST(check_every_one_has_what_trips_it)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err err = ERR_INIT;
	int rows[CHECK_COUNT] = { 0 };
	char *rest;

	ASSERT_OK(fs_read(AT_FDCWD, TRIPS, TRIPS_MAX, &text, &err));
	rest = text.s;
	for (char *line; (line = strsep(&rest, "\n"));) {
		int id;

		if (!*line || *line == '#')
			continue;
		id = check_trips_line(line);
		ck_assert_msg(id >= 0, TRIPS ": no such check: %s", line);
		rows[id]++;
	}
	for (int id = 0; id < CHECK_COUNT; id++)
		ck_assert_msg(rows[id] == 1, TRIPS " has %d rows of %s, not 1", rows[id],
		              check_defs[id].name);
}

static bool is_whole(const struct check_rule *r)
{
	switch (r->kind) {
	case RULE_EACH_WORKER:
	case RULE_CGROUP_METRIC: return r->applies && r->no_data && !r->ext_only;
	case RULE_TEST_METRIC:
		return metric_defs[r->test_metric].rollup == METRIC_OWN && r->no_data &&
		       !r->applies;
	case RULE_EVENT_RATE:
		return r->event.counter && r->event.figure && r->no_data && !r->applies;
	}
	return false;
}

TEST(check_every_one_has_a_rule)
{
	for (int id = 0; id < CHECK_COUNT; id++) {
		ck_assert_msg(is_whole(&check_rules[id]), "%s", check_defs[id].name);
		ck_assert_msg(check_defs[id].doc && *check_defs[id].doc, "%s", check_defs[id].name);
	}
}
