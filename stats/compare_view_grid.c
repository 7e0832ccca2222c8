/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>

#include "base/mem.h"
#include "stats/compare_view.h"

static const enum term_color kind_colors[KIND_COUNT] = {
	[KIND_WORSE] = TERM_BAD,
	[KIND_NOTE] = TERM_WARN,
	[KIND_BETTER] = TERM_GOOD,
	[KIND_SAME] = TERM_DIM,
};

static const char *number_format(double v, bool sign)
{
	double size = fabs(v);

	if (size == floor(size) && size < 1e15)
		return sign ? "%+.0f" : "%.0f";
	if (size >= 1000)
		return sign ? "%+.0f" : "%.0f";
	if (size >= 10)
		return sign ? "%+.1f" : "%.1f";
	return sign ? "%+.3g" : "%.3g";
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *number(double v, bool sign)
{
	return xasprintf(number_format(v, sign), v);
}
#pragma GCC diagnostic pop

char *compare_view_value(double v, const char *unit)
{
	_cleanup_free_ char *n = number(v, false);

	return xasprintf("%s%s%s", n, unit ? " " : "", unit ? unit : "");
}

/* The unit stands beside A and B; a difference of percentages is in points, for "+5 %" would read
 * as a relative change. */
static char *delta_text(const struct finding *f)
{
	const char *unit = f->def->unit;
	const char *points = unit && streq(unit, "%") ? " points" : "";
	_cleanup_free_ char *n = number(f->delta.abs, true);

	if (isnan(f->delta.rel))
		return xasprintf("%s%s (from 0)", n, points);
	return xasprintf("%s%s (%+.*f %%)", n, points, fabs(f->delta.rel) < 1 ? 1 : 0,
	                 f->delta.rel * 100);
}

static char *test_text(const struct pair *pair, unsigned int parts)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	const struct row *r = pair->side[pair->side[SIDE_A].n ? SIDE_A : SIDE_B].v[0];

	strbuf_adds(&b, r->test);
	for (unsigned int p = 0; p < JOIN_PARTS; p++) {
		size_t len;
		const char *s;

		if (!(parts & ~JOIN_TEST & 1u << p))
			continue;
		s = join_part_text(r, p, &len);
		strbuf_addf(&b, "/%.*s", (int)len, s);
	}
	return strbuf_steal(&b);
}

static size_t count_labels(const struct join *j, unsigned int parts)
{
	_cleanup_index_ struct index labels = { 0 };

	for (size_t i = 0; i < j->n; i++) {
		_cleanup_free_ char *label = NULL;

		if (j->pairs[i].elsewhere)
			continue;
		label = test_text(&j->pairs[i], parts);
		index_add(&labels, label, strlen(label));
	}
	return labels.n;
}

/* The parts of the key that it takes to tell the lines of a table apart. */
static unsigned int telling_parts(const struct join *j)
{
	unsigned int bits = JOIN_TEST;
	size_t labels = count_labels(j, bits), all = count_labels(j, j->parts);

	for (unsigned int p = 0; p < JOIN_PARTS && labels < all; p++) {
		unsigned int more = bits | (j->parts & 1u << p);
		size_t n = more == bits ? labels : count_labels(j, more);

		if (n > labels)
			bits = more;
		labels = n;
	}
	return bits;
}

static char *tally_text(const struct tally *t)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	uint32_t decided = t->n - t->by[OUTCOME_SKIP];

	if (!t->n)
		return xstrdup("-");
	for (int i = 0; i < OUTCOME_COUNT; i++)
		if (t->by[i] == t->n && t->n == 1)
			return xstrdup(json_name(&outcome_names, i));
	strbuf_addf(&b, "%u/%u pass", t->by[OUTCOME_PASS], decided);
	if (t->by[OUTCOME_SKIP])
		strbuf_addf(&b, ", %u skip", t->by[OUTCOME_SKIP]);
	return strbuf_steal(&b);
}

/* The first cause on the side: why it is not a pass. */
static const char *first_cause(const struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i]->cause)
			return rows->v[i]->cause;
	return "";
}

