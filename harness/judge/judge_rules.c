/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/judge_rules.h"

#include <math.h>
#include <stdarg.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/judge/measure.h"
#include "harness/judge/measure_latency.h"
#include "harness/judge/measure_machine.h"

static bool has_workers(const struct wire_cgroup *c)
{
	return c->workers.n > 0;
}

static bool has_spinner(const struct wire_cgroup *c)
{
	for (size_t i = 0; i < c->workers.n; i++)
		if (measure_is_spinner(&c->workers.v[i]))
			return true;
	return false;
}

static bool is_rival(const struct wire_worker *w)
{
	return measure_is_rival(w->type);
}

static bool has_rival(const struct wire_cgroup *c)
{
	for (size_t i = 0; i < c->workers.n; i++)
		if (is_rival(&c->workers.v[i]))
			return true;
	return false;
}

static bool has_pair(const struct wire_cgroup *c, bool (*counts)(const struct wire_worker *))
{
	for (size_t i = 0; i < c->workers.n; i++)
		for (size_t k = 0; k < i; k++)
			if (measure_are_like(&c->workers.v[i], &c->workers.v[k]) &&
			    (!counts || (counts(&c->workers.v[i]) && counts(&c->workers.v[k]))))
				return true;
	return false;
}

static bool is_lasting_rival(const struct wire_worker *w)
{
	return is_rival(w) && !measure_is_brief(w);
}

static bool has_like_spinners(const struct wire_cgroup *c)
{
	return has_pair(c, is_lasting_rival);
}

static bool has_like_workers(const struct wire_cgroup *c)
{
	return has_pair(c, NULL);
}

/* Whether a worker measured the latency, or is of a type that must measure it. */
static bool measures(const struct wire_cgroup *c, enum latency l)
{
	for (size_t i = 0; i < c->workers.n; i++) {
		const struct wire_worker *w = &c->workers.v[i];
		const struct hist_packed *const got[LATENCY_COUNT] = {
			[LATENCY_WAKE] = w->wake_latency,
			[LATENCY_SLEEP_OVERSHOOT] = w->sleep_overshoot,
		};

		if (got[l] || (w->type >= 0 && w->type < WORK_TYPE_COUNT &&
		               work_type_defs[w->type].latencies & 1u << l))
			return true;
	}
	return false;
}

static bool times_wakes(const struct wire_cgroup *c)
{
	return measures(c, LATENCY_WAKE);
}

static bool times_sleeps(const struct wire_cgroup *c)
{
	return measures(c, LATENCY_SLEEP_OVERSHOOT);
}

#define NO_WORKERS "no cgroup has workers"
#define LASTING    "existed for " MEASURE_BRIEF
#define NO_WAKES   "the test has no work that measures wake-ups"
#define NO_PAGES                                                                                   \
	"the machine has one NUMA node, the workers have less than 1 MiB of their own memory, or " \
	"the kernel does not report where it is"
#define NO_EVENTS                                                                                  \
	"the kernel did not count these events or bypassed the scheduler, or no single scheduler " \
	"was attached all the time"
#define NO_RUNQS "the run queues were not sampled, or not often enough"

