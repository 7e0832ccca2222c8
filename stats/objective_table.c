/* SPDX-License-Identifier: GPL-2.0-only */
/* The keys of the objectives file. */
#include "stats/objective.h"

#define ROWS_MAX 1000
#define TEXT_MAX 4096

#define KEY(T, key_, m, kind_, ...)                                                                \
	{                                                                                          \
		.key = (key_), .kind = (kind_), .off = offsetof(struct T, m), __VA_ARGS__          \
	}
#define TEXT(T, key, m, doc_) KEY(T, key, m, YAML_TEXT, .min = 1, .max = TEXT_MAX, .doc = (doc_))
#define NUMBER(T, m, doc_)    KEY(T, #m, m, YAML_F64_PTR, .doc = (doc_))

static const struct yaml_field ratio_fields[] = {
	KEY(objective_ratio, "with", with, YAML_PLACE, .required = true,
	    .doc = "the side that is looked at: a label, or dimensions, `{ profile: hardened }`"),
	KEY(objective_ratio, "of", of, YAML_PLACE, .required = true,
	    .doc = "the side it is divided by, in the same forms"),
};
const struct yaml_table objective_ratio_table =
	YAML_TABLE(struct objective_ratio, ratio_fields, .placed = true);

static const struct yaml_field bound_fields[] = {
	NUMBER(objective_bound, max, "the value may not be above"),
	NUMBER(objective_bound, min, "the value may not be below"),
	TEXT(objective_bound, "tolerance", tolerance,
	     "how far beyond a bound a value still passes: `100` in the unit, or `5%` of that "
	     "bound"),
	TEXT(objective_bound, "unit", unit,
	     "of the bound, the tolerance and the floor (default: the metric's)"),
	KEY(objective_bound, "ratio", ratio, YAML_RECORD, .table = &objective_ratio_table,
	    .doc = "the bound is for one side ÷ the other: `{ with: agent, of: baseline }`"),
};
const struct yaml_table objective_bound_table = YAML_TABLE(struct objective_bound, bound_fields);

static const struct yaml_field row_fields[] = {
	TEXT(objective, "benchmark", benchmark, "name of the benchmark, or a pattern: `pipe*`"),
	TEXT(objective, "scenario", scenario, "the same of a scenario; a row has one of the two"),
	TEXT(objective, "name", name, "what the table calls the row (default: the test's name)"),
	TEXT(objective, "metric", metric,
	     "what is judged: a name of `stats list-metrics`, or a payload's: `\"pipe: p99\"`"),
	KEY(objective, "", own, YAML_INLINE, .table = &objective_bound_table),
#define X(key, metric)                                                                             \
	KEY(objective, #key, key, YAML_RECORD, .table = &objective_bound_table,                    \
	    .doc = "instead of `metric: " metric "`: a mapping with the bound's keys"),
	OBJECTIVE_FIGURES(X)
#undef X
		NUMBER(objective, floor,
	               "a row whose value is below it is not judged; of a ratio, the value of "
	               "`of`"),
	KEY(objective, "repeats", repeats, YAML_U32,
	    .doc = "so many repeats are needed; their median counts (default 1)"),
	TEXT(objective, "method", method, "how it is measured, for the report"),
	TEXT(objective, "level", level_name,
	     "`strict` (default), or `advisory`: shown, but it does not decide the exit status"),
	KEY(objective, "optional", optional, YAML_BOOL,
	    .doc = "no data, or only times of emulation, for a strict row is no reason for exit "
	           "status 3"),
	KEY(objective, "machine", machine, YAML_STRV, .max = 8, .item_min = 1, .item_max = 16,
	    .doc = "only results of these: `native`, `kvm`, `tcg`"),
	KEY(objective, "where", where, YAML_PLACE,
	    .doc = "only these results, by dimension: `{ kernel: 7.0, clock: [real] }`"),
};
const struct yaml_table objective_table = YAML_TABLE(struct objective, row_fields, .placed = true);

static const struct yaml_field file_fields[] = {
	{ .key = "objectives",
	  .kind = YAML_RECORDS,
	  .off = offsetof(struct objectives, objectives),
	  .n_off = offsetof(struct objectives, objectives_count),
	  .min = 1,
	  .max = ROWS_MAX,
	  .required = true,
	  .table = &objective_table,
	  .doc = "the rows" },
};
const struct yaml_table objectives_table =
	YAML_TABLE(struct objectives, file_fields, .placed = true);