/* What is worse stands out without colour, too. */
static void add_verdict(struct grid *g, enum verdict v, enum term_color c)
{
	_cleanup_free_ char *text = xstrdup(verdict_defs[v].name);

	for (char *p = text; *p && verdict_defs[v].kind == KIND_WORSE; p++)
		*p = (char)toupper((unsigned char)*p);
	grid_cell(g, c, "%s", text);
	grid_raw(g, "%s", verdict_defs[v].name);
}

static void add_outcome(struct grid *g, const struct finding *f, enum term_color c)
{
	_cleanup_free_ char *a = tally_text(&f->tally[SIDE_A]), *b = tally_text(&f->tally[SIDE_B]);

	grid_cell(g, TERM_PLAIN, "outcome");
	grid_cell(g, TERM_PLAIN, "%s", a);
	grid_cell(g, TERM_PLAIN, "%s", b);
	grid_cell(g, TERM_PLAIN, "%s", first_cause(&f->pair->side[SIDE_B]));
	add_verdict(g, f->delta.verdict, c);
	grid_cell(g, TERM_PLAIN, "%u", f->tally[SIDE_A].n);
	grid_cell(g, TERM_PLAIN, "%u", f->tally[SIDE_B].n);
	grid_cell(g, TERM_PLAIN, "%s", "");
	grid_cell(g, TERM_PLAIN, "%s", "");
}

static void add_sample(struct grid *g, const struct sample *s, const char *unit)
{
	_cleanup_free_ char *text = s->n ? compare_view_value(s->median, unit) : xstrdup("-");

	grid_cell(g, TERM_PLAIN, "%s", text);
	if (s->n)
		grid_raw(g, "%.17g", s->median);
	else
		grid_raw(g, "%s", "");
}

static void add_metric(struct grid *g, const struct finding *f, enum term_color c)
{
	const struct metric_def *d = f->def;
	bool missing = f->delta.verdict == VERDICT_MISSING;
	_cleanup_free_ char *delta = missing ? xstrdup("-") : delta_text(f);

	grid_cell(g, TERM_PLAIN, "%s", d->name);
	add_sample(g, &f->side[SIDE_A], d->unit);
	add_sample(g, &f->side[SIDE_B], d->unit);
	grid_cell(g, c, "%s", delta);
	if (missing)
		grid_raw(g, "%s", "");
	else
		grid_raw(g, "%.17g", f->delta.abs);
	add_verdict(g, f->delta.verdict, c);
	grid_cell(g, TERM_PLAIN, "%u", f->side[SIDE_A].n);
	grid_cell(g, TERM_PLAIN, "%u", f->side[SIDE_B].n);
	if (isnan(f->delta.rel))
		grid_cell(g, TERM_PLAIN, "%s", "");
	else
		grid_cell(g, TERM_PLAIN, "%.17g", f->delta.rel);
	grid_cell(g, TERM_PLAIN, "%s", d->unit ? d->unit : "");
}

static void add_finding(struct grid *g, const struct finding *f, unsigned int parts)
{
	_cleanup_free_ char *test = test_text(f->pair, parts);
	enum verdict_kind kind = verdict_defs[f->delta.verdict].kind;

	grid_row(g, kind == KIND_WORSE ? verdict_defs[f->delta.verdict].name : NULL);
	grid_cell(g, TERM_PLAIN, "%s", test);
	if (f->metric == FINDING_OUTCOME)
		add_outcome(g, f, kind_colors[kind]);
	else
		add_metric(g, f, kind_colors[kind]);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void say(FILE *f, const char *s)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add_printable(&b, s, strlen(s), false);
	fprintf(f, "%s\n", strbuf_cstr(&b));
}

static void print_header(const struct compare_view *r, FILE *f)
{
	static const char letter[SIDES] = { 'A', 'B' };

	for (int s = 0; s < SIDES; s++) {
		_cleanup_free_ char *line =
			xasprintf("%c: %s (%zu result%s)", letter[s], r->sel->label[s],
		                  r->sel->side[s].n, plural(r->sel->side[s].n));

		say(f, line);
	}
	strv_each (r->notes, i)
		say(f, r->notes->v[i]);
	for (int s = 0; s < SIDES; s++)
		if (r->cmp->elsewhere[s])
			fprintf(f,
			        "not compared: %zu test%s of %c under settings the other side was "
			        "never run with\n",
			        r->cmp->elsewhere[s], plural(r->cmp->elsewhere[s]), letter[s]);
	putc('\n', f);
}

