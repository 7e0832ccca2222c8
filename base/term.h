/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Output for people: colour by meaning, chosen once per stream (--color auto|always|never,
 * NO_COLOR, isatty); one progress line, only on a terminal; tables that fit the terminal.
 */
#ifndef BASE_TERM_H
#define BASE_TERM_H

#include <stdio.h>

#include "base/err.h"
#include "base/strbuf.h"

enum term_color {
	TERM_PLAIN,
	TERM_GOOD, /* green */
	TERM_BAD,  /* red */
	TERM_WARN, /* yellow */
	TERM_DIM,
	TERM_HEAD, /* bold */
};
enum term_when {
	TERM_AUTO,
	TERM_ALWAYS,
	TERM_NEVER,
};

/* Applies to both streams from now on. */
void term_set_color(enum term_when when);
int term_parse_when(const char *s, enum term_when *out, struct err *err) MUST_CHECK;
bool term_use_color(FILE *f);
/* Prints text, in colour if the stream uses colour. */
void term_print(FILE *f, enum term_color c, const char *fmt, ...) PRINTF(3, 4);
/* The same of a text as it is. */
void term_put(FILE *f, enum term_color c, const char *text);
/* The width in columns of the terminal behind f (COLUMNS overrides it); 0 when f is no terminal. */
unsigned int term_width(FILE *f);

/* Replaces the progress line on stderr, cut to the terminal's width. Does nothing when stderr is no
 * terminal. term_progress_end() removes the line; term_print(), table_print() and cmd_main() do so
 * first. */
void term_progress(const char *fmt, ...) PRINTF(1, 2);
void term_progress_end(void);

/* Prints a text in words, from column `at` on: what does not fit goes on indented lines. width 0: all
 * fits. */
void term_wrap(FILE *f, enum term_color c, const char *text, size_t at, size_t indent,
               size_t width);
/* Prints a text, wrapped to the terminal, and ends the line. Control characters are escaped. */
void term_prose(FILE *f, enum term_color c, size_t indent, const char *text);

/* A table without borders. table_print() prints the rows; each column is as wide as its widest
 * cell. If it is wider than the terminal, columns marked `shrink` become narrower and their texts
 * take several lines. If that is not enough, the columns that do not fit go on further, indented
 * lines of each row and of the head. Nothing is cut. To a file or pipe a table is as wide as needed.
 * Control characters in cells are escaped. Width counts UTF-8 characters. */
struct table;
struct table_col {
	const char *head;
	bool right;  /* aligned to the right, for numbers */
	bool shrink; /* prose: its text may take several lines */
};
struct table *table_new(const struct table_col *cols, size_t n);
void table_free(struct table **t);
#define _cleanup_table_ CLEANUP(table_free)
/* Starts a row. Its cells follow in order; missing cells are empty. */
void table_row(struct table *t);
void table_cell(struct table *t, enum term_color c, const char *fmt, ...) PRINTF(3, 4);
size_t table_rows(const struct table *t);
void table_print(const struct table *t, FILE *f);

#endif
