/* SPDX-License-Identifier: GPL-2.0-only */
#include "sidecar/metric_doc.h"

#include "sidecar/metric.h"

static const char intro[] =
	"# Metrics\n\n"
	"Made from the registry (sidecar/metric.h); a unit test keeps it current.\n\n"
	"What was not measured is null, never 0. Each latency means one thing: *wake latency* is "
	"from "
	"the waker's stamp to the wakee running, *sleep overshoot* the time slept beyond the time "
	"asked for, *scheduling delay* from runnable to running by the kernel's own events, *run "
	"delay* the kernel's schedstat counter. Under the virtual clock a latency below the "
	"quantum "
	"(docs/clocks.md) is left out.\n\n"
	"Scheduling delay, longest wait, idle wait, breach, imbalance, queue depth and stalls need "
	"tracing; they are null without it.\n\n";

static const char tests[] =
	"## Of a test\n\n"
	"What `stats compare` judges. A difference counts when it reaches both gates: the absolute "
	"one, in the unit, and the relative one, of A.\n\n"
	"| metric | unit | better | gates | from the cgroups' | what it is "
	"|\n|---|---|---|---|---|---|\n";

static const char payloads[] =
	"\nA payload's numbers stand beside these as `PAYLOAD: NAME` (`PAYLOAD #2: "
	"NAME` of its second run; `payload N: NAME` when it has no name), with the polarity and "
	"unit that "
	"they declare; they count from 10 % of A on. One of no polarity is "
	"only said to have changed.\n";

static const char cgroups[] = "\n## Of a cgroup\n\n"
			      "Like workers are of one work, started together, given the same "
			      "CPUs, and do the same in it (a "
			      "waker is not like those it wakes).\n\n"
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
