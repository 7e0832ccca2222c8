/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <regex.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/judge/fingerprint.h"
#include "harness/judge/judge.h"
#include "harness/judge/judge_exit.h"
#include "harness/judge/judge_payload.h"
#include "harness/judge/judge_rules.h"
#include "harness/judge/measure.h"
#include "harness/judge/measure_fairness.h"
#include "harness/judge/measure_machine.h"
#include "harness/wire/fault.h"

#define ROOT_CGROUP "/" /* the guest's name for its root cgroup */

static const struct wire_cgroup *guest_cgroup(const struct guest_report *g, const char *name)
{
	for (size_t i = 0; i < g->cgroups.n; i++)
		if (streq(g->cgroups.v[i].name, name))
			return &g->cgroups.v[i];
	return NULL;
}

static uint32_t count_workers(const struct job *job, uint32_t cgroup)
{
	uint32_t n = 0;

	for (size_t i = 0; i < job->works.n; i++)
		if (job->works.v[i].cgroup == cgroup)
			n += job->works.v[i].workers;
	return n;
}

/* The CPU share of the workers in the root cgroup, whose counters include all other tasks too. */
static double workers_share(const struct wire_cgroup *c, double all_ns)
{
	double sum = 0;

	for (size_t i = 0; i < c->workers.n; i++)
		sum += c->workers.v[i].cpu_ns == U64_NONE ? NAN : (double)c->workers.v[i].cpu_ns;
	return 100 * sum / all_ns;
}

static void add_cgroup(const struct judge_input *in, uint32_t index, const char *name,
                       struct sidecar *out)
{
	struct sidecar_cgroup *sc = xgrow(out->stats.cgroups.v, out->stats.cgroups.n);
	const struct wire_cgroup *wc = guest_cgroup(in->guest, name);
	uint32_t cpus = in->job->topology.cpus;

	json_init(&sidecar_cgroup_table, sc);
	sc->name = xstrdup(name);
	if (index != U32_NONE)
		sc->cpuset = xstrdup(strmap_get(&in->job->cgroups.v[index].knobs, "cpuset.cpus"));
	sc->cpus = cpus;
	sc->work_type = scenario_work_types(in->job, index);
	sc->workers = count_workers(in->job, index);
	if (!wc || !in->guest->system)
		return;
	measure_cgroup(wc, in->guest->system->run_ns, cpus, in->quantum_ns, &sc->metrics);
	if (index == U32_NONE)
		sc->metrics.v[CG_CPU_SHARE] =
			workers_share(wc, (double)in->guest->system->run_ns * cpus);
}

/* Whether the cgroup is directly below the parent. */
static bool is_child(const char *name, const char *parent)
{
	size_t n = strlen(parent);

	return strncmp(name, parent, n) == 0 && name[n] == '/' && !strchr(name + n + 1, '/');
}

/* The counters of a cgroup include the cgroups below it. Parents come before their children, so the
 * children's shares are still complete when they are subtracted from the parent's. */
static void subtract_children_shares(struct sidecar *out)
{
	for (size_t i = 0; i < out->stats.cgroups.n; i++) {
		double *share = &out->stats.cgroups.v[i].metrics.v[CG_CPU_SHARE];

		for (size_t k = i + 1; k < out->stats.cgroups.n; k++)
			if (is_child(out->stats.cgroups.v[k].name, out->stats.cgroups.v[i].name))
				*share -= out->stats.cgroups.v[k].metrics.v[CG_CPU_SHARE];
		*share = *share < 0 ? 0 : *share; /* counters are not read at the same moment */
	}
}

