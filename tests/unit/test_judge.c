/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/measure.h"
#include "tests/unit/judge_world.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/wire/fault.h"

TEST(judge_healthy_run_passes_with_figures)
{
	struct world w;

	world_init(&w);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	ck_assert_ptr_null(w.out.cause);
	ck_assert_double_eq(world_metric(&w, M_TOTAL_ITERATIONS), 2000);
	ck_assert_double_eq(world_metric(&w, M_ITERATIONS_PER_WORKER), 1000);
	ck_assert_double_eq(world_metric(&w, M_TOTAL_MIGRATIONS), 4);
	ck_assert_double_eq(world_metric(&w, M_CONTEXT_SWITCHES), 20);
	ck_assert_double_eq(world_metric(&w, M_WORST_SPREAD), 0);
	ck_assert_double_eq(world_metric(&w, M_WORST_GAP_MS), 4);
	ck_assert_double_eq(world_metric(&w, M_MEAN_RUN_DELAY_US), 100);
	ck_assert_double_eq(world_metric(&w, M_CPU_SHARE), 100);
	world_done(&w);
}

TEST(judge_what_was_not_measured_is_none)
{
	struct world w;

	world_init(&w);
	world_worker(&w, 0, 0)->migrations = U64_NONE;
	world_judge(&w, NULL);
	ck_assert(isnan(world_metric(&w, M_TOTAL_MIGRATIONS)));
	ck_assert(isnan(world_metric(&w, M_P99_WAKE_US)));
	ck_assert_double_eq(world_metric(&w, M_TOTAL_ITERATIONS), 2000);
	world_done(&w);
}

/* Seen: eight workers that started 10 ms before the end of a 250 ms step were called starved. */
TEST(judge_a_brief_worker_does_not_starve)
{
	struct world w;

	world_init(&w);
	world_worker(&w, 0, 0)->iterations = world_worker(&w, 0, 0)->cpu_ns = 0;
	world_worker(&w, 0, 0)->wall_ns = MEASURE_BRIEF_MS * NS_PER_MS - 1;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	ck_assert(isnan(w.out.stats.metrics.v[M_WORST_SPREAD]));
	world_done(&w);
}

TEST(judge_starved_worker_fails)
{
	struct world w;

	world_init(&w);
	world_worker(&w, 0, 1)->iterations = 0;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_str_eq(w.out.cause, "cgroup a: 1 of 2 workers starved (under 1 iterations)");
	world_done(&w);
}

TEST(judge_spread_and_gap_trip_over_their_limits_only)
{
	struct world w;

	world_init(&w);
	world_worker(&w, 0, 1)->cpu_ns = NS_PER_SEC * 64 / 100; /* spread 36 % > 35 % */
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_ptr_nonnull(strstr(w.out.cause, "spread 36 % is over the limit of 35 %"));
	world_done(&w);
	world_init(&w);
	world_worker(&w, 0, 1)->cpu_ns = NS_PER_SEC * 65 / 100;
	world_worker(&w, 0, 0)->max_gap_ns = 1001 * NS_PER_MS;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_ptr_nonnull(strstr(w.out.cause, "max_gap_ms"));
	ck_assert_uint_eq(w.out.reasons.n, 1);
	world_done(&w);
}

/* One run of several leaves it to the median (judge_repeats.h); a run of its own has no other. */
TEST(judge_leaves_a_check_over_repeats_to_them)
{
	for (uint32_t repeats = 1; repeats <= 2; repeats++) {
		struct world w;

		world_init(&w);
		w.checks.over_repeats[CHECK_MAX_SPREAD_PCT] = true;
		w.repeats = repeats;
		world_worker(&w, 0, 1)->cpu_ns = NS_PER_SEC * 64 / 100;
		world_judge(&w, NULL);
		ck_assert_int_eq(w.out.outcome, repeats == 1 ? OUTCOME_FAIL : OUTCOME_PASS);
		world_done(&w);
	}
}

/* The median has no value where no run has one. */
TEST(judge_a_check_over_repeats_without_data_is_inconclusive)
{
	struct world w;

	world_init(&w);
	w.checks.over_repeats[CHECK_MAX_SPREAD_PCT] = true;
	w.checks.source[CHECK_MAX_SPREAD_PCT] = "scenario";
	w.repeats = 2;
	for (size_t i = 0; i < 2; i++)
		world_worker(&w, 0, i)->wall_ns = 20 * NS_PER_MS;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	ck_assert_str_eq(w.out.cause, "max_spread_pct: nothing to judge: no cgroup has two like "
	                              "workers that never block and existed for 100 ms");
	world_done(&w);
}

