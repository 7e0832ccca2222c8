/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/show_job.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/term.h"

#define NOT_ONE "-" /* none, of what a column is about */

static const struct job_work *work_at(const struct job *j, uint32_t i)
{
	return &j->works.v[i];
}

static const char *cgroup_name(const struct job *j, uint32_t i)
{
	return i < j->cgroups.n ? j->cgroups.v[i].name : "/";
}

static const char *sched_name(const struct job *j, uint32_t i)
{
	return j->schedulers.v[i].name;
}

static void add_word(struct strbuf *b, const char *key, const char *value)
{
	strbuf_addf(b, "%s%s %s", b->n ? ", " : "", key, value);
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

static void print_cgroups(const struct job *j, FILE *f)
{
	static const struct table_col cols[] = { { "CGROUP", false, false },
		                                 { "FILES", false, true } };
	const struct job_cgroup *all = j->cgroups.v;
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < j->cgroups.n; i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		strmap_each (&all[i].knobs, k)
			strbuf_addf(&b, "%s%s=%s", k ? ", " : "", all[i].knobs.v[k].key,
			            all[i].knobs.v[k].value);
		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", all[i].name);
		table_cell(t, TERM_PLAIN, "%s", strbuf_cstr(&b));
	}
	if (!j->cgroups.n)
		return;
	table_print(t, f);
	fputc('\n', f);
}

/* What sets its workers apart from others of their type. */
static void describe_work(const struct job_work *w, struct strbuf *b)
{
	for (size_t i = 0; i < w->params.n; i++)
		strbuf_addf(b, "%s%s %g", b->n ? ", " : "", w->params.v[i].key,
		            w->params.v[i].value);
	if (w->policy > POLICY_NORMAL)
		add_word(b, "policy", json_name(&work_policy_names, w->policy));
	if (w->policy == POLICY_FIFO || w->policy == POLICY_RR)
		strbuf_addf(b, " %u", w->rt_priority);
	if (w->policy == POLICY_DEADLINE) {
		add_ns(b, "runtime", w->runtime_ns);
		add_ns(b, "deadline", w->deadline_ns);
		add_ns(b, "period", w->period_ns);
	}
	if (w->nice != I64_NONE && w->nice)
		strbuf_addf(b, "%snice %lld", b->n ? ", " : "", (long long)w->nice);
	add_affinity(b, &w->affinity);
	if (w->mem_policy > MEM_DEFAULT)
		add_word(b, "memory", json_name(&mem_policy_names, w->mem_policy));
	if (w->mem_nodes)
		add_word(b, "nodes", w->mem_nodes);
}

static void print_works(const struct job *j, FILE *f)
{
	static const struct table_col cols[] = { { "WORK", true, false },
		                                 { "CGROUP", false, false },
		                                 { "TYPE", false, false },
		                                 { "WORKERS", true, false },
		                                 { "HOW", false, true } };
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (uint32_t i = 0; i < j->works.n; i++) {
		const struct job_work *w = work_at(j, i);
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		describe_work(w, &b);
		table_row(t);
		table_cell(t, TERM_PLAIN, "%u", i);
		table_cell(t, TERM_PLAIN, "%s", cgroup_name(j, w->cgroup));
		table_cell(t, TERM_PLAIN, "%s", json_name(&work_type_names, w->type));
		table_cell(t, TERM_PLAIN, "%u", w->workers);
		table_cell(t, TERM_PLAIN, "%s", strbuf_cstr(&b));
	}
	if (!j->works.n)
		return;
	table_print(t, f);
	fputc('\n', f);
}

static void print_payloads(const struct job *j, FILE *f)
{
	static const struct table_col cols[] = { { "PAYLOAD", false, false },
		                                 { "CGROUP", false, false },
		                                 { "COMMAND", false, true } };
	const struct job_payload *all = j->payloads.v;
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < j->payloads.n; i++) {
		_cleanup_free_ char *command = strv_join(&all[i].argv, " ");

		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", all[i].name);
		table_cell(t, TERM_PLAIN, "%s", cgroup_name(j, all[i].cgroup));
		table_cell(t, TERM_PLAIN, "%s", command);
	}
	if (!j->payloads.n)
		return;
	table_print(t, f);
	fputc('\n', f);
}

static void describe_targets(const struct job *j, const struct job_op *op, struct strbuf *b)
{
	if (op->cgroup != U32_NONE)
		strbuf_adds(b, cgroup_name(j, op->cgroup));
	if (op->cgroup != U32_NONE && op->cpus)
		strbuf_addf(b, " on CPUs %s", op->cpus);
	else if (op->cpus)
		strbuf_addf(b, "CPUs %s", op->cpus);
	if (op->to_cgroup != U32_NONE)
		add_word(b, op->to_cpus ? "and" : "to", cgroup_name(j, op->to_cgroup));
	if (op->to_cpus)
		strbuf_addf(b, " on CPUs %s", op->to_cpus);
}

static void describe_op(const struct job *j, const struct job_op *op, struct strbuf *b)
{
	const struct job_work *w = op->work != U32_NONE ? work_at(j, op->work) : NULL;

	describe_targets(j, op, b);
	if (w)
		strbuf_addf(b, "work %u: %u %s in %s", op->work, w->workers,
		            json_name(&work_type_names, w->type), cgroup_name(j, w->cgroup));
	add_affinity(b, &op->affinity);
	if (op->payload < j->payloads.n)
		strbuf_adds(b, j->payloads.v[op->payload].name);
	if (op->timeout_ns != U64_NONE)
		add_ns(b, "at most", op->timeout_ns);
	if (op->sched != U32_NONE)
		strbuf_adds(b, sched_name(j, op->sched));
	if (op->file)
		add_word(b, op->file, op->value);
}

static void print_ops(const struct job *j, FILE *f)
{
	static const struct table_col cols[] = { { "AT", true, false },
		                                 { "STEP", false, false },
		                                 { "OP", false, false },
		                                 { "OF", false, true } };
	const struct job_op *ops = j->ops.v;
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < j->ops.n; i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		describe_op(j, &ops[i], &b);
		table_row(t);
		if (ops[i].at_ns == U64_NONE)
			table_cell(t, TERM_DIM, "before");
		else
			table_cell(t, TERM_PLAIN, "%.3f s", (double)ops[i].at_ns / NS_PER_SEC);
		table_cell(t, TERM_PLAIN, "%s",
		           ops[i].step < j->steps.n ? j->steps.v[ops[i].step] : NOT_ONE);
		table_cell(t, TERM_PLAIN, "%s", json_name(&op_names, ops[i].kind));
		table_cell(t, TERM_PLAIN, "%s", strbuf_cstr(&b));
	}
	table_print(t, f);
}

void show_job(const struct job *job, FILE *f)
{
	const struct job_topology *t = &job->topology;

	fprintf(f,
	        "%s: %.3f s, seed %llu, scheduler %s, CPUs %u, LLCs %u, nodes %u, threads per core "
	        "%u\n\n",
	        job->test, (double)job->duration_ns / NS_PER_SEC, (unsigned long long)job->seed,
	        sched_name(job, 0), t->cpus, t->llcs, t->nodes, t->threads_per_core);
	print_cgroups(job, f);
	print_works(job, f);
	print_payloads(job, f);
	print_ops(job, f);
}
