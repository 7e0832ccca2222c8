/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A result as rows of cells, shown as a table, CSV, Markdown or JUnit. What a cell says to people
 * ("12.5 ms") and what it hands to programs ("12.5") may differ.
 */
#ifndef STATS_GRID_H
#define STATS_GRID_H

#include "base/term.h"

enum grid_format {
	FORMAT_TABLE,
	FORMAT_JSON, /* not the grid's business: the command encodes its structs */
	FORMAT_CSV,
	FORMAT_MARKDOWN,
	FORMAT_JUNIT,
	FORMAT_JSONL, /* likewise */
	FORMAT_COUNT
};
/* "table", "json", … or -1. */
int grid_format_find(const char *name);

struct grid_col {
	const char *head; /* for people: "TESTS" */
	const char *key;  /* for programs: "tests" */
	bool right, shrink;
	bool machine; /* not for people: left out of tables */
};

struct grid;
struct grid *grid_new(const char *name, const struct grid_col *cols, size_t n);
void grid_free(struct grid **g);
#define _cleanup_grid_ CLEANUP(grid_free)
/* Starts a row; in JUnit it is a test case, failed when `failure` is not NULL. */
void grid_row(struct grid *g, const char *failure);
void grid_cell(struct grid *g, enum term_color c, const char *fmt, ...) PRINTF(3, 4);
/* What programs get instead of the last cell's text. */
void grid_raw(struct grid *g, const char *fmt, ...) PRINTF(2, 3);
void grid_print(const struct grid *g, enum grid_format format, FILE *f);
/* One cell of CSV, quoted when it must be. */
void grid_put_csv(FILE *f, const char *s);
size_t grid_rows(const struct grid *g);

#endif
