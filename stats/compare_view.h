/* SPDX-License-Identifier: GPL-2.0-only */
/* A comparison as people and programs read it: every form shows the same structs. */
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
};

/* "12.5 ms"; the digits follow the size. Caller frees. */
char *compare_view_value(double v, const char *unit);
/* Header, table, summary; in the grid's formats the talk goes to stderr. */
void compare_view_grid(const struct compare_view *r, enum grid_format format);
struct json_object *compare_view_json(const struct compare_view *r);

#endif
