/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/cmd.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "base/term.h"
#include "harness/tell.h"

static const enum term_color outcome_colors[OUTCOME_COUNT] = {
	[OUTCOME_PASS] = TERM_GOOD,         [OUTCOME_FAIL] = TERM_BAD,  [OUTCOME_SKIP] = TERM_DIM,
	[OUTCOME_INCONCLUSIVE] = TERM_WARN, [OUTCOME_ERROR] = TERM_BAD,
};

static const char *const outcome_words[OUTCOME_COUNT] = {
	[OUTCOME_PASS] = "PASS",           [OUTCOME_FAIL] = "FAIL",   [OUTCOME_SKIP] = "SKIP",
	[OUTCOME_INCONCLUSIVE] = "UNSURE", [OUTCOME_ERROR] = "ERROR",
};

/* "HEAD text"; what does not fit the terminal goes on lines of its own. */
static void tell_text(const char *head, const char *text)
{
	fputs(head, stdout);
	term_wrap(stdout, TERM_PLAIN, text, strlen(head), strspn(head, " ") + 2,
	          term_width(stdout));
	putchar('\n');
}

/* The cause first, then what helps: evidence, other reasons, artefacts, the command that runs it again.
 * Paths and commands stay whole, so that they can be copied. */
static void tell_details(const struct run_result *r)
{
	const struct sidecar_reason *reasons = r->sidecar.reasons.v;
	_cleanup_free_ char *again = run_result_again(r);

	tell_text("       ", r->sidecar.cause ? r->sidecar.cause : "no cause known");
	strv_each (&r->sidecar.evidence, i)
		tell_text("         ", r->sidecar.evidence.v[i]);
	for (size_t i = 0; i < r->sidecar.reasons.n; i++)
		if (!streq_null(reasons[i].text, r->sidecar.cause))
			tell_text("       also: ", reasons[i].text);
	strv_each (&r->artefacts, i)
		printf("       see %s\n", r->artefacts.v[i]);
	if (r->sidecar.outcome != OUTCOME_SKIP && again)
		printf("       again: %s\n", again);
}

/* Only another one than the default. */
static const char *profile_of(const struct test *t)
{
	return streq(t->profile->name, PROFILE_DEFAULT) ? "" : t->profile->name;
}

static void tell_line(const struct test *t, const struct sidecar *s, enum outcome outcome)
{
	_cleanup_free_ char *topo = topo_format(&t->topo);

	term_print(stdout, outcome_colors[outcome], "%-6s", outcome_words[outcome]);
	printf(" %-24s %-10s %-10s %-10s %-7s", t->scenario->name, t->scheduler->name, topo,
	       s->kernel_version ? s->kernel_version : kernel_label(t->kernel),
	       json_name(&vm_clock_names, t->clock));
	if (*profile_of(t))
		printf(" %-11s", profile_of(t));
}

void tell_result(const struct test *t, const struct run_result *r)
{
	const int outcome = r->sidecar.outcome;

	tell_line(t, &r->sidecar, (enum outcome)outcome);
	printf(" %5.1f s", r->wall_s);
	if (t->repeat)
		printf("  #%u", t->repeat);
	putchar('\n');
	if (outcome != OUTCOME_PASS)
		tell_details(r);
	fflush(stdout);
}

/* "1 fail, 9 pass": the worst first. */
static char *describe_outcomes(const struct series *s)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (int i = 0; i < OUTCOME_COUNT; i++) {
		enum outcome o = series_outcomes[i];

		if (s->of[o])
			strbuf_addf(&b, "%s%zu %s", b.n ? ", " : "", s->of[o],
			            json_name(&outcome_names, (int)o));
	}
	return strbuf_steal(&b);
}

/* "worst_longest_wait_ms 20.1 (2.3 to 40)" */
static char *describe_headline(const struct series_headline *h)
{
	sort_doubles(h->values, h->n);
	double middle = (h->values[h->n / 2] + h->values[(h->n - 1) / 2]) / 2;

	return xasprintf("%s %.4g (%.4g to %.4g)", metric_defs[h->metric].name, middle,
	                 h->values[0], h->values[h->n - 1]);
}

#define INDENT  7  /* under the scenario's name */
#define COLUMNS 80 /* where there is no terminal */

/* The median and the range of each headline, as many in a row as fit. */
static void tell_headlines(const struct series *s)
{
	const size_t width = term_width(stdout) ? term_width(stdout) : COLUMNS;
	size_t at = 0;

	for (size_t i = 0; i < s->n_headlines; i++) {
		_cleanup_free_ char *text = describe_headline(&s->headlines[i]);
		size_t n = strlen(text);

		if (at && at + 2 + n > width) {
			puts(",");
			at = 0;
		}
		if (at)
			term_print(stdout, TERM_DIM, ", %s", text);
		else
			term_print(stdout, TERM_DIM, "%*s%s", INDENT, "", text);
		at += at ? 2 + n : INDENT + n;
	}
	if (at)
		putchar('\n');
}

