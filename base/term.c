/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <sys/ioctl.h>

#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"

#define RESET  "\033[0m"
#define ERASE  "\r\033[K"
#define WIDEST 10000

static const char *const escapes[] = {
	[TERM_PLAIN] = "",        [TERM_GOOD] = "\033[32m", [TERM_BAD] = "\033[31m",
	[TERM_WARN] = "\033[33m", [TERM_DIM] = "\033[2m",   [TERM_HEAD] = "\033[1m",
};

static const char *const when_names[] = {
	[TERM_AUTO] = "auto",
	[TERM_ALWAYS] = "always",
	[TERM_NEVER] = "never",
};

static enum term_when color_when;
static bool progress_shown;

void term_set_color(enum term_when when)
{
	color_when = when;
}

int term_parse_when(const char *s, enum term_when *out, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(when_names); i++) {
		if (streq(s, when_names[i])) {
			*out = (enum term_when)i;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "--color: \"%.32s\" is not auto, always or never", s);
}

static bool is_terminal(FILE *f)
{
	return fileno(f) >= 0 && isatty(fileno(f));
}

bool term_use_color(FILE *f)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (color_when != TERM_AUTO)
		return color_when == TERM_ALWAYS;
	return !(no && *no) && !(term && streq(term, "dumb")) && is_terminal(f);
}

static void put(FILE *f, enum term_color c, const char *text)
{
	bool colored = c != TERM_PLAIN && *text && term_use_color(f);

	if (colored)
		fputs(escapes[c], f);
	fputs(text, f);
	if (colored)
		fputs(RESET, f);
}

void term_print(FILE *f, enum term_color c, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	if (progress_shown && is_terminal(f))
		term_progress_end();
	put(f, c, strbuf_cstr(&b));
}

unsigned int term_width(FILE *f)
{
	const char *columns = getenv("COLUMNS");
	struct winsize ws = { 0 };
	struct err err = ERR_INIT;
	uint64_t n;

	if (!is_terminal(f))
		return 0;
	if (columns && parse_u64(columns, "COLUMNS", 1, WIDEST, &n, &err) == 0)
		return (unsigned int)n;
	if (ioctl(fileno(f), TIOCGWINSZ, &ws) < 0 || !ws.ws_col)
		return 80;
	return ws.ws_col;
}

/* Bytes of the first `width` characters of valid UTF-8. */
static size_t bytes_of(const char *s, size_t width)
{
	size_t n = strlen(s), i = 0;

	while (i < n && width-- > 0)
		i += utf8_char(s + i, n - i);
	return i;
}

/* Adds s; "…" replaces what does not fit. */
static void add_cut(struct strbuf *b, const char *s, size_t width)
{
	if (utf8_width(s) <= width) {
		strbuf_adds(b, s);
	} else if (width > 0) {
		strbuf_add(b, s, bytes_of(s, width - 1));
		strbuf_adds(b, "…");
	}
}

void term_progress(const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, shown = STRBUF_INIT, line = STRBUF_INIT;
	unsigned int width = term_width(stderr);
	va_list ap;

	if (!width)
		return;
	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	strbuf_add_printable(&shown, strbuf_cstr(&text), text.n, false);
	strbuf_adds(&line, ERASE);
	/* One column stays free: a full line would wrap. */
	add_cut(&line, strbuf_cstr(&shown), width - 1);
	fputs(strbuf_cstr(&line), stderr);
	fflush(stderr);
	progress_shown = true;
}

void term_progress_end(void)
{
	if (!progress_shown)
		return;
	fputs(ERASE, stderr);
	fflush(stderr);
	progress_shown = false;
}

#define GAP 2

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

/* Makes the widest of the `shrink` columns narrower until the line fits, but no column below 4. */
static void shrink_to(const struct table *t, size_t *widths, size_t limit)
{
	size_t total = t->n_cols ? GAP * (t->n_cols - 1) : 0;

	for (size_t i = 0; i < t->n_cols; i++)
		total += widths[i];
	while (total > limit) {
		size_t widest = t->n_cols;

		for (size_t i = 0; i < t->n_cols; i++)
			if (t->cols[i].shrink && widths[i] > 4 &&
			    (widest == t->n_cols || widths[i] > widths[widest]))
				widest = i;
		if (widest == t->n_cols)
			return;
		widths[widest]--;
		total--;
	}
}

static size_t *measure(const struct table *t, FILE *f)
{
	size_t *widths = xcalloc(t->n_cols, sizeof(*widths));
	unsigned int limit = term_width(f);

	for (size_t c = 0; c < t->n_cols; c++)
		widths[c] = utf8_width(t->cols[c].head);
	for (size_t r = 0; r < t->n_rows; r++)
		for (size_t c = 0; c < t->rows[r].n && c < t->n_cols; c++) {
			size_t w = utf8_width(t->rows[r].cells[c].text);

			widths[c] = w > widths[c] ? w : widths[c];
		}
	if (limit)
		shrink_to(t, widths, limit);
	return widths;
}

static void print_row(const struct table *t, const struct table_row *row, const size_t *widths,
                      FILE *f)
{
	size_t last = row->n < t->n_cols ? row->n : t->n_cols;

	while (last && !*row->cells[last - 1].text)
		last--; /* no spaces at the end of a line */
	for (size_t c = 0; c < last; c++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
		size_t pad;

		add_cut(&b, row->cells[c].text, widths[c]);
		pad = widths[c] - utf8_width(strbuf_cstr(&b));
		fprintf(f, "%*s", (int)((c ? GAP : 0) + (t->cols[c].right ? pad : 0)), "");
		put(f, row->cells[c].color, strbuf_cstr(&b));
		if (!t->cols[c].right && c + 1 < last)
			fprintf(f, "%*s", (int)pad, "");
	}
	fputc('\n', f);
}

void table_print(const struct table *t, FILE *f)
{
	_cleanup_free_ size_t *widths = measure(t, f);
	_cleanup_free_ struct table_cell *heads = xcalloc(t->n_cols, sizeof(*heads));

	if (progress_shown && is_terminal(f))
		term_progress_end();
	for (size_t c = 0; c < t->n_cols; c++)
		heads[c] = (struct table_cell){ TERM_HEAD, (char *)t->cols[c].head };
	print_row(t, &(struct table_row){ heads, t->n_cols }, widths, f);
	for (size_t r = 0; r < t->n_rows; r++)
		print_row(t, &t->rows[r], widths, f);
}
