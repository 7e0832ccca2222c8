/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What changed from A to B. Each test is judged by its outcomes and its headlines: the metrics its
 * scenario names, else those that answer the questions of the registry. All of them together are
 * the family that is corrected. The other metrics are details: they explain, and are not judged.
 * A value that is missing on one side never counts as 0.
 */
#ifndef STATS_COMPARE_H
#define STATS_COMPARE_H

#include "stats/figure.h"

struct sample {   /* of one figure on one side */
	size_t n; /* 0: missing */
	double median, min, max;
};

struct finding {
	struct figure figure;
	struct sample side[SIDES];
	struct gate gate;
	struct judgement j; /* of a detail: no word, only judge_moved() */
};

struct compared {
	const struct pair *pair;
	struct runset runs;
	struct tally tally[SIDES];
	struct judgement outcome;
	struct finding *headlines, *details; /* worst first; in the registry's order */
	size_t n_headlines, n_details;
	enum verdict verdict; /* of outcome and headlines */
	double severity;
	enum details {
		DETAILS_NONE,
		DETAILS_MOVED, /* those that moved */
		DETAILS_ALL,
	} show;
};

struct comparison {
	struct compared *v; /* worst first */
	size_t n;
	size_t by[VERDICT_COUNT]; /* tests */
	size_t family;            /* judgements that were corrected together */
	size_t judged;            /* tests of which something was compared */
	size_t unconfirmed;       /* tests with one run each */
	size_t noisy, again;      /* runs set aside (runset.h) */
	double noise_pct;
	double level;            /* of false alarms */
	size_t lengths_differ;   /* tests */
	size_t elsewhere[SIDES]; /* tests under settings that the other side has no results of */
};

struct compare_opts {
	const struct policy *policy;
	double level;              /* of false alarms; 0: INFER_ALPHA */
	bool confirmed_only;       /* nothing is decided without statistics */
	bool metric[METRIC_COUNT]; /* the headlines of every test; none set: each test's own */
	bool all;                  /* details of every test … */
	const char *details;       /* … or of those whose name matches this glob. NULL: of tests
	                              that are worse or better */
};

struct sample sample_of(const double *v, size_t n);
/* Of the side's runs that were measured. */
struct sample sample_of_metric(const struct rows *rows, enum metric m);
struct tally tally_of(const struct rows *rows);
/* *out points into the join. */
void compare(const struct join *j, const struct compare_opts *o, struct comparison *out);
void comparison_done(struct comparison *c);
/* EXIT_OK, or EXIT_WORSE if a test is worse; ERR_NOT_FOUND: nothing was judged. */
int compare_status(const struct comparison *c, struct err *err) MUST_CHECK;
#define _cleanup_comparison_ CLEANUP(comparison_done)

/* The geometric mean, over all tests that have it as a headline, of B ÷ A. */
struct overall {
	const char *name;
	double ratio;
	size_t tests;
};
/* One for each metric that is a headline of at least two tests; the caller frees *out. */
size_t compare_overall(const struct comparison *c, struct overall **out);

#endif
