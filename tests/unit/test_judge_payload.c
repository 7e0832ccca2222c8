/* SPDX-License-Identifier: GPL-2.0-only */
/* Metrics and verdict from what a payload printed and how it ended. */
#include "base/mem.h"
#include "harness/judge/judge_payload.h"
#include "tests/unit/judge_world.h"

static struct payload_metric metrics[] = {
	{ .name = "time",
	  .path = "time",
	  .unit = "s",
	  .from = PAYLOAD_KV,
	  .better = POLARITY_LOWER,
	  .min = NAN,
	  .max = 2 },
	{ .name = "ops", .path = "ops", .from = PAYLOAD_KV, .min = NAN, .max = NAN },
};
static const struct judge_payload plan = { .metrics = metrics, .n = ARRAY_SIZE(metrics) };

static void payload_world(struct world *w, const char *output)
{
	struct job_payload *jp;
	struct wire_payload *wp;

	world_init(w);
	jp = xgrow(w->job.payloads.v, w->job.payloads.n);
	json_init(&job_payload_table, jp);
	jp->name = xstrdup("bench");
	wp = xgrow(w->guest.payloads.v, w->guest.payloads.n);
	json_init(&wire_payload_table, wp);
	wp->payload = 0;
	wp->completed = true;
	wp->exit = 0;
	wp->output = xstrdup(output);
	wp->output_bytes = strlen(output);
	w->payloads = &plan;
}

static struct wire_payload *only_run(const struct world *w)
{
	return w->guest.payloads.v;
}

static const struct sidecar_payload *recorded(const struct world *w)
{
	ck_assert_uint_eq(w->out.payload_metrics.n, 1);
	return w->out.payload_metrics.v;
}

TEST(payload_figures_are_recorded)
{
	const struct sidecar_payload_metric *m;
	struct world w;

	payload_world(&w, "time=1.5 s\nops: 7\n");
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	ck_assert_int_eq(recorded(&w)->exit_code, 0);
	ck_assert_uint_eq(recorded(&w)->metrics.n, 2);
	m = recorded(&w)->metrics.v;
	ck_assert_str_eq(m[0].name, "time");
	ck_assert_double_eq(m[0].value, 1.5);
	ck_assert_str_eq(m[0].unit, "s");
	ck_assert_str_eq(m[0].polarity, "lower");
	ck_assert_double_eq(m[1].value, 7);
	ck_assert_ptr_null(m[1].polarity);
	world_done(&w);
}

TEST(payload_reason_is_recorded)
{
	const struct sidecar_payload_metric *m;
	struct world w;

	payload_world(&w, "time=0,412\nops=7\n");
	world_judge(&w, NULL);
	m = recorded(&w)->metrics.v;
	ck_assert_double_nan(m[0].value);
	ck_assert_ptr_nonnull(strstr(m[0].not_measured, "\"0,412\" is no number"));
	ck_assert_double_eq(m[1].value, 7);
	ck_assert_ptr_null(m[1].not_measured);
	world_done(&w);
	payload_world(&w, "ops=7\n");
	w.job.payloads.v[0].output_max_bytes = 64;
	only_run(&w)->output_bytes = 65;
	world_judge(&w, NULL);
	m = recorded(&w)->metrics.v;
	ck_assert_ptr_nonnull(strstr(m[0].not_measured, "output_max"));
	world_done(&w);
}

static const struct {
	const char *label, *output;
	int64_t exit;
	bool ended;
	int outcome;
	const char *cause;
} ends[] = {
	{ "well", "time=1", 0, true, OUTCOME_PASS, NULL },
	{ "a status", "time=1\nbench: no memory\n\n", 3, true, OUTCOME_FAIL,
	  "payload bench: exit status 3: bench: no memory" },
	{ "a status and no word", "", 3, true, OUTCOME_FAIL, "payload bench: exit status 3" },
	{ "a signal", "time=1", 128 + 11, true, OUTCOME_FAIL,
	  "payload bench: killed by signal 11 (Segmentation fault): time=1" },
	{ "with the run", "time=1", I64_NONE, false, OUTCOME_PASS, NULL },
	{ "nothing of its own", "hello", 0, true, OUTCOME_INCONCLUSIVE,
	  "payload bench: none of its metrics is in the 5 bytes it printed: time: "
	  "no number in its output matches" },
	{ "only what has no bound", "ops=1", 0, true, OUTCOME_INCONCLUSIVE,
	  "payload bench: time has a bound, but was not measured, because no number "
	  "in its output matches" },
	{ "out of bounds", "time=2.5", 0, true, OUTCOME_FAIL,
	  "payload bench: time 2.5 s is over the bound of 2 s" },
	{ "at the bound", "time=2", 0, true, OUTCOME_PASS, NULL },
};

