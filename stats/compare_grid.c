/* SPDX-License-Identifier: GPL-2.0-only */
/* The comparison as CSV and Markdown, a row per figure, and as JUnit, a case per test. */
#include "base/mem.h"
#include "stats/compare_text.h"
#include "stats/compare_view.h"

enum role {
	ROLE_OUTCOME,
	ROLE_HEADLINE,
	ROLE_DETAIL
};
static const char *const role_names[] = { "outcome", "headline", "detail" };

/* For programs; "" is none. */
static void add_number(struct grid *g, double v)
{
	if (isfinite(v))
		grid_cell(g, TERM_PLAIN, "%.17g", v);
	else
		grid_cell(g, TERM_PLAIN, "%s", "");
}

static void add_text(struct grid *g, char *text)
{
	grid_cell(g, TERM_PLAIN, "%s", text);
	free(text);
}

static void add_median(struct grid *g, const struct sample *s, const char *unit)
{
	add_text(g, s->n ? text_value(s->median, unit) : xstrdup("-"));
	if (s->n)
		grid_raw(g, "%.17g", s->median);
	else
		grid_raw(g, "%s", "");
}

static void add_judgement(struct grid *g, const struct judgement *j, enum role role, double a,
                          char *note)
{
	bool detail = role == ROLE_DETAIL;

	add_text(g, text_word(j, detail));
	if (!detail || j->verdict == VERDICT_MISSING)
		grid_raw(g, "%s", verdict_names[j->verdict]);
	add_text(g, note);
	grid_cell(g, TERM_PLAIN, "%zu", j->n[SIDE_A]);
	grid_cell(g, TERM_PLAIN, "%zu", j->n[SIDE_B]);
	add_number(g, role == ROLE_OUTCOME ? NAN : j->shift.estimate);
	add_number(g, role == ROLE_OUTCOME ? NAN : j->shift.low);
	add_number(g, role == ROLE_OUTCOME ? NAN : j->shift.high);
	add_number(g, a != 0 ? j->shift.estimate / fabs(a) : NAN);
	add_number(g, j->gate);
	add_number(g, j->p);
	add_number(g, j->p_adjusted);
}

static void add_outcome(struct grid *g, const struct compared *t, const char *label)
{
	grid_row(g, NULL);
	grid_cell(g, TERM_PLAIN, "%s", label);
	grid_cell(g, TERM_PLAIN, "outcome");
	add_text(g, text_tally(&t->tally[SIDE_A]));
	add_text(g, text_tally(&t->tally[SIDE_B]));
	grid_cell(g, TERM_PLAIN, "%s", text_cause(&t->pair->side[SIDE_B]));
	add_judgement(g, &t->outcome, ROLE_OUTCOME, NAN, text_note(&t->outcome));
	grid_cell(g, TERM_PLAIN, "%s", "");
	grid_cell(g, TERM_PLAIN, "%s", role_names[ROLE_OUTCOME]);
}

static void add_finding(struct grid *g, const struct compared *t, const struct finding *f,
                        enum role role, const char *label)
{
	const char *unit = f->figure.def.unit;

	grid_row(g, NULL);
	grid_cell(g, TERM_PLAIN, "%s", label);
	grid_cell(g, TERM_PLAIN, "%s", f->figure.def.name);
	for (int s = 0; s < SIDES; s++)
		add_median(g, &f->side[s], unit);
	add_text(g, text_change(f));
	add_judgement(g, &f->j, role, f->side[SIDE_A].median, text_finding_note(t, f));
	grid_cell(g, TERM_PLAIN, "%s", unit ? unit : "");
	grid_cell(g, TERM_PLAIN, "%s", role_names[role]);
}

