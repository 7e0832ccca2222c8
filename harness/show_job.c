/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/show_job.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/wire/describe.h"

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

static void print_works(const struct job *j, FILE *f)
{
	static const struct table_col cols[] = { { "WORK", true, false },
		                                 { "CGROUP", false, false },
		                                 { "TYPE", false, false },
		                                 { "WORKERS", true, false },
		                                 { "HOW", false, true } };
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (uint32_t i = 0; i < j->works.n; i++) {
		const struct job_work *w = &j->works.v[i];
		_cleanup_free_ char *how = work_describe(w);

		table_row(t);
		table_cell(t, TERM_PLAIN, "%u", i);
		table_cell(t, TERM_PLAIN, "%s", job_cgroup_name(j, w->cgroup));
		table_cell(t, TERM_PLAIN, "%s", json_name(&work_type_names, w->type));
		table_cell(t, TERM_PLAIN, "%u", w->workers);
		table_cell(t, TERM_PLAIN, "%s", how);
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
		table_cell(t, TERM_PLAIN, "%s", job_cgroup_name(j, all[i].cgroup));
		table_cell(t, TERM_PLAIN, "%s", command);
	}
	if (!j->payloads.n)
		return;
	table_print(t, f);
	fputc('\n', f);
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
		_cleanup_free_ char *of = op_describe(j, &ops[i]);

		table_row(t);
		if (ops[i].at_ns == U64_NONE)
			table_cell(t, TERM_DIM, "before");
		else
			table_cell(t, TERM_PLAIN, "%.3f s", (double)ops[i].at_ns / NS_PER_SEC);
		table_cell(t, TERM_PLAIN, "%s",
		           ops[i].step < j->steps.n ? j->steps.v[ops[i].step] : "-");
		table_cell(t, TERM_PLAIN, "%s", json_name(&op_names, ops[i].kind));
		table_cell(t, TERM_PLAIN, "%s", of);
	}
	table_print(t, f);
}

void show_job(const struct job *job, FILE *f)
{
	const struct job_topology *t = &job->topology;
	_cleanup_free_ char *head = xasprintf(
		"%s: %.3f s, seed %llu, scheduler %s, CPUs %u, LLCs %u, nodes %u, threads per core "
		"%u",
		job->test, (double)job->duration_ns / NS_PER_SEC, (unsigned long long)job->seed,
		job->schedulers.v[0].name, t->cpus, t->llcs, t->nodes, t->threads_per_core);

	term_prose(f, TERM_PLAIN, 2, head);
	putc('\n', f);
	print_cgroups(job, f);
	print_works(job, f);
	print_payloads(job, f);
	print_ops(job, f);
}
