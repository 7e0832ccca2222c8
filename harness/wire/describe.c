/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/describe.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"

const char *job_cgroup_name(const struct job *job, uint32_t index)
{
	return index < job->cgroups.n ? job->cgroups.v[index].name : "/";
}

static const char *comma(const struct strbuf *b)
{
	return b->n ? ", " : "";
}

static void add_word(struct strbuf *b, const char *key, const char *value)
{
	strbuf_addf(b, "%s%s %s", comma(b), key, value);
}

static void add_ns(struct strbuf *b, const char *key, uint64_t ns)
{
	_cleanup_free_ char *text = clock_format_ns(ns);

	add_word(b, key, text);
}

static void add_affinity(struct strbuf *b, const struct strv *lists)
{
	_cleanup_free_ char *text = strv_join(lists, " | ");

	if (lists->n)
		add_word(b, lists->n > 1 ? "in turn on CPUs" : "on CPUs", text);
}

static char *as_text(struct strbuf *b)
{
	return b->n ? strbuf_steal(b) : xstrdup("");
}

char *work_describe(const struct job_work *w)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < w->params.n; i++)
		strbuf_addf(&b, "%s%s %g", comma(&b), w->params.v[i].key, w->params.v[i].value);
	if (w->policy > POLICY_NORMAL)
		add_word(&b, "policy", json_name(&work_policy_names, w->policy));
	if (w->policy == POLICY_FIFO || w->policy == POLICY_RR)
		strbuf_addf(&b, " %u", w->rt_priority);
	if (w->policy == POLICY_DEADLINE) {
		add_ns(&b, "runtime", w->runtime_ns);
		add_ns(&b, "deadline", w->deadline_ns);
		add_ns(&b, "period", w->period_ns);
	}
	if (w->nice != I64_NONE && w->nice)
		strbuf_addf(&b, "%snice %lld", comma(&b), (long long)w->nice);
	add_affinity(&b, &w->affinity);
	if (w->mem_policy > MEM_DEFAULT)
		add_word(&b, "memory", json_name(&mem_policy_names, w->mem_policy));
	if (w->mem_nodes)
		add_word(&b, "nodes", w->mem_nodes);
	return as_text(&b);
}

static void add_cgroups(const struct job *job, const struct job_op *op, struct strbuf *b)
{
	if (op->cgroup != U32_NONE)
		strbuf_adds(b, job_cgroup_name(job, op->cgroup));
	if (op->cpus)
		strbuf_addf(b, "%s%s", op->cgroup != U32_NONE ? " on CPUs " : "CPUs ", op->cpus);
	if (op->to_cgroup != U32_NONE)
		strbuf_addf(b, "%s%s", op->to_cpus ? ", " : " to ",
		            job_cgroup_name(job, op->to_cgroup));
	if (op->to_cpus)
		strbuf_addf(b, " on CPUs %s", op->to_cpus);
	if (op->file)
		strbuf_addf(b, ": %s %s", op->file, op->value ? op->value : "");
}

static void add_work(const struct job *job, uint32_t index, struct strbuf *b)
{
	const struct job_work *w = &job->works.v[index];

	strbuf_addf(b, "work %u: %u %s in %s", index, w->workers,
	            json_name(&work_type_names, w->type), job_cgroup_name(job, w->cgroup));
}

char *op_describe(const struct job *job, const struct job_op *op)
{
	struct strbuf b = STRBUF_INIT;

	add_cgroups(job, op, &b);
	if (op->work < job->works.n)
		add_work(job, op->work, &b);
	add_affinity(&b, &op->affinity);
	if (op->payload < job->payloads.n)
		strbuf_adds(&b, job->payloads.v[op->payload].name);
	if (op->timeout_ns != U64_NONE)
		add_ns(&b, "at most", op->timeout_ns);
	if (op->sched < job->schedulers.n)
		strbuf_adds(&b, job->schedulers.v[op->sched].name);
	return as_text(&b);
}