const struct check_rule check_rules[CHECK_COUNT] = {
	[CHECK_MIN_ITERATIONS] = {
		.kind = RULE_EACH_WORKER,
		.least = true,
		.applies = has_workers,
		.no_data = "no worker " LASTING,
	},
	[CHECK_MIN_EXT_SHARE_PCT] = {
		.kind = RULE_TEST_METRIC,
		.test_metric = M_EXT_SHARE_PCT,
		.least = true,
		.traced = true,
		.ext_only = true,
		.one_scheduler = true,
		.hint = ": the kernel's own scheduler ran the rest; does this one set "
		        "SCX_OPS_SWITCH_PARTIAL?",
		.no_data = "the kernel was not traced, or all workers have real-time policies",
	},
	[CHECK_MAX_SPREAD_PCT] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_SPREAD,
		.applies = has_like_spinners,
		.no_data = "no cgroup has two like workers that never block and " LASTING,
	},
	[CHECK_MAX_GAP_MS] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_MAX_GAP_MS,
		.applies = has_spinner,
		.no_data = "the test has no worker that never blocks",
	},
	[CHECK_MAX_WAIT_MS] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_LONGEST_WAIT_MS,
		.traced = true,
		.applies = has_workers,
		.no_data = NO_WORKERS,
	},
	[CHECK_MAX_BREACH_MS] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_BREACH_MS,
		.traced = true,
		.applies = has_workers,
		.no_data = NO_WORKERS,
	},
	[CHECK_MAX_FAIRNESS_ERROR_PCT] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_FAIRNESS_ERROR_PCT,
		.applies = has_rival,
		.no_data = "the test has no worker that never blocks and lets the scheduler choose "
		           "its CPU",
	},
	[CHECK_MAX_IDLE_WAIT_PCT] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_IDLE_WAIT_PCT,
		.traced = true,
		.applies = has_workers,
		.no_data = NO_WORKERS,
	},
	[CHECK_MAX_P99_WAKE_LATENCY_US] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_WAKE_P99_US,
		.applies = times_wakes,
		.no_data = NO_WAKES,
	},
	[CHECK_MAX_WAKE_LATENCY_CV] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_WAKE_CV,
		.applies = times_wakes,
		.no_data = NO_WAKES,
	},
	[CHECK_MAX_P99_SCHED_DELAY_US] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_SCHED_P99_US,
		.traced = true,
		.applies = has_workers,
		.no_data = NO_WORKERS,
	},
	[CHECK_MAX_SLEEP_OVERSHOOT_US] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_SLEEP_P99_US,
		.applies = times_sleeps,
		.no_data = "the test has no work that measures its sleep",
	},
	[CHECK_MIN_ITERATION_RATE] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_MIN_ITERATION_RATE,
		.least = true,
		.applies = has_workers,
		.no_data = NO_WORKERS,
	},
	[CHECK_MIN_WORK_RATE] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_MIN_WORK_RATE,
		.least = true,
		.applies = has_workers,
		.no_data = NO_WORKERS,
	},
	[CHECK_MAX_THROUGHPUT_CV] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_THROUGHPUT_CV,
		.applies = has_like_workers,
		.no_data = "no cgroup has two like workers",
	},
	[CHECK_MAX_MIGRATION_RATIO] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_MIGRATION_RATIO,
		.applies = has_workers,
		.no_data = NO_WORKERS,
	},
	[CHECK_MIN_PAGE_LOCALITY] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_PAGE_LOCALITY,
		.least = true,
		.applies = measure_has_pages,
		.no_data = NO_PAGES,
	},
	[CHECK_MAX_SLOW_TIER_RATIO] = {
		.kind = RULE_CGROUP_METRIC,
		.cgroup_metric = CG_SLOW_TIER_RATIO,
		.applies = measure_has_pages,
		.no_data = NO_PAGES,
	},
	[CHECK_MAX_CROSS_NODE_MIGRATION_RATIO] = {
		.kind = RULE_TEST_METRIC,
		.test_metric = M_CROSS_NODE_MIGRATION_RATIO,
		.no_data = NO_PAGES,
	},
	[CHECK_MAX_IMBALANCE_RATIO] = {
		.kind = RULE_TEST_METRIC,
		.traced = true,
		.test_metric = M_IMBALANCE,
		.no_data = NO_RUNQS,
	},
	[CHECK_MAX_LOCAL_DSQ_DEPTH] = {
		.kind = RULE_TEST_METRIC,
		.traced = true,
		.test_metric = M_DSQ_DEPTH,
		.ext_only = true,
		.no_data = NO_RUNQS,
	},
	[CHECK_MAX_STALL_MS] = {
		.kind = RULE_TEST_METRIC,
		.traced = true,
		.test_metric = M_STALL_MS,
		.no_data = NO_RUNQS,
	},
	[CHECK_MAX_FALLBACK_RATE] = {
		.kind = RULE_TEST_METRIC,
		.test_metric = M_FALLBACK_RATE,
		.ext_only = true,
		.no_data = NO_EVENTS,
	},
	[CHECK_MAX_KEEP_LAST_RATE] = {
		.kind = RULE_EVENT_RATE,
		.event = { .counter = "SCX_EV_DISPATCH_KEEP_LAST", .figure = "keep_last_rate" },
		.ext_only = true,
		.no_data = NO_EVENTS,
	},
};

