/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/scenario/cgroup_resolve.h"
#include "harness/scenario/payload_resolve.h"
#include "harness/scenario/steps.h"

/* X(key, noun): the numbers in `needs` and in the topology */
#define NEEDS(X)                                                                                   \
	X(cpus, "CPUs")                                                                            \
	X(llcs, "LLCs")                                                                            \
	X(nodes, "NUMA nodes")

static int check_scenario_needs(const struct scenario_needs *needs, const struct job_topology *t,
                                struct err *err)
{
#define X(key, noun)                                                                               \
	if (needs->key > t->key)                                                                   \
		return err_set(err, ERR_UNSUPPORTED, "needs %u " noun ", the topology has %u",     \
		               needs->key, t->key);
	NEEDS(X)
#undef X
	if (needs->smt && t->threads_per_core < 2)
		return err_set(err, ERR_UNSUPPORTED, "needs two threads per core");
	return 0;
}

static int resolve_all(struct resolver *r, const struct scenario *s, struct err *err)
{
	if (r->job.topology.cpus > CPUS_MAX)
		return err_set(err, ERR_UNSUPPORTED, "more than %d CPUs", CPUS_MAX);
	if (s->needs && check_scenario_needs(s->needs, &r->job.topology, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < s->cgroups_count; i++)
		if (resolve_cgroup(r, &s->cgroups[i], U32_NONE, err) < 0)
			return -(int)err->code;
	if (resolve_works(r, s->works, s->works_count, U32_NONE, err) < 0 ||
	    resolve_payloads(r, err) < 0 || resolve_steps(r, err) < 0)
		return -(int)err->code;
	return resolve_payload_waits(r, err);
}

int scenario_resolve(const struct scenario *s, const struct scenario_setting *setting,
                     struct job *out, struct err *err)
{
	struct resolver r;
	int ret;

	resolver_init(&r, s, setting);
	ret = resolve_all(&r, s, err);
	resolver_done(&r);
	if (ret < 0) {
		json_done(&job_table, &r.job);
		return -(int)err->code;
	}
	*out = r.job;
	return 0;
}

char *scenario_work_types(const struct job *job, uint32_t cgroup)
{
	const struct job_work *works = job->works.v;
	bool used[WORK_TYPE_COUNT] = { false };
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < job->works.n; i++)
		if (cgroup == U32_NONE || works[i].cgroup == cgroup)
			used[works[i].type] = true;
	for (int t = 0; t < WORK_TYPE_COUNT; t++)
		if (used[t])
			strbuf_addf(&b, "%s%s", b.n ? "+" : "", json_name(&work_type_names, t));
	return b.n ? strbuf_steal(&b) : xstrdup("none");
}
