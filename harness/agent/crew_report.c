/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/crew_report.h"

#include <sys/wait.h>

#include "base/mem.h"

static void describe_exit(const struct crew_member *m, struct wire_worker *out)
{
	if (!m->gone)
		out->exit = xstrdup(WORKER_SILENT);
	else if (WIFSIGNALED(m->status))
		out->exit = xasprintf("signal %d", WTERMSIG(m->status));
	else
		out->exit = xasprintf("exit status %d", WEXITSTATUS(m->status));
}

static struct hist_packed *pack(const struct crew_member *m, int type, enum latency l)
{
	struct hist_packed *p;

	if (!(work_type_defs[type].latencies & 1u << l))
		return NULL;
	p = xcalloc(1, sizeof(*p));
	json_init(&hist_packed_table, p);
	hist_pack(&m->worker.slot->latency[l], p);
	return p;
}

/* A worker's time counts from the opening of the barrier, not from when it first got a CPU. For a
 * worker that never blocks the time in between is a gap. */
static void report_times(const struct crew_member *m, uint64_t begin_ns, struct wire_worker *out)
{
	const struct worker_slot *s = m->worker.slot;
	uint64_t late = s->start_ns > begin_ns ? s->start_ns - begin_ns : 0;

	out->wall_ns = s->end_ns > begin_ns ? s->end_ns - begin_ns : 0;
	out->max_gap_ns = s->max_gap_ns;
	if (s->max_gap_ns == U64_NONE)
		return;
	out->max_gap_cpu = s->max_gap_cpu;
	if (late > out->max_gap_ns) {
		out->max_gap_ns = late;
		out->max_gap_cpu = U32_NONE;
	}
}

static void report_worker(const struct crew_batch *b, const struct crew_member *m, int type,
                          struct wire_worker *out)
{
	const struct worker_slot *s = m->worker.slot;

	out->index = m->index;
	out->type = type;
	out->kin = roster_kin(type, b->lists, m->index, m->worker.member);
	out->completed = __atomic_load_n(&s->reported, __ATOMIC_ACQUIRE);
	if (out->completed)
		report_times(m, b->begin_ns, out);
	else
		describe_exit(m, out);
	if (out->completed && *s->gave_up)
		out->exit = xstrndup(s->gave_up, sizeof(s->gave_up) - 1);
	out->iterations = s->iterations;
	out->cpu_ns = m->after.cpu_ns;
	out->run_delay_ns = m->after.run_delay_ns;
	out->timeslices = m->after.timeslices;
	out->voluntary_switches = m->after.voluntary;
	out->involuntary_switches = m->after.involuntary;
	out->migrations = m->after.migrations;
	out->pages = m->pages.all;
	out->local_pages = m->pages.local;
	out->slow_pages = m->pages.slow;
	out->wake_latency = pack(m, type, LATENCY_WAKE);
	out->sleep_overshoot = pack(m, type, LATENCY_SLEEP_OVERSHOOT);
}

static void report_batch(struct crew *c, const struct crew_batch *b, struct wire_cgroup *out)
{
	const struct crew_member *m = crew_members_of(c, b);

	for (uint32_t i = 0; i < b->place->workers; i++) {
		struct wire_worker *w = xgrow(out->workers.v, out->workers.n);

		json_init(&wire_worker_table, w);
		w->work = b->place->work;
		w->spawn = b->place->spawn;
		report_worker(b, &m[i], crew_work_of(c, b)->type, w);
		trace_worker(c->a->trace, b->place->first + i, w);
	}
}

bool crew_report(struct crew *c, uint32_t cgroup, struct wire_cgroup *out)
{
	const struct cgroup *g = &c->cgroups->items[cgroup];
	uint32_t index = g->job ? cgroup : U32_NONE;
	struct cgroup_stat used;

	cgroup_used(c->cgroups, g, &used);
	out->name = xstrdup(g->job ? g->job->name : "/");
	out->usage_ns = used.usage_ns;
	out->user_ns = used.user_ns;
	out->system_ns = used.system_ns;
	out->nr_periods = used.nr_periods;
	out->nr_throttled = used.nr_throttled;
	out->throttled_ns = used.throttled_ns;
	trace_cgroup(c->a->trace, cgroup, out);
	for (size_t i = 0; i < c->roster.n; i++)
		if (crew_work_of(c, &c->batches[i])->cgroup == index &&
		    c->batches[i].state == CREW_STOPPED)
			report_batch(c, &c->batches[i], out);
	return g->job || out->workers.n;
}

uint32_t crew_count(const struct crew *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->roster.n; i++)
		n += crew_is_live(&c->batches[i]) ? c->batches[i].place->workers : 0;
	return n;
}

uint64_t crew_iterations(const struct crew *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->roster.workers; i++)
		sum += __atomic_load_n(&c->slots[i].iterations, __ATOMIC_RELAXED);
	return sum;
}

uint64_t crew_cpu_ns(const struct crew *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->roster.n; i++) {
		const struct crew_batch *b = &c->batches[i];
		const struct crew_member *m = crew_members_of(c, b);

		for (uint32_t k = 0; b->state == CREW_STOPPED && k < b->place->workers; k++) {
			if (m[k].after.cpu_ns == U64_NONE)
				return U64_NONE;
			sum += m[k].after.cpu_ns;
		}
	}
	return sum;
}
