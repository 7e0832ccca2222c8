/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/judge.h"
#include "harness/measure.h"

#define HOST_NOTE_BYTES 128

static struct sidecar_cgroup *cgroup_at(const struct sidecar *s, size_t i)
{
	return &((struct sidecar_cgroup *)s->stats.cgroups.items)[i];
}

static const struct wire_cgroup *guest_cgroup(const struct guest_report *g, const char *name)
{
	const struct wire_cgroup *c = g->cgroups.items;

	for (size_t i = 0; i < g->cgroups.n; i++)
		if (streq(c[i].name, name))
			return &c[i];
	return NULL;
}

static uint32_t count_workers(const struct job *job, uint32_t cgroup)
{
	const struct job_work *works = job->works.items;
	uint32_t n = 0;

	for (size_t i = 0; i < job->works.n; i++)
		n += works[i].cgroup == cgroup ? works[i].workers : 0;
	return n;
}

static void measure_all(const struct judge_input *in, struct sidecar *out)
{
	const struct job_cgroup *jc = in->job->cgroups.items;
	const struct cgroup_metrics **rows = xcalloc(in->job->cgroups.n + 1, sizeof(*rows));

	for (size_t i = 0; i < in->job->cgroups.n; i++) {
		struct sidecar_cgroup *sc = xgrow(
			*(struct sidecar_cgroup **)&out->stats.cgroups.items, out->stats.cgroups.n);
		const struct wire_cgroup *wc = guest_cgroup(in->guest, jc[i].name);

		json_init(&sidecar_cgroup_table, sc);
		sc->name = xstrdup(jc[i].name);
		sc->cpuset = xstrdup(strmap_get(&jc[i].knobs, "cpuset.cpus"));
		sc->cpus = in->job->topology.cpus;
		sc->work_type = scenario_work_types(in->job, (uint32_t)i);
		sc->workers = count_workers(in->job, (uint32_t)i);
		if (wc && in->guest->system)
			measure_cgroup(wc, in->guest->system->run_ns, in->job->topology.cpus,
			               in->quantum_ns, &sc->metrics);
	}
	for (size_t i = 0; i < in->job->cgroups.n; i++)
		rows[i] = &cgroup_at(out, i)->metrics;
	metric_roll_up(rows, in->job->cgroups.n, &out->stats.metrics);
	free(rows);
	if (in->guest->sched && in->guest->sched->verified_insns != U64_NONE)
		out->stats.metrics.v[M_VERIFIED_INSNS] = (double)in->guest->sched->verified_insns;
}

static struct sidecar_reason *add_reason(struct sidecar *out, enum check_id id, int outcome,
                                         const char *cgroup)
{
	struct sidecar_reason *r =
		xgrow(*(struct sidecar_reason **)&out->reasons.items, out->reasons.n);

	json_init(&sidecar_reason_table, r);
	r->check = xstrdup(check_defs[id].name);
	r->unit = xstrdup(check_defs[id].unit);
	r->outcome = outcome;
	r->cgroup = xstrdup(cgroup);
	return r;
}

static const char *unit_of(enum check_id id)
{
	return check_defs[id].unit ? check_defs[id].unit : "";
}

/* Whether what a timing check finds wrong may be the host's doing. */
static bool host_spoils(const struct judge_input *in, enum check_id id)
{
	return check_defs[id].kind == CHECK_TIMING && in->host_wait_pct > JUDGE_HOST_WAIT_MAX_PCT;
}

/* Formatted into note, which is returned. */
static const char *host_note(const struct judge_input *in, char *note)
{
	snprintf(note, HOST_NOTE_BYTES,
	         ", but the VM waited %.0f %% of its time for the host: try --clock virtual",
	         in->host_wait_pct);
	return note;
}

/* A limit on a cgroup's metric: over it fails, no value is inconclusive. */
static void check_max(const struct judge_input *in, struct sidecar *out, enum check_id id,
                      enum cgroup_metric metric)
{
	double limit = in->checks->limit[id];

