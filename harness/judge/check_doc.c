/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/check_doc.h"

#include "harness/judge/judge_rules.h"

static const char intro[] =
	"# Checks\n\n"
	"Made from the tables (harness/scenario/check.h, harness/judge/judge_rules.c); a unit test "
	"keeps "
	"it current.\n\n"
	"A limit comes from the default, the scheduler's own settings or the scenario's `checks:`, "
	"the last that gives one. A check without a default is off until one does.\n\n"
	"- *functional*: what the scheduler decided; holds under any clock.\n"
	"- *timing*: how long things took. Off the limit it is inconclusive when the VM waited for "
	"the host for more than 25 % of the time it wanted to run, and a share also when it is off "
	"by no more than the share that the VM waited; so is a limit finer than the virtual "
	"clock's quantum.\n"
	"- A check that was asked for and has no data is inconclusive and says why. A default "
	"judges what there is: it is left out where it does not apply.\n"
	"- A worker that was there for less than 100 ms is not judged by `min_iterations` and "
	"`max_spread_pct`: it may not have had its turn. One to which a busy host left less makes "
	"`min_iterations` inconclusive.\n"
	"- A percentile takes samples beyond it: 100 for the 99th. With fewer it is not known.\n"
	"- A check fails when one cgroup does; each is a reason of its own in the sidecar.\n\n"
	"| check | kind | default | looks at | needs | what it asks |\n|---|---|---|---|---|---|\n";

static const char fairness[] =
	"\n## Fairness\n\n"
	"What a cgroup is entitled to is weighted max-min fair over the tree of cgroups: all "
	"rivals "
	"rise together, at speeds by `cpu.weight` (`cpu.idle`: 3) and nice (the kernel's weights), "
	"until one has a CPU per worker, reaches `cpu.max`, or the CPUs it may use (cpuset, "
	"affinity) "
	"are full; the others go on, a group's own members first. A worker that never blocks wants "
	"a whole CPU. One that blocks, or binds itself, is taken to have wanted what it got: it is "
	"not judged, and "
	"bounds what it leaves. A cgroup's error is the sum of its works' errors, of what they "
	"are entitled to in all.\n\n"
	"Not judged (inconclusive when asked for): a test with payloads, with a real-time policy, "
	"with a cpuset partition, with work that forks, or with an op during the run that changes "
	"who may run where or "
	"how much.\n\n"
	"## A test that must fail\n\n"
	"`expect: {outcome, cause}` of a scenario: it passes when it came to that outcome and its "
	"cause matches the extended regular expression, else it fails with `expected …, got …`. "
	"A guest that never reached the agent, or was taken away, meets it only by a cause that "
	"matches. The sidecar says both, under `expected`.\n";

#define HEALTHY "`healthy` eevdf virtual"
#define APART   "`crowded` eevdf virtual"
#define SETTLED "`settled` eevdf virtual"

/* What must trip each check, and what must not: a scenario of tests/vm/checks with a scheduler and
 * a clock. A unit test refuses a check without. */
static const struct {
	const char *trip, *quiet;
} shown[CHECK_COUNT] = {
	[CHECK_MIN_ITERATIONS] = { "`starved` eevdf virtual", HEALTHY },
	[CHECK_MAX_SPREAD_PCT] = { "`held` starve virtual", HEALTHY },
	[CHECK_MAX_GAP_MS] = { "`starved` eevdf virtual", HEALTHY },
	[CHECK_MAX_WAIT_MS] = { "`hogged` eevdf virtual", HEALTHY },
	[CHECK_MAX_BREACH_MS] = { "`stray` eevdf virtual", APART },
	[CHECK_MAX_FAIRNESS_ERROR_PCT] = { "`weights` fifo virtual", "`weights` eevdf virtual" },
	[CHECK_MAX_IDLE_WAIT_PCT] = { "`unbalanced` eevdf virtual", APART },
	[CHECK_MAX_P99_WAKE_LATENCY_US] = { "`hogged` eevdf virtual", HEALTHY },
	[CHECK_MAX_WAKE_LATENCY_CV] = { "`hogged` eevdf virtual", HEALTHY },
	[CHECK_MAX_P99_SCHED_DELAY_US] = { "`hogged` eevdf virtual", HEALTHY },
	[CHECK_MAX_SLEEP_OVERSHOOT_US] = { "`hogged` eevdf virtual", HEALTHY },
	[CHECK_MIN_ITERATION_RATE] = { "`starved` eevdf virtual", HEALTHY },
	[CHECK_MIN_WORK_RATE] = { "`slow` eevdf virtual", HEALTHY },
	[CHECK_MAX_THROUGHPUT_CV] = { "`dragged` drag virtual", HEALTHY },
	[CHECK_MAX_MIGRATION_RATIO] = { "`slow` eevdf virtual", HEALTHY },
	[CHECK_MAX_IMBALANCE_RATIO] = { "`piled` one_cpu virtual", "`piled` eevdf virtual" },
	[CHECK_MAX_LOCAL_DSQ_DEPTH] = { "`piled` one_cpu virtual", "`pairs` vtime virtual" },
	[CHECK_MAX_STALL_MS] = { "`forsaken` starve virtual", "`pairs` vtime virtual" },
	[CHECK_MIN_PAGE_LOCALITY] = { "`displaced` eevdf virtual", SETTLED },
	[CHECK_MAX_SLOW_TIER_RATIO] = { "`displaced` eevdf virtual", SETTLED },
	[CHECK_MAX_CROSS_NODE_MIGRATION_RATIO] = { "`displaced` eevdf virtual", SETTLED },
	[CHECK_MAX_FALLBACK_RATE] = { "`elsewhere` elsewhere virtual", "`healthy` fifo virtual" },
	[CHECK_MAX_KEEP_LAST_RATE] = { "`lone` fifo virtual", "`healthy` fifo virtual" },
};

static const char shown_intro[] =
	"\n## What trips each, and what does not\n\n"
	"Scenarios of tests/vm/checks, those on one node with the limits of its limits.yaml, the "
	"others of pages.yaml, under a scheduler "
	"and a clock, run by cases 32 and 34 of tests/vm from this table. "
	"`starve`, `drag`, `elsewhere` and `one_cpu` are of tests/fixtures/schedulers.\n\n"
	"| check | trips | stays quiet |\n|---|---|---|\n";

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

void check_doc(struct strbuf *out)
{
	strbuf_adds(out, intro);
	for (int id = 0; id < CHECK_COUNT; id++)
		add_row(id, out);
	strbuf_adds(out, fairness);
	strbuf_adds(out, shown_intro);
	for (int id = 0; id < CHECK_COUNT; id++)
		if (shown[id].trip && shown[id].quiet)
			strbuf_addf(out, "| `%s` | %s | %s |\n", check_defs[id].name,
			            shown[id].trip, shown[id].quiet);
}
