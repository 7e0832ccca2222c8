/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>

#include "base/mem.h"
#include "base/term.h"

#define GAP    2
#define INDENT 2  /* of what does not fit on a row's first line */
#define PROSE  24 /* no `shrink` column becomes narrower for the sake of the others */

struct table_cell {
	enum term_color color;
	char *text;
};
struct table_row {
	struct table_cell *cells;
	size_t n;
};
struct table {
	struct table_col *cols;
	size_t n_cols;
	struct table_row *rows;
	size_t n_rows;
};

struct table *table_new(const struct table_col *cols, size_t n)
{
	struct table *t = xcalloc(1, sizeof(*t));

	t->cols = xmemdup(cols, n * sizeof(*cols));
	t->n_cols = n;
	for (size_t i = 0; i < n; i++)
		t->cols[i].head = xstrdup(cols[i].head);
	return t;
}

static void row_done(struct table_row *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->cells[i].text);
	free(r->cells);
}

void table_free(struct table **tp)
{
	struct table *t = tp ? *tp : NULL;

	if (!t)
		return;
	for (size_t i = 0; i < t->n_rows; i++)
		row_done(&t->rows[i]);
	for (size_t i = 0; i < t->n_cols; i++)
		free((char *)t->cols[i].head);
	free(t->rows);
	free(t->cols);
	free(t);
	*tp = NULL;
}

void table_row(struct table *t)
{
	xgrow(t->rows, t->n_rows);
}

void table_cell(struct table *t, enum term_color c, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, shown = STRBUF_INIT;
	struct table_row *r = &t->rows[t->n_rows - 1];
	struct table_cell *cell;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	strbuf_add_printable(&shown, strbuf_cstr(&text), text.n, false);
	cell = xgrow(r->cells, r->n);
	*cell = (struct table_cell){ c, strbuf_steal(&shown) };
}

size_t table_rows(const struct table *t)
{
	return t->n_rows;
}

/* How a table is laid out: the width of each column, and on which line of a row it is. */
struct layout {
	size_t *width, *line;
	size_t lines;
};

static void layout_done(struct layout *l)
{
	free(l->width);
	free(l->line);
}

static void measure(const struct table *t, size_t *width)
{
	for (size_t c = 0; c < t->n_cols; c++)
		width[c] = utf8_width(t->cols[c].head);
	for (size_t r = 0; r < t->n_rows; r++)
		for (size_t c = 0; c < t->rows[r].n && c < t->n_cols; c++) {
			size_t w = utf8_width(t->rows[r].cells[c].text);

			width[c] = w > width[c] ? w : width[c];
		}
}

static size_t total_width(const struct table *t, const size_t *width)
{
	size_t total = t->n_cols ? GAP * (t->n_cols - 1) : 0;

	for (size_t c = 0; c < t->n_cols; c++)
		total += width[c];
	return total;
}

/* Makes the widest of the `shrink` columns narrower until a row fits on one line. */
static bool shrink_to(const struct table *t, size_t *width, size_t limit)
{
	size_t total = total_width(t, width);

	while (total > limit) {
		size_t widest = t->n_cols;

		for (size_t c = 0; c < t->n_cols; c++)
			if (t->cols[c].shrink && width[c] > PROSE &&
			    (widest == t->n_cols || width[c] > width[widest]))
				widest = c;
		if (widest == t->n_cols)
			return false;
		width[widest]--;
		total--;
	}
	return true;
}

/* Spreads the columns over several lines. */
static void flow(const struct table *t, struct layout *l, size_t limit)
{
	size_t used = 0;

	for (size_t c = 0; c < t->n_cols; c++) {
		size_t room = limit > INDENT ? limit - INDENT : 1;

		if (l->width[c] > room)
			l->width[c] = room;
		if (c && used + GAP + l->width[c] > limit) {
			l->lines++;
			used = INDENT + l->width[c];
		} else {
			used += (c ? GAP : 0) + l->width[c];
		}
		l->line[c] = l->lines - 1;
	}
}

static void lay_out(const struct table *t, FILE *f, struct layout *l)
{
	unsigned int limit = term_width(f);

	l->width = xcalloc(t->n_cols, sizeof(*l->width));
	l->line = xcalloc(t->n_cols, sizeof(*l->line));
	l->lines = 1;
	measure(t, l->width);
	if (!limit || shrink_to(t, l->width, limit))
		return;
	measure(t, l->width);
	flow(t, l, limit);
}