TEST(judge_a_busy_host_makes_a_timing_failure_inconclusive_not_a_pass)
{
	struct world w;

	world_init(&w);
	world_worker(&w, 0, 0)->max_gap_ns = 1001 * NS_PER_MS;
	w.host_wait_pct = HOST_WAIT_MAX_PCT + 1;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	ck_assert_ptr_nonnull(strstr(w.out.cause, "waited 26 % of its time for the host"));
	world_done(&w);
	world_init(&w); /* starvation is not a timing check */
	world_worker(&w, 0, 0)->iterations = 0;
	w.host_wait_pct = 90;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	world_done(&w);
	world_init(&w); /* unless the host left less than 100 ms of its second */
	world_worker(&w, 0, 0)->iterations = 0;
	w.host_wait_pct = 91;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	world_done(&w);
	world_init(&w);
	world_worker(&w, 0, 0)->max_gap_ns = 1001 * NS_PER_MS;
	w.host_wait_pct = HOST_WAIT_MAX_PCT;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	world_done(&w);
}

TEST(judge_check_without_data_is_inconclusive)
{
	struct world w;

	world_init(&w);
	world_worker(&w, 0, 0)->cpu_ns = U64_NONE;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	world_done(&w);
}

static const struct {
	const char *label;
	double limit; /* that was asked for; NaN: the default */
	uint64_t wall_ms, iterations;
	int outcome;
	const char *cause;
} brief_runs[] = {
	{ "asked", 1e6, 90, 1000, OUTCOME_INCONCLUSIVE,
	  "min_iterations: nothing to judge: no worker existed for 100 ms" },
	{ "asked and reached", 1000, 90, 1000, OUTCOME_PASS, NULL },
	{ "asked and lasting", 1e6, 100, 1000, OUTCOME_FAIL,
	  "cgroup a: 2 of 2 workers starved (under 1e+06 iterations)" },
	{ "asked for none", 0, 90, 0, OUTCOME_INCONCLUSIVE,
	  "nothing to judge: no worker existed for 100 ms or did an iteration" },
	{ "by default", NAN, 90, 1000, OUTCOME_PASS, NULL },
	{ "nothing done", NAN, 1, 0, OUTCOME_INCONCLUSIVE,
	  "nothing to judge: no worker existed for 100 ms or did an iteration" },
};
TEST_ROWS(judge_workers_that_were_all_brief, brief_runs)
{
	struct world w;

	world_init(&w);
	if (!isnan(row->limit)) {
		w.checks.limit[CHECK_MIN_ITERATIONS] = row->limit;
		w.checks.source[CHECK_MIN_ITERATIONS] = "scenario";
	}
	for (size_t i = 0; i < 2; i++) {
		world_worker(&w, 0, i)->wall_ns = world_worker(&w, 0, i)->cpu_ns =
			row->wall_ms * NS_PER_MS;
		world_worker(&w, 0, i)->iterations = row->iterations;
	}
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, row->outcome);
	ck_assert_pstr_eq(w.out.cause, row->cause);
	world_done(&w);
}

TEST(judge_a_test_without_load_is_no_pass)
{
	struct world w;

	world_init(&w);
	w.job.works.n = 0;
	world_guest(&w, 0)->workers.n = 0;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	ck_assert_str_eq(w.out.cause,
	                 "nothing to judge: the test has no workers, payloads or steps");
	json_done(&sidecar_table, &w.out);
	strv_add(&w.job.steps, "restart");
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	world_done(&w);
}

TEST(judge_lost_worker_is_an_error)
{
	struct world w;

	world_init(&w);
	world_worker(&w, 0, 1)->completed = false;
	world_worker(&w, 0, 1)->exit = xstrdup("signal 11");
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	ck_assert_str_eq(w.out.cause, "cgroup a: worker 1 did not report: signal 11");
	world_done(&w);
}

TEST(judge_worker_that_gave_up_is_an_error)
{
	struct world w;

	world_init(&w);
	world_worker(&w, 0, 1)->exit = xstrdup("making a cgroup: Permission denied");
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	ck_assert_str_eq(w.out.cause,
	                 "cgroup a: worker 1 gave up: making a cgroup: Permission denied");
	world_done(&w);
}

