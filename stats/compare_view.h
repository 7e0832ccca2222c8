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
};

/* "12.5 ms"; a larger value has fewer decimals. Caller frees. */
char *compare_view_value(double v, const char *unit);
/* Prints header, table and summary. With CSV and JUnit, header and summary go to stderr. */
void compare_view_grid(const struct compare_view *r, enum grid_format format);
struct json_object *compare_view_json(const struct compare_view *r);

#endif