void tell_series(const struct series *s)
{
	enum outcome outcome = series_outcome(s);

	_cleanup_free_ char *outcomes = describe_outcomes(s);

	tell_line(s->test, &s->worst->sidecar, outcome);
	printf(" %zu/%zu\n", s->of[OUTCOME_PASS], s->want);
	tell_headlines(s);
	if (outcome != OUTCOME_PASS) {
		printf("       %s; #%u is the first:\n", outcomes, s->worst_test->repeat);
		tell_details(s->worst);
	}
	fflush(stdout);
}

void tell_head(const struct plan *plan, const char *clock_reason)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	size_t tests = plan_n_tests(plan);

	strbuf_addf(&b, "%zu test%s", tests, tests == 1 ? "" : "s");
	if (plan->n > tests)
		strbuf_addf(&b, ", %zu runs", plan->n);
	if (clock_reason)
		strbuf_addf(&b, "; %s clock: %s", json_name(&vm_clock_names, plan->tests[0].clock),
		            clock_reason);
	term_prose(stdout, TERM_PLAIN, 2, strbuf_cstr(&b));
	fflush(stdout);
}

void tell_replaced(const struct rundir *rd)
{
	size_t n = rundir_replaces(rd);
	_cleanup_free_ char *text = NULL;

	if (!n)
		return;
	text = xasprintf("note: this run replaces %zu earlier result%s in %s; --keep keeps %s, in "
	                 ".history",
	                 n, n == 1 ? "" : "s", rundir_path(rd), n == 1 ? "it" : "them");
	term_prose(stderr, TERM_WARN, 2, text);
}

static void tell_alike(const struct alike *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].n > 1)
			printf("%zu tests failed alike (%s), the first: %s\n", a->v[i].n,
			       a->v[i].fingerprint, a->v[i].cause);
}

void tell_summary(const struct suite_counts *c, const struct alike *alike, uint64_t start_ns,
                  const struct suite_dir *dirs, size_t n_dirs)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	enum term_color color = TERM_GOOD;

	for (int o = 0; o < OUTCOME_COUNT; o++) {
		if (!c->of[o] && o != OUTCOME_PASS)
			continue;
		strbuf_addf(&b, "%s%zu %s", b.n ? ", " : "", c->of[o],
		            json_name(&outcome_names, o));
		if (o != OUTCOME_PASS && o != OUTCOME_SKIP)
			color = outcome_colors[o];
	}
	if (c->not_run)
		strbuf_addf(&b, ", %zu not run", c->not_run);
	putchar('\n');
	tell_alike(alike);
	term_print(stdout, color, "%s", b.s);
	printf(" in %.1f s\n", (double)(clock_mono_ns() - start_ns) / NS_PER_SEC);
	for (size_t i = 0; i < n_dirs; i++)
		printf("results: %s\n", rundir_path(dirs[i].rundir));
	fflush(stdout);
}

struct json_object *tell_json(const struct run_result *r)
{
	struct json_object *o = json_object_new_object();
	_cleanup_free_ char *again = run_result_again(r);

	json_add_text(o, "path", r->path);
	json_add_text(o, "again", again);
	json_object_object_add(o, "wall_s", json_object_new_double(r->wall_s));
	json_object_object_add(o, "sidecar", json_encode(&sidecar_table, &r->sidecar));
	return o;
}

void tell_json_summary(struct json_object *tests, const struct suite_counts *c, uint64_t start_ns,
                       const struct suite_dir *dirs, size_t n_dirs)
{
	struct json_object *o = json_object_new_object();
	struct json_object *sum = json_object_new_object(), *paths = json_object_new_array();

	for (int i = 0; i < OUTCOME_COUNT; i++)
		json_object_object_add(sum, json_name(&outcome_names, i),
		                       json_object_new_uint64(c->of[i]));
	json_object_object_add(sum, "not_run", json_object_new_uint64(c->not_run));
	json_object_object_add(
		sum, "wall_s",
		json_object_new_double((double)(clock_mono_ns() - start_ns) / NS_PER_SEC));
	for (size_t i = 0; i < n_dirs; i++)
		json_object_array_add(paths, json_object_new_string(rundir_path(dirs[i].rundir)));
	json_object_object_add(o, "tests", tests);
	json_object_object_add(o, "summary", sum);
	json_object_object_add(o, "results", paths);
	cmd_print_json(o);
	fflush(stdout);
}

void tell_progress(size_t done, size_t running, size_t left, uint64_t start_ns)
{
	double so_far_s = (double)(clock_mono_ns() - start_ns) / NS_PER_SEC;
	/* half of a running test is to come */
	double rest = (double)left + (double)running / 2;

	if (done)
		term_progress("%zu done, %zu running, %zu left, %.0f s so far, about %.0f s to go",
		              done, running, left, so_far_s,
		              so_far_s / ((double)done + (double)running / 2) * rest);
	else
		term_progress("%zu running, %zu left, %.0f s so far", running, left, so_far_s);
}
