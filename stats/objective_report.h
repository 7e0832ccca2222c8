/* SPDX-License-Identifier: GPL-2.0-only */
/* The verdict on objectives as a table, a page of Markdown and a summary in JSON. */
#ifndef STATS_OBJECTIVE_REPORT_H
#define STATS_OBJECTIVE_REPORT_H

#include "stats/grid.h"
#include "stats/objective_judge.h"

#define OBJECTIVE_SUMMARY_SCHEMA 2

/* What --summary writes. */
struct objective_summary_row {
	char *name, *test, *metric, *unit, *method;
	int level, status;
	bool open, optional;
	char *with, *of; /* sides of a ratio; else NULL */
	double value, low, high, min, max, min_tolerance, max_tolerance, floor;
	uint64_t runs, runs_of;
	char *note;
};
struct objective_summary {
	uint32_t schema;
	char *objectives; /* path of the file */
	char *timestamp, *stats_version;
	char *verdict; /* "pass", "fail", "undecided" */
	uint32_t exit_status;
	struct strv runs, kernels, machines;
	JSON_ARRAY_OF(struct objective_summary_row) rows;
};
extern const struct json_table objective_summary_table;

/* The caller does json_done(&objective_summary_table, out). */
void objective_summarise(const struct objectives *o, const struct verdict_of_objectives *v,
                         const struct pool *p, struct objective_summary *out);
void objective_grid(const struct verdict_of_objectives *v, enum grid_format format, FILE *f);
/* A line for each note. */
void objective_notes(const struct verdict_of_objectives *v, FILE *f);
/* A page with the table and where the figures come from. */
void objective_page(const struct objective_summary *s, const struct verdict_of_objectives *v,
                    FILE *f);

#endif
