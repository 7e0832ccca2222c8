/* SPDX-License-Identifier: GPL-2.0-only */
#include "sidecar/metric_doc.h"

#include "sidecar/metric.h"

static const char intro[] =
	"# Metrics\n\n"
	"Made from the registry (sidecar/metric.h); a unit test keeps it current.\n\n"
	"A value that was not measured is null, never 0. Each latency means one thing:\n\n"
	"- *wake latency*: from the waker's stamp until the wakee runs\n"
	"- *sleep overshoot*: time slept beyond the time asked for\n"
	"- *scheduling delay*: from runnable to running, by the kernel's own events\n"
	"- *run delay*: the kernel's schedstat counter\n\n"
	"Under the virtual clock a latency below the quantum (docs/clocks.md) is left out.\n\n"
	"Scheduling delay, longest wait, idle wait, breach, imbalance, queue depth and stalls\n"
	"need tracing; without it they are null. docs/measurement.md says how they are\n"
	"measured, and which nodes are right for memory.\n\n";

static const char tests[] =
	"## Of a test\n\n"
	"`stats compare` judges these. A difference counts if it reaches both gates: the\n"
	"absolute one, in the metric's unit, and the relative one, in percent of A.\n\n"
	"| metric | unit | better | gates | from the cgroups | what it is "
	"|\n|---|---|---|---|---|---|\n";

static const char payloads[] =
	"\nThe metrics of a payload are listed after these as `PAYLOAD: NAME` (its second run:\n"
	"`PAYLOAD #2: NAME`; a payload without a name: `payload N: NAME`). They have the polarity\n"
	"and unit that they declare. A difference counts from 10 % of A on; if a metric has no\n"
	"polarity, it is only reported as changed.\n";

static const char cgroups[] =
	"\n## Of a cgroup\n\n"
	"*Like workers* belong to one work, start together, may use the same CPUs and do the\n"
	"same in the work (a waker is not like the workers it wakes).\n\n"
	"| metric | unit | what it is |\n|---|---|---|\n";

static void add_test_metric(const struct metric_def *d, struct strbuf *out)
{
	strbuf_addf(out, "| `%s` | %s | %s | %g, %g %% | ", d->name, d->unit ? d->unit : "",
	            d->polarity == METRIC_LOWER_BETTER ? "lower" : "higher", d->gate_abs,
	            d->gate_rel * 100);
	if (d->rollup != METRIC_OWN)
		strbuf_addf(out, "%s `%s`", d->rollup == METRIC_SUM ? "sum of" : "worst",
		            cgroup_metrics_table.fields[d->from].name);
	strbuf_addf(out, " | %s |\n", d->doc);
}

void metric_doc(struct strbuf *out)
{
	strbuf_adds(out, intro);
	strbuf_adds(out, tests);
	for (int m = 0; m < METRIC_COUNT; m++)
		add_test_metric(&metric_defs[m], out);
	strbuf_adds(out, payloads);
	strbuf_adds(out, cgroups);
	for (size_t i = 0; i < cgroup_metrics_table.n; i++) {
		const struct json_field *f = &cgroup_metrics_table.fields[i];

		strbuf_addf(out, "| `%s` | %s | %s |\n", f->name, f->unit ? f->unit : "", f->doc);
	}
}