/* How many bytes of the text go on one line: up to a space where possible, else up to a character that
 * may end a line, else as many as fit. */
static size_t piece_of(const char *s, size_t width)
{
	size_t len = strlen(s), n = 0, at = 0, space = 0, mark = 0;

	while (n < width && at < len) {
		size_t step = utf8_char(s + at, len - at);

		at += step ? step : 1;
		n++;
		if (s[at] == ' ' || s[at] == '\0')
			space = at;
		else if (strchr("/,;_", s[at - 1]))
			mark = at;
	}
	return space ? space : mark ? mark : at;
}

/* A cell while it is printed, piece by piece. */
struct rest {
	const char *text;
	enum term_color color;
};

static char *next_piece(struct rest *r, size_t width)
{
	size_t n = piece_of(r->text, width);
	char *piece = xstrndup(r->text, n);

	r->text += n;
	while (*r->text == ' ')
		r->text++;
	return piece;
}

/* The last column of this line of the row that still has text, plus one; 0: none. */
static size_t end_of_line(const struct table *t, const struct layout *l, const struct rest *rest,
                          size_t line)
{
	size_t end = 0;

	for (size_t c = 0; c < t->n_cols; c++)
		if (l->line[c] == line && *rest[c].text)
			end = c + 1;
	return end;
}

static void print_piece(const struct table *t, const struct layout *l, struct rest *r, size_t c,
                        bool last, FILE *f)
{
	_cleanup_free_ char *piece = next_piece(r, l->width[c]);
	size_t shown = utf8_width(piece);
	int pad = (int)(l->width[c] > shown ? l->width[c] - shown : 0);

	if (t->cols[c].right)
		fprintf(f, "%*s", pad, "");
	term_put(f, r->color, piece);
	if (!t->cols[c].right && !last)
		fprintf(f, "%*s", pad, "");
}

static bool print_line(const struct table *t, const struct layout *l, struct rest *rest,
                       size_t line, FILE *f)
{
	size_t end = end_of_line(t, l, rest, line);
	bool first = true;

	if (!end)
		return false;
	fprintf(f, "%*s", line ? INDENT : 0, "");
	for (size_t c = 0; c < end; c++) {
		if (l->line[c] != line)
			continue;
		fprintf(f, "%*s", first ? 0 : GAP, "");
		print_piece(t, l, &rest[c], c, c + 1 == end, f);
		first = false;
	}
	fputc('\n', f);
	return true;
}

static void print_row(const struct table *t, const struct table_row *row, const struct layout *l,
                      FILE *f)
{
	_cleanup_free_ struct rest *rest = xcalloc(t->n_cols, sizeof(*rest));
	bool printed = false;

	for (size_t c = 0; c < t->n_cols; c++)
		rest[c] = c < row->n ? (struct rest){ row->cells[c].text, row->cells[c].color }
		                     : (struct rest){ "", TERM_PLAIN };
	for (size_t line = 0; line < l->lines; line++)
		while (print_line(t, l, rest, line, f))
			printed = true;
	if (!printed)
		fputc('\n', f);
}

void table_print(const struct table *t, FILE *f)
{
	CLEANUP(layout_done) struct layout l = { 0 };
	_cleanup_free_ struct table_cell *heads = xcalloc(t->n_cols, sizeof(*heads));

	lay_out(t, f, &l);
	if (term_width(f))
		term_progress_end();
	for (size_t c = 0; c < t->n_cols; c++)
		heads[c] = (struct table_cell){ TERM_HEAD, (char *)t->cols[c].head };
	print_row(t, &(struct table_row){ heads, t->n_cols }, &l, f);
	for (size_t r = 0; r < t->n_rows; r++)
		print_row(t, &t->rows[r], &l, f);
}

void term_wrap(FILE *f, enum term_color c, const char *text, size_t at, size_t indent, size_t width)
{
	struct rest r = { text, c };

	for (;;) {
		size_t room = width > at ? width - at : 1;
		_cleanup_free_ char *piece = next_piece(&r, width ? room : strlen(r.text));

		term_put(f, c, piece);
		if (!*r.text)
			return;
		fprintf(f, "\n%*s", (int)indent, "");
		at = indent;
	}
}

void term_prose(FILE *f, enum term_color c, size_t indent, const char *text)
{
	_cleanup_strbuf_ struct strbuf shown = STRBUF_INIT;

	strbuf_add_printable(&shown, text, strlen(text), false);
	term_wrap(f, c, strbuf_cstr(&shown), 0, indent, term_width(f));
	putc('\n', f);
}