/* The state while one check is judged. */
struct judging {
	const struct judge_input *in;
	const struct judged *cgroups;
	size_t n_cgroups;
	enum check_id id;
	double limit;
	const char *why; /* the reason if a value is missing, where it is known; or NULL */
	bool of_repeats; /* the limit is for the median of the repeats (judge_repeats.h) */
	struct sidecar *out;
};

static PRINTF(5, 6) void add_reason(const struct judging *j, int outcome, const char *cgroup,
                                    double value, const char *fmt, ...)
{
	struct sidecar_reason *r = xgrow(j->out->reasons.v, j->out->reasons.n);
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	va_list ap;

	json_init(&sidecar_reason_table, r);
	r->check = xstrdup(check_defs[j->id].name);
	r->unit = xstrdup(check_defs[j->id].unit);
	r->outcome = outcome;
	r->cgroup = xstrdup(cgroup);
	r->value = value;
	r->limit = j->limit;
	if (cgroup)
		strbuf_addf(&text, "cgroup %s: ", cgroup);
	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	r->text = strbuf_steal(&text);
}

const char *check_rule_figure(const struct check_rule *r)
{
	switch (r->kind) {
	case RULE_EACH_WORKER: break;
	case RULE_CGROUP_METRIC: return cgroup_metrics_table.fields[r->cgroup_metric].name;
	case RULE_TEST_METRIC: return metric_defs[r->test_metric].name;
	case RULE_EVENT_RATE: return r->event.figure;
	}
	return NULL;
}

/* Whether the host may be the cause that a timing check is off its limit: the VM waited long for
 * it, or a share is off by no more than the share of its time that the VM waited. */
static bool host_spoils(const struct judging *j, double v)
{
	double wait = j->in->host_wait_pct;

	if (check_defs[j->id].kind != CHECK_TIMING)
		return false;
	return wait > HOST_WAIT_MAX_PCT ||
	       (streq_null(check_defs[j->id].unit, "%") && fabs(v - j->limit) <= wait);
}

static char *host_note(const struct judging *j)
{
	return xasprintf(
		", but the VM waited %.0f %% of its time for the host: try --clock virtual",
		j->in->host_wait_pct);
}

static void off_limit(const struct judging *j, const char *cgroup, double v)
{
	const struct check_rule *r = &check_rules[j->id];
	const char *unit = check_defs[j->id].unit, *space = unit ? " " : "";
	bool spoilt = host_spoils(j, v);
	_cleanup_free_ char *note = spoilt ? host_note(j) : xstrdup("");

	unit = unit ? unit : "";
	add_reason(j, spoilt ? OUTCOME_INCONCLUSIVE : OUTCOME_FAIL, cgroup, v,
	           "%s %.4g%s%s is %s the limit of %.4g%s%s%s%s", check_rule_figure(r), v, space,
	           unit, r->least ? "under" : "over", j->limit, space, unit, r->hint ? r->hint : "",
	           note);
}

/* The virtual clock's quantum in the unit of a timing check; NAN if the unit is not a time. Times
 * shorter than the quantum come from the clock, not from the scheduler. */
