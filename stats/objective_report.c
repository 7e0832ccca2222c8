/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/objective_report.h"

#include <time.h>

#include "base/clock.h"
#include "base/cmd.h"
#include "base/mem.h"
#include "stats/compare_text.h"

#define F(T, name_, kind_, flags_, doc_, ...)                                                      \
	{                                                                                          \
		.name = #name_, .kind = JSON_##kind_, .off = offsetof(struct T, name_),            \
		.flags = (flags_), .doc = (doc_), __VA_ARGS__                                      \
	}
#define ROW(name_, kind_, flags_, doc_, ...)                                                       \
	F(objective_summary_row, name_, kind_, flags_, doc_, __VA_ARGS__)
#define N JSON_NULLABLE

static const struct json_field row_fields[] = {
	ROW(name, STR, 0, "what the table calls the row"),
	ROW(test, STR, 0, "benchmark or scenario, or the pattern of its name"),
	ROW(metric, STR, 0, "what is judged"),
	ROW(unit, STR, N, "of value and bound; null: none, or a ratio"),
	ROW(method, STR, N, "how it is measured, as the row says"),
	ROW(level, ENUM, 0, "strict or advisory", .names = &objective_levels),
	ROW(status, ENUM, 0, "pass, fail, undecided, no data, not judged",
	    .names = &objective_status_names),
	ROW(open, BOOL, 0, "not judged although it should have been: machine: tcg would"),
	ROW(optional, BOOL, 0, "no data and not judged do not count"),
	ROW(with, STR, N, "side of a ratio"),
	ROW(of, STR, N, "side it is divided by"),
	ROW(value, F64, N, "median of the runs; of a ratio the median of all quotients"),
	ROW(low, F64, N, "interval of the value at 95 %; with few runs their range"),
	ROW(high, F64, N, "its other end"),
	ROW(min, F64, N, "bound"),
	ROW(max, F64, N, "bound"),
	ROW(min_tolerance, F64, N, "how far below min still passes"),
	ROW(max_tolerance, F64, N, "how far above max still passes"),
	ROW(floor, F64, N, "below it the row is not judged"),
	ROW(runs, U64, 0, "that count"),
	ROW(runs_of, U64, N, "the same of the side that is divided by"),
	ROW(note, STR, N, "what the status needs to be understood"),
};
static const struct json_table row_table =
	JSON_TABLE("row", struct objective_summary_row, row_fields, "One line of the table.");

#define TOP(name_, kind_, flags_, doc_, ...)                                                       \
	F(objective_summary, name_, kind_, flags_, doc_, __VA_ARGS__)
static const struct json_field summary_fields[] = {
	TOP(schema, U32, 0, "2"),
	TOP(objectives, STR, 0, "path of the objectives file"),
	TOP(timestamp, STR, 0, "when it was judged, UTC"),
	TOP(stats_version, STR, 0, "of the program that judged"),
	TOP(verdict, STR, 0, "pass; fail: a strict row fails; undecided: see the exit status"),
	TOP(exit_status, U32, 0, "of stats gate"),
	TOP(runs, STRV, 0, "run directories that were read"),
	TOP(kernels, STRV, 0, "kernels of the results"),
	TOP(machines, STRV, 0, "kvm, tcg, native"),
	TOP(rows, ARRAY, 0, "one per line of the table", .table = &row_table),
};
const struct json_table objective_summary_table =
	JSON_TABLE("gate", struct objective_summary, summary_fields, "The verdict on objectives.");

/* --- the texts of a line ----------------------------------------------------------------------- */

static char *side_text(const struct objective_side *s)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (s->label)
		strbuf_adds(&b, s->label);
	for (int d = 0; d < DIM_COUNT; d++) {
		const struct strv *want = &s->filters.set[SIDE_SHARED].want[d];
		_cleanup_free_ char *text = strv_join(want, "|");

		if (want->n)
			strbuf_addf(&b, "%s%s %s", b.n ? ", " : "", dim_defs[d].name, text);
	}
	return strbuf_steal(&b);
}

/* "open_close, agent ÷ baseline" */
static char *objective_text(const struct objective_line *l)
{
	const struct objective_ratio *r = l->row->bound->ratio;
	_cleanup_free_ char *with = NULL, *of = NULL;

	if (!r)
		return xstrdup(l->name);
	with = side_text(&r->side[SIDE_B]);
	of = side_text(&r->side[SIDE_A]);
	return xasprintf("%s, %s ÷ %s", l->name, with, of);
}

