/* SPDX-License-Identifier: GPL-2.0-only */
/* The repeats of one test: how they ended, and how its headlines vary from seed to seed. */
#ifndef HARNESS_SERIES_H
#define HARNESS_SERIES_H

#include "harness/judge/judge_repeats.h"
#include "harness/runner.h"

#define SERIES_HEADLINES 5

struct series_headline {
	enum metric metric;
	double *values; /* of the repeats that measured it, in the order they ended */
	size_t n;
};

struct series {
	const struct test *test;  /* its first repeat; NULL: the plan has none */
	size_t want, ended, done; /* ended: with a sidecar; done: and told */
	struct repeated repeated; /* what is judged once all have ended */
	size_t of[OUTCOME_COUNT];
	struct series_headline headlines[SERIES_HEADLINES];
	size_t n_headlines;
	struct run_result *worst; /* the first in order of repeats of those that ended worst */
	const struct test *worst_test;
};

/* From the worst to the best. */
extern const enum outcome series_outcomes[OUTCOME_COUNT];

/* All of a plan, by test.series; the caller frees the array and does series_done() to each. */
struct series *series_of_plan(const struct plan *plan);
/* Adds a repeat. Takes over what is in the result, which is empty afterwards. */
void series_add(struct series *s, const struct test *t, struct run_result *r);
/* The outcome of the whole: the worst of its repeats. */
enum outcome series_outcome(const struct series *s);
void series_done(struct series *s);

#endif
