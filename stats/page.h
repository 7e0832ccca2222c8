/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of a name, cells and a note, printed so that nothing is cut: a note that does not fit gets
 * lines of its own, and so does a name that is longer than its column.
 */
#ifndef STATS_PAGE_H
#define STATS_PAGE_H

#include "base/term.h"

#define PAGE_CELLS 3

struct page_line {
	char *name, *note;                 /* printable; owned */
	char *cell[PAGE_CELLS];            /* owned */
	enum term_color name_color, color; /* color: of all cells but the first */
};

struct page {
	struct page_line *lines;
	size_t n;
};

void page_done(struct page *p);
/* Adds a line. A cell may be wider than its column if the next one is empty. Takes the texts over and escapes control characters. */
void page_add(struct page *p, const struct page_line *l);
/* Whether the page needs more than `width` columns; notes do not count. */
bool page_is_wider(const struct page *p, size_t width);
/* Prints all lines. After line i it calls after(i, arg), unless NULL. width 0: not limited. */
void page_print(const struct page *p, size_t width, FILE *f, void (*after)(size_t i, void *arg),
                void *arg);

#endif