/* Ratios near 1 need three decimals. */
static char *value_text(double v, const struct objective_line *l)
{
	return l->row->bound->ratio ? xasprintf("%.3f", v) : text_value(v, NULL);
}

static char *interval_text(const struct objective_line *l)
{
	_cleanup_free_ char *v = NULL, *low = NULL, *high = NULL;

	if (isnan(l->value.estimate))
		return xstrdup("-");
	v = value_text(l->value.estimate, l);
	low = value_text(l->value.low, l);
	high = value_text(l->value.high, l);
	return xasprintf("%s%s%s %s…%s", v, l->unit ? " " : "", l->unit ? l->unit : "", low, high);
}

static char *budget_text(const struct objective_line *l)
{
	const struct objective_bound *b = l->row->bound;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (b->min)
		strbuf_addf(&text, "≥ %g", *b->min);
	if (b->max)
		strbuf_addf(&text, "%s≤ %g", text.n ? ", " : "", *b->max);
	if (b->tolerance)
		strbuf_addf(&text, " ± %s", b->tolerance);
	if (l->unit && isnan(l->value.estimate)) /* else the value says it */
		strbuf_addf(&text, " %s", l->unit);
	return strbuf_steal(&text);
}

static enum term_color status_color(const struct objective_line *l)
{
	static const enum term_color colors[OBJECTIVE_STATUS_COUNT] = {
		[OBJECTIVE_PASS] = TERM_GOOD,      [OBJECTIVE_FAIL] = TERM_BAD,
		[OBJECTIVE_UNDECIDED] = TERM_WARN, [OBJECTIVE_NO_DATA] = TERM_WARN,
		[OBJECTIVE_NOT_JUDGED] = TERM_DIM,
	};
	bool mild = l->row->level == OBJECTIVE_ADVISORY && l->status == OBJECTIVE_FAIL;

	return mild ? TERM_WARN : colors[l->status];
}

static const char *status_text(const struct objective_line *l)
{
	const char *word = json_name(&objective_status_names, (int)l->status);

	bool fails = l->status == OBJECTIVE_FAIL && l->row->level == OBJECTIVE_STRICT;

	return fails ? "FAIL" : word;
}

/* --- the table --------------------------------------------------------------------------------- */

static void add_line(struct grid *g, const struct objective_line *l)
{
	_cleanup_free_ char *objective = objective_text(l), *value = interval_text(l);
	_cleanup_free_ char *budget = budget_text(l);
	const char *status = status_text(l), *metric = l->row->figure;
	bool fails = l->status == OBJECTIVE_FAIL && l->row->level == OBJECTIVE_STRICT;

	grid_row(g, fails ? status : NULL);
	if (!fails && l->status != OBJECTIVE_PASS)
		grid_skip(g, status);
	grid_cell(g, TERM_PLAIN, "%s", objective);
	grid_cell(g, TERM_PLAIN, "%s",
	          metric + (starts_with(metric, "bench_") ? strlen("bench_") : 0));
	grid_raw(g, "%s", metric);
	grid_cell(g, TERM_PLAIN, "%s", value);
	grid_cell(g, TERM_PLAIN, "%s", budget);
	grid_cell(g, status_color(l), "%s", status);
	grid_cell(g, TERM_PLAIN, "%s", json_name(&objective_levels, (int)l->row->level));
	grid_cell(g, TERM_PLAIN, "%s", l->note ? l->note : "");
}

void objective_grid(const struct verdict_of_objectives *v, enum grid_format format, FILE *f)
{
	static const struct grid_col cols[] = {
		{ "OBJECTIVE", "objective", .shrink = true },
		{ "METRIC", "metric" },
		{ "VALUE", "value" },
		{ "BUDGET", "budget" },
		{ "STATUS", "status" },
		{ "LEVEL", "level", .machine = true },
		{ "NOTE", "note", .machine = true },
	};
	_cleanup_grid_ struct grid *g = grid_new("gate", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < v->n; i++)
		add_line(g, &v->v[i]);
	grid_print(g, format, f);
}

void objective_notes(const struct verdict_of_objectives *v, FILE *f)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct objective_line *l = &v->v[i];
		bool advisory = l->row->level == OBJECTIVE_ADVISORY && l->status == OBJECTIVE_FAIL;
		_cleanup_free_ char *text = xasprintf(
			"- %s: %s%s%s", l->name, advisory ? "advisory, does not count" : "",
			advisory && l->note ? "; " : "", l->note ? l->note : "");

		if (advisory || l->note)
			term_prose(f, TERM_PLAIN, 0, text);
	}
}