/* Returns why fairness was not measured (caller frees), or NULL. */
static char *measure_all(const struct judge_input *in, struct sidecar *out)
{
	size_t n = in->job->cgroups.n;
	_cleanup_free_ struct cgroup_metrics **rows = xcalloc(n + 2, sizeof(*rows));
	char *why;

	for (size_t i = 0; i < n; i++)
		add_cgroup(in, (uint32_t)i, in->job->cgroups.v[i].name, out);
	if (count_workers(in->job, U32_NONE))
		add_cgroup(in, U32_NONE, ROOT_CGROUP, out);
	subtract_children_shares(out);
	for (size_t i = 0; i < out->stats.cgroups.n; i++)
		rows[i] = &out->stats.cgroups.v[i].metrics;
	why = measure_fairness(in->job, in->guest, rows);
	metric_roll_up((const struct cgroup_metrics *const *)rows, out->stats.cgroups.n,
	               &out->stats.metrics);
	measure_test(in->guest, job_is_of_sched_ext(in->job), &out->stats.metrics);
	return why;
}

static void set_cause(struct sidecar *out, int outcome, char *cause)
{
	_cleanup_strbuf_ struct strbuf line = STRBUF_INIT;

	strbuf_add_printable(&line, cause, strcspn(cause, "\n"), false);
	free(cause);
	out->outcome = outcome;
	free(out->cause);
	out->cause = strbuf_steal(&line);
}

/* Whether a worker did not end because the scheduler did not let it run. All workers are woken at
 * the start, so a worker without any CPU time has waited for a CPU since then. */
static bool was_starved(const struct wire_worker *w, uint64_t run_ns)
{
	if (w->completed || !streq_null(w->exit, WORKER_SILENT))
		return false;
	return w->cpu_ns == 0 || (w->longest_wait_ns != U64_NONE && run_ns != U64_NONE &&
	                          w->longest_wait_ns > run_ns / 2);
}

/* Sets the cause for a worker that gave up or did not report. Returns false. */
static bool blame_worker(const struct judge_input *in, const struct wire_cgroup *c,
                         const struct wire_worker *w, struct sidecar *out)
{
	if (w->completed)
		set_cause(
			out, OUTCOME_ERROR,
			xasprintf("cgroup %s: worker %u gave up: %s", c->name, w->index, w->exit));
	else if (in->guest->system && was_starved(w, in->guest->system->run_ns))
		set_cause(out, OUTCOME_FAIL,
		          xasprintf("cgroup %s: worker %u starved: it was runnable but did not "
		                    "get enough CPU time to finish",
		                    c->name, w->index));
	else
		set_cause(out, OUTCOME_ERROR,
		          xasprintf("cgroup %s: worker %u did not report: %s", c->name, w->index,
		                    w->exit ? w->exit : "no reason known"));
	return false;
}

/* If a worker did not report or gave up, the values mean nothing: the test is not judged. */
static bool judge_workers(const struct judge_input *in, struct sidecar *out)
{
	for (size_t i = 0; i < in->guest->cgroups.n; i++) {
		const struct wire_cgroup *c = &in->guest->cgroups.v[i];

		for (size_t k = 0; k < c->workers.n; k++) {
			const struct wire_worker *w = &c->workers.v[k];

			if (!w->completed || w->exit)
				return blame_worker(in, c, w, out);
		}
	}
	return true;
}

/* What the kernel killed, "payload x"; NULL: nothing. The caller frees. */
static char *find_killed(const struct judge_input *in)
{
	const struct guest_report *g = in->guest;

	for (size_t i = 0; i < g->payloads.n; i++) {
		const struct wire_payload *p = &g->payloads.v[i];

		if (p->completed && p->exit == 128 + SIGKILL && p->payload < in->job->payloads.n)
			return xasprintf("payload %s", in->job->payloads.v[p->payload].name);
	}
	for (size_t i = 0; i < g->cgroups.n; i++)
		for (size_t k = 0; k < g->cgroups.v[i].workers.n; k++) {
			const struct wire_worker *w = &g->cgroups.v[i].workers.v[k];

			if (!w->completed && streq_null(w->exit, WORKER_KILLED))
				return xasprintf("cgroup %s: worker %u", g->cgroups.v[i].name,
				                 w->index);
		}
	return NULL;
}

/* If memory ran out and the kernel chose a part of the load, the run says nothing about the scheduler. */
static bool judge_memory(const struct judge_input *in, struct sidecar *out)
{
	_cleanup_free_ char *killed = find_killed(in);

	if (!killed)
		return true;
	set_cause(out, OUTCOME_ERROR, xasprintf("%s was killed: %s", killed, in->crash));
	out->fault = xstrdup(in->crash_fault);
	return false;
}

