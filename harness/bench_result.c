/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench_result.h"

#include <inttypes.h>

#include "base/cmd.h"
#include "base/mem.h"
#include "base/term.h"

static char *side_of(const struct sidecar *s)
{
	return s->beside ? xasprintf("kernel %s, profile %s, %s", s->kernel_version, s->profile,
	                             s->beside)
	                 : xasprintf("kernel %s, profile %s", s->kernel_version, s->profile);
}

void bench_results_add(struct bench_results *r, const struct sidecar *s)
{
	struct bench_result *x = xgrow(r->v, r->n);

	*x = (struct bench_result){ .side = side_of(s),
		                    .name = xstrdup(s->test_name),
		                    .outcome = (enum outcome)s->outcome,
		                    .cause = xstrdup(s->cause) };
	json_init(&timing_table, &x->timing);
	if (!s->benchmark)
		return;
	x->timing = s->benchmark->timing;
	x->timing.unit = xstrdup(s->benchmark->timing.unit);
	x->timing.samples.v = xmemdup(s->benchmark->timing.samples.v,
	                              (x->timing.samples.n + 1) * sizeof(uint64_t));
}

void bench_results_done(struct bench_results *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].side);
		free(r->v[i].name);
		free(r->v[i].cause);
		json_done(&timing_table, &r->v[i].timing);
	}
	free(r->v);
}

static bool alike(const struct bench_result *a, const struct bench_result *b)
{
	return streq(a->side, b->side) && streq(a->name, b->name);
}

/* All its runs as one. */
static void pool(const struct bench_results *r, const struct bench_result *of, struct timing *out)
{
	_cleanup_free_ struct timing *runs = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (alike(&r->v[i], of) && r->v[i].outcome == OUTCOME_PASS)
			*xgrow(runs, n) = r->v[i].timing;
	json_init(&timing_table, out);
	timing_join(runs, n, out);
}

static void cell_value(struct table *t, double v, const char *unit)
{
	_cleanup_free_ char *text = timing_format(v, unit);

	table_cell(t, TERM_PLAIN, "%s", text);
}

static void add_row(struct table *t, const struct bench_result *of, const struct timing *f)
{
	table_row(t);
	table_cell(t, TERM_PLAIN, "%s", of->name);
	cell_value(t, f->p50, f->unit);
	cell_value(t, f->median_low, f->unit);
	cell_value(t, f->median_high, f->unit);
	cell_value(t, f->p95, f->unit);
	table_cell(t, TERM_PLAIN, "%" PRIu64, f->iterations);
}

static bool is_first(const struct bench_results *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (alike(&r->v[k], &r->v[i]) && r->v[k].outcome == OUTCOME_PASS)
			return false;
	return true;
}

static void print_side(const struct bench_results *r, const char *side)
{
	static const struct table_col cols[] = {
		{ "BENCHMARK", false, false }, { "MEDIAN", true, false },
		{ "FROM", true, false },       { "TO", true, false },
		{ "P95", true, false },        { "ITERATIONS", true, false },
	};
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < r->n; i++) {
		struct timing all;

		if (!streq(r->v[i].side, side) || r->v[i].outcome != OUTCOME_PASS ||
		    !is_first(r, i))
			continue;
		pool(r, &r->v[i], &all);
		add_row(t, &r->v[i], &all);
		json_done(&timing_table, &all);
	}
	if (!table_rows(t))
		return;
	term_print(stdout, TERM_HEAD, "%s\n", side);
	table_print(t, stdout);
}

static void print_without(const struct bench_results *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct bench_result *x = &r->v[i];
		_cleanup_free_ char *line = NULL;
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = streq(r->v[k].name, x->name) && streq_null(r->v[k].cause, x->cause);
		if (x->outcome == OUTCOME_PASS || again)
			continue;
		line = xasprintf("%s: %s: %s", json_name(&outcome_names, (int)x->outcome), x->name,
		                 x->cause);
		term_prose(stdout, TERM_PLAIN, 2, line);
	}
}

void bench_results_print(const struct bench_results *r)
{
	for (size_t i = 0; i < r->n; i++) {
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = streq(r->v[k].side, r->v[i].side);
		if (!again)
			print_side(r, r->v[i].side);
	}
	print_without(r);
	printf("FROM, TO: 95 %% interval of the median; overhead of timer and loop is "
	       "subtracted\n");
}

void bench_results_lines(const struct bench_results *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct timing *t = &r->v[i].timing;

		if (r->v[i].outcome == OUTCOME_PASS && streq(t->unit, "ns"))
			printf("BENCH %s %" PRIu64 " %" PRIu64 " %.0f\n", r->v[i].name,
			       t->iterations, t->total_ns, t->per_iteration);
	}
}

int bench_results_status(const struct bench_results *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].outcome == OUTCOME_ERROR)
			return EXIT_INFRA;
	return EXIT_OK;
}
