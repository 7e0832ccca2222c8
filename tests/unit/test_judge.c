/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/judge.h"
#include "harness/measure.h"

/* One cgroup of two spinners on two CPUs that ran a second. */
struct world {
	struct job job;
	struct guest_report guest;
	struct check_set checks;
	struct sidecar out;
	double host_wait_pct;
};

static struct wire_worker *worker(struct world *w, size_t i)
{
	struct wire_cgroup *c = w->guest.cgroups.items;

	return &((struct wire_worker *)c->workers.items)[i];
}

static void setup(struct world *w)
{
	struct job_cgroup *jc;
	struct job_sched *js;
	struct job_work *jw;
	struct wire_cgroup *wc;

	json_init(&job_table, &w->job);
	json_init(&sidecar_table, &w->out);
	guest_report_init(&w->guest);
	check_set_init(&w->checks);
	w->host_wait_pct = NAN;
	w->job.topology.cpus = 2;
	js = xgrow(*(struct job_sched **)&w->job.schedulers.items, w->job.schedulers.n);
	json_init(&job_sched_table, js);
	js->name = xstrdup("eevdf");
	jc = xgrow(*(struct job_cgroup **)&w->job.cgroups.items, w->job.cgroups.n);
	json_init(&job_cgroup_table, jc);
	jc->name = xstrdup("a");
	jw = xgrow(*(struct job_work **)&w->job.works.items, w->job.works.n);
	json_init(&job_work_table, jw);
	jw->cgroup = 0;
	jw->type = WORK_CPU_SPIN;
	jw->workers = 2;
	wc = xgrow(*(struct wire_cgroup **)&w->guest.cgroups.items, w->guest.cgroups.n);
	json_init(&wire_cgroup_table, wc);
	wc->name = xstrdup("a");
	wc->usage_ns = 2 * NS_PER_SEC;
	for (uint32_t i = 0; i < 2; i++) {
		struct wire_worker *ww =
			xgrow(*(struct wire_worker **)&wc->workers.items, wc->workers.n);

		json_init(&wire_worker_table, ww);
		ww->index = i;
		ww->work = 0;
		ww->type = WORK_CPU_SPIN;
		ww->completed = true;
		ww->iterations = 1000;
		ww->wall_ns = ww->cpu_ns = NS_PER_SEC;
		ww->run_delay_ns = 10 * NS_PER_MS;
		ww->timeslices = 100;
		ww->voluntary_switches = 1;
		ww->involuntary_switches = 9;
		ww->migrations = 2;
		ww->max_gap_ns = 4 * NS_PER_MS;
	}
	w->guest.hello = xcalloc(1, sizeof(*w->guest.hello));
	json_init(&wire_hello_table, w->guest.hello);
	w->guest.system = xcalloc(1, sizeof(*w->guest.system));
	json_init(&wire_system_table, w->guest.system);
	w->guest.system->run_ns = NS_PER_SEC;
	w->guest.end = xcalloc(1, sizeof(*w->guest.end));
	json_init(&wire_end_table, w->guest.end);
	w->guest.end->ok = true;
}

static void run_judge(struct world *w, const char *vm_cause)
{
	judge(&(struct judge_input){ .job = &w->job,
	                             .guest = &w->guest,
	                             .checks = &w->checks,
	                             .host_wait_pct = w->host_wait_pct,
	                             .vm_cause = vm_cause },
	      &w->out);
}

static void teardown(struct world *w)
{
	json_done(&job_table, &w->job);
	json_done(&sidecar_table, &w->out);
	guest_report_done(&w->guest);
}

static double metric(const struct world *w, enum metric m)
{
	return w->out.stats.metrics.v[m];
}

TEST(judge_healthy_run_passes_with_figures)
{
	struct world w;

	setup(&w);
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	ck_assert_ptr_null(w.out.cause);
	ck_assert_double_eq(metric(&w, M_TOTAL_ITERATIONS), 2000);
	ck_assert_double_eq(metric(&w, M_ITERATIONS_PER_WORKER), 1000);
	ck_assert_double_eq(metric(&w, M_TOTAL_MIGRATIONS), 4);
	ck_assert_double_eq(metric(&w, M_CONTEXT_SWITCHES), 20);
	ck_assert_double_eq(metric(&w, M_WORST_SPREAD), 0);
	ck_assert_double_eq(metric(&w, M_WORST_GAP_MS), 4);
	ck_assert_double_eq(metric(&w, M_MEAN_RUN_DELAY_US), 100);
	ck_assert_double_eq(metric(&w, M_CPU_SHARE), 100);
	teardown(&w);
}

TEST(judge_what_was_not_measured_is_none)
{
	struct world w;

	setup(&w);
	worker(&w, 0)->migrations = U64_NONE;
	run_judge(&w, NULL);
	ck_assert(isnan(metric(&w, M_TOTAL_MIGRATIONS)));
	ck_assert(isnan(metric(&w, M_P99_WAKE_US)));
	ck_assert_double_eq(metric(&w, M_TOTAL_ITERATIONS), 2000);
	teardown(&w);
}

