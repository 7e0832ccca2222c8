/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/grid.h"

#include "base/junit.h"
#include "base/mem.h"

struct grid_cell {
	char *text, *raw; /* raw NULL: the same */
	enum term_color color;
};

struct grid_line {
	struct grid_cell *cells;
	size_t n;
	char *failure, *skip;
};

struct grid {
	const char *name;
	const struct grid_col *cols;
	size_t n_cols;
	struct grid_line *lines;
	size_t n;
};

static const char *const format_names[] = {
	[FORMAT_TABLE] = "table",       [FORMAT_JSON] = "json",   [FORMAT_CSV] = "csv",
	[FORMAT_MARKDOWN] = "markdown", [FORMAT_JUNIT] = "junit", [FORMAT_JSONL] = "jsonl",
};

int grid_format_find(const char *name)
{
	for (int i = 0; i < FORMAT_COUNT; i++)
		if (streq(format_names[i], name))
			return i;
	return -1;
}

struct grid *grid_new(const char *name, const struct grid_col *cols, size_t n)
{
	struct grid *g = xcalloc(1, sizeof(*g));

	g->name = name;
	g->cols = cols;
	g->n_cols = n;
	return g;
}

void grid_free(struct grid **g)
{
	for (size_t i = 0; *g && i < (*g)->n; i++) {
		struct grid_line *line = &(*g)->lines[i];

		for (size_t c = 0; c < line->n; c++) {
			free(line->cells[c].text);
			free(line->cells[c].raw);
		}
		free(line->cells);
		free(line->failure);
		free(line->skip);
	}
	if (*g)
		free((*g)->lines);
	free(*g);
	*g = NULL;
}

void grid_row(struct grid *g, const char *failure)
{
	xgrow(g->lines, g->n)->failure = xstrdup(failure);
}

void grid_skip(struct grid *g, const char *why)
{
	g->lines[g->n - 1].skip = xstrdup(why);
}

static PRINTF(1, 0) char *format(const char *fmt, va_list ap)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_vaddf(&b, fmt, ap);
	return strbuf_steal(&b);
}

void grid_cell(struct grid *g, enum term_color c, const char *fmt, ...)
{
	struct grid_line *line = &g->lines[g->n - 1];
	struct grid_cell *cell = xgrow(line->cells, line->n);
	va_list ap;

	va_start(ap, fmt);
	cell->text = format(fmt, ap);
	va_end(ap);
	cell->color = c;
}

void grid_raw(struct grid *g, const char *fmt, ...)
{
	struct grid_line *line = &g->lines[g->n - 1];
	va_list ap;

	va_start(ap, fmt);
	line->cells[line->n - 1].raw = format(fmt, ap);
	va_end(ap);
}

size_t grid_rows(const struct grid *g)
{
	return g->n;
}

static const char *raw(const struct grid_cell *c)
{
	return c->raw ? c->raw : c->text;
}

static void print_table(const struct grid *g, FILE *f)
{
	_cleanup_free_ struct table_col *cols = xcalloc(g->n_cols, sizeof(*cols));
	_cleanup_table_ struct table *t = NULL;
	size_t n = 0;

	for (size_t i = 0; i < g->n_cols; i++)
		if (!g->cols[i].machine)
			cols[n++] = (struct table_col){ .head = g->cols[i].head,
				                        .right = g->cols[i].right,
				                        .shrink = g->cols[i].shrink };
	t = table_new(cols, n);
	for (size_t i = 0; i < g->n; i++) {
		const struct grid_line *line = &g->lines[i];

		table_row(t);
		for (size_t c = 0; c < line->n; c++)
			if (!g->cols[c].machine)
				table_cell(t, line->cells[c].color, "%s", line->cells[c].text);
	}
	table_print(t, f);
}

void grid_put_csv(FILE *f, const char *s)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add_printable(&b, s, strlen(s), false);
	if (!strpbrk(strbuf_cstr(&b), ",\"\t ")) {
		fputs(strbuf_cstr(&b), f);
		return;
	}
	putc('"', f);
	for (const char *c = strbuf_cstr(&b); *c; c++) {
		if (*c == '"')
			putc('"', f);
		putc(*c, f);
	}
	putc('"', f);
}

static void print_csv(const struct grid *g, FILE *f)
{
	for (size_t c = 0; c < g->n_cols; c++)
		fprintf(f, "%s%s", c ? "," : "", g->cols[c].key);
	putc('\n', f);
	for (size_t i = 0; i < g->n; i++) {
		for (size_t c = 0; c < g->lines[i].n; c++) {
			if (c)
				putc(',', f);
			grid_put_csv(f, raw(&g->lines[i].cells[c]));
		}
		putc('\n', f);
	}
}

static void put_markdown(FILE *f, const char *s)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add_printable(&b, s, strlen(s), false);
	for (const char *c = strbuf_cstr(&b); *c; c++) {
		if (strchr("|\\`*_<>[]", *c))
			putc('\\', f);
		putc(*c, f);
	}
}

static void print_markdown(const struct grid *g, FILE *f)
{
	for (size_t c = 0; c < g->n_cols; c++)
		if (!g->cols[c].machine)
			fprintf(f, "| %s ", g->cols[c].head);
	fputs("|\n", f);
	for (size_t c = 0; c < g->n_cols; c++)
		if (!g->cols[c].machine)
			fputs(g->cols[c].right ? "| ---: " : "| --- ", f);
	fputs("|\n", f);
	for (size_t i = 0; i < g->n; i++) {
		for (size_t c = 0; c < g->lines[i].n; c++) {
			if (g->cols[c].machine)
				continue;
			fputs("| ", f);
			put_markdown(f, g->lines[i].cells[c].text);
			putc(' ', f);
		}
		fputs("|\n", f);
	}
}

static char *junit_details(const struct grid *g, const struct grid_line *line)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t c = 1; c < line->n; c++)
		if (*raw(&line->cells[c]))
			strbuf_addf(&b, "%s: %s\n", g->cols[c].key, raw(&line->cells[c]));
	return strbuf_steal(&b);
}

static void print_junit(const struct grid *g, FILE *f)
{
	_cleanup_free_ char *name = xasprintf("stats.%s", g->name);
	_cleanup_junit_ struct junit j = { .name = name };
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < g->n; i++) {
		const struct grid_line *line = &g->lines[i];
		struct junit_case *c = junit_add(&j, line->n ? line->cells[0].text : "");

		c->state = line->failure ? JUNIT_FAILED : line->skip ? JUNIT_SKIPPED : JUNIT_PASSED;
		c->message = xstrdup(line->failure ? line->failure : line->skip);
		c->text = junit_details(g, line);
	}
	junit_text(&j, &text);
	fputs(strbuf_cstr(&text), f);
}

static void (*const printers[FORMAT_COUNT])(const struct grid *g, FILE *f) = {
	[FORMAT_TABLE] = print_table,
	[FORMAT_CSV] = print_csv,
	[FORMAT_MARKDOWN] = print_markdown,
	[FORMAT_JUNIT] = print_junit,
};

void grid_print(const struct grid *g, enum grid_format fmt, FILE *f)
{
	if (printers[fmt])
		printers[fmt](g, f);
}