/* A guest that went on after its kernel had failed: what was measured says nothing. Without memory the
 * kernel goes on as it should. */
static bool judge_crash(const struct judge_input *in, struct sidecar *out)
{
	if (!in->crash)
		return true;
	if (streq(in->crash_fault, fault_name(FAULT_MEMORY)))
		return judge_memory(in, out);
	set_cause(out, OUTCOME_ERROR, xasprintf("the guest's kernel failed: %s", in->crash));
	out->fault = xstrdup(in->crash_fault);
	return false;
}

static bool judge_scheduler(const struct judge_input *in, struct sidecar *out)
{
	const struct wire_sched_exit *e = guest_report_exit(in->guest);

	if (!e || e->expected)
		return true;
	out->scheduler_exit = xcalloc(1, sizeof(*out->scheduler_exit));
	out->scheduler_exit->kind = xstrdup(e->kind);
	out->scheduler_exit->reason = xstrdup(e->reason);
	out->scheduler_exit->message = xstrdup(e->message);
	out->fault = xstrdup(e->kind);
	set_cause(out, OUTCOME_FAIL, judge_exit_cause(in, e, &out->evidence));
	if (in->crash)
		strv_addf(&out->evidence, "the guest's console: %s", in->crash);
	return false;
}

/* A guest whose time was up, without a crash on its console. One that said nothing for more than half
 * of its time had stopped answering. */
static void judge_timeout(const struct judge_input *in, struct sidecar *out)
{
	const char *phase = json_name(&wire_phase_names, in->guest->phase);
	_cleanup_free_ char *silent = clock_format_ns(in->silent_ns);
	bool stopped = in->silent_ns > in->vm_ns / 2;

	set_cause(out, OUTCOME_ERROR,
	          stopped ? xasprintf("guest stopped answering in phase %s, %s before its end: %s",
	                              phase, silent, in->vm_cause)
	                  : xasprintf("guest lost in phase %s, %s after its last word: %s", phase,
	                              silent, in->vm_cause));
	out->fault = xstrdup(fault_name(stopped ? FAULT_SILENT : FAULT_TOO_SLOW));
}

/* How the guest ended, worst first: it sent nothing, it was lost, it could not do the job. */
static bool judge_vm(const struct judge_input *in, struct sidecar *out)
{
	const struct guest_report *g = in->guest;
	const char *why = in->vm_cause ? in->vm_cause : "the VM ended";

	if (in->vm_cancelled)
		set_cause(out, OUTCOME_ERROR, xstrdup("interrupted before it finished"));
	else if (!g->hello)
		set_cause(out, OUTCOME_ERROR,
		          xasprintf("the kernel did not reach the agent: %s", why));
	else if (!g->end && in->vm_timed_out && streq_null(in->vm_fault, fault_name(FAULT_SILENT)))
		judge_timeout(in, out);
	else if (!g->end)
		set_cause(out, OUTCOME_ERROR,
		          xasprintf("guest lost in phase %s: %s",
		                    json_name(&wire_phase_names, g->phase), why));
	else if (!g->end->ok)
		set_cause(out, OUTCOME_ERROR,
		          xasprintf("guest: %s", g->end->error ? g->end->error : "no cause given"));
	else if (g->dropped)
		set_cause(out, OUTCOME_ERROR,
		          xasprintf("guest: %llu reports did not fit the ring",
		                    (unsigned long long)g->dropped));
	else
		return true;
	if (!in->vm_cancelled && !g->end && !out->fault)
		out->fault = xstrdup(in->vm_fault);
	return false;
}

static const char *name_in(const struct job *job, uint32_t cgroup)
{
	return cgroup < job->cgroups.n ? job->cgroups.v[cgroup].name : NULL;
}

