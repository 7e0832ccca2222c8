/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The checks there are, as one list: the YAML keys, the defaults, help and docs come from it; the
 * judging is harness/judge.c. A limit is a number; NaN means "not asked for".
 */
#ifndef SCENARIO_CHECK_H
#define SCENARIO_CHECK_H

#include "base/util.h"

/* A functional check asks what the scheduler decided and holds under any clock; a timing check asks
 * how long things took, and needs a clock that knows. */
enum check_kind {
	CHECK_FUNCTIONAL,
	CHECK_TIMING,
};

/* X(id, key, kind, default, unit, doc) */
#define CHECKS(X)                                                                                  \
	X(CHECK_MIN_ITERATIONS, min_iterations, CHECK_FUNCTIONAL, 1, NULL,                         \
	  "every worker does at least so many iterations: fewer is starvation")                    \
	X(CHECK_MAX_SPREAD_PCT, max_spread_pct, CHECK_TIMING, 35, "%",                             \
	  "greatest less least share of CPU time among like workers of a cgroup that never block") \
	X(CHECK_MAX_GAP_MS, max_gap_ms, CHECK_TIMING, 1000, "ms",                                  \
	  "longest time a worker that never blocks did not run")

enum check_id {
#define X(id, key, kind, def, unit, doc) id,
	CHECKS(X)
#undef X
	CHECK_COUNT
};

struct check_def {
	const char *name, *unit, *doc;
	enum check_kind kind;
	double def;
};
extern const struct check_def check_defs[CHECK_COUNT];

/* One member per check, by its YAML key. */
struct check_limits {
#define X(id, key, kind, def, unit, doc) double *key; /* NULL: not given in this layer */
	CHECKS(X)
#undef X
};

/* The limits in force: the defaults, then each layer that gives one. */
struct check_set {
	double limit[CHECK_COUNT];
	const char *source[CHECK_COUNT]; /* "default" or the layer's name */
};
void check_set_init(struct check_set *set);
void check_set_apply(struct check_set *set, const struct check_limits *layer, const char *source);

#endif