static const struct {
	const char *label;
	const char *exit;
	uint64_t cpu_ns, longest_wait_ns;
	enum outcome want;
} silent[] = {
	{ "never ran", WORKER_SILENT, 0, U64_NONE, OUTCOME_FAIL },
	{ "waits since", WORKER_SILENT, NS_PER_MS, NS_PER_SEC, OUTCOME_FAIL },
	{ "waited a little", WORKER_SILENT, NS_PER_MS, NS_PER_MS, OUTCOME_ERROR },
	{ "not traced", WORKER_SILENT, NS_PER_MS, U64_NONE, OUTCOME_ERROR },
	{ "died", "signal 9", 0, U64_NONE, OUTCOME_ERROR },
};

/* If the scheduler never lets a task run, the test fails; it is not an error of the test. */
TEST_ROWS(judge_worker_that_did_not_come_to_its_end, silent)
{
	struct world w;
	struct wire_worker *ww;

	world_init(&w);
	ww = world_worker(&w, 0, 1);
	ww->completed = false;
	ww->exit = xstrdup(row->exit);
	ww->cpu_ns = row->cpu_ns;
	ww->longest_wait_ns = row->longest_wait_ns;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, row->want);
	ck_assert_msg(strstr(w.out.cause,
	                     row->want == OUTCOME_FAIL ? "worker 1 starved" : "did not report"),
	              "%s", w.out.cause);
	world_done(&w);
}

TEST(judge_guest_that_never_spoke)
{
	struct world w;

	world_init(&w);
	free(w.guest.hello);
	w.guest.hello = NULL;
	world_judge(&w, "Kernel panic - not syncing: x");
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	ck_assert_str_eq(w.out.cause,
	                 "the kernel did not reach the agent: Kernel panic - not syncing: x");
	world_done(&w);
}

TEST(judge_guest_that_was_lost_says_where)
{
	struct world w;

	world_init(&w);
	free(w.guest.end);
	w.guest.end = NULL;
	w.guest.phase = PHASE_RUN;
	world_judge(&w, "timed out after 60 s");
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	ck_assert_str_eq(w.out.cause, "guest lost in phase run: timed out after 60 s");
	world_done(&w);
}

static const struct {
	const char *label;
	uint64_t silent_ns;
	const char *cause, *fault;
} timeouts[] = {
	{ "stopped answering", 52 * NS_PER_SEC,
	  "guest stopped answering in phase run, 52 s before its end: timed out after 60 s",
	  "silent" },
	{ "still at work", 2 * NS_PER_SEC,
	  "guest lost in phase run, 2 s after its last word: timed out after 60 s", "too slow" },
};
TEST_ROWS(judge_guest_whose_time_was_up, timeouts)
{
	struct world w;

	world_init(&w);
	free(w.guest.end);
	w.guest.end = NULL;
	w.guest.phase = PHASE_RUN;
	w.vm_ns = 60 * NS_PER_SEC;
	w.silent_ns = row->silent_ns;
	world_judge(&w, "timed out after 60 s");
	ck_assert_str_eq(w.out.cause, row->cause);
	ck_assert_str_eq(w.out.fault, row->fault);
	world_done(&w);
}

static const struct {
	const char *label, *exit, *oom, *cause, *fault;
} killed[] = {
	{ "memory ran out", "signal 9",
	  "out of memory in the guest: Out of memory: Killed process 7",
	  "cgroup a: worker 1 was killed: out of memory in the guest: Out of memory: Killed "
	  "process 7",
	  "memory" },
	{ "another signal", "signal 11", "out of memory in the guest: x",
	  "cgroup a: worker 1 did not report: signal 11", NULL },
	{ "memory did not run out", "signal 9", NULL, "cgroup a: worker 1 did not report: signal 9",
	  NULL },
};
TEST_ROWS(judge_worker_that_was_killed, killed)
{
	struct wire_worker *w;
	struct world world;

	world_init(&world);
	w = world_worker(&world, 0, 1);
	w->completed = false;
	free(w->exit);
	w->exit = xstrdup(row->exit);
	world.crash = row->oom;
	world.crash_fault = fault_name(FAULT_MEMORY);
	world_judge(&world, NULL);
	ck_assert_int_eq(world.out.outcome, OUTCOME_ERROR);
	ck_assert_str_eq(world.out.cause, row->cause);
	ck_assert_pstr_eq(world.out.fault, row->fault);
	world_done(&world);
}