/* If an op failed, the test was not the one that was asked for. */
static bool judge_ops(const struct judge_input *in, struct sidecar *out)
{
	const struct job *job = in->job;

	for (size_t i = 0; i < in->guest->ops.n; i++) {
		const struct wire_op *done = &in->guest->ops.v[i];
		const struct job_op *op = done->op < job->ops.n ? &job->ops.v[done->op] : NULL;
		const char *cgroup = op ? name_in(job, op->cgroup) : NULL;
		const char *step = op && op->step < job->steps.n ? job->steps.v[op->step] : NULL;

		/* a payload that takes too long is judged by judge_payloads() */
		if (done->ok || (op && op->kind == OP_WAIT_PAYLOAD))
			continue;
		set_cause(out, OUTCOME_ERROR,
		          xasprintf("%s%s%s%s%s%s: %s", step ? "step " : "", step ? step : "",
		                    step ? ": " : "", op ? json_name(&op_names, op->kind) : "op",
		                    cgroup ? " " : "", cgroup ? cgroup : "",
		                    done->error ? done->error : "no reason known"));
		return false;
	}
	return true;
}

/* Why there was nothing that a verdict could be about, or NULL. */
static const char *why_nothing(const struct judge_input *in)
{
	const struct guest_report *g = in->guest;

	if (g->payloads.n || (!in->job->works.n && in->job->steps.n))
		return NULL;
	for (size_t i = 0; i < g->cgroups.n; i++)
		for (size_t k = 0; k < g->cgroups.v[i].workers.n; k++) {
			const struct wire_worker *w = &g->cgroups.v[i].workers.v[k];

			if (!measure_is_brief(w) || w->iterations)
				return NULL;
		}
	return in->job->works.n ? "no worker existed for " MEASURE_BRIEF " or did an iteration"
	                        : "the test has no workers, payloads or steps";
}

static void judge_checks(const struct judge_input *in, const char *fairness_why,
                         struct sidecar *out)
{
	size_t n = out->stats.cgroups.n;
	_cleanup_free_ struct judged *cgroups = xcalloc(n + 1, sizeof(*cgroups));
	const struct sidecar_reason *pick = NULL;
	const char *why;

	for (size_t i = 0; i < n; i++)
		cgroups[i] = (struct judged){ guest_cgroup(in->guest, out->stats.cgroups.v[i].name),
			                      &out->stats.cgroups.v[i] };
	judge_payloads(in, out);
	judge_scheduler_metrics(in, out);
	judge_rules(in, cgroups, n, fairness_why, out);
	for (size_t i = 0; i < out->reasons.n; i++) {
		const struct sidecar_reason *r = &out->reasons.v[i];

		if (!pick || (pick->outcome != OUTCOME_FAIL && r->outcome == OUTCOME_FAIL))
			pick = r;
	}
	why = pick ? NULL : why_nothing(in);
	if (pick)
		set_cause(out, pick->outcome, xstrdup(pick->text));
	else if (why)
		set_cause(out, OUTCOME_INCONCLUSIVE, xasprintf("nothing to judge: %s", why));
	else
		out->outcome = OUTCOME_PASS;
}

static bool cause_matches(const char *pattern, const char *cause, char **bad)
{
	regex_t re;
	int rc = regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB);
	char msg[128];

	if (rc) {
		regerror(rc, &re, msg, sizeof(msg));
		*bad = xasprintf("expected cause /%s/: %s", pattern, msg);
		return false;
	}
	rc = regexec(&re, cause ? cause : "", 0, NULL, 0);
	regfree(&re);
	return rc == 0;
}

/* Whether the test ended as expected. A guest that never sent anything, or was interrupted, says
 * nothing about the scheduler: that is as expected only if `cause` asks for it. */
static bool is_as_expected(const struct judge_input *in, const struct sidecar *s, char **bad)
{
	const struct judge_expect *e = in->expect;

	if (e->cause)
		return cause_matches(e->cause, s->cause, bad) && (int)s->outcome == e->outcome;
	return s->outcome == e->outcome && in->guest->hello && !in->vm_cancelled;
}