TEST_ROWS(payload_ends, ends)
{
	struct world w;

	payload_world(&w, row->output);
	only_run(&w)->exit = row->exit;
	only_run(&w)->completed = row->ended;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, row->outcome);
	ck_assert_pstr_eq(w.out.cause, row->cause);
	world_done(&w);
}

TEST(payload_that_is_waited_for_in_vain_fails)
{
	struct wire_op *done;
	struct world w;

	payload_world(&w, "time=1");
	only_run(&w)->completed = false;
	world_op(&w, OP_WAIT_PAYLOAD)->payload = 0;
	done = xgrow(w.guest.ops.v, w.guest.ops.n);
	json_init(&wire_op_table, done);
	done->op = (uint32_t)w.job.ops.n - 1;
	done->ok = false;
	done->error = xstrdup("bench still ran after 3 s");
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_FAIL);
	ck_assert_str_eq(w.out.cause, "payload bench: bench still ran after 3 s");
	world_done(&w);
}

TEST(payload_bound_under_a_busy_host_is_inconclusive)
{
	struct world w;

	payload_world(&w, "time=2.5");
	w.host_wait_pct = HOST_WAIT_MAX_PCT + 1;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_INCONCLUSIVE);
	world_done(&w);
}

TEST(payload_may_be_to_fail)
{
	struct judge_payload fails = plan;
	struct world w;

	fails.expect_exit = 3;
	payload_world(&w, "time=1");
	w.payloads = &fails;
	only_run(&w)->exit = 3;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	world_done(&w);
	payload_world(&w, "time=1");
	w.payloads = &fails;
	world_judge(&w, NULL);
	ck_assert_str_eq(w.out.cause, "payload bench: exit status 0, not 3 as expected: time=1");
	world_done(&w);
}

/* Only a status that was asked for needs a program that ends. */
TEST(payload_that_was_stopped_has_no_status_to_judge)
{
	for (int asks = 0; asks < 2; asks++) {
		struct judge_payload p = plan;
		struct world w;

		p.asks_exit = asks;
		payload_world(&w, "time=1");
		w.payloads = &p;
		only_run(&w)->completed = false;
		world_judge(&w, NULL);
		ck_assert_int_eq(w.out.outcome, asks ? OUTCOME_INCONCLUSIVE : OUTCOME_PASS);
		ck_assert_pstr_eq(w.out.cause,
		                  asks ? "payload bench: expect_exit: nothing to judge: "
		                         "it ran until the test stopped it"
		                       : NULL);
		world_done(&w);
	}
}

/* Reports about payloads that the job does not have are ignored. */
TEST(payload_of_no_job_is_ignored)
{
	struct world w;

	payload_world(&w, "time=1");
	only_run(&w)->payload = 5;
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, OUTCOME_PASS);
	ck_assert_uint_eq(w.out.payload_metrics.n, 0);
	world_done(&w);
}

/* --- what the scheduler's program printed -------------------------------------------------------
 */

static const struct {
	const char *label, *first, *second; /* pieces of its output; NULL: none */
	double time;
	int outcome;
	const char *cause;
} programs[] = {
	{ "in two pieces", "time=1.2", "5 s\nops: 7\n", 1.25, OUTCOME_PASS, NULL },
	{ "out of bounds", "time=2.5", NULL, 2.5, OUTCOME_FAIL,
	  "scheduler vtime: time 2.5 s is over the bound of 2 s" },
	{ "no output", NULL, NULL, NAN, OUTCOME_INCONCLUSIVE,
	  "scheduler vtime: time has a bound, but was not measured, because no number in its "
	  "output matches" },
};

static void program_said(struct world *w, uint32_t sched, const char *text)
{
	struct wire_sched_output *o;

	if (!text)
		return;
	o = xgrow(w->guest.sched_outputs.v, w->guest.sched_outputs.n);
	json_init(&wire_sched_output_table, o);
	o->sched = sched;
	o->text = xstrdup(text);
}

TEST_ROWS(scheduler_metrics, programs)
{
	struct world w;

	world_init(&w);
	w.sched_metrics = metrics;
	w.n_sched_metrics = ARRAY_SIZE(metrics);
	free(w.out.scheduler);
	w.out.scheduler = xstrdup("vtime");
	program_said(&w, 0, row->first);
	program_said(&w, 1, "time=9\n"); /* the program of a step */
	program_said(&w, 0, row->second);
	world_judge(&w, NULL);
	ck_assert_int_eq(w.out.outcome, row->outcome);
	ck_assert_pstr_eq(w.out.cause, row->cause);
	ck_assert_uint_eq(w.out.scheduler_metrics.n, 2);
	ck_assert_str_eq(w.out.scheduler_metrics.v[0].name, "time");
	ck_assert(isnan(row->time) ? isnan(w.out.scheduler_metrics.v[0].value)
	                           : w.out.scheduler_metrics.v[0].value == row->time);
	world_done(&w);
}
