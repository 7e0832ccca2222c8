/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objectives file: what figures must be, absolutely or relative to another side. All its keys are in
 * docs/objectives.md. objective_judge.h holds results against it.
 */
#ifndef STATS_OBJECTIVE_H
#define STATS_OBJECTIVE_H

#include "yaml/yaml_read.h"
#include "stats/filter.h"

/* Which results a side of a ratio, or a row, is of. */
struct objective_side {
	char *label;            /* a flag, or the value of a dimension; NULL: any */
	struct filters filters; /* only the shared set is used */
};

struct objective_ratio {
	const struct yaml_place *at;
	const struct yaml_place *with, *of;
	struct objective_side side[SIDES]; /* A: of, B: with; not keys */
};

struct objective_bound {
	double *min, *max;
	char *tolerance; /* "100", "5%" */
	char *unit;
	struct objective_ratio *ratio; /* NULL: the bound is absolute */
	double min_slack, max_slack;   /* the tolerance of each bound, in its unit; not keys */
};

/* Figures of benchmarks that have a key of their own. X(key, metric) */
#define OBJECTIVE_FIGURES(X)                                                                       \
	X(p50, "bench_p50_ns")                                                                     \
	X(mean, "bench_mean_ns")                                                                   \
	X(p95, "bench_p95_ns")                                                                     \
	X(p99, "bench_p99_ns")

enum objective_level {
	OBJECTIVE_STRICT,
	OBJECTIVE_ADVISORY,
	OBJECTIVE_LEVELS
};
extern const struct json_names objective_levels;

struct objective {
	const struct yaml_place *at;
	char *name;
	char *benchmark, *scenario; /* name or pattern of the test; one of them is given */
	char *metric;
	struct objective_bound own; /* keys among the row's */
#define X(key, metric) struct objective_bound *key;
	OBJECTIVE_FIGURES(X)
#undef X
	double *floor;
	uint32_t repeats;
	char *method;
	char *level_name;
	bool optional;
	struct strv machine;
	const struct yaml_place *where;
	/* not keys */
	enum objective_level level;
	const char *test;                    /* benchmark or scenario */
	const char *figure;                  /* the metric's name */
	const struct objective_bound *bound; /* the one that was given */
	struct objective_side only;          /* of `where` */
};

struct objectives {
	const struct yaml_place *at;
	struct objective *objectives;
	uint32_t objectives_count;
	char *path;             /* not a key */
	struct yaml_tree *tree; /* holds the places; not a key */
};
extern const struct yaml_table objectives_table, objective_table, objective_bound_table,
	objective_ratio_table;

/* ERR_USAGE for every mistake in the file; the message begins with file, line and key. */
int objectives_load(const char *path, struct objectives **out, struct err *err) MUST_CHECK;
void objectives_free(struct objectives **o);
#define _cleanup_objectives_ CLEANUP(objectives_free)
/* Reads "TEXT", a label, or "{ kernel: 7.0, profile: [a, b] }". */
int objective_side_read(const struct yaml_place *at, struct objective_side *out, struct err *err)
	MUST_CHECK;
void objective_side_done(struct objective_side *s);
bool objective_side_has(const struct objective_side *s, const struct row *r);

#endif