	for (size_t i = 0; i < out->stats.cgroups.n && !isnan(limit); i++) {
		const struct sidecar_cgroup *c = cgroup_at(out, i);
		double v = c->metrics.v[metric];
		struct sidecar_reason *r;
		char note[HOST_NOTE_BYTES];

		if (!(v > limit))
			continue;
		r = add_reason(out, id, host_spoils(in, id) ? OUTCOME_INCONCLUSIVE : OUTCOME_FAIL,
		               c->name);
		r->value = v;
		r->limit = limit;
		r->text = xasprintf("cgroup %s: %s %.4g%s%s is over the limit of %.4g%s%s%s",
		                    c->name, cgroup_metrics_table.fields[metric].name, v,
		                    *unit_of(id) ? " " : "", unit_of(id), limit,
		                    *unit_of(id) ? " " : "", unit_of(id),
		                    host_spoils(in, id) ? host_note(in, note) : "");
	}
}

static void check_starved(const struct judge_input *in, struct sidecar *out)
{
	double limit = in->checks->limit[CHECK_MIN_ITERATIONS];
	const struct wire_cgroup *cs = in->guest->cgroups.items;

	for (size_t i = 0; i < in->guest->cgroups.n && !isnan(limit); i++) {
		const struct wire_worker *ws = cs[i].workers.items;
		struct sidecar_reason *r;
		size_t starved = 0;

		for (size_t w = 0; w < cs[i].workers.n; w++)
			starved += ws[w].iterations == U64_NONE || (double)ws[w].iterations < limit;
		if (!starved)
			continue;
		r = add_reason(out, CHECK_MIN_ITERATIONS, OUTCOME_FAIL, cs[i].name);
		r->value = (double)starved;
		r->limit = limit;
		r->text = xasprintf("cgroup %s: %zu of %zu workers starved (under %.4g iterations)",
		                    cs[i].name, starved, cs[i].workers.n, limit);
	}
}

/* Nothing to judge is not a pass: a spread or gap check of a test without spinners has no meaning
 * and is left out, one whose spinners gave no figure is inconclusive. */
static void check_measured(const struct judge_input *in, struct sidecar *out, enum check_id id,
                           enum cgroup_metric metric)
{
	const struct wire_cgroup *cs = in->guest->cgroups.items;

	if (isnan(in->checks->limit[id]))
		return;
	for (size_t i = 0; i < in->guest->cgroups.n; i++) {
		const struct wire_worker *ws = cs[i].workers.items;
		size_t spinners = 0, need = metric == CG_SPREAD ? 2 : 1;
		struct sidecar_reason *r;

		for (size_t w = 0; w < cs[i].workers.n; w++)
			spinners += measure_is_spinner(&ws[w]);
		if (spinners < need || !isnan(cgroup_at(out, i)->metrics.v[metric]))
			continue;
		r = add_reason(out, id, OUTCOME_INCONCLUSIVE, cs[i].name);
		r->text = xasprintf("cgroup %s: %s: no figure", cs[i].name, check_defs[id].name);
	}
}