TEST(judge_starved_worker_fails)
{
	struct world w;

	setup(&w);
	worker(&w, 1)->iterations = 0;
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_str_eq(w.out.cause, "cgroup a: 1 of 2 workers starved (under 1 iterations)");
	teardown(&w);
}

TEST(judge_spread_and_gap_trip_over_their_limits_only)
{
	struct world w;

	setup(&w);
	worker(&w, 1)->cpu_ns = NS_PER_SEC * 64 / 100; /* spread 36 % > 35 % */
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_ptr_nonnull(strstr(w.out.cause, "spread 36 % is over the limit of 35 %"));
	teardown(&w);
	setup(&w);
	worker(&w, 1)->cpu_ns = NS_PER_SEC * 65 / 100;
	worker(&w, 0)->max_gap_ns = 1001 * NS_PER_MS;
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_ptr_nonnull(strstr(w.out.cause, "max_gap_ms"));
	ck_assert_uint_eq(w.out.reasons.n, 1);
	teardown(&w);
}

TEST(judge_a_busy_host_makes_a_timing_failure_inconclusive_not_a_pass)
{
	struct world w;

	setup(&w);
	worker(&w, 0)->max_gap_ns = 1001 * NS_PER_MS;
	w.host_wait_pct = JUDGE_HOST_WAIT_MAX_PCT + 1;
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	ck_assert_ptr_nonnull(strstr(w.out.cause, "waited 26 % of its time for the host"));
	teardown(&w);
	setup(&w); /* starvation is no matter of timing */
	worker(&w, 0)->iterations = 0;
	w.host_wait_pct = 90;
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	teardown(&w);
	setup(&w);
	worker(&w, 0)->max_gap_ns = 1001 * NS_PER_MS;
	w.host_wait_pct = JUDGE_HOST_WAIT_MAX_PCT;
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	teardown(&w);
}

TEST(judge_check_without_data_is_inconclusive)
{
	struct world w;

	setup(&w);
	worker(&w, 0)->cpu_ns = U64_NONE;
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	teardown(&w);
}

TEST(judge_lost_worker_is_an_error)
{
	struct world w;

	setup(&w);
	worker(&w, 1)->completed = false;
	worker(&w, 1)->exit = xstrdup("signal 11");
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	ck_assert_str_eq(w.out.cause, "cgroup a: worker 1 did not report: signal 11");
	teardown(&w);
}

TEST(judge_guest_that_never_spoke)
{
	struct world w;

	setup(&w);
	free(w.guest.hello);
	w.guest.hello = NULL;
	run_judge(&w, "Kernel panic - not syncing: x");
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	ck_assert_str_eq(w.out.cause,
	                 "the kernel did not reach the agent: Kernel panic - not syncing: x");
	teardown(&w);
}

TEST(judge_guest_that_was_lost_says_where)
{
	struct world w;

	setup(&w);
	free(w.guest.end);
	w.guest.end = NULL;
	w.guest.phase = PHASE_RUN;
	run_judge(&w, "timed out after 60 s");
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	ck_assert_str_eq(w.out.cause, "guest lost in phase run: timed out after 60 s");
	teardown(&w);
}

TEST(judge_scheduler_that_went_is_the_cause_of_all)
{
	struct world w;

	setup(&w);
	w.guest.end->ok = false;
	w.guest.exit = xcalloc(1, sizeof(*w.guest.exit));
	json_init(&wire_sched_exit_table, w.guest.exit);
	w.guest.exit->kind = xstrdup("stall");
	w.guest.exit->reason = xstrdup("runnable task stall");
	w.guest.exit->message = xstrdup("kworker\nsecond line");
	run_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_str_eq(w.out.cause, "scheduler eevdf went: runnable task stall: kworker");
	ck_assert_str_eq(w.out.scheduler_exit->kind, "stall");
	teardown(&w);
}

TEST(measure_latency_finer_than_the_quantum_is_no_fact)
{
	struct world w;
	struct hist *h = xcalloc(1, sizeof(*h));
	struct cgroup_metrics m;

	setup(&w);
	hist_init(h);
	for (int i = 0; i < 99; i++)
		hist_add(h, 10 * NS_PER_US);
	hist_add(h, 500 * NS_PER_US);
	worker(&w, 0)->wake_latency = xcalloc(1, sizeof(struct hist_packed));
	json_init(&hist_packed_table, worker(&w, 0)->wake_latency);
	hist_pack(h, worker(&w, 0)->wake_latency);
	measure_cgroup(w.guest.cgroups.items, NS_PER_SEC, 2, 100 * NS_PER_US, &m);
	ck_assert(isnan(m.v[CG_WAKE_P50_US]));
	ck_assert_double_eq(m.v[CG_WAKE_MAX_US], 500);
	ck_assert_double_eq(m.v[CG_WAKE_SAMPLES], 100);
	measure_cgroup(w.guest.cgroups.items, NS_PER_SEC, 2, 0, &m);
	ck_assert_double_eq_tol(m.v[CG_WAKE_P50_US], 10, 0.1);
	free(h);
	teardown(&w);
}
