/* SPDX-License-Identifier: GPL-2.0-only */
/* Metrics of the test as a whole. */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/judge/measure.h"
#include "harness/judge/measure_machine.h"

#define EVENTS_MAX    64
#define EVENT_PREFIX  "SCX_EV_"
#define PROGS_MAX     256
#define PROG_NAME_MAX 128

static bool is_event(const char *name, double v)
{
	return starts_with(name, EVENT_PREFIX) && strlen(name) <= EVENTS_MAX &&
	       name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0' && isfinite(v) &&
	       v >= 0;
}

void measure_events(const struct wire_system *sys, struct json_f64map *out)
{
	for (size_t i = 0; i < sys->sched_events.n && out->n < EVENTS_MAX; i++)
		if (is_event(sys->sched_events.v[i].key, sys->sched_events.v[i].value))
			json_f64map_set(out, sys->sched_events.v[i].key,
			                sys->sched_events.v[i].value);
}

double measure_event_rate(const struct wire_system *sys, const char *event)
{
	double v, rate;

	if (!sys || sys->run_ns == U64_NONE || !sys->run_ns ||
	    json_f64map_get(&sys->sched_events, EVENT_PREFIX "BYPASS_ACTIVATE") > 0)
		return NAN;
	v = json_f64map_get(&sys->sched_events, event);
	rate = v / (double)sys->run_ns * NS_PER_SEC;
	return is_event(event, v) && isfinite(rate) ? rate : NAN;
}

/* Impossible values count as not measured. */
static double at_least(double v, double least)
{
	return isfinite(v) && v >= least ? v : NAN;
}

static void measure_runqs(const struct wire_runq *q, bool ext, double *v)
{
	v[M_IMBALANCE] = at_least(q->sustained_imbalance, 1);
	if (ext)
		v[M_DSQ_DEPTH] = at_least(q->sustained_depth, 0);
	if (q->longest_stall_ns != U64_NONE)
		v[M_STALL_MS] = (double)q->longest_stall_ns / NS_PER_MS;
}

/* Migrated pages ÷ pages that the workers have of their own at the end. */
static double pages_moved(const struct guest_report *g)
{
	uint64_t moved = g->system ? g->system->pages_migrated : U64_NONE;
	double all = 0;

	for (size_t i = 0; i < g->cgroups.n; i++)
		all += measure_own_pages(&g->cgroups.v[i]);
	return moved != U64_NONE && all >= MEASURE_LEAST_PAGES ? (double)moved / all : NAN;
}

/* Of the time that some scheduler ran the load, the share of sched_ext's. */
static double ext_share_pct(const struct wire_system *sys)
{
	if (!sys || sys->load_ns == U64_NONE || !sys->load_ns || sys->load_ext_ns > sys->load_ns)
		return NAN;
	return 100.0 * (double)sys->load_ext_ns / (double)sys->load_ns;
}

void measure_test(const struct guest_report *guest, bool ext, struct metrics *out)
{
	const struct wire_sched *sched = guest_report_sched(guest);
	const struct wire_system *sys = guest->system;

	if (sched && sched->verified_insns != U64_NONE)
		out->v[M_VERIFIED_INSNS] = (double)sched->verified_insns;
	out->v[M_FALLBACK_RATE] = measure_event_rate(sys, "SCX_EV_SELECT_CPU_FALLBACK");
	if (ext)
		out->v[M_EXT_SHARE_PCT] = ext_share_pct(sys);
	out->v[M_CROSS_NODE_MIGRATION_RATIO] = pages_moved(guest);
	if (sys && sys->runq)
		measure_runqs(sys->runq, ext, out->v);
}

static void monitor_runqs(const struct wire_runq *q, bool ext, struct sidecar_monitor *m)
{
	m->total_samples = q->samples;
	m->max_imbalance_ratio = at_least(q->max_imbalance, 1);
	m->avg_imbalance_ratio = at_least(q->mean_imbalance, 1);
	m->avg_nr_running = at_least(q->mean_tasks, 0);
	if (ext && q->max_depth >= 0 && q->max_depth < U32_NONE)
		m->max_local_dsq_depth = (uint64_t)q->max_depth;
	if (ext)
		m->avg_local_dsq_depth = at_least(q->mean_depth, 0);
	m->stall_detected = q->stalled;
	m->stalled_cpu = q->stalled_cpu;
}

static void monitor_progs(const struct wire_system *sys, struct sidecar_monitor *m)
{
	const struct wire_prog *p = sys->progs.v;

	for (size_t i = 0; i < sys->progs.n && i < PROGS_MAX; i++) {
		struct sidecar_prog *to;

		if (!p[i].name || !*p[i].name || p[i].cnt == U64_NONE || p[i].ns == U64_NONE)
			continue;
		to = xgrow(m->prog_stats_deltas.v, m->prog_stats_deltas.n);
		to->name = xstrndup(p[i].name, PROG_NAME_MAX);
		to->cnt = p[i].cnt;
		to->nsecs = p[i].ns;
	}
}

struct sidecar_monitor *measure_monitor(const struct wire_system *sys, bool ext)
{
	struct sidecar_monitor *m;

	if (!sys->runq && !sys->progs.n)
		return NULL;
	m = xcalloc(1, sizeof(*m));
	json_init(&sidecar_monitor_table, m);
	m->total_samples = 0;
	if (sys->runq)
		monitor_runqs(sys->runq, ext, m);
	monitor_progs(sys, m);
	return m;
}