static double quantum_in_unit(const struct judging *j)
{
	const char *unit = check_defs[j->id].unit;

	if (check_defs[j->id].kind != CHECK_TIMING)
		return NAN;
	if (streq_null(unit, "us"))
		return (double)j->in->quantum_ns / NS_PER_US;
	return streq_null(unit, "ms") ? (double)j->in->quantum_ns / NS_PER_MS : NAN;
}

static bool was_traced(const struct judging *j)
{
	for (size_t i = 0; i < j->n_cgroups; i++) {
		const struct wire_cgroup *c = j->cgroups[i].guest;

		if (c && (c->longest_wait_ns != U64_NONE || c->sched_delay))
			return true;
	}
	return false;
}

static void no_value(const struct judging *j, const struct sidecar_cgroup *c)
{
	const struct check_rule *r = &check_rules[j->id];
	enum cgroup_metric count = metric_samples_of(r->cgroup_metric);
	double samples = count == CGROUP_METRIC_COUNT ? NAN : c->metrics.v[count];
	double enough = (double)metric_samples_for(r->cgroup_metric);
	_cleanup_free_ char *few = NULL;
	const char *why = j->why;

	if (samples > 0 && samples < enough) {
		why = few = xasprintf("%.0f samples, %.0f are needed", samples, enough);
	} else if (samples > 0 && j->in->quantum_ns) {
		if (j->limit >= quantum_in_unit(j))
			return; /* shorter than the quantum, so below the limit too */
		why = "finer than the clock's quantum";
	} else if (samples == 0) {
		why = "no sample";
	} else if (!why) {
		why = r->traced && !was_traced(j) ? "the kernel was not traced" : "not measured";
	}
	add_reason(j, OUTCOME_INCONCLUSIVE, c->name, NAN, "%s: no value: %s",
	           check_defs[j->id].name, why);
}

/* Whether the host left a worker so little time that it may not have had its turn. */
static bool host_left_too_little(const struct judging *j, const struct wire_worker *w)
{
	return w->wall_ns != U64_NONE && (double)w->wall_ns * j->in->host_wait_pct / 100 >
	                                         (double)w->wall_ns - MEASURE_BRIEF_MS * NS_PER_MS;
}

/* RULE_EACH_WORKER in one cgroup. A brief worker counts only if it reached the limit. */
static bool judge_each_worker(const struct judging *j, const struct judged *c)
{
	size_t starved = 0, spoilt = 0, reached = 0;

	for (size_t i = 0; i < c->guest->workers.n; i++) {
		const struct wire_worker *w = &c->guest->workers.v[i];
		uint64_t n = w->iterations;

		if (n != U64_NONE && (double)n >= j->limit) {
			reached++;
		} else if (!measure_is_brief(w)) {
			starved++;
			spoilt += host_left_too_little(j, w);
		}
	}
	if (!starved)
		return reached > 0;
	_cleanup_free_ char *note = spoilt == starved ? host_note(j) : xstrdup("");
	add_reason(j, spoilt == starved ? OUTCOME_INCONCLUSIVE : OUTCOME_FAIL, c->guest->name,
	           (double)starved, "%zu of %zu workers starved (under %.4g iterations)%s", starved,
	           c->guest->workers.n, j->limit, note);
	return true;
}

static bool is_off(const struct judging *j, double v)
{
	return !j->of_repeats && (check_rules[j->id].least ? v < j->limit : v > j->limit);
}

/* RULE_CGROUP_METRIC in one cgroup. */
static bool judge_cgroup_metric(const struct judging *j, const struct judged *c)
{
	double v = c->measured->metrics.v[check_rules[j->id].cgroup_metric];

	if (isnan(v))
		no_value(j, c->measured);
	else if (is_off(j, v))
		off_limit(j, c->measured->name, v);
	return true;
}

static bool steps_change_scheduler(const struct job *job)
{
	for (size_t i = 0; i < job->ops.n; i++)
		if (job->ops.v[i].kind == OP_ATTACH_SCHEDULER ||
		    job->ops.v[i].kind == OP_DETACH_SCHEDULER ||
		    job->ops.v[i].kind == OP_KILL_SCHEDULER ||
		    job->ops.v[i].kind == OP_RESTART_SCHEDULER ||
		    job->ops.v[i].kind == OP_REPLACE_SCHEDULER)
			return true;
	return false;
}

