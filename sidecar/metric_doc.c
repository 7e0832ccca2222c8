/* SPDX-License-Identifier: GPL-2.0-only */
#include "sidecar/metric_doc.h"

#include "sidecar/metric.h"

static void add_test_metric(const struct metric_def *d, struct strbuf *out)
{
	strbuf_addf(out, "| `%s` | %s | %s | %g, %g %% | ", d->name, d->unit ? d->unit : "",
	            metric_polarity_name(d->polarity), d->gate_abs, d->gate_rel * 100);
	if (d->rollup != METRIC_OWN)
		strbuf_addf(out, "%s `%s`", d->rollup == METRIC_SUM ? "sum of" : "worst",
		            cgroup_metrics_table.fields[d->from].name);
	strbuf_addf(out, " | %s |\n", d->doc);
}

void metric_doc_tests(struct strbuf *out)
{
	strbuf_adds(out, "| metric | unit | better | gates | from the cgroups | what it is |\n"
	                 "|---|---|---|---|---|---|\n");
	for (int m = 0; m < METRIC_COUNT; m++)
		add_test_metric(&metric_defs[m], out);
}

void metric_doc_questions(struct strbuf *out)
{
	strbuf_adds(out,
	            "| question | answered by | or, if that is not measured |\n|---|---|---|\n");
	for (int q = 0; q < QUESTION_COUNT; q++) {
		const struct metric_question_def *d = &metric_question_defs[q];
		bool other = d->metric[1] != d->metric[0];

		strbuf_addf(out, "| %s | `%s` | ", d->name, metric_defs[d->metric[0]].name);
		if (other)
			strbuf_addf(out, "`%s`", metric_defs[d->metric[1]].name);
		strbuf_adds(out, " |\n");
	}
}

void metric_doc_cgroups(struct strbuf *out)
{
	strbuf_adds(out, "| metric | unit | what it is |\n|---|---|---|\n");
	for (size_t i = 0; i < cgroup_metrics_table.n; i++) {
		const struct json_field *f = &cgroup_metrics_table.fields[i];

		strbuf_addf(out, "| `%s` | %s | %s |\n", f->name, f->unit ? f->unit : "", f->doc);
	}
}