static void judge_expected(const struct judge_input *in, struct sidecar *out)
{
	const struct judge_expect *e = in->expect;
	struct sidecar_expected *x;
	char *bad = NULL;

	x = out->expected = xcalloc(1, sizeof(*x));
	json_init(&sidecar_expected_table, x);
	x->met = is_as_expected(in, out, &bad);
	x->outcome = e->outcome;
	x->cause = xstrdup(e->cause);
	x->seen_outcome = out->outcome;
	x->seen_cause = steal_ptr(&out->cause);
	if (x->met) {
		out->outcome = OUTCOME_PASS;
		return;
	}
	if (bad) {
		set_cause(out, OUTCOME_ERROR, bad);
		return;
	}
	/* A test that was not carried out or not judged keeps its outcome; it is not a failure. */
	set_cause(out,
	          x->seen_outcome == OUTCOME_PASS || x->seen_outcome == OUTCOME_FAIL
	                  ? OUTCOME_FAIL
	                  : x->seen_outcome,
	          xasprintf("expected %s%s%s%s, got %s%s%s", json_name(&outcome_names, e->outcome),
	                    e->cause ? " matching /" : "", e->cause ? e->cause : "",
	                    e->cause ? "/" : "", json_name(&outcome_names, x->seen_outcome),
	                    x->seen_cause ? ": " : "", x->seen_cause ? x->seen_cause : ""));
}

static bool is_traced(const struct guest_report *g)
{
	for (size_t i = 0; i < g->cgroups.n; i++)
		if (g->cgroups.v[i].sched_delay)
			return true;
	return false;
}

static uint64_t count_or_none(const struct json_f64map *m, const char *name)
{
	double v = json_f64map_get(m, name);

	return isnan(v) ? U64_NONE : (uint64_t)v;
}

static void note_guest(const struct judge_input *in, struct sidecar *out)
{
	const struct wire_system *sys = in->guest->system;
	const struct wire_sched *sched = guest_report_sched(in->guest);

	if (sys) {
		out->guest = xcalloc(1, sizeof(*out->guest));
		json_init(&sidecar_guest_table, out->guest);
		out->guest->quiet = sys->quiet;
		out->guest->warned = sys->warned;
		if (sys->quiet_wait_ns != U64_NONE)
			out->guest->quiet_wait_ms = (double)sys->quiet_wait_ns / NS_PER_MS;
		if (sys->others_cpu_ns != U64_NONE)
			out->guest->others_cpu_ms = (double)sys->others_cpu_ns / NS_PER_MS;
		strv_copy(&out->guest->busy, &sys->busy);
		measure_events(sys, &out->guest->sched_events);
		out->guest->traced = is_traced(in->guest);
		out->monitor = measure_monitor(sys, job_is_of_sched_ext(in->job));
	}
	for (size_t i = 0; sched && i < sched->prog_insns.n; i++) {
		struct sidecar_verifier *v = xgrow(out->verifier_stats.v, out->verifier_stats.n);

		v->name = xstrdup(sched->prog_insns.v[i].key);
		v->verified_insns = (uint64_t)sched->prog_insns.v[i].value;
		v->states = count_or_none(&sched->prog_states, v->name);
		v->stack_bytes = count_or_none(&sched->prog_stack, v->name);
		v->verify_ns = count_or_none(&sched->prog_verify_ns, v->name);
	}
}

static void reach_verdict(const struct judge_input *in, const char *fairness_why,
                          struct sidecar *out)
{
	/* If the scheduler exited, that is the cause. */
	if (judge_scheduler(in, out) && judge_vm(in, out) && judge_crash(in, out) &&
	    judge_ops(in, out) && judge_workers(in, out))
		judge_checks(in, fairness_why, out);
}

void judge(const struct judge_input *in, struct sidecar *out)
{
	_cleanup_free_ char *fairness_why = NULL;

	for (int i = 0; i < METRIC_COUNT; i++)
		out->stats.metrics.v[i] = NAN;
	fairness_why = measure_all(in, out);
	note_guest(in, out);
	judge_payloads_record(in, out);
	judge_scheduler_metrics_record(in, out);
	reach_verdict(in, fairness_why, out);
	if (out->cause)
		out->fingerprint = fingerprint(out->cause);
	if (in->expect)
		judge_expected(in, out);
}