static bool was_asked(const struct judging *j)
{
	return !streq(j->in->checks->source[j->id], CHECK_SOURCE_DEFAULT);
}

static void judge_test_value(const struct judging *j, double v)
{
	const struct check_rule *r = &check_rules[j->id];

	if (r->ext_only && !job_is_of_sched_ext(j->in->job))
		return;
	if (r->one_scheduler && steps_change_scheduler(j->in->job))
		return;
	if (isnan(v) && !was_asked(j))
		return;
	if (isnan(v))
		add_reason(j, OUTCOME_INCONCLUSIVE, NULL, NAN, "%s: no value: %s",
		           check_defs[j->id].name, r->no_data);
	else if (is_off(j, v))
		off_limit(j, NULL, v);
}

static void judge_test_metric(const struct judging *j)
{
	judge_test_value(j, j->out->stats.metrics.v[check_rules[j->id].test_metric]);
}

static void judge_event_rate(const struct judging *j)
{
	const char *counter = check_rules[j->id].event.counter;

	judge_test_value(j, measure_event_rate(j->in->guest->system, counter));
}

/* If the limit is shorter than the virtual clock's quantum: adds a reason and returns true. */
static bool limit_is_too_fine(const struct judging *j)
{
	const struct check_def *d = &check_defs[j->id];

	if (!(j->limit < quantum_in_unit(j)))
		return false;
	add_reason(j, OUTCOME_INCONCLUSIVE, NULL, NAN,
	           "%s: the limit of %.4g %s is finer than the clock's quantum of %.4g %s", d->name,
	           j->limit, d->unit, quantum_in_unit(j), d->unit);
	return true;
}

/* Judges all cgroups that a check applies to. judge_one returns whether there was something to judge.
 * If there was nothing in any, a check that was asked for is inconclusive; one that is on by default is
 * left out. */
static void judge_cgroups(const struct judging *j,
                          bool (*judge_one)(const struct judging *, const struct judged *))
{
	const struct check_rule *r = &check_rules[j->id];
	bool asked = was_asked(j), any = false;

	if ((r->traced && !asked && !was_traced(j)) || limit_is_too_fine(j))
		return;
	for (size_t i = 0; i < j->n_cgroups; i++) {
		const struct judged *c = &j->cgroups[i];

		if (c->guest && r->applies(c->guest) && judge_one(j, c))
			any = true;
	}
	if (!any && asked)
		add_reason(j, OUTCOME_INCONCLUSIVE, NULL, NAN, "%s: nothing to judge: %s",
		           check_defs[j->id].name, r->no_data);
}

static void judge_rule(const struct judging *j)
{
	switch (check_rules[j->id].kind) {
	case RULE_EACH_WORKER: judge_cgroups(j, judge_each_worker); break;
	case RULE_CGROUP_METRIC: judge_cgroups(j, judge_cgroup_metric); break;
	case RULE_TEST_METRIC: judge_test_metric(j); break;
	case RULE_EVENT_RATE: judge_event_rate(j); break;
	}
}

void judge_rules(const struct judge_input *in, const struct judged *cgroups, size_t n,
                 const char *fairness_why, struct sidecar *out)
{
	for (int id = 0; id < CHECK_COUNT; id++) {
		const struct judging j = {
			.in = in,
			.cgroups = cgroups,
			.n_cgroups = n,
			.id = id,
			.limit = in->checks->limit[id],
			.why = id == CHECK_MAX_FAIRNESS_ERROR_PCT ? fairness_why : NULL,
			.of_repeats = in->checks->over_repeats[id] && in->repeats > 1,
			.out = out,
		};

		if (!isnan(j.limit))
			judge_rule(&j);
	}
}
