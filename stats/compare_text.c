/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/compare_text.h"

#include <ctype.h>

#include "base/mem.h"
#include "base/parse.h"

/* As format_figure(), but with a tenth up to 1000: "322.4". */
static char *number(double v)
{
	double size = fabs(v);

	return size >= 100 && size < 1000 && size != floor(size) ? xasprintf("%.1f", v)
	                                                         : format_figure(v);
}

/* Three digits: "12.3k". */
static char *brief_number(double v)
{
	static const struct {
		double from;
		char suffix;
	} scales[] = { { 1e12, 'T' }, { 1e9, 'G' }, { 1e6, 'M' }, { 1e4, 'k' } };

	for (size_t i = 0; i < ARRAY_SIZE(scales); i++)
		if (fabs(v) >= scales[i].from) {
			double size = v / (scales[i].suffix == 'k' ? 1e3 : scales[i].from);

			return xasprintf("%.*f%c",
			                 fabs(size) < 10    ? 2
			                 : fabs(size) < 100 ? 1
			                                    : 0,
			                 size, scales[i].suffix);
		}
	return format_figure(v);
}

char *text_value(double v, const char *unit)
{
	_cleanup_free_ char *n = number(v);

	return xasprintf("%s%s%s", n, unit ? " " : "", unit ? unit : "");
}

char *text_label(const struct pair *pair, unsigned int parts)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	const struct row *r = rows_first(pair->side);

	strbuf_adds(&b, r->test);
	for (unsigned int p = 0; p < JOIN_PARTS; p++) {
		size_t len;
		const char *s;

		if (!(parts & ~JOIN_TEST & 1u << p))
			continue;
		s = join_part_text(r, p, &len);
		if (len)
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
		label = text_label(&j->pairs[i], parts);
		index_add(&labels, label, strlen(label));
	}
	return labels.n;
}

unsigned int text_label_parts(const struct join *j)
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

static int only_outcome(const struct tally *t)
{
	for (int i = 0; i < OUTCOME_COUNT; i++)
		if (t->n && t->by[i] == t->n)
			return i;
	return -1;
}

char *text_tally(const struct tally *t)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	uint32_t skips = t->by[OUTCOME_SKIP];

	if (!t->n)
		return xstrdup("-");
	if (t->n == 1)
		return xstrdup(json_name(&outcome_names, only_outcome(t)));
	strbuf_addf(&b, "%u/%u pass", t->by[OUTCOME_PASS], t->n - skips);
	if (skips)
		strbuf_addf(&b, ", %u skip", skips);
	return strbuf_steal(&b);
}

char *text_outcomes(const struct compared *t)
{
	const struct tally *a = &t->tally[SIDE_A], *b = &t->tally[SIDE_B];
	_cleanup_free_ char *x = text_tally(a), *y = text_tally(b);

	if (a->n > 1 && b->n > 1 && !a->by[OUTCOME_SKIP] && !b->by[OUTCOME_SKIP])
		return xasprintf("%u/%u → %u/%u pass", a->by[OUTCOME_PASS], a->n,
		                 b->by[OUTCOME_PASS], b->n);
	return xasprintf("%s → %s", x, y);
}

static char *median_text(const struct sample *s, bool brief)
{
	if (!s->n)
		return xstrdup("-");
	return brief ? brief_number(s->median) : number(s->median);
}

char *text_medians(const struct finding *f, bool brief)
{
	const char *unit = f->figure.def.unit;
	_cleanup_free_ char *a = median_text(&f->side[SIDE_A], brief);
	_cleanup_free_ char *b = median_text(&f->side[SIDE_B], brief);

	if (!f->side[SIDE_A].n || !f->side[SIDE_B].n)
		unit = NULL;
	return xasprintf("%s → %s%s%s", a, b, unit ? " " : "", unit ? unit : "");
}

/* "+48", "-3.2", "+0.004": no more digits than an estimate deserves. */
static char *rough(double v)
{
	double size = fabs(v);

	if (v == 0)
		return xstrdup("0");
	if (size < 0.05)
		return xasprintf("%+.1g", v);
	if (size < 10)
		return xasprintf("%+.1f", v);
	return size < 1e5 ? xasprintf("%+.0f", v) : xasprintf("%+.2g", v);
}

/* A difference of percentages is in points: "+5 %" would look like a relative change. From 0 there
 * is no relative change. Nothing falls by more than all of it: where the runs vary so much that the
 * interval would say so, the difference itself is shown. */
char *text_change(const struct finding *f)
{
	const struct infer_interval *s = &f->j.shift;
	double a = fabs(f->side[SIDE_A].median);
	bool points = streq_null(f->figure.def.unit, "%");
	bool relative = !points && a > 0 && !(isfinite(s->low) && s->low < -a);
	double v[] = { s->estimate, s->low, s->high };
	char *texts[ARRAY_SIZE(v)], *all;

	if (isnan(s->estimate))
		return xstrdup("");
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		texts[i] = rough(relative ? v[i] / a * 100 : v[i]);
	all = xasprintf("%s%s", texts[0], relative ? " %" : points ? " points" : "");
	if (!f->j.unconfirmed && isfinite(s->low) && isfinite(s->high)) {
		char *with = xasprintf("%s [%s, %s]", all, texts[1], texts[2]);

		free(all);
		all = with;
	}
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		free(texts[i]);
	return all;
}

/* "WORSE" is in capitals, so that it stands out without colour, too. */
char *text_word(const struct judgement *j, bool detail)
{
	char *word;

	if (detail && j->verdict != VERDICT_MISSING)
		return xstrdup(judge_moved(j) ? "moved" : "");
	word = xstrdup(verdict_names[j->verdict]);
	for (char *p = word; *p && j->verdict == VERDICT_WORSE; p++)
		*p = (char)toupper((unsigned char)*p);
	return word;
}

char *text_note(const struct judgement *j)
{
	if (j->verdict == VERDICT_UNDECIDED && j->need)
		return xasprintf("about %zu runs a side would decide", j->need);
	if (j->verdict == VERDICT_UNDECIDED)
		return xstrdup("more runs a side are needed");
	if (j->why != WHY_FIGURES)
		return xstrdup(why_texts[j->why]);
	if (j->unconfirmed && (j->verdict == VERDICT_WORSE || j->verdict == VERDICT_BETTER))
		return xstrdup("one run each: unconfirmed");
	return xstrdup("");
}

char *text_finding_note(const struct compared *t, const struct finding *f)
{
	if (f->j.why == WHY_UNITS || f->j.why == WHY_POLARITY)
		return figure_mismatch(&f->figure, &t->runs);
	return text_note(&f->j);
}

enum term_color text_color(const struct judgement *j, bool detail)
{
	static const enum term_color colors[VERDICT_COUNT] = {
		[VERDICT_WORSE] = TERM_BAD,      [VERDICT_MISSING] = TERM_WARN,
		[VERDICT_UNDECIDED] = TERM_WARN, [VERDICT_BETTER] = TERM_GOOD,
		[VERDICT_SAME] = TERM_DIM,
	};

	if (detail)
		return j->verdict == VERDICT_MISSING ? TERM_WARN : TERM_DIM;
	return colors[j->verdict];
}

const char *text_cause(const struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i]->cause)
			return rows->v[i]->cause;
	return "";
}