static void run_checks(const struct judge_input *in, struct sidecar *out)
{
	check_starved(in, out);
	check_max(in, out, CHECK_MAX_SPREAD_PCT, CG_SPREAD);
	check_measured(in, out, CHECK_MAX_SPREAD_PCT, CG_SPREAD);
	check_max(in, out, CHECK_MAX_GAP_MS, CG_MAX_GAP_MS);
	check_measured(in, out, CHECK_MAX_GAP_MS, CG_MAX_GAP_MS);
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

/* A worker that did not report makes its figures worthless. */
static bool judge_workers(const struct judge_input *in, struct sidecar *out)
{
	const struct wire_cgroup *cs = in->guest->cgroups.items;

	for (size_t i = 0; i < in->guest->cgroups.n; i++) {
		const struct wire_worker *ws = cs[i].workers.items;

		for (size_t w = 0; w < cs[i].workers.n; w++) {
			if (ws[w].completed)
				continue;
			set_cause(out, OUTCOME_ERROR,
			          xasprintf("cgroup %s: worker %u did not report: %s", cs[i].name,
			                    ws[w].index,
			                    ws[w].exit ? ws[w].exit : "no reason known"));
			return false;
		}
	}
	return true;
}

static const char *judged_scheduler(const struct judge_input *in)
{
	const struct job_sched *s = in->job->schedulers.items;

	return s->name;
}

static bool judge_scheduler(const struct judge_input *in, struct sidecar *out)
{
	const struct wire_sched_exit *e = in->guest->exit;

	if (!e || e->expected)
		return true;
	out->scheduler_exit = xcalloc(1, sizeof(*out->scheduler_exit));
	out->scheduler_exit->kind = xstrdup(e->kind);
	out->scheduler_exit->reason = xstrdup(e->reason);
	out->scheduler_exit->message = xstrdup(e->message);
	set_cause(out, OUTCOME_FAIL,
	          xasprintf("scheduler %s %s: %s%s%s", judged_scheduler(in),
	                    streq_null(e->kind, "load") || streq_null(e->kind, "attach")
	                            ? "did not start"
	                            : "went",
	                    e->reason ? e->reason : (e->kind ? e->kind : "unknown reason"),
	                    e->message ? ": " : "", e->message ? e->message : ""));
	return false;
}

/* The guest's end, worst first: it never spoke, it was lost, it could not do the job. */
static bool judge_vm(const struct judge_input *in, struct sidecar *out)
{
	const struct guest_report *g = in->guest;
	const char *why = in->vm_cause ? in->vm_cause : "the VM ended";

	if (in->vm_cancelled)
		set_cause(out, OUTCOME_ERROR, xstrdup("interrupted before it finished"));
	else if (!g->hello)
		set_cause(out, OUTCOME_ERROR,
		          xasprintf("the kernel did not reach the agent: %s", why));
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
	return false;
}

static void judge_checks(const struct judge_input *in, struct sidecar *out)
{
	const struct sidecar_reason *rs, *pick = NULL;

	run_checks(in, out);
	rs = out->reasons.items;
	for (size_t i = 0; i < out->reasons.n; i++)
		if (!pick || (pick->outcome != OUTCOME_FAIL && rs[i].outcome == OUTCOME_FAIL))
			pick = &rs[i];
	if (pick)
		set_cause(out, pick->outcome, xstrdup(pick->text));
	else
		out->outcome = OUTCOME_PASS;
}

static void note_guest(const struct judge_input *in, struct sidecar *out)
{
	const struct wire_system *sys = in->guest->system;
	const struct wire_sched *sched = in->guest->sched;

	if (sys) {
		out->guest = xcalloc(1, sizeof(*out->guest));
		json_init(&sidecar_guest_table, out->guest);
		out->guest->quiet = sys->quiet;
		if (sys->quiet_wait_ns != U64_NONE)
			out->guest->quiet_wait_ms = (double)sys->quiet_wait_ns / NS_PER_MS;
		if (sys->others_cpu_ns != U64_NONE)
			out->guest->others_cpu_ms = (double)sys->others_cpu_ns / NS_PER_MS;
		strv_copy(&out->guest->busy, &sys->busy);
	}
	for (size_t i = 0; sched && i < sched->prog_insns.n; i++) {
		struct sidecar_verifier *v =
			xgrow(*(struct sidecar_verifier **)&out->verifier_stats.items,
		              out->verifier_stats.n);

		v->name = xstrdup(sched->prog_insns.v[i].key);
		v->verified_insns = (uint64_t)sched->prog_insns.v[i].value;
	}
}

void judge(const struct judge_input *in, struct sidecar *out)
{
	for (int i = 0; i < METRIC_COUNT; i++)
		out->stats.metrics.v[i] = NAN;
	measure_all(in, out);
	note_guest(in, out);
	/* A scheduler that went explains whatever else did not go through. */
	if (!judge_scheduler(in, out) || !judge_vm(in, out) || !judge_workers(in, out))
		return;
	judge_checks(in, out);
}
