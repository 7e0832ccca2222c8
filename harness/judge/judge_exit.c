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

char *judge_exit_cause(const struct judge_input *in, const struct wire_sched_exit *e,
                       struct strv *evidence)
{
	_cleanup_free_ char *what = both(e), *where = NULL;
	struct scxdump d = { 0 };

	if (e->dump) {
		scxdump_read(e->dump, &d);
		scxdump_evidence(&d, evidence);
	}
	if (streq_null(e->kind, fault_name(FAULT_STALL)))
		where = scxdump_stall(&d, e->message);
	scxdump_done(&d);
	return xasprintf("scheduler %s %s: %s%s%s%s", name_of(in->job, e->sched),
	                 has_started(in->guest, e->sched) ? "exited" : "did not start",
	                 what ? what : "unknown reason", where ? " (" : "", where ? where : "",
	                 where ? ")" : "");
}