static const struct {
	const char *label, *crash;
	enum fault fault;
	enum outcome outcome;
	const char *cause;
} went_on[] = {
	{ "lockup", "watchdog: BUG: soft lockup - CPU#0 stuck for 5s! [w:cpu_spin:107]",
	  FAULT_LOCKUP, OUTCOME_ERROR,
	  "the guest's kernel failed: watchdog: BUG: soft lockup - CPU#0 stuck for 5s! "
	  "[w:cpu_spin:107]" },
	{ "memory", "out of memory in the guest: page allocation failure: x", FAULT_MEMORY,
	  OUTCOME_PASS, NULL },
};
TEST_ROWS(judge_guest_that_went_on, went_on)
{
	struct world w;

	world_init(&w);
	w.crash = row->crash;
	w.crash_fault = fault_name(row->fault);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, row->outcome);
	ck_assert_pstr_eq(w.out.cause, row->cause);
	ck_assert_pstr_eq(w.out.fault, row->cause ? w.crash_fault : NULL);
	world_done(&w);
}

/* A stall; whether the scheduler had started before. */
static struct wire_sched_exit *world_exit(struct world *w, bool started)
{
	struct wire_sched_exit *e = xgrow(w->guest.exits.v, w->guest.exits.n);

	json_init(&wire_sched_exit_table, e);
	e->kind = xstrdup("stall");
	e->reason = xstrdup("runnable task stall");
	e->sched = 0;
	if (started) {
		struct wire_sched *s = xgrow(w->guest.scheds.v, w->guest.scheds.n);

		json_init(&wire_sched_table, s);
		s->sched = 0;
	}
	return e;
}

TEST(judge_scheduler_that_went_is_the_cause_of_all)
{
	struct world w;

	world_init(&w);
	w.guest.end->ok = false;
	struct wire_sched_exit *e = world_exit(&w, true);
	e->message = xstrdup("kworker\nsecond line");
	w.crash = "watchdog: BUG: soft lockup - CPU#0 stuck for 5s!";
	w.crash_fault = fault_name(FAULT_LOCKUP);
	world_judge(&w, NULL);
	ck_assert_str_eq(w.out.evidence.v[w.out.evidence.n - 1],
	                 "the guest's console: watchdog: BUG: soft lockup - CPU#0 stuck for 5s!");
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_str_eq(w.out.cause, "scheduler eevdf exited: runnable task stall: kworker");
	ck_assert_str_eq(w.out.scheduler_exit->kind, "stall");
	world_done(&w);
}

TEST(judge_says_what_a_schedulers_program_did)
{
	struct wire_sched_exit *e;
	struct world w;

	world_init(&w);
	e = xgrow(w.guest.exits.v, w.guest.exits.n);
	json_init(&wire_sched_exit_table, e);
	e->kind = xstrdup("no attach");
	e->reason = xstrdup("did not attach within 30 s");
	e->message = xstrdup("\033[1mloading");
	e->program = true;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_str_eq(w.out.cause,
	                 "scheduler eevdf did not attach within 30 s: \\x1b[1mloading");
	ck_assert_str_eq(w.out.scheduler_exit->kind, "no attach");
	world_done(&w);
}

TEST(judge_an_op_that_failed_leaves_no_verdict)
{
	struct world w;
	struct wire_op *done;

	world_init(&w);
	strv_add(&w.job.steps, "squeeze");
	world_op(&w, OP_SET_CPUSET)->cgroup = 0;
	world_last_op(&w)->step = 0;
	done = xgrow(w.guest.ops.v, w.guest.ops.n);
	json_init(&wire_op_table, done);
	done->op = (uint32_t)w.job.ops.n - 1;
	done->ok = true;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	json_done(&sidecar_table, &w.out);
	done->ok = false;
	done->error = xstrdup("cpuset.cpus: Invalid argument");
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	ck_assert_str_eq(w.out.cause, "step squeeze: set_cpuset a: cpuset.cpus: Invalid argument");
	world_done(&w);
}

/* A starved worker is found in any cgroup, also in one that was removed before the end. */
TEST(judge_workers_of_every_cgroup_count)
{
	struct world w;

	world_init(&w);
	world_cgroup(&w, "gone", WORK_CPU_SPIN, 2);
	world_worker(&w, 1, 1)->iterations = 0;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_str_eq(w.out.cause, "cgroup gone: 1 of 2 workers starved (under 1 iterations)");
	world_done(&w);
}

TEST(judge_nested_cgroups_are_counted_once)
{
	struct world w;
	struct wire_cgroup *c;

	world_init(&w);
	c = world_cgroup(&w, "a/b", WORK_CPU_SPIN, 2);
	c->usage_ns = NS_PER_SEC / 2;
	world_judge(&w, NULL);
	ck_assert_double_eq(world_metric(&w, M_CPU_SHARE), 100);
	world_done(&w);
}

static void world_that_stalls(struct world *w)
{
	world_init(w);
	world_exit(w, true);
}