static void print_figures(const struct compare_view *r, enum grid_format format)
{
	static const struct grid_col cols[] = {
		{ "TEST", "test" },
		{ "METRIC", "metric" },
		{ "A", "a", .right = true },
		{ "B", "b", .right = true },
		{ "CHANGE", "change" },
		{ "VERDICT", "verdict" },
		{ "NOTE", "note" },
		{ "N_A", "n_a", .machine = true },
		{ "N_B", "n_b", .machine = true },
		{ "SHIFT", "shift", .machine = true },
		{ "LOW", "shift_low", .machine = true },
		{ "HIGH", "shift_high", .machine = true },
		{ "RELATIVE", "shift_relative", .machine = true },
		{ "GATE", "gate", .machine = true },
		{ "P", "p", .machine = true },
		{ "P_ADJUSTED", "p_adjusted", .machine = true },
		{ "UNIT", "unit", .machine = true },
		{ "ROLE", "role", .machine = true },
	};
	_cleanup_grid_ struct grid *g = grid_new("compare", cols, ARRAY_SIZE(cols));
	unsigned int parts = text_label_parts(r->join);

	for (size_t i = 0; i < r->cmp->n; i++) {
		const struct compared *t = &r->cmp->v[i];
		_cleanup_free_ char *label = text_label(t->pair, parts);

		add_outcome(g, t, label);
		for (size_t k = 0; k < t->n_headlines; k++)
			add_finding(g, t, &t->headlines[k], ROLE_HEADLINE, label);
		for (size_t k = 0; k < t->n_details; k++)
			add_finding(g, t, &t->details[k], ROLE_DETAIL, label);
	}
	grid_print(g, format, stdout);
}

/* "worst_spread +36 points [+30, +41]; …": the headlines with this verdict. */
static char *headlines_with(const struct compared *t, enum verdict v)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < t->n_headlines; i++) {
		const struct finding *f = &t->headlines[i];
		_cleanup_free_ char *change = text_change(f);

		if (f->j.verdict == v)
			strbuf_addf(&b, "%s%s %s", b.n ? "; " : "", f->figure.def.name, change);
	}
	return strbuf_steal(&b);
}

static char *failure_of(const struct compared *t)
{
	_cleanup_free_ char *worse = headlines_with(t, VERDICT_WORSE);
	_cleanup_free_ char *note = text_note(&t->outcome);

	if (t->verdict != VERDICT_WORSE)
		return NULL;
	if (t->outcome.verdict != VERDICT_WORSE)
		return steal_ptr(&worse);
	return xasprintf("%s%s%s", *note ? note : "passes less often", *worse ? "; " : "", worse);
}

static void print_junit(const struct compare_view *r)
{
	static const struct grid_col cols[] = {
		{ "TEST", "test" },     { "VERDICT", "verdict" }, { "OUTCOME", "outcome" },
		{ "WORSE", "worse" },   { "MISSING", "missing" }, { "UNDECIDED", "undecided" },
		{ "BETTER", "better" }, { "SAME", "same" },
	};
	_cleanup_grid_ struct grid *g = grid_new("compare", cols, ARRAY_SIZE(cols));
	unsigned int parts = r->join->parts;

	for (size_t i = 0; i < r->cmp->n; i++) {
		const struct compared *t = &r->cmp->v[i];
		_cleanup_free_ char *failure = failure_of(t);

		grid_row(g, failure);
		if (t->verdict == VERDICT_MISSING || t->verdict == VERDICT_UNDECIDED)
			grid_skip(g, verdict_names[t->verdict]);
		add_text(g, text_label(t->pair, parts));
		grid_cell(g, TERM_PLAIN, "%s", verdict_names[t->verdict]);
		add_text(g, text_outcomes(t));
		for (int v = 0; v < VERDICT_COUNT; v++)
			add_text(g, headlines_with(t, (enum verdict)v));
	}
	grid_print(g, FORMAT_JUNIT, stdout);
}

void compare_grid(const struct compare_view *r, enum grid_format format)
{
	FILE *talk = format == FORMAT_MARKDOWN ? stdout : stderr;

	compare_view_head(r, talk);
	if (format == FORMAT_JUNIT)
		print_junit(r);
	else
		print_figures(r, format);
	if (format == FORMAT_MARKDOWN)
		putchar('\n');
	compare_view_foot(r, talk);
}
