/* SPDX-License-Identifier: GPL-2.0-only */
/* Shows a comparison to people and to programs; every format shows the same structs. */
#ifndef STATS_COMPARE_VIEW_H
#define STATS_COMPARE_VIEW_H

#include "stats/compare.h"
#include "stats/grid.h"
#include "stats/hostdiff.h"
#include "stats/select.h"

struct compare_view {
	const struct selection *sel;
	const struct join *join;
	const struct comparison *cmp;
	const struct host_diff *hosts;
	const struct strv *notes;
	size_t skipped_files;
	bool plot;
};

/* Above and below the tests: the sides, what else differs; overall, hosts, summary. */
void compare_view_head(const struct compare_view *r, FILE *f);
void compare_view_foot(const struct compare_view *r, FILE *f);
/* The page for a terminal. */
void compare_page(const struct compare_view *r, FILE *f);
/* The runs of both sides as dots on one axis: two lines of `width` characters and the axis. */
void compare_plot(const struct finding *f, unsigned int width, FILE *out);
/* A table, CSV or Markdown with a row per figure; JUnit with a case per test. */
void compare_grid(const struct compare_view *r, enum grid_format format);
struct json_object *compare_json(const struct compare_view *r);

#endif
