/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows of cells, printed as a table, CSV, Markdown or JUnit. A cell may have one text for people
 * ("12.5 ms") and another for programs ("12.5").
 */
#ifndef STATS_GRID_H
#define STATS_GRID_H

#include "base/term.h"

enum grid_format {
	FORMAT_TABLE,
	FORMAT_JSON, /* not printed by the grid: the command encodes its structs */
	FORMAT_CSV,
	FORMAT_MARKDOWN,
	FORMAT_JUNIT,
	FORMAT_JSONL, /* not printed by the grid either */
	FORMAT_COUNT
};
/* enum grid_format of "table", "json", …; -1 for any other name. */
int grid_format_find(const char *name);

struct grid_col {
	const char *head; /* for people: "TESTS" */
	const char *key;  /* for programs: "tests" */
	bool right, shrink;
	bool machine; /* for programs only: not in the table or in Markdown */
};

struct grid;
struct grid *grid_new(const char *name, const struct grid_col *cols, size_t n);
void grid_free(struct grid **g);
#define _cleanup_grid_ CLEANUP(grid_free)
/* Starts a row. In JUnit a row is a test case, which has failed if `failure` is not NULL. */
void grid_row(struct grid *g, const char *failure);
/* In JUnit, the last row's test case is neither a success nor a failure. */
void grid_skip(struct grid *g, const char *why);
void grid_cell(struct grid *g, enum term_color c, const char *fmt, ...) PRINTF(3, 4);
/* Sets the text for programs of the last cell. */
void grid_raw(struct grid *g, const char *fmt, ...) PRINTF(2, 3);
void grid_print(const struct grid *g, enum grid_format format, FILE *f);
/* Prints one cell of CSV, in quotes if needed. */
void grid_put_csv(FILE *f, const char *s);
size_t grid_rows(const struct grid *g);

#endif