/* --- the summary ------------------------------------------------------------------------------- */

static double number_or_none(const double *v)
{
	return v ? *v : NAN;
}

static void summarise_line(const struct objective_line *l, struct objective_summary_row *r)
{
	const struct objective *o = l->row;
	const struct objective_bound *b = o->bound;

	json_init(&row_table, r);
	r->name = xstrdup(l->name);
	r->test = xstrdup(o->test);
	r->metric = xstrdup(o->figure);
	r->unit = xstrdup(l->unit);
	r->method = xstrdup(o->method);
	r->level = (int)o->level;
	r->status = (int)l->status;
	r->open = l->open;
	r->optional = o->optional;
	r->value = l->value.estimate;
	r->low = l->value.low;
	r->high = l->value.high;
	r->min = number_or_none(b->min);
	r->max = number_or_none(b->max);
	r->min_tolerance = b->tolerance && b->min ? b->min_slack : NAN;
	r->max_tolerance = b->tolerance && b->max ? b->max_slack : NAN;
	r->floor = number_or_none(o->floor);
	r->runs = l->n[SIDE_B];
	r->note = xstrdup(l->note);
	if (!b->ratio)
		return;
	r->runs_of = l->n[SIDE_A];
	r->with = side_text(&b->ratio->side[SIDE_B]);
	r->of = side_text(&b->ratio->side[SIDE_A]);
}

static void add_sources(const struct pool *p, struct objective_summary *out)
{
	for (size_t i = 0; i < p->n_runs; i++)
		if (p->runs[i].n)
			strv_add(&out->runs, p->runs[i].name);
	for (size_t i = 0; i < p->n_rows; i++) {
		if (p->rows[i].dim[DIM_KERNEL])
			strv_add(&out->kernels, p->rows[i].dim[DIM_KERNEL]);
		strv_add(&out->machines, row_machine(&p->rows[i]));
	}
	strv_uniq(&out->kernels);
	strv_uniq(&out->machines);
}

void objective_summarise(const struct objectives *o, const struct verdict_of_objectives *v,
                         const struct pool *p, struct objective_summary *out)
{
	json_init(&objective_summary_table, out);
	out->schema = OBJECTIVE_SUMMARY_SCHEMA;
	out->objectives = xstrdup(o->path);
	out->timestamp = clock_format_utc(time(NULL));
	out->stats_version = xstrdup(cmd_version());
	out->verdict = xstrdup(objectives_word(v->exit_status));
	out->exit_status = (uint32_t)v->exit_status;
	add_sources(p, out);
	for (size_t i = 0; i < v->n; i++)
		summarise_line(&v->v[i], xgrow(out->rows.v, out->rows.n));
}

static void put_list(FILE *f, const char *head, const struct strv *list)
{
	_cleanup_free_ char *text = strv_join(list, ", ");

	fprintf(f, "- %s: %s\n", head, list->n ? text : "none");
}

static void put_methods(const struct objective_summary *s, FILE *f)
{
	bool first = true;

	for (size_t i = 0; i < s->rows.n; i++) {
		const struct objective_summary_row *r = &s->rows.v[i];

		if (!r->method)
			continue;
		fprintf(f, "%s- %s: %s\n", first ? "\nHow it is measured:\n\n" : "", r->name,
		        r->method);
		first = false;
	}
}

void objective_page(const struct objective_summary *s, const struct verdict_of_objectives *v,
                    FILE *f)
{
	size_t strict = 0;

	for (int i = 0; i < OBJECTIVE_STATUS_COUNT; i++)
		strict += v->by[i];
	fprintf(f, "# Objectives: %s\n\n", s->verdict);
	fprintf(f, "%zu of %zu strict rows pass, %zu fail.\n\n", v->by[OBJECTIVE_PASS], strict,
	        v->by[OBJECTIVE_FAIL]);
	objective_grid(v, FORMAT_MARKDOWN, f);
	fputc('\n', f);
	objective_notes(v, f);
	fprintf(f, "- objectives: %s\n- judged: %s, stats %s\n", s->objectives, s->timestamp,
	        s->stats_version);
	put_list(f, "runs", &s->runs);
	put_list(f, "kernels", &s->kernels);
	put_list(f, "machines", &s->machines);
	put_methods(s, f);
}
