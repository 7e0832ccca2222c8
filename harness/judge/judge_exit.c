/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/judge_exit.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/judge/scxdump.h"
#include "harness/wire/fault.h"

static const char *name_of(const struct job *job, uint32_t scheduler)
{
	return job->schedulers.v[scheduler < job->schedulers.n ? scheduler : 0].name;
}

/* Its record of the start came before. */
static bool has_started(const struct guest_report *g, uint32_t scheduler)
{
	for (size_t i = 0; i < g->scheds.n; i++)
		if (g->scheds.v[i].sched == scheduler)
			return true;
	return false;
}

/* "reason: message", or what there is of it. */
static char *both(const struct wire_sched_exit *e)
{
	if (e->reason && e->message)
		return xasprintf("%s: %s", e->reason, e->message);
	return xstrdup(e->reason ? e->reason : e->message ? e->message : e->kind);
}

/* The kernel gives the CPU only to the scheduler's exit callback, which may not keep it. The last op
 * that was carried out tells it too. */
static char *hotplug_op(const struct judge_input *in)
{
	const struct job *job = in->job;

	for (size_t i = in->guest->ops.n; i--;) {
		const struct wire_op *done = &in->guest->ops.v[i];
		const struct job_op *op = done->op < job->ops.n ? &job->ops.v[done->op] : NULL;

		if (op && (op->kind == OP_CPU_OFFLINE || op->kind == OP_CPU_ONLINE))
			return xasprintf("%s %s", json_name(&op_names, op->kind),
			                 op->cpus ? op->cpus : "");
	}
	return NULL;
}

static char *where_it_was(const struct judge_input *in, const struct wire_sched_exit *e,
                          const struct scxdump *d)
{
	if (streq_null(e->kind, fault_name(FAULT_STALL)))
		return scxdump_stall(d, e->message);
	if (streq_null(e->kind, fault_name(FAULT_HOTPLUG)) && !e->message)
		return hotplug_op(in);
	return NULL;
}

/* The load ended under the kernel's own scheduler. Workers that did not end then were lost for good:
 * the guest is not healthy. */
static void add_lost_workers(const struct guest_report *g, struct strv *evidence)
{
	size_t lost = 0, all = 0;

	for (size_t i = 0; i < g->cgroups.n; i++)
		for (size_t k = 0; k < g->cgroups.v[i].workers.n; k++, all++)
			lost += !g->cgroups.v[i].workers.v[k].completed;
	if (lost)
		strv_addf(evidence,
		          "then, under the kernel's own scheduler, %zu of %zu workers did not end",
		          lost, all);
}

char *judge_exit_cause(const struct judge_input *in, const struct wire_sched_exit *e,
                       struct strv *evidence)
{
	_cleanup_free_ char *what = both(e), *where = NULL;
	struct scxdump d = { 0 };

	if (e->dump) {
		scxdump_read(e->dump, &d);
		scxdump_evidence(&d, evidence);
	}
	where = where_it_was(in, e, &d);
	add_lost_workers(in->guest, evidence);
	scxdump_done(&d);
	if (e->program && e->reason) /* "scheduler x did not attach within 30 s: its last line" */
		return xasprintf("scheduler %s %s", name_of(in->job, e->sched), what);
	return xasprintf("scheduler %s %s: %s%s%s%s", name_of(in->job, e->sched),
	                 has_started(in->guest, e->sched) ? "exited" : "did not start",
	                 what ? what : "unknown reason", where ? " (" : "", where ? where : "",
	                 where ? ")" : "");
}
