/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/judge_world.h"

#include "harness/wire/fault.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

struct job_op *world_op(struct world *w, enum op_kind kind)
{
	struct job_op *op = xgrow(w->job.ops.v, w->job.ops.n);

	json_init(&job_op_table, op);
	op->kind = kind;
	return op;
}

struct job_op *world_last_op(const struct world *w)
{
	return &w->job.ops.v[w->job.ops.n - 1];
}

static void add_worker(struct wire_cgroup *c, uint32_t index, uint32_t work, enum work_type type)
{
	struct wire_worker *ww = xgrow(c->workers.v, c->workers.n);

	json_init(&wire_worker_table, ww);
	ww->index = index;
	ww->work = work;
	ww->spawn = 0;
	ww->kin = 0;
	ww->type = (int)type;
	ww->completed = true;
	ww->iterations = 1000;
	ww->wall_ns = ww->cpu_ns = NS_PER_SEC;
	ww->run_delay_ns = 10 * NS_PER_MS;
	ww->timeslices = 100;
	ww->voluntary_switches = 1;
	ww->involuntary_switches = 9;
	ww->migrations = 2;
	if (work_type_defs[type].never_blocks)
		ww->max_gap_ns = 4 * NS_PER_MS;
}

static void add_work(struct world *w, uint32_t cgroup, enum work_type type, uint32_t workers)
{
	struct job_work *jw = xgrow(w->job.works.v, w->job.works.n);

	json_init(&job_work_table, jw);
	jw->cgroup = cgroup;
	jw->type = (int)type;
	jw->workers = workers;
	jw->policy = POLICY_NORMAL;
	jw->nice = 0;
}

struct wire_cgroup *world_cgroup(struct world *w, const char *name, enum work_type type,
                                 uint32_t workers)
{
	struct job_cgroup *jc = xgrow(w->job.cgroups.v, w->job.cgroups.n);
	struct wire_cgroup *c = xgrow(w->guest.cgroups.v, w->guest.cgroups.n);
	uint32_t work = (uint32_t)w->job.works.n;

	json_init(&job_cgroup_table, jc);
	jc->name = xstrdup(name);
	json_init(&wire_cgroup_table, c);
	c->name = xstrdup(name);
	c->usage_ns = workers * NS_PER_SEC;
	world_op(w, OP_ADD_CGROUP)->cgroup = (uint32_t)w->job.cgroups.n - 1;
	add_work(w, (uint32_t)w->job.cgroups.n - 1, type, workers);
	world_op(w, OP_SPAWN)->work = work;
	for (uint32_t i = 0; i < workers; i++)
		add_worker(c, i, work, type);
	return c;
}

void world_init(struct world *w)
{
	struct job_sched *js;

	*w = (struct world){ .host_wait_pct = NAN };
	json_init(&job_table, &w->job);
	json_init(&sidecar_table, &w->out);
	guest_report_init(&w->guest);
	check_set_init(&w->checks);
	w->job.topology.cpus = 2;
	w->job.duration_ns = NS_PER_SEC;
	js = xgrow(w->job.schedulers.v, w->job.schedulers.n);
	json_init(&job_sched_table, js);
	js->name = xstrdup("eevdf");
	world_cgroup(w, "a", WORK_CPU_SPIN, 2);
	w->guest.hello = xcalloc(1, sizeof(*w->guest.hello));
	json_init(&wire_hello_table, w->guest.hello);
	w->guest.system = xcalloc(1, sizeof(*w->guest.system));
	json_init(&wire_system_table, w->guest.system);
	w->guest.system->run_ns = NS_PER_SEC;
	w->guest.end = xcalloc(1, sizeof(*w->guest.end));
	json_init(&wire_end_table, w->guest.end);
	w->guest.end->ok = true;
}

void world_done(struct world *w)
{
	json_done(&job_table, &w->job);
	json_done(&sidecar_table, &w->out);
	guest_report_done(&w->guest);
}

struct wire_cgroup *world_guest(const struct world *w, size_t cgroup)
{
	return &w->guest.cgroups.v[cgroup];
}

struct wire_worker *world_worker(const struct world *w, size_t cgroup, size_t worker)
{
	return &((struct wire_worker *)world_guest(w, cgroup)->workers.v)[worker];
}

struct job_work *world_work(const struct world *w, size_t work)
{
	return &w->job.works.v[work];
}

struct job_cgroup *world_job_cgroup(const struct world *w, size_t cgroup)
{
	return &w->job.cgroups.v[cgroup];
}

struct hist_packed *world_hist(uint64_t value_ns, uint32_t n)
{
	struct hist_packed *p = xcalloc(1, sizeof(*p));
	struct hist *h = xmalloc(sizeof(*h));

	hist_init(h);
	for (uint32_t i = 0; i < n; i++)
		hist_add(h, value_ns);
	json_init(&hist_packed_table, p);
	hist_pack(h, p);
	free(h);
	return p;
}

void world_judge(struct world *w, const char *vm_cause)
{
	judge(&(struct judge_input){ .job = &w->job,
	                             .payloads = w->payloads,
	                             .sched_metrics = w->sched_metrics,
	                             .n_sched_metrics = w->n_sched_metrics,
	                             .guest = &w->guest,
	                             .checks = &w->checks,
	                             .host_wait_pct = w->host_wait_pct,
	                             .quantum_ns = w->quantum_ns,
	                             .repeats = w->repeats,
	                             .expect = w->expects ? &w->expect : NULL,
	                             .vm_cause = vm_cause,
	                             .vm_fault = w->vm_ns ? fault_name(FAULT_SILENT) : NULL,
	                             .crash = w->crash,
	                             .crash_fault = w->crash_fault,
	                             .vm_timed_out = w->vm_ns != 0,
	                             .vm_ns = w->vm_ns,
	                             .silent_ns = w->silent_ns },
	      &w->out);
}

double world_metric(const struct world *w, enum metric m)
{
	return w->out.stats.metrics.v[m];
}

double world_cgroup_metric(const struct world *w, size_t cgroup, enum cgroup_metric m)
{
	return w->out.stats.cgroups.v[cgroup].metrics.v[m];
}
