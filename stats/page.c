/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/page.h"

#include "base/mem.h"

#define GAP      2
#define NOTE     4  /* how far a note on its own line is indented */
#define NAME_MIN 16 /* the name's column is not made narrower */

void page_done(struct page *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->lines[i].name);
		free(p->lines[i].note);
		for (int c = 0; c < PAGE_CELLS; c++)
			free(p->lines[i].cell[c]);
	}
	free(p->lines);
	*p = (struct page){ 0 };
}

static char *printable(char *s)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add_printable(&b, s, strlen(s), false);
	free(s);
	return strbuf_steal(&b);
}

void page_add(struct page *p, const struct page_line *l)
{
	struct page_line *to = xgrow(p->lines, p->n);

	*to = *l;
	to->name = printable(l->name);
	to->note = printable(l->note);
	for (int c = 0; c < PAGE_CELLS; c++)
		to->cell[c] = printable(l->cell[c]);
}

struct page_layout {
	size_t name, cell[PAGE_CELLS], width;
};

static size_t most(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t cells_width(const struct page_layout *l)
{
	size_t n = 0;

	for (int c = 0; c < PAGE_CELLS; c++)
		n += GAP + l->cell[c];
	return n;
}

static struct page_layout measure(const struct page *p)
{
	struct page_layout l = { 0 };

	for (size_t i = 0; i < p->n; i++) {
		l.name = most(l.name, utf8_width(p->lines[i].name));
		for (int c = 0; c < PAGE_CELLS; c++) {
			char *const *cell = &p->lines[i].cell[c];

			if (c + 1 == PAGE_CELLS || *cell[1])
				l.cell[c] = most(l.cell[c], utf8_width(*cell));
		}
	}
	return l;
}

bool page_is_wider(const struct page *p, size_t width)
{
	struct page_layout l = measure(p);

	return l.name + cells_width(&l) > width;
}

static void fill(FILE *f, size_t n)
{
	fprintf(f, "%*s", (int)n, "");
}

static size_t last_cell(const struct page_line *l)
{
	size_t last = PAGE_CELLS;

	while (last > 0 && !*l->cell[last - 1])
		last--;
	return last;
}

static size_t print_name(const struct page_layout *lay, const struct page_line *l, bool alone,
                         FILE *f)
{
	size_t at = utf8_width(l->name);

	term_print(f, l->name_color, "%s", l->name);
	if (alone)
		return at;
	if (at > lay->name) {
		putc('\n', f);
		at = 0;
	}
	fill(f, lay->name - at);
	return lay->name;
}

static void print_note(const struct page_layout *lay, const struct page_line *l, size_t at, FILE *f)
{
	if (!*l->note)
		return;
	if (!lay->width || at + GAP + utf8_width(l->note) <= lay->width) {
		fill(f, GAP);
		at += GAP;
	} else {
		putc('\n', f);
		fill(f, NOTE);
		at = NOTE;
	}
	term_wrap(f, TERM_DIM, l->note, at, NOTE, lay->width);
}

/* Cells that reach over their column, because the next one is empty, push nothing. */
static void print_line(const struct page_layout *lay, const struct page_line *l, FILE *f)
{
	size_t cells = last_cell(l), at = print_name(lay, l, !cells, f), column = lay->name;

	for (size_t c = 0; c < cells; c++) {
		column += GAP;
		if (*l->cell[c]) {
			fill(f, at + GAP > column ? GAP : column - at);
			at = at + GAP > column ? at + GAP : column;
			term_print(f, c ? l->color : l->name_color, "%s", l->cell[c]);
			at += utf8_width(l->cell[c]);
		}
		column += lay->cell[c];
	}
	print_note(lay, l, at, f);
	putc('\n', f);
}

void page_print(const struct page *p, size_t width, FILE *f, void (*after)(size_t i, void *arg),
                void *arg)
{
	struct page_layout lay = measure(p);
	size_t cells = cells_width(&lay);

	lay.width = width;
	if (width && lay.name + cells > width)
		lay.name = cells + NAME_MIN < width ? width - cells : NAME_MIN;
	for (size_t i = 0; i < p->n; i++) {
		print_line(&lay, &p->lines[i], f);
		if (after)
			after(i, arg);
	}
}