static void print_hosts(const struct host_diff *d, FILE *f)
{
	if (!d->hosts[SIDE_A] || !d->hosts[SIDE_B]) {
		fprintf(f, "hosts: not recorded on %s\n",
		        d->hosts[SIDE_A]   ? "B"
		        : d->hosts[SIDE_B] ? "A"
		                           : "either side");
		return;
	}
	if (d->hosts[SIDE_A] > 1 || d->hosts[SIDE_B] > 1)
		fprintf(f, "hosts: %zu on A, %zu on B\n", d->hosts[SIDE_A], d->hosts[SIDE_B]);
	else if (!d->n)
		fprintf(f, "hosts: the same\n");
	for (size_t i = 0; i < d->n; i++) {
		_cleanup_free_ char *a = strv_join(&d->v[i].value[SIDE_A], " | ");
		_cleanup_free_ char *b = strv_join(&d->v[i].value[SIDE_B], " | ");
		_cleanup_free_ char *line = xasprintf("hosts differ: %s: A %s, B %s", d->v[i].field,
		                                      *a ? a : "-", *b ? b : "-");

		say(f, line);
	}
}

static void print_host_wait(const struct comparison *c, FILE *f)
{
	if (c->host_wait_pct > 0)
		fprintf(f,
		        "not judged: %zu difference%s, for the host kept a VM waiting for up to "
		        "%.0f %% of the time it wanted to run; --clock virtual is free of that\n",
		        c->by[VERDICT_NOISY], plural(c->by[VERDICT_NOISY]), c->host_wait_pct);
}

static void print_summary(const struct compare_view *r, FILE *f)
{
	const struct comparison *c = r->cmp;

	fprintf(f, "%zu test%s compared", c->pairs, plural(c->pairs));
	if (c->exact)
		fprintf(f, " (%zu exact: virtual clock, same seeds)", c->exact);
	fprintf(f, ": %zu worse, %zu better, %zu unchanged", comparison_kind(c, KIND_WORSE),
	        comparison_kind(c, KIND_BETTER), comparison_kind(c, KIND_SAME));
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (verdict_defs[v].kind == KIND_NOTE && c->by[v])
			fprintf(f, ", %zu %s", c->by[v], verdict_defs[v].name);
	if (r->skipped_files)
		fprintf(f, "; %zu file%s skipped", r->skipped_files, plural(r->skipped_files));
	putc('\n', f);
}

/* How many values stand behind a number is worth a column when there are several. */
static bool has_repeats(const struct comparison *c)
{
	for (size_t i = 0; i < c->n; i++)
		for (int s = 0; s < SIDES; s++)
			if (c->v[i].pair->side[s].n > 1)
				return true;
	return false;
}

void compare_view_grid(const struct compare_view *r, enum grid_format format)
{
	bool single = !has_repeats(r->cmp);
	const struct grid_col cols[] = {
		{ "TEST", "test", .shrink = true },
		{ "METRIC", "metric" },
		{ "A", "a", .right = true },
		{ "B", "b", .right = true },
		{ "DELTA", "delta", .shrink = true },
		{ "VERDICT", "verdict" },
		{ "N_A", "n_a", .right = true, .machine = single },
		{ "N_B", "n_b", .right = true, .machine = single },
		{ "RELATIVE", "delta_relative", .machine = true },
		{ "UNIT", "unit", .machine = true },
	};
	bool people = format == FORMAT_TABLE || format == FORMAT_MARKDOWN;
	_cleanup_grid_ struct grid *g = grid_new("compare", cols, ARRAY_SIZE(cols));
	unsigned int parts = telling_parts(r->join);
	FILE *talk = people ? stdout : stderr;

	print_header(r, talk);
	for (size_t i = 0; i < r->cmp->n; i++)
		add_finding(g, &r->cmp->v[i], parts);
	if (grid_rows(g) || !people)
		grid_print(g, format, stdout);
	if (grid_rows(g) && people)
		putchar('\n');
	print_hosts(r->hosts, talk);
	print_host_wait(r->cmp, talk);
	print_summary(r, talk);
}
