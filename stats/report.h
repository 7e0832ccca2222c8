/* SPDX-License-Identifier: GPL-2.0-only */
/* A comparison as people and programs read it: every form shows the same structs. */
#ifndef STATS_REPORT_H
#define STATS_REPORT_H

#include "stats/compare.h"
#include "stats/grid.h"
#include "stats/hostdiff.h"
#include "stats/select.h"

struct report {
	const struct selection *sel;
	const struct join *join;
	const struct comparison *cmp;
	const struct host_diff *hosts;
	const struct strv *notes;
	size_t skipped_files;
};

/* "12.5 ms"; the digits follow the size. Caller frees. */
char *report_value(double v, const char *unit);
/* Header, table, summary; in the grid's formats the talk goes to stderr. */
void report_grid(const struct report *r, enum grid_format format);
struct json_object *report_json(const struct report *r);

#endif
