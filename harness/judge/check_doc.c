/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/check_doc.h"

#include "harness/judge/fair.h"
#include "harness/judge/judge_rules.h"
#include "harness/judge/measure.h"
#include "harness/judge/measure_latency.h"

static void add_row(enum check_id id, struct strbuf *out)
{
	const struct check_def *d = &check_defs[id];
	const struct check_rule *r = &check_rules[id];

	strbuf_addf(out, "| `%s` | %s | ", d->name,
	            d->kind == CHECK_TIMING ? "timing" : "functional");
	if (isnan(d->def))
		strbuf_adds(out, "off | ");
	else
		strbuf_addf(out, "%g%s%s | ", d->def, d->unit ? " " : "", d->unit ? d->unit : "");
	if (check_rule_figure(r))
		strbuf_addf(out, "`%s`", check_rule_figure(r));
	else
		strbuf_adds(out, "each worker");
	strbuf_addf(out, " | %s | %s |\n", r->traced ? "tracing" : "", d->doc);
}

void check_doc_checks(struct strbuf *out)
{
	strbuf_adds(out, "| check | kind | default | looks at | needs | what it asks |\n"
	                 "|---|---|---|---|---|---|\n");
	for (int id = 0; id < CHECK_COUNT; id++)
		add_row(id, out);
}

void check_doc_figures(struct strbuf *out)
{
	strbuf_adds(out, "| figure | value |\n|---|---|\n");
	strbuf_addf(out,
	            "| busy host: the VM waited for the host for more than this share of the time "
	            "it wanted to run | %d %% |\n",
	            HOST_WAIT_MAX_PCT);
	strbuf_addf(out, "| brief worker: it existed for less than this | %d ms |\n",
	            MEASURE_BRIEF_MS);
	strbuf_addf(out, "| samples that a 99th percentile needs | %llu |\n",
	            (unsigned long long)metric_samples_for(CG_WAKE_P99_US));
	strbuf_addf(out,
	            "| own memory that a cgroup's workers need for the checks of page locality "
	            "| %d pages |\n",
	            MEASURE_LEAST_PAGES);
	strbuf_addf(out, "| weight of `cpu.idle` and SCHED_IDLE (nice 0 has %g) | %g |\n",
	            fair_nice_weight(0), FAIR_IDLE_WEIGHT);
}