TEST(judge_hotplug_names_the_cpu)
{
	struct world w;

	world_init(&w);
	struct wire_sched_exit *e = world_exit(&w, true);
	free(e->kind);
	free(e->reason);
	e->kind = xstrdup("hotplug");
	e->reason = xstrdup("unregistered from the main kernel");
	world_op(&w, OP_CPU_OFFLINE)->cpus = xstrdup("1");
	struct wire_op *done = xgrow(w.guest.ops.v, w.guest.ops.n);
	json_init(&wire_op_table, done);
	done->op = (uint32_t)w.job.ops.n - 1;
	done->ok = true;
	world_worker(&w, 0, 1)->completed = false;
	world_judge(&w, NULL);
	ck_assert_str_eq(w.out.cause, "scheduler eevdf exited: unregistered from the main kernel "
	                              "(cpu_offline 1)");
	ck_assert_str_eq(w.out.fault, "hotplug");
	ck_assert_uint_eq(w.out.evidence.n, 1);
	ck_assert_str_eq(w.out.evidence.v[0],
	                 "then, under the kernel's own scheduler, 1 of 2 workers did not end");
	world_done(&w);
}

TEST(judge_scheduler_that_did_not_start)
{
	struct world w;

	world_init(&w);
	struct wire_sched_exit *e = world_exit(&w, false);
	free(e->reason);
	e->reason = NULL;
	e->message = xstrdup("function f is not in this kernel's BTF");
	world_judge(&w, NULL);
	ck_assert_str_eq(w.out.cause, "scheduler eevdf did not start: function f is not in this "
	                              "kernel's BTF");
	ck_assert_uint_eq(w.out.evidence.n, 0);
	world_done(&w);
}

static const struct {
	const char *label;
	struct judge_expect expect;
	int outcome;
	const char *cause;
} expectations[] = {
	{ "met", { OUTCOME_FAIL, "task stall$" }, OUTCOME_PASS, NULL },
	{ "any cause", { OUTCOME_FAIL, NULL }, OUTCOME_PASS, NULL },
	{ "another cause",
	  { OUTCOME_FAIL, "watchdog" },
	  OUTCOME_FAIL,
	  "expected fail matching /watchdog/, got fail: scheduler eevdf exited: runnable task "
	  "stall" },
	{ "another outcome",
	  { OUTCOME_INCONCLUSIVE, NULL },
	  OUTCOME_FAIL,
	  "expected inconclusive, got fail: scheduler eevdf exited: runnable task stall" },
	{ "no expression", { OUTCOME_FAIL, "(" }, OUTCOME_ERROR, "expected cause /(/: " },
};
TEST_ROWS(judge_expected, expectations)
{
	struct world w;

	world_that_stalls(&w);
	w.expects = true;
	w.expect = row->expect;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, row->outcome);
	if (row->cause)
		ck_assert_msg(starts_with(w.out.cause, row->cause), "%s", w.out.cause);
	else
		ck_assert_ptr_null(w.out.cause);
	ck_assert_ptr_nonnull(w.out.expected);
	ck_assert_int_eq(w.out.expected->met, row->outcome == OUTCOME_PASS);
	ck_assert_int_eq(w.out.expected->seen_outcome, OUTCOME_FAIL);
	ck_assert_str_eq(w.out.expected->seen_cause, "scheduler eevdf exited: runnable task stall");
	world_done(&w);
}

TEST(judge_a_pass_is_not_the_expected_failure)
{
	struct world w;

	world_init(&w);
	w.expects = true;
	w.expect = (struct judge_expect){ OUTCOME_FAIL, "stall" };
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_str_eq(w.out.cause, "expected fail matching /stall/, got pass");
	world_done(&w);
}

/* The reference accepted any failure as the expected one, even a failed boot. */
TEST(judge_a_boot_failure_meets_only_who_asks_for_it)
{
	struct world w;

	world_init(&w);
	free(w.guest.hello);
	w.guest.hello = NULL;
	w.expects = true;
	w.expect = (struct judge_expect){ OUTCOME_ERROR, NULL };
	world_judge(&w, "Kernel panic");
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	json_done(&sidecar_table, &w.out);
	w.expect = (struct judge_expect){ OUTCOME_FAIL, "panic" };
	world_judge(&w, "Kernel panic");
	ck_assert_int_eq(w.out.outcome, OUTCOME_ERROR);
	json_done(&sidecar_table, &w.out);
	w.expect = (struct judge_expect){ OUTCOME_ERROR, "Kernel panic$" };
	world_judge(&w, "Kernel panic");
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	world_done(&w);
}
