/* SPDX-License-Identifier: GPL-2.0-only */
/* A block per test: its outcomes and verdict, below them its headlines, then details. */
#include "base/mem.h"
#include "stats/compare_text.h"
#include "stats/compare_view.h"
#include "stats/page.h"

#define FEW_TESTS  10 /* with more tests, one of which all is the same needs a single line */
#define PLOT_WIDTH 64

struct builder {
	const struct compare_view *view;
	struct page page;
	const struct finding **finding; /* of each line; NULL: none */
	size_t n_finding;
	unsigned int parts;
	bool brief;
	FILE *f;
};

static void add_line(struct builder *b, const struct page_line *l, const struct finding *f)
{
	page_add(&b->page, l);
	*xgrow(b->finding, b->n_finding) = f;
}

static char *title_note(const struct compared *t)
{
	const char *cause = text_cause(&t->pair->side[SIDE_B]);
	bool undecided = t->outcome.verdict == VERDICT_UNDECIDED;
	_cleanup_free_ char *note = text_note(&t->outcome);
	_cleanup_free_ char *why =
		xasprintf("%s%s", undecided ? "pass rate undecided: " : "", note);

	if (!*why || !*cause)
		return xstrdup(*why ? why : cause);
	return xasprintf("%s; %s", cause, why);
}

static void add_title(struct builder *b, const struct compared *t)
{
	struct judgement whole = { .verdict = t->verdict };

	add_line(b,
	         &(struct page_line){
			 .name = text_label(t->pair, b->parts),
			 .note = title_note(t),
			 .cell = { text_outcomes(t), xstrdup(""), text_word(&whole, false) },
			 .name_color = TERM_HEAD,
			 .color = text_color(&whole, false) },
	         NULL);
}

static void add_finding(struct builder *b, const struct compared *t, const struct finding *f,
                        bool detail)
{
	bool says_why = !detail || f->j.verdict == VERDICT_MISSING;

	add_line(b,
	         &(struct page_line){ .name = xasprintf("  %s", f->figure.def.name),
	                              .note = says_why ? text_finding_note(t, f) : xstrdup(""),
	                              .cell = { text_medians(f, b->brief), text_change(f),
	                                        text_word(&f->j, detail) },
	                              .name_color = detail ? TERM_DIM : TERM_PLAIN,
	                              .color = text_color(&f->j, detail) },
	         f);
}

static bool has_metric(const struct finding *v, size_t n, enum metric m)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].figure.metric == (int)m)
			return true;
	return false;
}

/* Of two metrics that say the same, one is enough. */
static bool shows_detail(const struct compared *t, const struct finding *f)
{
	enum metric other;

	if (t->show == DETAILS_ALL)
		return true;
	if (f->figure.metric != FIGURE_PAYLOAD &&
	    metric_repeats((enum metric)f->figure.metric, &other) &&
	    (has_metric(t->headlines, t->n_headlines, other) ||
	     has_metric(t->details, t->n_details, other)))
		return false;
	return judge_moved(&f->j);
}

static void add_test(struct builder *b, const struct compared *t)
{
	add_title(b, t);
	if (t->verdict == VERDICT_SAME && t->show != DETAILS_ALL && b->view->cmp->n > FEW_TESTS)
		return;
	for (size_t i = 0; i < t->n_headlines; i++)
		add_finding(b, t, &t->headlines[i], false);
	for (size_t i = 0; i < t->n_details; i++)
		if (shows_detail(t, &t->details[i]))
			add_finding(b, t, &t->details[i], true);
}

static void build(struct builder *b)
{
	double sure = 100 * (1 - b->view->cmp->level);

	add_line(b,
	         &(struct page_line){ .name = xstrdup("TEST, METRIC"),
	                              .note = xstrdup(""),
	                              .cell = { xstrdup("A → B"),
	                                        xasprintf("CHANGE [%.4g %%]", sure),
	                                        xstrdup("VERDICT") } },
	         NULL);
	for (size_t i = 0; i < b->view->cmp->n; i++)
		add_test(b, &b->view->cmp->v[i]);
}

static void builder_done(struct builder *b)
{
	page_done(&b->page);
	free(b->finding);
	b->finding = NULL;
	b->n_finding = 0;
}

static void plot_below(size_t i, void *arg)
{
	const struct builder *b = arg;

	if (b->view->plot && b->finding[i])
		compare_plot(b->finding[i], PLOT_WIDTH, b->f);
}

static void print_overall(const struct compare_view *r, FILE *f)
{
	_cleanup_free_ struct overall *v = NULL;
	size_t n = compare_overall(r->cmp, &v), name = 0;

	for (size_t i = 0; i < n; i++)
		name = strlen(v[i].name) > name ? strlen(v[i].name) : name;
	if (n)
		term_print(f, TERM_HEAD, "all tests, geometric mean of B ÷ A\n");
	for (size_t i = 0; i < n; i++)
		fprintf(f, "  %-*s  %.3f  (%zu tests)\n", (int)name, v[i].name, v[i].ratio,
		        v[i].tests);
	if (n)
		putc('\n', f);
}

void compare_page(const struct compare_view *r, FILE *f)
{
	unsigned int width = term_width(f);
	CLEANUP(builder_done)
	struct builder b = { .view = r, .parts = text_label_parts(r->join), .f = f };

	compare_view_head(r, f);
	build(&b);
	if (width && page_is_wider(&b.page, width)) {
		builder_done(&b);
		b.brief = true;
		build(&b);
	}
	page_print(&b.page, width, f, plot_below, &b);
	putc('\n', f);
	print_overall(r, f);
	compare_view_foot(r, f);
}
